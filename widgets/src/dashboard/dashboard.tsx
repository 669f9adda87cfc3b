import { useLayoutEffect, useRef, useState } from "react";
import type { TrainingView } from "../shared/messages";
import { keepKeys } from "../shared/own_keys";
import { type Store, useStore } from "../shared/store";
import { type Theme, watchTheme } from "../shared/theme";
import { type Width, widthClass } from "../shared/width";
import { t } from "../shared/words";
import { isActive, progressWords } from "../training/progress";
import { Run } from "../training/run";

/** How `fit` goes: the curves of the builder's Training tab, in a cell. */
export function Dashboard({ store }: { store: Store<{ training: TrainingView | null }> }) {
  const training = useStore(store, (state) => state.training);
  const root = useRef<HTMLElement>(null);
  const [theme, setTheme] = useState<Theme>("light");
  const [width, setWidth] = useState<Width>("wide");
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const stopKeys = keepKeys(element);
    const stop = watchTheme(element, setTheme);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) setWidth(widthClass(element.clientWidth));
    });
    observer.observe(element);
    return () => {
      stopKeys();
      stop();
      observer.disconnect();
    };
  }, []);
  return (
    <section
      className="vnn vnn-dashboard"
      ref={root}
      aria-label={t("Training")}
      data-theme={theme}
      data-width={width}
    >
      {training && <Run training={training} theme={theme} />}
      {training && isActive(training.status) && (
        <p className="vnn-dashboard-hint">
          {t("To stop, press")} <b>■</b> {t("in the notebook’s toolbar: what was learned is kept.")}
        </p>
      )}
      <output className="vnn-unseen" aria-live="polite">
        {training && words(training)}
      </output>
    </section>
  );
}

/** What is said aloud: that it began, and how it ended; not each epoch. */
function words(training: TrainingView): string {
  if (isActive(training.status)) return t("Training runs.");
  const { head, rest } = progressWords(training);
  return [`${head}: ${rest}.`, training.error || training.sentence].filter(Boolean).join(" ");
}
