import { type PointerEvent, useRef, useState } from "react";
import { several } from "../../shared/words";
import { type Session, useEye, useSession } from "../session";
import type { Point } from "../state";

const SAMPLES = 24;

/** A line drawn with Alt held, or with the knife chosen: the wires that it crosses are cut. */
export function Knife() {
  const session = useSession();
  const armed = useEye((eye) => eye.tool === "cut" || eye.alt);
  const line = useRef<Point[]>([]);
  const [drawn, setDrawn] = useState<Point[]>([]);
  if (!armed) return null;

  const place = (event: PointerEvent): Point => ({ x: event.clientX, y: event.clientY });
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
    line.current = [place(event)];
  };
  const go = (event: PointerEvent) => {
    if (line.current.length === 0) return;
    line.current.push(place(event));
    setDrawn([...line.current]);
  };
  const end = () => {
    const cut = wiresAcross(session, line.current);
    line.current = [];
    setDrawn([]);
    session.eye.set({ tool: "select" });
    if (cut.length > 0) void cutWires(session, cut);
  };
  const box = session.root?.querySelector(".vnn-canvas")?.getBoundingClientRect();
  const path = drawn.map(({ x, y }) => `${x - (box?.x ?? 0)},${y - (box?.y ?? 0)}`).join(" ");
  return (
    <div
      className="vnn-knife"
      aria-hidden="true"
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <svg width="100%" height="100%" role="presentation">
        <polyline points={path} />
      </svg>
    </div>
  );
}

export async function cutWires(session: Session, wires: string[]): Promise<void> {
  if (!(await session.do({ command: "Remove", blocks: [], wires }))) return;
  session.say(several(wires.length, "{count} wire cut.", "{count} wires cut."));
}

/** The wires that a line on the screen crosses. */
function wiresAcross(session: Session, line: Point[]): string[] {
  const wires = session.root?.querySelectorAll<SVGGElement>("[data-wire]") ?? [];
  return [...wires]
    .filter((wire) => {
      const path = wire.querySelector<SVGPathElement>(".vnn-wire-line");
      const matrix = path?.getScreenCTM();
      if (!path || !matrix) return false;
      const length = path.getTotalLength();
      const points = Array.from({ length: SAMPLES + 1 }, (_, at) => {
        const { x, y } = path.getPointAtLength((length * at) / SAMPLES).matrixTransform(matrix);
        return { x, y };
      });
      return meet(points, line);
    })
    .map((wire) => wire.dataset.wire ?? "");
}

function meet(one: Point[], other: Point[]): boolean {
  return one.some((a, i) => {
    const b = one[i + 1];
    return b && other.some((c, j) => other[j + 1] && cross(a, b, c, other[j + 1]!));
  });
}

/** Whether two stretches cross: the ends of each lie on both sides of the other. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}
