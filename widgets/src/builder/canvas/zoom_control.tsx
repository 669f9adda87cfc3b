import { useStore as useFlow } from "@xyflow/react";
import { useRef } from "react";
import { t } from "../../shared/words";
import { ArrowIcon, FitIcon, HandIcon } from "../icons";
import { useEye, useSession } from "../session";
import { DepthControl } from "../submodels/depth_control";
import { fitView, zoomBy, zoomTo } from "./camera";

/** The tool of the left button, and the zoom. */
export function ZoomControl() {
  const session = useSession();
  const zoom = useFlow(({ transform }) => Math.round(transform[2] * 100));
  const tool = useEye((eye) => eye.tool);
  const percent = useRef<HTMLButtonElement>(null);

  const openMenu = () => {
    const root = session.root?.getBoundingClientRect();
    const button = percent.current?.getBoundingClientRect();
    if (!root || !button) return;
    const { wheel } = session.eye.state;
    const set = (value: "zoom" | "pan") => () => session.eye.set({ wheel: value });
    session.eye.set({
      menu: {
        at: { x: button.left - root.left, y: button.top - root.top },
        label: t("Zoom"),
        items: [
          { label: t("Fit"), keys: "F", act: () => fitView(session) },
          ...[50, 75, 100, 150, 200].map((percentage) => ({
            label: `${percentage} %`,
            keys: percentage === 100 ? "0" : undefined,
            act: () => zoomTo(session, percentage / 100),
          })),
          null,
          { label: `${wheel === "zoom" ? "● " : "○ "}${t("Wheel zooms")}`, act: set("zoom") },
          {
            label: `${wheel === "pan" ? "● " : "○ "}${t("Wheel moves the view")}`,
            act: set("pan"),
          },
        ],
      },
    });
  };

  return (
    <div className="vnn-zoom">
      <div className="vnn-segments" role="toolbar" aria-label={t("Tool of the mouse")}>
        <button
          type="button"
          aria-pressed={tool === "select"}
          aria-label={t("Select by dragging on the canvas")}
          title={t("Select (V)")}
          onClick={() => session.eye.set({ tool: "select" })}
        >
          <ArrowIcon size={14} />
        </button>
        <button
          type="button"
          aria-pressed={tool === "pan"}
          aria-label={t("Move the view by dragging on the canvas")}
          title={t("Move the view (H, or hold Space)")}
          onClick={() => session.eye.set({ tool: "pan" })}
        >
          <HandIcon size={14} />
        </button>
      </div>
      <div className="vnn-segments" role="toolbar" aria-label={t("Zoom")}>
        <button
          type="button"
          aria-label={t("Zoom out")}
          title={t("Zoom out (−)")}
          onClick={() => zoomBy(session, 0.8)}
        >
          −
        </button>
        <button
          type="button"
          ref={percent}
          className="vnn-percent"
          aria-label={t("Zoom {zoom} percent: choose another", { zoom })}
          aria-haspopup="menu"
          onClick={openMenu}
        >
          {zoom} %
        </button>
        <button
          type="button"
          aria-label={t("Zoom in")}
          title={t("Zoom in (+)")}
          onClick={() => zoomBy(session, 1.25)}
        >
          +
        </button>
        <button
          type="button"
          aria-label={t("Fit the drawing into view")}
          title={t("Fit (F)")}
          onClick={() => fitView(session)}
        >
          <FitIcon size={14} />
        </button>
      </div>
      <DepthControl />
    </div>
  );
}
