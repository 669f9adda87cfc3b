import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { t } from "../shared/words";

const IN_A_CELL = 560;
const LEAST = 320;
const MOST = 1600;
const STEP = 24;

/** Places that give the widget a whole tab or panel instead of a part of a notebook. */
const HOSTS = "[data-visualnn-fill], .jp-LinkedOutputView";

/** Whether the widget fills its host instead of standing in a cell. */
export function fillsHost(element: Element): boolean {
  return element.closest(HOSTS) !== null;
}

/** The height in a cell, which the reader may change. */
export function useHeight(): [number, (height: number) => void] {
  const [height, setHeight] = useState(IN_A_CELL);
  return [height, (wanted) => setHeight(Math.round(Math.min(MOST, Math.max(LEAST, wanted))))];
}

interface GripProps {
  height: number;
  onChange(height: number): void;
}

/** The lower edge of the widget: drag it, or use the arrows, to make the widget taller. */
export function HeightGrip({ height, onChange }: GripProps) {
  const start = (event: PointerEvent<HTMLElement>) => {
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    const from = event.clientY;
    const move = (moved: globalThis.PointerEvent) => onChange(height + moved.clientY - from);
    const stop = () => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", stop);
      grip.removeEventListener("pointercancel", stop);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", stop);
    grip.addEventListener("pointercancel", stop);
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: STEP, ArrowUp: -STEP }[event.key];
    if (!step) return;
    onChange(height + step);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line of a page cannot be dragged
    <div
      className="vnn-grip"
      role="separator"
      tabIndex={0}
      aria-label={t("Height of the builder")}
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      onPointerDown={start}
      onKeyDown={key}
    />
  );
}
