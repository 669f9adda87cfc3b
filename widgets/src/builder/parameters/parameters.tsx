import { useState } from "react";
import type { ParameterView } from "../../shared/messages";
import { t } from "../../shared/words";
import { configure } from "../inspector/block_form";
import { useDrawing, useSession } from "../session";

const NONE: ParameterView[] = [];

/** The named numbers of the document: each with what it is, and what is computed from it. */
export function Parameters() {
  const session = useSession();
  const variables = useDrawing(({ view }) => view?.beside?.variables ?? NONE);
  const [adding, setAdding] = useState(false);
  const bound = variables.some(({ variable }) => variable);
  return (
    <section className="vnn-parameters" aria-label={t("Parameters")}>
      <div className="vnn-section vnn-parameters-head">
        <span className="vnn-capitals">{t("Parameters")}</span>
        {bound && (
          <button
            type="button"
            className="vnn-button small"
            title={t("Take the values of the notebook's variables again")}
            onClick={() => void refresh()}
          >
            {t("Refresh")}
          </button>
        )}
        <button type="button" className="vnn-button small" onClick={() => setAdding(true)}>
          {t("Add")}
        </button>
      </div>
      {variables.length === 0 && !adding && (
        <p className="vnn-dim">
          {t("Name a number, such as width = 64, and write 2*width into any field.")}
        </p>
      )}
      <ul>
        {variables.map((parameter) => (
          <Parameter key={parameter.name} parameter={parameter} />
        ))}
        {adding && <NewParameter onDone={() => setAdding(false)} />}
      </ul>
    </section>
  );

  async function refresh() {
    const changed = await session.ask<string[]>({ request: "refresh" });
    if (changed)
      session.toast(
        changed.length > 0
          ? t("Changed: {changed}.", { changed: changed.join(", ") })
          : t("Nothing has changed."),
      );
  }
}

function Parameter({ parameter }: { parameter: ParameterView }) {
  const session = useSession();
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState("");
  const { name, expression, variable, users } = parameter;
  const finish = async () => {
    const wanted = text?.trim();
    if (!wanted || wanted === expression) return setText(null);
    const command = { command: "SetParameter", name, expression: wanted, variable: "" } as const;
    const refusal = await configure(session, command);
    setError(refusal);
    if (!refusal) setText(null);
  };
  const value = String(parameter.value);
  return (
    <li>
      <label className="vnn-mono">
        <span
          title={
            users.length > 0 ? t("Used by {users}", { users: users.join(", ") }) : t("Not used yet")
          }
        >
          {name}
        </span>
        <input
          className="vnn-input vnn-mono"
          name={`parameter-${name}`}
          aria-label={t("Value of {name}", { name })}
          aria-invalid={error !== ""}
          spellCheck={false}
          value={text ?? expression}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void finish()}
          onKeyDown={(event) => {
            if (event.key === "Enter") void finish();
            else if (event.key === "Escape" && text !== null) {
              setText(null);
              setError("");
            } else return;
            event.stopPropagation();
          }}
        />
      </label>
      <span className="vnn-mono vnn-parameter-value">
        {variable ? `← ${variable}` : value === expression ? "" : `= ${value}`}
      </span>
      <button
        type="button"
        className="vnn-button icon small"
        aria-label={t("Remove {name}", { name })}
        title={t("Remove {name}", { name })}
        onClick={() => void session.do({ command: "RemoveParameter", name })}
      >
        ×
      </button>
      {error && (
        <p className="vnn-field-error" role="alert">
          {error}
        </p>
      )}
    </li>
  );
}

/** A row to name a number in: the name and the value, or a variable of the notebook. */
function NewParameter({ onDone }: { onDone(): void }) {
  const session = useSession();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [error, setError] = useState("");
  const add = async () => {
    const wanted = name.trim();
    if (!wanted) return setError(t("Write a name first, such as width."));
    const refusal = value.trim()
      ? await configure(session, {
          command: "SetParameter",
          name: wanted,
          expression: value.trim(),
          variable: "",
        })
      : await bind(wanted);
    setError(refusal);
    if (!refusal) onDone();
  };
  const bind = async (variable: string) => {
    try {
      await session.python.ask({ request: "bind", name: variable, variable: "" });
      return "";
    } catch (refusal) {
      return refusal instanceof Error ? refusal.message : String(refusal);
    }
  };
  return (
    <li
      className="new"
      onKeyDown={(event) => {
        if (event.key === "Enter") void add();
        else if (event.key === "Escape") onDone();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the row appears because the user asked for it
        autoFocus
        className="vnn-input vnn-mono"
        aria-label={t("Name of the new parameter")}
        placeholder="width"
        spellCheck={false}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <input
        className="vnn-input vnn-mono"
        aria-label={t("Value of the new parameter")}
        placeholder={t("64, or empty for the notebook's")}
        spellCheck={false}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <button type="button" className="vnn-button line small" onClick={() => void add()}>
        {t("Add")}
      </button>
      {error && (
        <p className="vnn-field-error" role="alert">
          {error}
        </p>
      )}
    </li>
  );
}
