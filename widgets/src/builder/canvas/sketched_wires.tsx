import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";
import { useCanvas } from "../session";
import type { WireEdge } from "../state";
import { boxOf } from "./drawn";

/** All wires as two lines: of hundreds seen from afar, none is pointed at. */
export function SketchedWires() {
  const nodes = useCanvas((canvas) => canvas.nodes);
  const edges = useCanvas((canvas) => canvas.edges);
  const [right, wrong] = useMemo(() => {
    const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
    const path = (chosen: (edge: WireEdge) => boolean) =>
      edges
        .filter(chosen)
        .map(({ source, target, data }) => {
          const from = boxes.get(source);
          const to = boxes.get(target);
          if (!from || !to) return "";
          const by = (data?.points ?? []).map(({ x, y }) => `L${x} ${y}`).join("");
          if (data?.direction === "right") {
            const start = `M${from.x + from.width} ${from.y + from.height / 2}`;
            return `${start}${by}L${to.x} ${to.y + to.height / 2}`;
          }
          const start = `M${from.x + from.width / 2} ${from.y + from.height}`;
          return `${start}${by}L${to.x + to.width / 2} ${to.y}`;
        })
        .join("");
    return [path(({ data }) => !data?.wire.error), path(({ data }) => Boolean(data?.wire.error))];
  }, [nodes, edges]);
  return (
    <ViewportPortal>
      <svg className="vnn-sketched-wires" role="presentation">
        <path d={right} />
        <path className="wrong" d={wrong} />
      </svg>
    </ViewportPortal>
  );
}
