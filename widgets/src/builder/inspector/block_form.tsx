import { type ReactNode, useRef, useState } from "react";
import { RefusedError } from "../../shared/connection";
import type { BlockView, Command, LayerKind, SettingForm } from "../../shared/messages";
import { count } from "../../shared/numbers";
import { equalJson } from "../../shared/sharing";
import { familyStyle } from "../../shared/theme";
import { later, t } from "../../shared/words";
import { useFamily } from "../families";
import { Fixes } from "../fixes";
import { type Session, useDrawing, useEye, useSession } from "../session";
import type { BlockTab } from "../state";
import { PromoteButton } from "../submodels/promote_button";
import { RepeatField } from "../submodels/repeat_field";
import { SubmodelForm } from "../submodels/submodel_form";
import { BlockCode } from "./block_code";
import { Field } from "./field";
import { Shapes } from "./shapes";
import { type InspectorTab, Tabs } from "./tabs";
import { Weights } from "./weights";

/** The form of one block: its name, its settings, what goes in and what comes out. */
export function BlockForm({ block }: { block: BlockView }) {
  const session = useSession();
  const kind = useDrawing(({ palette }) => palette?.layers.find(({ name }) => name === block.kind));
  const problem = useDrawing(({ view }) =>
    view?.problems.find((other) => other.block === block.id),
  );
  const family = useFamily(block.family);
  // What is told beside the block is not told here again.
  const isTold = useEye((eye) => eye.callout === block.id);
  const wanted = useEye((eye) => eye.blockTab);
  const tab = tabsOf(block).some(({ name }) => name === wanted) ? wanted : "settings";
  return (
    <>
      <div className="vnn-inspector-title" data-family={block.family} style={familyStyle(family)}>
        <span className="vnn-glyph" aria-hidden="true">
          {family?.glyph ?? "▪"}
        </span>
        <b>{block.kind}</b>
        <LayerName key={block.id} block={block} />
      </div>
      {kind?.help && <p className="vnn-dim vnn-inspector-help">{t(kind.help)}</p>}
      {(problem || block.error) && !isTold && (
        <div className="vnn-complaint">
          <p>{problem?.sentence ?? block.error}</p>
          {problem && <Fixes fixes={problem.fixes} />}
        </div>
      )}
      {block.calls > 1 && (
        <p className="vnn-hint">
          {t("This layer is called {calls} times; the calls share its settings and weights.", {
            calls: block.calls,
          })}
        </p>
      )}
      <Tabs
        tabs={tabsOf(block)}
        chosen={tab}
        label={t("What is shown of the block")}
        choose={(blockTab) => session.eye.set({ blockTab })}
      >
        {tab === "shapes" && <Shapes block={block} />}
        {tab === "weights" && <Weights block={block} />}
        {tab === "code" && <BlockCode block={block} />}
        {tab === "settings" && <BlockSettings block={block} kind={kind} />}
      </Tabs>
      <Flow block={block} />
    </>
  );
}

function tabsOf(block: BlockView): InspectorTab<BlockTab>[] {
  const tabs: InspectorTab<BlockTab>[] = [
    { name: "settings", label: t("Settings") },
    { name: "shapes", label: t("Shapes") },
  ];
  if (block.parameters) tabs.push({ name: "weights", label: t("Weights") });
  return [...tabs, { name: "code", label: t("Code") }];
}

/** What can be set about a block. */
function BlockSettings({ block, kind }: { block: BlockView; kind: LayerKind | undefined }) {
  const session = useSession();
  return (
    <>
      {block.inside && <SubmodelForm block={block} inside={block.inside} />}
      <div className="vnn-form">
        {kind && (
          <Settings
            kind={kind}
            settingValue={(form) => settingOf(block, form)}
            expressionOf={(form) => block.expressions?.[form.name]}
            beside={(form) => <PromoteButton block={block} setting={form.name} />}
            commit={(form, value) =>
              configure(session, {
                command: "Configure",
                block: block.id,
                setting: form.name,
                value,
              })
            }
          />
        )}
        {block.kind !== "Input" && <RepeatField block={block} />}
        {block.parameters !== null && (block.parameters > 0 || block.frozen) && (
          <Field
            form={TRAINABLE}
            value={!block.frozen}
            commit={(value) =>
              configure(session, {
                command: "SetTrainable",
                block: block.id,
                trainable: Boolean(value),
              })
            }
          />
        )}
      </div>
    </>
  );
}

const TRAINABLE: SettingForm = {
  name: "trainable",
  kind: "boolean",
  default: true,
  required: false,
  choices: [],
  help: later("Whether training changes the weights of this layer. Off freezes them."),
  optional: false,
  length: 0,
};

export function settingOf(block: BlockView, form: SettingForm): unknown {
  return form.name in block.config ? block.config[form.name] : form.default;
}

interface SettingsProps {
  kind: Pick<LayerKind, "settings">;
  settingValue(form: SettingForm): unknown;
  isMixed?(form: SettingForm): boolean;
  expressionOf?(form: SettingForm): string | undefined;
  beside?(form: SettingForm): ReactNode;
  commit(form: SettingForm, value: unknown): Promise<string>;
}

/** The settings in their order; what may be left out and is, folds away under "More". */
export function Settings(props: SettingsProps) {
  const { kind, settingValue, isMixed, expressionOf, beside, commit } = props;
  const [all, setAll] = useState(false);
  const isRare = (form: SettingForm) =>
    form.optional &&
    !isMixed?.(form) &&
    equalJson(settingValue(form) ?? null, null) &&
    form.default === null;
  const rare = kind.settings.filter(isRare);
  const folds = rare.length > 2;
  const field = (form: SettingForm) => (
    <Field
      key={form.name}
      form={form}
      value={settingValue(form)}
      mixed={isMixed?.(form)}
      expression={expressionOf?.(form)}
      beside={beside?.(form)}
      commit={(value) => commit(form, value)}
    />
  );
  return (
    <>
      {kind.settings.filter((form) => !folds || !isRare(form)).map(field)}
      {folds && (
        <button
          type="button"
          className="vnn-button small vnn-more"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? t("Fewer settings") : t("{rare} more settings", { rare: rare.length })}
        </button>
      )}
      {folds && all && rare.map(field)}
    </>
  );
}

/** Does a command for a field; the sentence of a refusal goes to the field, not to a toast. */
export async function configure(session: Session, command: Command): Promise<string> {
  try {
    await session.python.ask(command);
    return "";
  } catch (refusal) {
    const sentence = refusal instanceof RefusedError ? refusal.message : String(refusal);
    session.say(sentence);
    return sentence;
  }
}

/** The layer's name, written over to rename it. */
function LayerName({ block }: { block: BlockView }) {
  const session = useSession();
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const finish = async () => {
    const wanted = text?.trim();
    if (!wanted || wanted === block.layer) {
      setText(null);
      return;
    }
    const refusal = await configure(session, { command: "Rename", block: block.id, name: wanted });
    setError(refusal);
    if (refusal) return;
    setText((now) => (now === text ? null : now));
    const renamed = session.view?.blocks.find((other) => other.layer === wanted);
    if (renamed && !session.block(block.id)) session.select([renamed.id]);
  };
  return (
    <>
      <input
        ref={field}
        className="vnn-layer-id vnn-mono"
        aria-label={t("Name of the layer")}
        title={t("Rename the layer")}
        spellCheck={false}
        aria-invalid={error !== ""}
        style={{ width: `${Math.max(6, (text ?? block.layer).length + 2.5)}ch` }}
        value={text ?? block.layer}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void finish()}
        onKeyDown={(event) => {
          if (event.key === "Enter") field.current?.blur();
          else if (event.key === "Escape" && text !== null) {
            setText(null);
            setError("");
            event.stopPropagation();
          }
        }}
      />
      {error && (
        <p className="vnn-field-error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}

/** What flows in and out, and what the layer holds. */
function Flow({ block }: { block: BlockView }) {
  const view = useDrawing((drawing) => drawing.view);
  const sources = (view?.wires ?? [])
    .filter((wire) => wire.target === block.id)
    .sort((a, b) => a.position - b.position)
    .map((wire) => {
      const source = view?.blocks.find((other) => other.id === wire.source);
      const shape = source?.outputs[wire.source_port] || wire.shape || "(?)";
      return { id: wire.id, name: source?.layer ?? wire.source, shape };
    });
  return (
    <dl className="vnn-flow vnn-mono">
      {sources.map((source) => (
        <div key={source.id}>
          <dt>{t("from {name}", { name: source.name })}</dt>
          <dd>{source.shape}</dd>
        </div>
      ))}
      {block.inputs.length > 0 && sources.length === 0 && (
        <div>
          <dt>{t("in")}</dt>
          <dd>{t("not connected")}</dd>
        </div>
      )}
      {block.outputs.map((shape, at) => (
        <div key={at}>
          <dt>{block.outputs.length > 1 ? t("out {at}", { at: at + 1 }) : t("out")}</dt>
          <dd>
            <b>{shape || t("not known yet")}</b>
          </dd>
        </div>
      ))}
      <div>
        <dt>{t("parameters")}</dt>
        <dd>
          <b>{block.parameters === null ? t("not known yet") : count(block.parameters)}</b>
        </dd>
      </div>
    </dl>
  );
}
