import { ViewportPortal } from "@xyflow/react";
import { useDrawing } from "../session";

/** The frames around what is inside opened submodels. */
export function UnfoldedFrames() {
  const frames = useDrawing(({ unfolded }) => unfolded?.frames);
  if (!frames) return null;
  return (
    <ViewportPortal>
      {frames.map(({ id, name, x, y, width, height }) => (
        <div
          key={id}
          className="vnn-unfolded"
          style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
        >
          {name}
        </div>
      ))}
    </ViewportPortal>
  );
}
