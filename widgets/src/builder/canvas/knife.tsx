import { useEffect, useState } from "react";
import { several } from "../../shared/words";
import { type Session, useEye, useSession } from "../session";
import type { Point } from "../state";

const SAMPLES = 24;

/** A line drawn with Alt held, or with the knife chosen: the wires that it crosses are cut. */
export function Knife() {
  const session = useSession();
  const armed = useEye((eye) => eye.tool === "cut");
  const [drawn, setDrawn] = useState<Point[]>([]);
  useEffect(() => {
    const canvas = session.root?.querySelector<HTMLElement>(".vnn-canvas");
    if (!canvas) return;
    let line: Point[] = [];
    const begin = (event: PointerEvent) => {
      const target = event.target as Element;
      const isOnPane = target.closest(".react-flow__pane") && !target.closest("[data-block]");
      const cuts = session.eye.state.tool === "cut" || event.altKey;
      if (!cuts || event.button !== 0 || !isOnPane) return;
      event.preventDefault();
      event.stopPropagation();
      canvas.setPointerCapture(event.pointerId);
      line = [{ x: event.clientX, y: event.clientY }];
    };
    const go = (event: PointerEvent) => {
      if (line.length === 0) return;
      line = [...line, { x: event.clientX, y: event.clientY }];
      setDrawn(line);
    };
    const end = () => {
      if (line.length === 0) return;
      const cut = wiresAcross(session, line);
      line = [];
      setDrawn([]);
      session.eye.set({ tool: "select" });
      if (cut.length > 0) void cutWires(session, cut);
    };
    canvas.addEventListener("pointerdown", begin, { capture: true });
    canvas.addEventListener("pointermove", go);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    return () => {
      canvas.removeEventListener("pointerdown", begin, { capture: true });
      canvas.removeEventListener("pointermove", go);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
  }, [session]);
  if (!armed && drawn.length === 0) return null;
  const box = session.root?.querySelector(".vnn-canvas")?.getBoundingClientRect();
  const path = drawn.map(({ x, y }) => `${x - (box?.x ?? 0)},${y - (box?.y ?? 0)}`).join(" ");
  return (
    <div className="vnn-knife" aria-hidden="true">
      <svg width="100%" height="100%" role="presentation">
        <polyline points={path} />
      </svg>
    </div>
  );
}

export async function cutWires(session: Session, wires: string[]): Promise<void> {
  if (!(await session.do({ command: "Remove", blocks: [], wires, points: {} }))) return;
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
