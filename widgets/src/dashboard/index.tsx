/** The curves below a cell in which `fit` runs.  Its other half: visualnn/widgets/dashboard.py */
import "../shared/language";
import "../shared/theme.css";
import "./dashboard.css";
import { createRoot } from "react-dom/client";
import type { WidgetModel } from "../model";
import { Connection } from "../shared/connection";
import type { TrainingView } from "../shared/messages";
import { Store } from "../shared/store";
import { Dashboard } from "./dashboard";

/** Draws the dashboard into `el`; the function it returns takes it away again. */
export function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const python = new Connection<{ training: TrainingView }>(model);
  const store = new Store<{ training: TrainingView | null }>({ training: null });
  python.watch("training", (training) => store.set({ training: training ?? null }));
  const root = createRoot(el);
  root.render(<Dashboard store={store} />);
  return () => {
    root.unmount();
    python.close();
  };
}
