import type { BlockView, Command, SettingForm } from "../../shared/messages";
import { count, counted } from "../../shared/numbers";
import { equalJson } from "../../shared/sharing";
import { t } from "../../shared/words";
import { duplicateSelection } from "../clipboard";
import { removeSelection, setTrainable } from "../edits";
import { useDrawing, useSession } from "../session";
import { configure, Settings, settingOf } from "./block_form";

/** The form of several blocks: the settings that all of them have, changed in one step. */
export function SeveralForm({ blocks }: { blocks: BlockView[] }) {
  const session = useSession();
  const layers = useDrawing(({ palette }) => palette?.layers ?? []);
  const kinds = [...new Set(blocks.map((block) => block.kind))];
  const declared = kinds.map((kind) => layers.find((layer) => layer.name === kind)?.settings ?? []);
  const common = (declared[0] ?? []).filter((form) =>
    declared.every((settings) =>
      settings.some((other) => other.name === form.name && other.kind === form.kind),
    ),
  );
  const isMixed = (form: SettingForm) =>
    blocks.some((block) => !equalJson(settingOf(block, form), settingOf(blocks[0]!, form)));
  const parameters = blocks.reduce((sum, block) => sum + (block.parameters ?? 0), 0);
  const allFrozen = blocks.every((block) => block.frozen);
  const ids = blocks.map((block) => block.id);

  return (
    <>
      <div className="vnn-inspector-title">
        <b>{counted(blocks.length, "block")}</b>
      </div>
      <p className="vnn-dim vnn-inspector-help">
        {kinds.length === 1
          ? t("All are {kinds}.", { kinds: kinds[0] ?? "" })
          : `${kinds.slice(0, 4).join(", ")}${kinds.length > 4 ? t(" and others") : ""}.`}{" "}
        {t("{count} parameters together.", { count: count(parameters) })}
      </p>
      <div className="vnn-actions">
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => void duplicateSelection(session)}
        >
          {t("Duplicate")}
        </button>
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => void setTrainable(session, ids, allFrozen)}
        >
          {allFrozen ? t("Unfreeze") : t("Freeze")}
        </button>
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => void removeSelection(session)}
        >
          {t("Delete")}
        </button>
      </div>
      <div className="vnn-form">
        {common.length > 0 ? (
          <Settings
            kind={{ settings: common }}
            settingValue={(form) => settingOf(blocks[0]!, form)}
            isMixed={isMixed}
            commit={(form, value) => {
              const commands: Command[] = ids.map((block) => ({
                command: "Configure",
                block,
                setting: form.name,
                value,
              }));
              const label = t("Set {setting} of {blocks}", {
                setting: form.name,
                blocks: counted(ids.length, "block"),
              });
              return configure(session, { command: "Batch", label, commands });
            }}
          />
        ) : (
          <p className="vnn-dim">{t("These blocks have no setting in common.")}</p>
        )}
      </div>
    </>
  );
}
