import { type FormEvent, useEffect, useState } from "react";
import { RefusedError } from "../shared/connection";
import type { Request } from "../shared/messages";
import { t } from "../shared/words";
import { fitView } from "./canvas/camera";
import { Popover } from "./popover";
import { type Session, useDrawing, useSession } from "./session";

/** Asks which file to open: one of the folder's, or any other by its path. */
export function OpenFile({ onClose }: { onClose(): void }) {
  const session = useSession();
  const [files, setFiles] = useState<string[] | null>(null);
  const [path, setPath] = useState("");
  const [error, setError] = useState("");
  useEffect(() => {
    session.python
      .ask<string[]>({ request: "files" })
      .then((found) => setFiles(found ?? []))
      .catch((refusal) => {
        setFiles([]);
        setError(sentenceOf(refusal));
      });
  }, [session]);

  const open = async (chosen: string) => {
    const refusal = await askForFile(session, { request: "open", path: chosen });
    if (refusal) return setError(refusal);
    onClose();
    session.say(t("Opened {chosen}.", { chosen }));
    requestAnimationFrame(() => fitView(session));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim()) void open(path.trim());
  };

  return (
    <Popover label={t("Open a model")} onClose={onClose}>
      <form onSubmit={submit}>
        <label className="vnn-capitals" htmlFor="vnn-open-path">
          {t("Open a .keras file")}
        </label>
        <div className="vnn-popover-row">
          <input
            id="vnn-open-path"
            className="vnn-input"
            placeholder={t("Path of a file")}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          <button type="submit" className="vnn-button line" disabled={!path.trim()}>
            {t("Open")}
          </button>
        </div>
      </form>
      {error && <p className="vnn-form-error">{error}</p>}
      <div className="vnn-files">
        {files === null && <div className="vnn-skeleton" style={{ height: 52 }} />}
        {files?.map((file) => (
          <button type="button" key={file} onClick={() => void open(file)}>
            <span aria-hidden="true">▤</span>
            {file}
          </button>
        ))}
        {files?.length === 0 && !error && (
          <p className="vnn-dim">{t("There are no .keras files in this folder.")}</p>
        )}
      </div>
    </Popover>
  );
}

/** Asks where to save the model. */
export function SaveFile({ onClose, onFigure }: { onClose(): void; onFigure(): void }) {
  const session = useSession();
  const name = useDrawing(({ view }) => view?.name ?? "model");
  const problems = useDrawing(({ view }) => view?.problems.length ?? 0);
  const [path, setPath] = useState(`${name || "model"}.keras`);
  const [error, setError] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!path.trim()) return;
    const refusal = await askForFile(session, { request: "save", path: path.trim() });
    if (refusal) return setError(refusal);
    onClose();
    session.toast(t("Saved {path}.", { path: path.trim() }));
  };
  return (
    <Popover label={t("Save the model")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label className="vnn-capitals" htmlFor="vnn-save-path">
          {t("Save as")}
        </label>
        <div className="vnn-popover-row">
          <input
            id="vnn-save-path"
            className="vnn-input"
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          <button type="submit" className="vnn-button go" disabled={!path.trim()}>
            {t("Save")}
          </button>
        </div>
        {error && <p className="vnn-form-error">{error}</p>}
        <p className="vnn-dim">
          {problems > 0
            ? t("The drawing has problems. It is saved as it is, and you can go on with it later.")
            : t("A .keras file holds the model with its weights; Keras opens it as well.")}
        </p>
        <button type="button" className="vnn-button line" onClick={onFigure}>
          {t("Save a figure instead…")}
        </button>
      </form>
    </Popover>
  );
}

/** Does a request about a file; gives the sentence of a refusal, or "". */
async function askForFile(session: Session, request: Request): Promise<string> {
  try {
    await session.python.ask(request);
    return "";
  } catch (refusal) {
    return sentenceOf(refusal);
  }
}

function sentenceOf(refusal: unknown): string {
  return refusal instanceof RefusedError ? refusal.message : String(refusal);
}
