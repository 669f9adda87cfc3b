import { useEffect, useRef, useState } from "react";
import { RefusedError } from "../../shared/connection";
import type { Applied } from "../../shared/messages";
import { t } from "../../shared/words";
import { CheckIcon, CopyIcon } from "../icons";
import { keyWords } from "../keyboard/key_words";
import { useSession } from "../session";
import { CodeEditor } from "./code_editor";
import { useFetched } from "./fetched";
import { Skeleton } from "./skeleton";

const COPIED_MILLISECONDS = 1600;
const STYLES = ["functional", "sequential", "subclass"] as const;
type Style = (typeof STYLES)[number];

/** The Python that builds the same model; edited and applied, it draws the model that it builds. */
export function Code() {
  const session = useSession();
  const [style, setStyle] = useState<Style>("functional");
  const { value, error, loading } = useFetched<string>("code", { style });
  const [edited, setEdited] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Applied | null>(null);
  const [running, setRunning] = useState(false);
  const source = edited ?? value ?? "";
  const isEdited = edited !== null && edited !== value;

  const apply = async () => {
    if (!isEdited || running) return;
    setRunning(true);
    try {
      const applied = await session.python.ask<Applied>({ request: "apply", code: source });
      setWrong(applied.sentence ? applied : null);
      session.say(applied.sentence ? problemWords(applied) : t("The drawing follows the code."));
      if (!applied.sentence) setEdited(null);
    } catch (refusal) {
      const sentence = refusal instanceof RefusedError ? refusal.message : String(refusal);
      setWrong({ line: 0, sentence });
    } finally {
      setRunning(false);
    }
  };
  const discard = () => {
    setEdited(null);
    setWrong(null);
  };

  return (
    <div className="vnn-code">
      <div className="vnn-code-bar">
        <label>
          <span className="vnn-dim">{t("Style")}</span>
          <select
            className="vnn-input"
            name="style"
            value={style}
            disabled={isEdited}
            onChange={(event) => setStyle(event.target.value as Style)}
          >
            <option value="functional">{t("functional")}</option>
            <option value="sequential">{t("sequential")}</option>
            <option value="subclass">{t("subclass")}</option>
          </select>
        </label>
        <span className="vnn-code-state" role="status">
          {isEdited && t("Edited: the drawing does not follow yet.")}
        </span>
        {isEdited && (
          <>
            <button
              type="button"
              className="vnn-button go small"
              disabled={running}
              title={t("Runs in the kernel ({keys})", { keys: keyWords("Mod+Enter") })}
              onClick={() => void apply()}
            >
              {running ? t("Running…") : t("Apply")}
            </button>
            <button type="button" className="vnn-button line small" onClick={discard}>
              {t("Discard")}
            </button>
          </>
        )}
        <CopyButton source={source} />
        {wrong && (
          <p className="vnn-form-error vnn-code-error" role="alert">
            {problemWords(wrong)}
          </p>
        )}
      </div>
      {error && !isEdited && <p className="vnn-calm">{error}</p>}
      {loading && !value && !error && <Skeleton lines={6} />}
      {(value || isEdited) && !(error && !isEdited) && (
        <CodeEditor
          source={source}
          wrongLine={wrong?.line ?? 0}
          onChange={setEdited}
          onApply={() => void apply()}
        />
      )}
    </div>
  );
}

function problemWords({ line, sentence }: Applied): string {
  return line > 0 ? t("Line {line}: {sentence}", { line, sentence }) : sentence;
}

function CopyButton({ source }: { source: string }) {
  const session = useSession();
  const [copied, setCopied] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(source);
      setCopied(true);
      session.say(t("Code copied."));
      timer.current = window.setTimeout(() => setCopied(false), COPIED_MILLISECONDS);
    } catch {
      session.toast(t("This page may not use the clipboard: select the code and copy it by key."));
    }
  };
  return (
    <button
      type="button"
      className="vnn-button line small vnn-code-copy"
      onClick={() => void copy()}
    >
      {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      {copied ? t("Copied") : t("Copy")}
    </button>
  );
}
