import { useRef, useState } from "react";
import { askForTab } from "../shared/host";
import { bytes, count, counted } from "../shared/numbers";
import { t } from "../shared/words";
import { fitView } from "./canvas/camera";
import { openTemplates } from "./canvas/searching";
import { tidy } from "./canvas/tidy";
import { redo, undo } from "./edits";
import { FigurePopover } from "./figure_popover";
import { OpenFile, SaveFile } from "./files";
import {
  ExpandIcon,
  HelpIcon,
  LeftPanelIcon,
  MoreIcon,
  PanelIcon,
  RedoIcon,
  UndoIcon,
} from "./icons";
import { keyWords } from "./keyboard/key_words";
import { inspectorIsOpen, openInspector, openTab, setPanel } from "./panels";
import { useDrawing, useEye, useSession } from "./session";
import { TrainButton } from "./training/train_button";

/** The bar: the model's name, what concerns the whole drawing, its numbers, and files. */
export function Bar() {
  const session = useSession();
  const width = useEye((eye) => eye.width);
  const paletteOpen = useEye((eye) => eye.panels.palette.open);
  const inspectorOpen = useEye(inspectorIsOpen);
  const isEmpty = useDrawing(({ view }) => (view?.blocks.length ?? 0) === 0);
  const hasTab = useEye((eye) => eye.hasTab);
  const [files, setFiles] = useState<FilesState>("");
  const narrow = width === "narrow";
  return (
    <header className="vnn-bar">
      {width === "wide" && !paletteOpen && (
        <button
          type="button"
          className="vnn-button icon"
          aria-label={t("Show the list of layers")}
          title={t("Show the list of layers")}
          onClick={() => setPanel(session, "palette", { open: true })}
        >
          <LeftPanelIcon />
        </button>
      )}
      <ModelName />
      <UndoRedo />
      {!narrow && (
        <>
          <span className="vnn-bar-line" />
          <button
            type="button"
            className="vnn-button"
            title={t("Models to begin with")}
            aria-haspopup="listbox"
            onClick={(event) => openTemplates(session, event.currentTarget)}
          >
            {t("Templates")}
          </button>
          <button
            type="button"
            className="vnn-button"
            title={t("Lay the drawing out anew (L)")}
            disabled={isEmpty}
            onClick={() => void tidy(session)}
          >
            {t("Tidy")} {width === "wide" && <kbd>L</kbd>}
          </button>
          {width === "wide" && (
            <button
              type="button"
              className="vnn-button"
              title={t("Show the whole drawing (F)")}
              disabled={isEmpty}
              onClick={() => fitView(session)}
            >
              {t("Fit")} <kbd>F</kbd>
            </button>
          )}
        </>
      )}
      <Numbers />
      {!narrow && (
        <>
          <FileButton name={t("Open")} is="open" files={files} setFiles={setFiles} />
          <FileButton name={t("Save")} is="save" files={files} setFiles={setFiles} />
        </>
      )}
      <TrainButton />
      {narrow ? (
        <More setFiles={setFiles} isEmpty={isEmpty} />
      ) : (
        <>
          {width === "wide" && (
            <button
              type="button"
              className="vnn-button icon"
              aria-label={t("Keys and gestures")}
              title={t("Keys and gestures (?)")}
              onClick={() => session.eye.set({ cheatSheet: true })}
            >
              <HelpIcon />
            </button>
          )}
          {hasTab && (
            <button
              type="button"
              className="vnn-button icon"
              aria-label={t("Open in a tab")}
              title={t("Open in a tab")}
              onClick={(event) => askForTab(event.currentTarget)}
            >
              <ExpandIcon />
            </button>
          )}
          <button
            type="button"
            className="vnn-button icon"
            aria-label={inspectorOpen ? t("Fold the inspector away") : t("Show the inspector")}
            aria-expanded={inspectorOpen}
            title={inspectorOpen ? t("Fold the inspector away") : t("Show the inspector")}
            onClick={() => openInspector(session, !inspectorOpen)}
          >
            <PanelIcon />
          </button>
        </>
      )}
      {files === "open" && <OpenFile onClose={() => setFiles("")} />}
      {files === "save" && (
        <SaveFile onClose={() => setFiles("")} onFigure={() => setFiles("figure")} />
      )}
      {files === "figure" && <FigurePopover onClose={() => setFiles("")} />}
    </header>
  );
}

type FilesState = "open" | "save" | "figure" | "";

function FileButton(props: {
  name: string;
  is: FilesState;
  files: FilesState;
  setFiles(state: FilesState): void;
}) {
  const { name, is, files, setFiles } = props;
  return (
    <button
      type="button"
      className="vnn-button line"
      aria-haspopup="dialog"
      aria-expanded={files === is}
      onClick={() => setFiles(files === is ? "" : is)}
    >
      {name}
    </button>
  );
}

const SIZES_ITSELF = globalThis.CSS?.supports?.("field-sizing", "content");

/** The name of the model, in place of a title: written over to rename it. */
function ModelName() {
  const session = useSession();
  const name = useDrawing(({ view }) => view?.name ?? "");
  const [written, setWritten] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = written ?? name;
  const commit = async () => {
    const wanted = written?.trim();
    if (wanted && wanted !== name) await session.do({ command: "RenameModel", name: wanted });
    setWritten(null);
  };
  return (
    <input
      ref={field}
      className="vnn-name"
      aria-label={t("Name of the model")}
      title={t("Rename the model")}
      spellCheck={false}
      style={SIZES_ITSELF ? undefined : { width: `${Math.min(24, shown.length + 2)}ch` }}
      value={shown}
      onChange={(event) => setWritten(event.target.value)}
      onBlur={() => void commit()}
      onKeyDown={(event) => {
        if (event.key === "Enter") field.current?.blur();
        else if (event.key === "Escape") setWritten(null);
      }}
    />
  );
}

function UndoRedo() {
  const session = useSession();
  const undoes = useDrawing(({ view }) => view?.undo ?? "");
  const redoes = useDrawing(({ view }) => view?.redo ?? "");
  const undoWords = undoes ? t("Undo: {undoes}", { undoes }) : t("Nothing to undo");
  const redoWords = redoes ? t("Redo: {redoes}", { redoes }) : t("Nothing to redo");
  return (
    <span className="vnn-bar-pair">
      <button
        type="button"
        className="vnn-button icon"
        aria-label={undoWords}
        title={`${undoWords} (${keyWords("Mod+Z")})`}
        disabled={!undoes}
        onClick={() => void undo(session)}
      >
        <UndoIcon />
      </button>
      <button
        type="button"
        className="vnn-button icon"
        aria-label={redoWords}
        title={`${redoWords} (${keyWords("Mod+Shift+Z")})`}
        disabled={!redoes}
        onClick={() => void redo(session)}
      >
        <RedoIcon />
      </button>
    </span>
  );
}

/** The drawing in numbers; the problems lead to their list. */
function Numbers() {
  const session = useSession();
  const problems = useDrawing(({ view }) => view?.problems.length ?? 0);
  const parameters = useDrawing(({ view }) => view?.parameters ?? null);
  const size = useDrawing(({ view }) => view?.bytes ?? null);
  const slow = useEye((eye) => eye.slow);
  const width = useEye((eye) => eye.width);
  return (
    <div className="vnn-numbers">
      {/* Ordered by weight: what has no room is left out, never cut. */}
      {slow && (
        <span className="vnn-busy" title={t("Python is busy; edits appear as soon as it is free.")}>
          {t("Python is busy")}
        </span>
      )}
      {problems > 0 && (
        <button type="button" className="vnn-problems" onClick={() => openTab(session, "problems")}>
          {counted(problems, "problem")}
        </button>
      )}
      {parameters !== null && (
        <span>
          {count(parameters)}
          {width === "medium" ? (
            <abbr title={t("parameters")}> {t("par.")}</abbr>
          ) : (
            ` ${t("parameters")}`
          )}
        </span>
      )}
      {size !== null && <span>{bytes(size)}</span>}
    </div>
  );
}

/** On a narrow widget: what the bar has no room for. */
function More({ setFiles, isEmpty }: { setFiles(state: FilesState): void; isEmpty: boolean }) {
  const session = useSession();
  const button = useRef<HTMLButtonElement>(null);
  const hasTab = useEye((eye) => eye.hasTab);
  const open = () => {
    const root = session.root?.getBoundingClientRect();
    const box = button.current?.getBoundingClientRect();
    if (!root || !box) return;
    session.eye.set({
      menu: {
        at: { x: box.right - root.left - 180, y: box.bottom - root.top + 4 },
        label: t("More"),
        items: [
          { label: t("Inspector"), act: () => openInspector(session, true) },
          { label: t("Tidy"), keys: "L", disabled: isEmpty, act: () => void tidy(session) },
          { label: t("Fit"), keys: "F", disabled: isEmpty, act: () => fitView(session) },
          null,
          { label: t("Open…"), act: () => setFiles("open") },
          { label: t("Save…"), act: () => setFiles("save") },
          { label: t("Figure…"), disabled: isEmpty, act: () => setFiles("figure") },
          null,
          ...(hasTab
            ? [{ label: t("Open in a tab"), act: () => askForTab(button.current ?? document.body) }]
            : []),
          { label: t("Keys…"), keys: "?", act: () => session.eye.set({ cheatSheet: true }) },
        ],
      },
    });
  };
  return (
    <button
      type="button"
      ref={button}
      className="vnn-button icon"
      aria-label={t("More")}
      aria-haspopup="menu"
      onClick={open}
    >
      <MoreIcon />
    </button>
  );
}
