import { useStore as useFlow } from "@xyflow/react";
import { useLayoutEffect, useRef, useState } from "react";
import { Fixes } from "../fixes";
import { CloseIcon } from "../icons";
import { useCanvas, useDrawing, useEye, useSession } from "../session";
import type { Point } from "../state";
import { boxOf } from "./drawn";
import { type Box, overlaps } from "./geometry";

const GAP = 14;
const WIDTH = 272;

/** What is wrong with a block, beside it, with the buttons that repair it. */
export function Callout() {
  const session = useSession();
  const id = useEye((eye) => eye.callout);
  const node = useCanvas((canvas) => canvas.nodes.find((other) => other.id === id));
  const problem = useDrawing(({ view }) => view?.problems.find((other) => other.block === id));
  const transform = useFlow((flow) => flow.transform);
  const width = useFlow((flow) => flow.width);
  const height = useFlow((flow) => flow.height);
  const card = useRef<HTMLElement>(null);
  const [tall, setTall] = useState(110);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height depends on the problem's text
  useLayoutEffect(() => setTall(card.current?.offsetHeight ?? 110), [problem]);
  if (!node || !problem) return null;

  const [left, top, zoom] = transform;
  const onScreen = (box: Box): Box => ({
    x: box.x * zoom + left,
    y: box.y * zoom + top,
    width: box.width * zoom,
    height: box.height * zoom,
  });
  const box = onScreen(boxOf(node));
  const outside =
    box.x > width || box.y > height || box.x + box.width < 0 || box.y + box.height < 0;
  if (outside) return null;
  const others = session.canvas.state.nodes.map((other) => onScreen(boxOf(other)));
  const place = calloutPlace(box, others, { width, height }, tall);
  return (
    <section
      className="vnn-callout"
      ref={card}
      style={{ left: place.x, top: place.y, width: Math.min(WIDTH, width - 16) }}
      aria-label={`Problem of ${node.data.block.layer}`}
    >
      <div className="vnn-callout-head">
        <b>{node.data.block.layer}</b>
        <button
          type="button"
          className="vnn-button icon small"
          aria-label="Close the explanation"
          onClick={() => session.eye.set({ callout: "" })}
        >
          <CloseIcon size={12} />
        </button>
      </div>
      <p>{problem.sentence}</p>
      <Fixes fixes={problem.fixes} />
    </section>
  );
}

/** Beside the block where the card covers the fewest others and stays in view. */
export function calloutPlace(
  box: Box,
  others: Box[],
  view: { width: number; height: number },
  tall: number,
): Point {
  const wide = Math.min(WIDTH, view.width - 16);
  const places: Point[] = [
    { x: box.x + box.width + GAP, y: box.y },
    { x: box.x - wide - GAP, y: box.y },
    { x: box.x + box.width / 2 - wide / 2, y: box.y + box.height + GAP },
    { x: box.x + box.width / 2 - wide / 2, y: box.y - tall - GAP },
  ];
  const cost = (place: Point) => {
    const card = { ...place, width: wide, height: tall };
    const inView =
      Math.max(0, 8 - card.x, card.x + wide - view.width + 8) +
      Math.max(0, 8 - card.y, card.y + tall - view.height + 8);
    return others.filter((other) => overlaps(card, other, 4)).length * 60 + inView;
  };
  const best = places.reduce((one, other) => (cost(other) < cost(one) ? other : one));
  return {
    x: Math.max(8, Math.min(best.x, view.width - wide - 8)),
    y: Math.max(8, Math.min(best.y, view.height - tall - 8)),
  };
}
