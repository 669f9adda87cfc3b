import { useStore as useFlow } from "@xyflow/react";
import { useLayoutEffect, useRef, useState } from "react";
import { t } from "../../shared/words";
import { Fixes } from "../fixes";
import { CloseIcon } from "../icons";
import { useCanvas, useDrawing, useEye, useSession } from "../session";
import { CALLOUT_WIDTH, calloutPlace } from "./callout_place";
import { boxOf } from "./drawn";
import type { Box } from "./geometry";

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
      style={{ left: place.x, top: place.y, width: Math.min(CALLOUT_WIDTH, width - 16) }}
      aria-label={t("Problem of {layer}", { layer: node.data.block.layer })}
    >
      <div className="vnn-callout-head">
        <b>{node.data.block.layer}</b>
        <button
          type="button"
          className="vnn-button icon small"
          aria-label={t("Close the explanation")}
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
