import type { KeyboardEvent, PointerEvent } from "react";
import { clampPanel, setPanel } from "./panels";
import { useEye, useSession } from "./session";
import type { PanelName } from "./state";

interface SplitterProps {
  panel: PanelName;
  label: string;
  /** Which way the pointer goes when the panel grows. */
  grows: "left" | "right" | "up";
}

/** The edge of a panel: drag it, or use the arrows, to give the panel more or less room. */
export function Splitter({ panel, label, grows }: SplitterProps) {
  const session = useSession();
  const size = useEye((eye) => eye.panels[panel].size);
  const isVertical = grows === "up";
  const resize = (by: number) => setPanel(session, panel, { size: clampPanel(panel, size + by) });

  const start = (event: PointerEvent<HTMLElement>) => {
    const edge = event.currentTarget;
    edge.setPointerCapture(event.pointerId);
    const from = isVertical ? event.clientY : event.clientX;
    const move = (moved: globalThis.PointerEvent) => {
      const by = (isVertical ? moved.clientY : moved.clientX) - from;
      setPanel(session, panel, { size: size + (grows === "right" ? by : -by) });
    };
    const stop = () => {
      edge.removeEventListener("pointermove", move);
      edge.removeEventListener("pointerup", stop);
      edge.removeEventListener("pointercancel", stop);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("pointerup", stop);
    edge.addEventListener("pointercancel", stop);
  };
  const key = (event: KeyboardEvent) => {
    const more = { left: "ArrowLeft", right: "ArrowRight", up: "ArrowUp" }[grows];
    const less = { left: "ArrowRight", right: "ArrowLeft", up: "ArrowDown" }[grows];
    if (event.key === more) resize(16);
    else if (event.key === less) resize(-16);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a line of a page cannot be dragged
    <div
      className={`vnn-splitter ${grows}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isVertical ? "horizontal" : "vertical"}
      aria-valuenow={size}
      onPointerDown={start}
      onKeyDown={key}
    />
  );
}
