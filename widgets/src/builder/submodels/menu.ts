import type { BlockView } from "../../shared/messages";
import { t } from "../../shared/words";
import { keyWords } from "../keyboard/key_words";
import { frameItems } from "../notes/framing";
import type { Session } from "../session";
import type { MenuItem } from "../state";
import { collapse, enter, instance, isSubmodel, unpack } from "./actions";
import { openRepeat } from "./repeat";

/** What the menu of a block offers for submodels and layers that are used several times. */
export function submodelItems(
  session: Session,
  block: BlockView,
  blocks: string[],
): (MenuItem | null)[] {
  const several = blocks.length > 1;
  const items: (MenuItem | null)[] = [];
  if (!several && isSubmodel(block)) {
    items.push(
      { label: t("Open"), keys: "Enter", act: () => void enter(session, block.id) },
      {
        label: t("Unpack"),
        keys: keyWords("Mod+Shift+G"),
        act: () => void unpack(session, block.id),
      },
    );
  }
  items.push({
    label: t("Make a submodel"),
    keys: keyWords("Mod+G"),
    act: () => void collapse(session),
  });
  items.push(...frameItems(session));
  if (several) {
    items.push({
      label: t("Share one layer"),
      act: () => void session.do({ command: "Share", blocks }),
    });
    return [...items, null];
  }
  if (block.kind === "Input") return [...items, null];
  items.push({ label: t("Repeat…"), act: () => openRepeat(session, block.id) });
  if (isSubmodel(block)) {
    items.push({
      label: t("Use again, linked"),
      act: () => void instance(session, block, "linked"),
    });
  }
  items.push({ label: t("Use again, shared"), act: () => void instance(session, block, "shared") });
  if (isSubmodel(block)) {
    items.push({
      label: t("Use again, copied"),
      act: () => void instance(session, block, "copied"),
    });
  }
  if (block.calls > 1) {
    items.push({
      label: t("Give it a layer of its own"),
      act: () => void session.do({ command: "Unshare", block: block.id }),
    });
  }
  if (block.inside && block.inside.linked > 0) {
    items.push({
      label: t("Unlink"),
      act: () => void session.do({ command: "Unlink", block: block.id }),
    });
  }
  return [...items, null];
}
