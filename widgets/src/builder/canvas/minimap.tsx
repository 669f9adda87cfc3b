import { useStore as useFlow } from "@xyflow/react";
import type { PointerEvent } from "react";
import { useCanvas, useSession } from "../session";
import type { BlockNode } from "../state";
import { boundsOf } from "./camera";
import { boxOf } from "./drawn";
import type { Box } from "./geometry";

const WIDTH = 118;
const HEIGHT = 82;
const MARGIN = 6;

/**
 * The whole drawing in small, with a frame around what is in view; a press or drag moves the view.
 * All blocks are three paths: one element for each would be felt while dragging among hundreds.
 */
export function MiniMap() {
  const session = useSession();
  const nodes = useCanvas((canvas) => canvas.nodes);
  const [left, top, zoom] = useFlow((flow) => flow.transform);
  const width = useFlow((flow) => flow.width);
  const height = useFlow((flow) => flow.height);
  const view = { x: -left / zoom, y: -top / zoom, width: width / zoom, height: height / zoom };
  const world = boundsOf([...nodes.map(boxOf), view]);
  const scale = Math.min((WIDTH - 2 * MARGIN) / world.width, (HEIGHT - 2 * MARGIN) / world.height);
  const offset = {
    x: (WIDTH - world.width * scale) / 2 - world.x * scale,
    y: (HEIGHT - world.height * scale) / 2 - world.y * scale,
  };
  const small = (box: Box): Box => ({
    x: box.x * scale + offset.x,
    y: box.y * scale + offset.y,
    width: box.width * scale,
    height: box.height * scale,
  });
  const path = (chosen: (node: BlockNode) => boolean) =>
    nodes
      .filter(chosen)
      .map((node) => small(boxOf(node)))
      .map((box) => `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}z`)
      .join("");
  const look = (event: PointerEvent<SVGSVGElement>) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.x - offset.x) / scale;
    const y = (event.clientY - box.y - offset.y) / scale;
    session.moved = true;
    void session.flow?.setCenter(x, y, { zoom });
  };
  const frame = small(view);
  return (
    <svg
      className="vnn-minimap"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label="Overview"
      onPointerDown={look}
      onPointerMove={look}
    >
      <title>Overview: press to go there</title>
      <path d={path((node) => !node.data.block.error && !node.selected)} />
      <path
        className="wrong"
        d={path((node) => Boolean(node.data.block.error) && !node.selected)}
      />
      <path className="selected" d={path((node) => Boolean(node.selected))} />
      <rect x={frame.x} y={frame.y} width={frame.width} height={frame.height} rx={1} />
    </svg>
  );
}
