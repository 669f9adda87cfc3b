import { openInspector } from "../panels";
import type { Session } from "../session";

/** Opens the inspector where it is said how many times a block stands in a row. */
export function openRepeat(session: Session, block: string): void {
  session.select([block]);
  openInspector(session, true);
  const focus = () =>
    session.root?.querySelector<HTMLInputElement>(".vnn-inspector input[name=repeat]")?.focus();
  requestAnimationFrame(focus);
}
