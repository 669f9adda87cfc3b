import { type KeyboardEvent, type PointerEvent, useState } from "react";
import type { FrameView } from "../../shared/messages";
import { t } from "../../shared/words";
import { boxOf } from "../canvas/drawn";
import type { Box } from "../canvas/geometry";
import { moveBlocks } from "../edits";
import { CloseIcon } from "../icons";
import { useCanvas, useSession } from "../session";
import type { BlockNode } from "../state";
import { frameAround } from "./framing";
import { Swatches } from "./swatches";

const STEP = 8;
/** From this width on, a name has room in its frame before the wire that comes in from above. */
const ROOMY = 150;
/** From the middle of a wire to the end of the name before it: half of a shape. */
const WIRE = 52;

interface Place extends Box {
  /** Where the name ends, from the left of the frame: before the wire into the topmost block. */
  nameEnd: number;
}

function placeOf(nodes: BlockNode[], blocks: string[]): Place | null {
  const boxes = nodes.filter(({ id }) => blocks.includes(id)).map(boxOf);
  const [first] = [...boxes].sort((a, b) => a.y - b.y);
  const frame = frameAround(boxes);
  if (!first || !frame) return null;
  return { ...frame, nameEnd: first.x + first.width / 2 - WIRE - frame.x };
}

function samePlace(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return a === b;
  const names: (keyof Place)[] = ["x", "y", "width", "height", "nameEnd"];
  return names.every((name) => a[name] === b[name]);
}

/** A frame around blocks, which goes where they go; at its name it is moved with all of them. */
export function FrameBox({ frame }: { frame: FrameView }) {
  const session = useSession();
  const [name, setName] = useState<string | null>(null);
  const place = useCanvas(({ nodes, framing }) => {
    const leaving = framing.outOf[frame.id] ?? [];
    const staying = frame.blocks.filter((id) => !leaving.includes(id));
    return placeOf(nodes, staying);
  }, samePlace);
  const state = useCanvas(({ framing }) =>
    framing.into[frame.id] ? "receives" : framing.outOf[frame.id] ? "loses" : "",
  );
  if (!place) return null;

  const finish = () => {
    const wanted = name?.trim();
    setName(null);
    if (wanted === undefined || wanted === frame.name) return;
    void session.do({
      command: "EditFrame",
      frame: frame.id,
      name: wanted,
      color: null,
      blocks: null,
    });
  };
  const shift = (dx: number, dy: number) => {
    const members = new Set(frame.blocks);
    session.canvas.set({
      nodes: session.canvas.state.nodes.map((node) =>
        members.has(node.id)
          ? { ...node, position: { x: node.position.x + dx, y: node.position.y + dy } }
          : node,
      ),
    });
  };
  const settle = () => {
    const positions: Record<string, [number, number]> = {};
    for (const { id, position } of session.canvas.state.nodes) {
      if (frame.blocks.includes(id))
        positions[id] = [Math.round(position.x), Math.round(position.y)];
    }
    void moveBlocks(session, positions);
  };
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || (event.target as Element).closest("button, input:focus")) return;
    event.stopPropagation();
    const handle = event.currentTarget;
    const zoom = session.flow?.getZoom() ?? 1;
    let last = { x: event.clientX, y: event.clientY };
    let moved = false;
    const move = (to: globalThis.PointerEvent) => {
      if (!moved && Math.hypot(to.clientX - last.x, to.clientY - last.y) < 3) return;
      if (!moved) handle.setPointerCapture(to.pointerId);
      moved = true;
      for (const id of frame.blocks) session.moving.add(id);
      shift((to.clientX - last.x) / zoom, (to.clientY - last.y) / zoom);
      last = { x: to.clientX, y: to.clientY };
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      if (moved) settle();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    const by = {
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
    }[event.key];
    if (event.key === "Enter") event.currentTarget.blur();
    else if (event.key === "Escape") {
      setName(null);
      session.focusCanvas();
    } else if (by && event.altKey) {
      shift(by[0] ?? 0, by[1] ?? 0);
      settle();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const isNarrow = place.nameEnd < ROOMY;
  return (
    <section
      className={`vnn-frame ${state}`}
      data-frame={frame.id}
      data-color={frame.color}
      aria-label={t("Frame {name}", { name: frame.name || t("without a name") })}
      style={{ left: place.x, top: place.y, width: place.width, height: place.height }}
    >
      <div
        className={`vnn-frame-head nopan nodrag ${isNarrow ? "narrow" : ""}`}
        style={isNarrow ? { right: place.width - place.nameEnd } : { width: place.nameEnd }}
        onPointerDown={begin}
        data-own-keys
      >
        <input
          aria-label={t("Name of the frame")}
          aria-description={t("Alt and arrows move the frame with its blocks.")}
          placeholder={t("Name of the frame")}
          spellCheck={false}
          value={name ?? frame.name}
          onChange={(event) => setName(event.target.value)}
          onBlur={finish}
          onKeyDown={key}
        />
        <span className="vnn-note-tools">
          <Swatches
            chosen={frame.color}
            choose={(color) =>
              void session.do({
                command: "EditFrame",
                frame: frame.id,
                name: null,
                color,
                blocks: null,
              })
            }
          />
          <button
            type="button"
            className="vnn-button icon small"
            aria-label={t("Take the frame away")}
            onClick={() => void session.do({ command: "RemoveFrame", frame: frame.id })}
          >
            <CloseIcon size={12} />
          </button>
        </span>
      </div>
    </section>
  );
}
