import { ViewportPortal } from "@xyflow/react";
import { useCanvas } from "../session";

const FAR = 20000;

/** Thin lines through what a dragged block is in line with. */
export function Guides() {
  const { x, y } = useCanvas((canvas) => canvas.guides);
  if (x === null && y === null) return null;
  return (
    <ViewportPortal>
      {x !== null && (
        <div className="vnn-guide" style={{ left: x, top: -FAR, height: 2 * FAR, width: 1 }} />
      )}
      {y !== null && (
        <div className="vnn-guide" style={{ left: -FAR, top: y, width: 2 * FAR, height: 1 }} />
      )}
    </ViewportPortal>
  );
}
