import { type KeyboardEvent, useLayoutEffect, useRef } from "react";
import { t } from "../../shared/words";
import { pythonWords } from "./python_words";

interface CodeEditorProps {
  source: string;
  /** The line that is marked, counted from 1; 0 for none. */
  wrongLine: number;
  onChange(source: string): void;
  onApply(): void;
}

/** Python to read and to write over: a text field over its own coloured picture. */
export function CodeEditor({ source, wrongLine, onChange, onApply }: CodeEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = source.split("\n");
  useLayoutEffect(() => {
    if (!wrongLine) return;
    const mark = field.current?.parentElement?.querySelector(".vnn-code-line.wrong");
    mark?.scrollIntoView({ block: "nearest" });
  }, [wrongLine]);

  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onApply();
    else if (event.key === "Enter") typeText(`\n${indentAt(event.currentTarget)}`);
    else if (event.key === "Tab" && !event.shiftKey && !isAtEdge(event.currentTarget))
      typeText("    ");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="vnn-code-edit">
      <div className="vnn-code-lines" aria-hidden="true">
        {lines.map((_, at) => (
          <span key={at} className={`vnn-code-line ${at + 1 === wrongLine ? "wrong" : ""}`}>
            {at + 1}
          </span>
        ))}
      </div>
      <div className="vnn-code-paper">
        <pre aria-hidden="true">
          {pythonWords(source).map((word, at) => (
            <span key={at} className={word.kind}>
              {word.text}
            </span>
          ))}
          {"\n"}
        </pre>
        <textarea
          ref={field}
          aria-label={t("Python that builds the model")}
          aria-description={t("Ctrl+Enter applies it. Tab indents inside a line.")}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={source}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={key}
        />
      </div>
    </div>
  );
}

/** Types text where the cursor is, so that the browser's own undo knows of it. */
function typeText(text: string): void {
  document.execCommand("insertText", false, text);
}

/** The spaces at the beginning of the line of the cursor, and four more after a colon. */
function indentAt(field: HTMLTextAreaElement): string {
  const before = field.value.slice(0, field.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const spaces = /^ */.exec(line)?.[0] ?? "";
  return line.trimEnd().endsWith(":") ? `${spaces}    ` : spaces;
}

/** Whether the cursor is where Tab leads out of the field, as for those who read and do not write. */
function isAtEdge(field: HTMLTextAreaElement): boolean {
  return field.selectionStart === field.selectionEnd && field.selectionStart === 0;
}
