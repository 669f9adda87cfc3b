import { t } from "../../shared/words";
import { reveal } from "../canvas/camera";
import { candidates, completeConnecting, endConnecting, verdictOf } from "../canvas/connecting";
import { openSearchAt } from "../canvas/searching";
import type { Session } from "../session";
import { type Connecting, type PortName, portKey, type Verdict } from "../state";

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

const TYPING_PAUSE = 900;
let typed = "";
let typedAt = 0;

/** Handles a key while a connection is being made by keys; tells whether it was one of its keys. */
export function connectingKey(session: Session, connecting: Connecting, event: Press): boolean {
  if (event.key === "Escape") {
    endConnecting(session);
    session.say(t("Not connected."));
    return true;
  }
  if (event.key === "Tab" && !connecting.wire) {
    searchFrom(session, connecting);
    return true;
  }
  if (connecting.by !== "keys") return false;
  const ports = candidates(session, connecting);
  const at = ports.findIndex((port) => portKey(port.block, port.port) === connecting.target);
  if (event.key === "Enter") {
    const port = ports[at] ?? (ports.length === 1 ? ports[0] : undefined);
    if (port) void completeConnecting(session, port);
    else session.say(t("Choose a target first, with the arrows or by typing its name."));
    return true;
  }
  if (ports.length === 0 && connecting.verdicts) {
    session.say(t("No input can take this output. Escape ends connecting."));
    return /^Arrow/.test(event.key) || event.key.length === 1;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowRight") {
    aimAt(session, connecting, ports, (at + 1) % ports.length);
    return true;
  }
  if (event.key === "ArrowUp" || event.key === "ArrowLeft") {
    aimAt(session, connecting, ports, at <= 0 ? ports.length - 1 : at - 1);
    return true;
  }
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    aimByLetters(session, connecting, ports, event.key);
    return true;
  }
  return false;
}

/** Opens the list of layers for the port in hand: what fits it comes first. */
function searchFrom(session: Session, { from }: Connecting): void {
  endConnecting(session);
  const port = session.root?.querySelector(
    `[data-port="${CSS.escape(`${from.side}|${portKey(from.block, from.port)}`)}"]`,
  );
  const box = port?.getBoundingClientRect();
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  const at = box ?? pane;
  if (at) openSearchAt(session, { x: at.x + at.width / 2, y: at.y + at.height + 20 }, from);
}

function aimByLetters(session: Session, connecting: Connecting, ports: PortName[], letter: string) {
  const now = performance.now();
  typed = now - typedAt > TYPING_PAUSE ? letter : typed + letter;
  typedAt = now;
  const wanted = typed.toLowerCase();
  const found = ports.findIndex((port) => {
    const block = session.block(port.block);
    return [block?.layer, block?.kind].some((name) => name?.toLowerCase().startsWith(wanted));
  });
  if (found >= 0) aimAt(session, connecting, ports, found);
  else session.say(t("No input of a block beginning with {typed}.", { typed }));
}

function verdictWords(verdict: Verdict | null): string {
  if (verdict?.verdict === "broadcast") return t("fits by repeating: {why}", { why: verdict.why });
  if (verdict?.verdict === "legal") return t("fits");
  return t("does not fit: {why}", { why: verdict?.why ?? "" });
}

function aimAt(session: Session, connecting: Connecting, ports: PortName[], at: number): void {
  const port = ports[at];
  if (!port) return;
  reveal(session, port.block);
  session.eye.set({ connecting: { ...connecting, target: portKey(port.block, port.port) } });
  const block = session.block(port.block);
  const verdict = verdictOf(connecting, port);
  const fits = verdictWords(verdict);
  session.say(
    t("{block}, {port}, {fits}. {at} of {ports}.", {
      block: block?.layer ?? port.block,
      port: port.port,
      fits,
      at: at + 1,
      ports: ports.length,
    }),
  );
}
