import type { EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { WireEdge } from "../state";
import { PORT_RADIUS, PORT_REACH } from "./geometry";
import { wirePath } from "./routes";

const CHARACTER = 6.7;

/** A wire with the shape that flows through it; one that does not fit is red, dashed and crossed. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { data, selected, sourceX, sourceY, targetX, targetY } = props;
  if (!data) return null;
  const { wire, detour } = data;
  // React Flow measures to the outer edge of a port's target, the drawing goes to its dot.
  const from = { x: sourceX, y: sourceY - PORT_REACH + PORT_RADIUS };
  const to = { x: targetX, y: targetY + PORT_REACH - PORT_RADIUS };
  const { path, middle, isUpright } = wirePath(from, to, detour);
  const label = wire.error ? `${wire.shape || "?"} ✕` : wire.shape;
  const width = Math.ceil(label.length * CHARACTER + 14);
  const state = `${wire.error ? "wrong" : ""} ${selected ? "selected" : ""}`;
  return (
    <g className={`vnn-wire ${state}`} data-wire={wire.id}>
      <path className="vnn-wire-hit" d={path} />
      <path className="vnn-wire-line" d={path} />
      {label && (
        <g
          className="vnn-pill"
          transform={`translate(${middle.x} ${middle.y})${isUpright ? " rotate(-90)" : ""}`}
        >
          {wire.error && <title>{wire.error}</title>}
          <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
          <text textAnchor="middle" y={4}>
            {label}
          </text>
        </g>
      )}
    </g>
  );
});
