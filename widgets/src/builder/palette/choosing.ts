import type { Command, Offer } from "../../shared/messages";
import { several, t } from "../../shared/words";
import { fitReadably } from "../canvas/camera";
import { BLOCK_HEIGHT, BLOCK_WIDTH, ROW_GAP, SIDE_GAP } from "../canvas/geometry";
import {
  addAfterSelection,
  addConnected,
  addIntoWire,
  addingBlocks,
  addLayer,
  defaultPlace,
} from "../edits";
import type { Session } from "../session";
import type { Point, Search } from "../state";
import type { Entry } from "./entries";
import { used } from "./own_blocks";

/** Puts what was chosen in the docked list below the selected block, or where one looks. */
export async function addEntry(session: Session, entry: Entry): Promise<void> {
  used(entry.id);
  if (entry.layer) await addAfterSelection(session, entry.layer.name);
  else await addTogether(session, entry, defaultPlace(session, ""));
}

/** Puts what was chosen in the search where it was opened, wired to what it was opened from. */
export async function addFromSearch(
  session: Session,
  entry: Entry,
  search: Search,
  offer: Offer | undefined,
  between: boolean,
): Promise<void> {
  used(entry.id);
  const { place, from, wire } = search;
  const kind = entry.layer?.name;
  if (!kind) return addTogether(session, entry, place);
  if (offer?.through && (between || offer.verdict === "through")) {
    return addThrough(session, kind, search, offer.through);
  }
  if (wire) await addIntoWire(session, kind, place, wire);
  else if (from) await addConnected(session, kind, place, from);
  else if (session.selectedBlocks().length > 0) await addAfterSelection(session, kind);
  else await addLayer(session, kind, place);
}

/** Where a template or saved blocks are put by dragging. */
export async function addTogether(session: Session, entry: Entry, place: Point): Promise<void> {
  const [x, y] = [Math.round(place.x), Math.round(place.y)];
  const command: Command = entry.template
    ? { command: "UseTemplate", name: entry.template, x, y }
    : { command: "Paste", text: entry.saved?.text ?? "", x, y };
  const ids = await addingBlocks(session, command);
  if (ids.length === 0) return;
  session.say(several(ids.length, "{count} block added.", "{count} blocks added."));
  fitReadably(session);
}

/** Adds a layer behind the tensor in hand, with the layer before it that makes it fit. */
async function addThrough(
  session: Session,
  kind: string,
  search: Search,
  through: NonNullable<Offer["through"]>,
): Promise<void> {
  const source = sourceOf(session, search);
  if (!source) return;
  const first = freshName(session, through.kind);
  const isDown = session.view?.direction !== "right";
  const place = search.wire ? search.place : defaultPlace(session, source[0]);
  const [x, y] = [Math.round(place.x), Math.round(place.y)];
  const next = isDown ? [x, y + BLOCK_HEIGHT + ROW_GAP] : [x + BLOCK_WIDTH + SIDE_GAP, y];
  const insert = { command: "Insert" as const, target: "", target_port: "" };
  const target = session.view?.wires.find(({ id }) => id === search.wire);
  const commands: Command[] = [
    {
      ...insert,
      kind: through.kind,
      name: first,
      x,
      y,
      config: through.config,
      sources: [source],
      wire: "",
    },
    {
      ...insert,
      kind,
      name: "",
      x: next[0]!,
      y: next[1]!,
      config: {},
      sources: [[first, 0]],
      wire: "",
    },
  ];
  if (target) {
    const second = freshName(session, kind, [first]);
    commands[1] = { ...commands[1], name: second } as Command;
    commands.push({ command: "Disconnect", wire: target.id });
    commands.push({
      command: "Connect",
      source: second,
      source_port: 0,
      target: target.target,
      target_port: target.target_port,
    });
  }
  const label = t("Add {kind} behind {through}", { kind, through: through.kind });
  const ids = await addingBlocks(session, { command: "Batch", label, commands });
  if (ids.length > 0) session.say(`${label}.`);
}

/** The output that a search has in hand; nothing if there is none. */
export function sourceOf(session: Session, { from, wire }: Search): [string, number] | null {
  if (from?.side === "target") return null;
  const wired = wire && session.view?.wires.find(({ id }) => id === wire);
  if (wired) return [wired.source, wired.source_port];
  if (from) return [from.block, Number(from.port)];
  const [only, another] = session.selectedBlocks();
  return only && !another && session.block(only)?.outputs.length ? [only, 0] : null;
}

function freshName(session: Session, kind: string, taken: string[] = []): string {
  const stem = `${kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase()}_for`;
  const names = new Set(session.view?.blocks.flatMap(({ id, layer }) => [id, layer]));
  for (const name of taken) names.add(name);
  let number = 1;
  while (names.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}
