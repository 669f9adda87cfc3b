/** The drag-and-drop builder.  Its other half: visualnn/widgets/builder.py */
import "../shared/language";
import "@xyflow/react/dist/base.css";
import "../shared/theme.css";
import "./styles/frame.css";
import "./styles/canvas.css";
import "./styles/block.css";
import "./styles/palette.css";
import "./styles/inspector.css";
import "./styles/submodels.css";
import "./styles/notes.css";
import "./styles/versions.css";
import "./styles/dock.css";
import "./styles/training.css";
import "./styles/overlays.css";
import "./styles/contrast.css";
import { createRoot } from "react-dom/client";
import type { WidgetModel } from "../model";
import { App } from "./app";
import { addOpened } from "./opened";
import { Session, SessionContext } from "./session";

/** Draws the builder into `el`; the function it returns takes it away again. */
export function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const session = new Session(model);
  const close = addOpened(session);
  const root = createRoot(el);
  root.render(
    <SessionContext value={session}>
      <App />
    </SessionContext>,
  );
  return () => {
    close();
    root.unmount();
    session.close();
  };
}
