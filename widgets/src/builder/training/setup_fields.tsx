import { type ReactNode, useId, useState } from "react";
import type { ArrayView } from "../../shared/messages";
import { t } from "../../shared/words";

/** A line of the form: its name and its field, which gets the id it is labelled by. */
export function Setting({ label, children }: { label: string; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <div className="vnn-setting">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

/** One of the notebook's arrays. */
export function ArrayChoice(props: {
  label: string;
  arrays: ArrayView[];
  value: string;
  onChoose(name: string): void;
}) {
  const { label, arrays, value, onChoose } = props;
  return (
    <Setting label={label}>
      {(id) => (
        <select
          id={id}
          className="vnn-input"
          value={value}
          onChange={(event) => onChoose(event.target.value)}
        >
          <option value="">{t("choose an array")}</option>
          {value && !arrays.some((array) => array.name === value) && (
            <option value={value}>{t("{name} (gone)", { name: value })}</option>
          )}
          {arrays.map((array) => (
            <option key={array.name} value={array.name}>
              {array.name}
            </option>
          ))}
        </select>
      )}
    </Setting>
  );
}

/** One of a list of names, such as a loss. */
export function NameChoice(props: {
  label: string;
  names: string[];
  value: string;
  onChoose(name: string): void;
}) {
  const { label, names, value, onChoose } = props;
  return (
    <Setting label={label}>
      {(id) => (
        <select
          id={id}
          className="vnn-input"
          title={value}
          value={value}
          onChange={(event) => onChoose(event.target.value)}
        >
          {!names.includes(value) && <option value={value}>{value || t("choose")}</option>}
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Setting>
  );
}

/** A number; what is no number is kept as typed and reported by `setupProblem`. */
export function NumberEntry({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number;
  onChange(value: number): void;
}) {
  const [text, setText] = useState<string | null>(null);
  return (
    <Setting label={label}>
      {(id) => (
        <input
          id={id}
          className="vnn-input"
          inputMode="decimal"
          value={text ?? (Number.isNaN(value) ? "" : String(value))}
          onChange={(event) => {
            setText(event.target.value);
            onChange(event.target.value.trim() === "" ? Number.NaN : Number(event.target.value));
          }}
          onBlur={() => setText(null)}
        />
      )}
    </Setting>
  );
}
