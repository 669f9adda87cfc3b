import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { createContext, memo, useContext, useState } from "react";
import { createPortal } from "react-dom";
import { useCanvas } from "../session";
import type { Point, WireEdge } from "../state";
import { PORT_RADIUS, PORT_REACH } from "./geometry";
import { pillLabel, pillWidth } from "./pills";
import { PointMark } from "./point_mark";
import { wirePath } from "./routes";

/** The layer over all wires and under all blocks in which pills are drawn: no wire crosses one. */
export const PillLayerContext = createContext<SVGSVGElement | null>(null);

export function PillLayer({ onLayer }: { onLayer(layer: SVGSVGElement | null): void }) {
  return (
    <EdgeLabelRenderer>
      <svg className="vnn-pills" ref={onLayer} role="presentation" />
    </EdgeLabelRenderer>
  );
}

/** A wire with the shape that flows through it; one that does not fit is red, dashed and crossed. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { data, selected, sourceX, sourceY, targetX, targetY } = props;
  const layer = useContext(PillLayerContext);
  const [pointedAt, setPointedAt] = useState(false);
  const shift = useShift(props);
  if (!data) return null;
  const { wire, detour, crowded, direction } = data;
  // React Flow measures to the outer edge of a port's target, the drawing goes to its dot.
  const inside = PORT_REACH - PORT_RADIUS;
  const [byX, byY] = direction === "down" ? [0, inside] : [inside, 0];
  const from = { x: sourceX - byX, y: sourceY - byY };
  const to = { x: targetX + byX, y: targetY + byY };
  const points = shift
    ? data.points.map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y }))
    : data.points;
  const { path, middle, isUpright } = wirePath(from, to, detour, direction, points);
  const way = [from, ...points, to];
  const label = pillLabel(wire);
  const width = pillWidth(label);
  const flags = { wrong: wire.error !== "", selected };
  const state = Object.keys(flags).filter((flag) => flags[flag as keyof typeof flags]);
  const isShown = label !== "" && (!crowded || selected || pointedAt);
  return (
    <g
      className={["vnn-wire", ...state].join(" ")}
      data-wire={wire.id}
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
    >
      <path className="vnn-wire-hit" d={path} />
      <path className="vnn-wire-line" d={path} />
      {isShown &&
        layer &&
        createPortal(
          <g
            className={["vnn-pill", ...state].join(" ")}
            data-pill={wire.id}
            transform={`translate(${middle.x} ${middle.y})${isUpright ? " rotate(-90)" : ""}`}
          >
            {wire.error && <title>{wire.error}</title>}
            <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
            <text textAnchor="middle" y={4}>
              {label}
            </text>
          </g>,
          layer,
        )}
      {points.length > 0 &&
        layer &&
        createPortal(
          points.map((point, at) => (
            <PointMark
              key={at}
              name={{ wire: wire.id, at }}
              at={point}
              count={points.length}
              neighbours={[way[at]!, way[at + 2]!]}
            />
          )),
          layer,
        )}
    </g>
  );
});

/** How far both ends of a wire are from where Python has them, when they go the same way. */
function useShift({ source, target, data }: EdgeProps<WireEdge>): Point | null {
  const isLed = (data?.points.length ?? 0) > 0 && !data?.held;
  return useCanvas(
    ({ nodes }) => {
      if (!isLed) return null;
      const [one, other] = [source, target].map((id) => {
        const node = nodes.find((some) => some.id === id);
        const { x = 0, y = 0 } = node?.data.block ?? {};
        return { x: (node?.position.x ?? 0) - x, y: (node?.position.y ?? 0) - y };
      });
      const same = one!.x === other!.x && one!.y === other!.y;
      return same && (one!.x !== 0 || one!.y !== 0) ? one! : null;
    },
    (a, b) => a?.x === b?.x && a?.y === b?.y,
  );
}
