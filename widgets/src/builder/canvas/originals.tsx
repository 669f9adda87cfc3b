import { ViewportPortal } from "@xyflow/react";
import { useCanvas } from "../session";
import type { BlockNode } from "../state";
import { boxOf } from "./drawn";

const NONE: BlockNode[] = [];

/** Where blocks stay of which a copy is dragged. */
export function Originals() {
  const dragged = useCanvas(
    ({ nodes, copying }) => (copying ? nodes.filter((node) => node.dragging) : NONE),
    (a, b) => a.length === b.length && a.every((node, at) => node.id === b[at]?.id),
  );
  if (dragged.length === 0) return null;
  return (
    <ViewportPortal>
      {dragged.map((node) => {
        const { width, height } = boxOf(node);
        const { x, y, kind } = node.data.block;
        return (
          <div
            key={node.id}
            className="vnn-original"
            style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
          >
            {kind}
          </div>
        );
      })}
    </ViewportPortal>
  );
}
