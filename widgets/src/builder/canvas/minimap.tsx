import { useStore as useFlow } from "@xyflow/react";
import { type PointerEvent, useMemo, useRef } from "react";
import { t } from "../../shared/words";
import { useCanvas, useDrawing, useSession } from "../session";
import type { BlockNode } from "../state";
import { besideBoxes } from "./camera";
import { boxOf } from "./drawn";
import { type Box, boundsOf } from "./geometry";

const WIDTH = 118;
const HEIGHT = 82;
const MARGIN = 6;

/** From this many blocks on they stay where they were on the map until the hand lets go. */
const MANY_BLOCKS = 300;

function useSettledNodes(): BlockNode[] {
  const settled = useRef<BlockNode[]>([]);
  return useCanvas(({ nodes }) => {
    const isDragging = nodes.length > MANY_BLOCKS && nodes.some((node) => node.dragging);
    if (!isDragging || settled.current.length === 0) settled.current = nodes;
    return settled.current;
  });
}

function outlines(boxes: Box[]): string {
  return boxes
    .map((box) => `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}z`)
    .join("");
}

/**
 * The whole drawing in small, with a frame around what is in view; a press or drag moves the view.
 * All blocks are three paths: one element for each would be felt while dragging among hundreds.
 */
export function MiniMap() {
  const session = useSession();
  const nodes = useSettledNodes();
  const [left, top, zoom] = useFlow((flow) => flow.transform);
  const width = useFlow((flow) => flow.width);
  const height = useFlow((flow) => flow.height);
  const view = { x: -left / zoom, y: -top / zoom, width: width / zoom, height: height / zoom };
  const written = useDrawing(({ view: drawing }) => drawing?.beside);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written lies where blocks lie
  const beside = useMemo(() => besideBoxes(session), [session, nodes, written]);
  const whole = useMemo(() => boundsOf([...nodes.map(boxOf), ...beside]), [nodes, beside]);
  const world = boundsOf([whole, view]);
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
  const [calm, wrong, selected] = useMemo(() => {
    const path = (chosen: (node: BlockNode) => boolean) =>
      outlines(nodes.filter(chosen).map(boxOf));
    return [
      path((node) => !node.data.block.error && !node.selected),
      path((node) => Boolean(node.data.block.error) && !node.selected),
      path((node) => Boolean(node.selected)),
    ];
  }, [nodes]);
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
      aria-label={t("Overview")}
      onPointerDown={look}
      onPointerMove={look}
    >
      <title>{t("Overview: press to go there")}</title>
      <g transform={`translate(${offset.x} ${offset.y}) scale(${scale})`}>
        <path className="written" d={outlines(beside)} />
        <path d={calm} />
        <path className="wrong" d={wrong} />
        <path className="selected" d={selected} />
      </g>
      <rect x={frame.x} y={frame.y} width={frame.width} height={frame.height} rx={1} />
    </svg>
  );
}
