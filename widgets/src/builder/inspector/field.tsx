import { Fragment, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { SettingForm } from "../../shared/messages";
import { equalJson } from "../../shared/sharing";
import { t } from "../../shared/words";
import { ResetIcon } from "../icons";
import { useParameterNames } from "../parameters/names";
import { understood, written } from "./entry";

export interface FieldProps {
  form: SettingForm;
  value: unknown;
  /** Whether the selected blocks differ in this setting. */
  mixed?: boolean;
  /** What is shown in place of the setting's name. */
  label?: string;
  /** What the value is computed from, as it is written. */
  expression?: string;
  /** What stands beside the entry. */
  beside?: ReactNode;
  /** Gives the value to Python; the answer is the sentence of a refusal, or "". */
  commit(value: unknown): Promise<string>;
}

/** One setting of a layer: its name, its value, and what is wrong with what was typed. */
export function Field(props: FieldProps) {
  const { form, value, mixed = false, commit } = props;
  const id = useId();
  const [error, setError] = useState("");
  const isDefault = !mixed && !form.required && equalJson(value, form.default);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value answers an old complaint
  useEffect(() => setError(""), [value]);

  const give = async (next: unknown) => {
    const refusal = await commit(next);
    setError(refusal);
    return refusal === "";
  };
  const entry = { ...props, id, isDefault, mixed, error, give, complain: setError };
  const isToggle = form.kind === "boolean";
  return (
    <div className={`vnn-field ${isDefault ? "default" : ""} ${error ? "wrong" : ""}`}>
      <label htmlFor={id} title={t(form.help)}>
        {(props.label ?? form.name).split("_").map((word, at) => (
          <Fragment key={at}>
            {at > 0 && (
              <>
                _<wbr />
              </>
            )}
            {word}
          </Fragment>
        ))}
        {form.required && <span className="vnn-required" title={t("Needed")} />}
      </label>
      <div className="vnn-entry">
        {isToggle ? (
          <Toggle {...entry} />
        ) : form.kind === "choice" ? (
          <Choice {...entry} />
        ) : (
          <Typed {...entry} />
        )}
        {!isDefault && !mixed && !form.required && (
          <button
            type="button"
            className="vnn-button icon small vnn-reset"
            aria-label={t("Set {name} back to {none}", {
              name: form.name,
              none: written(form, form.default) || t("none"),
            })}
            title={t("Back to {none}", { none: written(form, form.default) || t("none") })}
            onClick={() => void give(form.default)}
          >
            <ResetIcon size={13} />
          </button>
        )}
      </div>
      {props.beside}
      {error ? (
        <p className="vnn-field-error" id={`${id}-note`} role="alert">
          {error}
        </p>
      ) : (
        form.help && (
          <p className="vnn-field-help" id={`${id}-note`}>
            {t(form.help)}
          </p>
        )
      )}
    </div>
  );
}

interface EntryProps extends FieldProps {
  id: string;
  isDefault: boolean;
  mixed: boolean;
  error: string;
  /** Tells whether Python took the value. */
  give(value: unknown): Promise<boolean>;
  complain(sentence: string): void;
}

/** A field to type in; Enter or leaving it commits, Escape takes back what was typed. */
function Typed(props: EntryProps) {
  const { form, value, mixed, id, isDefault, error, give, complain, expression } = props;
  const parameters = useParameterNames();
  const [text, setText] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const standing = mixed ? "" : expression || written(form, value);
  const finish = async () => {
    if (text === null || text === standing) return setText(null);
    const entry = understood(form, text, parameters);
    if ("error" in entry) return complain(entry.error);
    complain("");
    // A refused entry stays, with the reason below, so that it can be mended; and what was typed
    // since then stays, too: Python may need a while.
    if (await give(entry.value)) setText((now) => (now === text ? null : now));
  };
  const suggestions = form.choices.length > 0 ? `${id}-choices` : undefined;
  return (
    <>
      <input
        id={id}
        ref={field}
        className="vnn-input"
        name={form.name}
        inputMode={
          form.kind === "integer" ? "numeric" : form.kind === "number" ? "decimal" : "text"
        }
        spellCheck={false}
        autoComplete="off"
        list={suggestions}
        placeholder={mixed ? t("mixed") : form.required ? t("needed") : t("none")}
        aria-invalid={error !== ""}
        aria-describedby={`${id}-note`}
        aria-required={form.required}
        value={text ?? standing}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => void finish()}
        onKeyDown={(event) => {
          if (event.key === "Enter") void finish();
          else if (event.key === "Escape" && text !== null && text !== standing) {
            setText(null);
            complain("");
            event.stopPropagation();
          }
        }}
      />
      {expression && !mixed && text === null && (
        <span className="vnn-computed">= {written(form, value)}</span>
      )}
      {isDefault && text === null && standing && (
        <span className="vnn-default">{t("default")}</span>
      )}
      {suggestions && (
        <datalist id={suggestions}>
          {form.choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}

const NONE = "\u0000none";

function Choice({ form, value, mixed, id, error, give }: EntryProps) {
  const isNothing = value === null || value === undefined;
  const isObject = typeof value === "object" && !isNothing;
  const shown = mixed ? "" : isNothing ? NONE : isObject ? JSON.stringify(value) : String(value);
  const isForeign = shown !== "" && shown !== NONE && !form.choices.includes(shown);
  return (
    <select
      id={id}
      className="vnn-input"
      name={form.name}
      aria-invalid={error !== ""}
      aria-describedby={`${id}-note`}
      value={shown}
      onChange={(event) => {
        const chosen = event.target.value;
        if (chosen !== shown) void give(chosen === NONE ? null : chosen);
      }}
    >
      {mixed && <option value="">{t("mixed")}</option>}
      {(form.optional || shown === NONE) && <option value={NONE}>{t("none")}</option>}
      {isForeign && <option value={shown}>{written(form, value)}</option>}
      {form.choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function Toggle({ form, value, mixed, id, isDefault, give }: EntryProps) {
  const on = !mixed && Boolean(value);
  return (
    <>
      <button
        type="button"
        id={id}
        className="vnn-toggle"
        role="switch"
        name={form.name}
        aria-checked={on}
        aria-describedby={`${id}-note`}
        onClick={() => void give(!on)}
      >
        <span className="vnn-toggle-track" aria-hidden="true" />
        {mixed ? "mixed" : on ? "on" : "off"}
      </button>
      {isDefault && <span className="vnn-default">{t("default")}</span>}
    </>
  );
}
