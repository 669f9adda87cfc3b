import { useLayoutEffect, useRef, useState } from "react";
import { t } from "../../shared/words";
import { useDrawing, useEye, useSession } from "../session";
import { type Point, portKey } from "../state";
import { verdictOf } from "./connecting";
import { wirePath } from "./routes";

/** The wire of a connection made by clicks or keys, and what would come of it at its target. */
export function PendingWire() {
  const session = useSession();
  const connecting = useEye((eye) => eye.connecting);
  const direction = useDrawing(({ view }) => (view?.direction === "right" ? "right" : "down"));
  const layer = useRef<HTMLDivElement>(null);
  const [ends, setEnds] = useState<{ from: Point; to: Point; at: Point | null } | null>(null);

  useLayoutEffect(() => {
    const host = layer.current?.parentElement;
    if (!connecting || !host) {
      setEnds(null);
      return;
    }
    const { from, target } = connecting;
    const side = from.side === "source" ? "target" : "source";
    const measure = (pointer: Point | null) => {
      const box = host.getBoundingClientRect();
      const centre = (name: string) => {
        const port = host
          .querySelector(`[data-port="${CSS.escape(name)}"]`)
          ?.getBoundingClientRect();
        return port && { x: port.x + port.width / 2 - box.x, y: port.y + port.height / 2 - box.y };
      };
      const start = centre(`${from.side}|${portKey(from.block, from.port)}`);
      const at = target ? (centre(`${side}|${target}`) ?? null) : null;
      const hand = pointer && { x: pointer.x - box.x, y: pointer.y - box.y };
      const to = at ?? (connecting.by === "click" ? hand : null);
      setEnds(start ? { from: start, to: to ?? start, at } : null);
    };
    measure(session.pointer);
    if (connecting.by !== "click") return;
    const follow = (event: globalThis.PointerEvent) =>
      measure({ x: event.clientX, y: event.clientY });
    host.addEventListener("pointermove", follow);
    return () => host.removeEventListener("pointermove", follow);
  }, [connecting, session]);

  const [block = "", port = ""] = splitKey(connecting?.target ?? "");
  const isUpward = connecting?.from.side === "target";
  const side = isUpward ? ("source" as const) : ("target" as const);
  const verdict = connecting?.target ? verdictOf(connecting, { block, port, side }) : null;
  return (
    <div className="vnn-pending" ref={layer} aria-hidden="true">
      {ends && connecting?.by !== "drag" && (
        <svg width="100%" height="100%">
          <title>{t("The wire being made")}</title>
          <path
            d={
              isUpward
                ? wirePath(ends.to, ends.from, null, direction).path
                : wirePath(ends.from, ends.to, null, direction).path
            }
          />
        </svg>
      )}
      {ends?.at && verdict && (
        <div
          className={`vnn-tip ${verdict.verdict}`}
          style={{ left: Math.max(4, ends.at.x + 12), top: Math.max(60, ends.at.y - 14) }}
        >
          {{ legal: "✓ ", broadcast: "⚠ ", mismatch: "✕ ", impossible: "✕ " }[verdict.verdict]}
          {verdict.why || t("Fits")}
        </div>
      )}
    </div>
  );
}

function splitKey(key: string): string[] {
  const at = key.lastIndexOf("|");
  return at < 0 ? [] : [key.slice(0, at), key.slice(at + 1)];
}
