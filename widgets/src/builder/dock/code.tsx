import { useState } from "react";
import { CheckIcon, CopyIcon } from "../icons";
import { useSession } from "../session";
import { useFetched } from "./fetched";
import { pythonWords } from "./python_words";
import { Skeleton } from "./skeleton";

const COPIED_MILLISECONDS = 1600;

/** The Python that builds the same model. */
export function Code() {
  const session = useSession();
  const { value, error, loading } = useFetched<string>("code");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value ?? "");
      setCopied(true);
      session.say("Code copied.");
      setTimeout(() => setCopied(false), COPIED_MILLISECONDS);
    } catch {
      session.toast("This page may not use the clipboard: select the code and copy it by key.");
    }
  };
  return (
    <div className="vnn-code">
      {error && <p className="vnn-calm">{error}</p>}
      {loading && !value && !error && <Skeleton lines={6} />}
      {value && (
        <>
          <button
            type="button"
            className="vnn-button line small vnn-code-copy"
            onClick={() => void copy()}
          >
            {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
            {copied ? "Copied" : "Copy"}
          </button>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of keys */}
          <pre tabIndex={0}>
            {pythonWords(value).map((word, at) => (
              <span key={at} className={word.kind}>
                {word.text}
              </span>
            ))}
          </pre>
        </>
      )}
    </div>
  );
}
