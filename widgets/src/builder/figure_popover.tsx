import { type FormEvent, useEffect, useState } from "react";
import { RefusedError } from "../shared/connection";
import { later, t } from "../shared/words";
import { Popover } from "./popover";
import { useDrawing, useSession } from "./session";

const STYLES = {
  blocks: later("Blocks"),
  feature_maps: later("Feature maps"),
  neurons: later("Neurons"),
};
const THEMES = {
  light: later("Light"),
  dark: later("Dark"),
  print: later("Print (grays)"),
  transparent: later("Transparent"),
};
const DIRECTIONS = {
  "": later("As usual"),
  down: later("Down"),
  right: later("To the right"),
  up: later("Up"),
  left: later("To the left"),
};
const FORMATS = { svg: "SVG", png: "PNG", pdf: "PDF", tikz: "TikZ", tex: "LaTeX" };

/** Shows the drawing as a figure for papers and slides, and saves it. */
export function FigurePopover({ onClose }: { onClose(): void }) {
  const session = useSession();
  const name = useDrawing(({ view }) => view?.name || "model");
  const [style, setStyle] = useState("blocks");
  const [theme, setTheme] = useState("light");
  const [direction, setDirection] = useState("");
  const [depth, setDepth] = useState(0);
  const [format, setFormat] = useState("svg");
  const [picture, setPicture] = useState("");
  const [error, setError] = useState("");
  const wanted = { request: "figure", style, theme, direction, depth } as const;
  useEffect(() => {
    let current = true;
    session.python
      .ask<string>({ request: "figure", style, theme, direction, depth, path: "" })
      .then((svg) => {
        if (!current) return;
        setPicture(svg ?? "");
        setError("");
      })
      .catch((refusal) => current && setError(sentenceOf(refusal)));
    return () => {
      current = false;
    };
  }, [session, style, theme, direction, depth]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const path = `${name}.${format}`;
    try {
      await session.python.ask({ ...wanted, path });
      onClose();
      session.toast(t("Saved {path}.", { path }));
    } catch (refusal) {
      setError(sentenceOf(refusal));
    }
  };

  return (
    <Popover label={t("A figure of the model")} onClose={onClose}>
      <form className="vnn-figure" onSubmit={(event) => void save(event)}>
        <div className="vnn-figure-settings">
          <Choice label={t("Style")} of={STYLES} value={style} onChange={setStyle} />
          <Choice label={t("Colors")} of={THEMES} value={theme} onChange={setTheme} />
          <Choice
            label={t("Direction")}
            of={DIRECTIONS}
            value={direction}
            onChange={setDirection}
          />
          <label>
            {t("Submodels opened")}
            <input
              className="vnn-input"
              type="number"
              min={0}
              max={9}
              value={depth}
              onChange={(event) => setDepth(Math.max(0, Math.trunc(Number(event.target.value))))}
            />
          </label>
        </div>
        {error ? (
          <p className="vnn-form-error">{error}</p>
        ) : picture ? (
          <div className={`vnn-figure-picture ${theme}`}>
            <img
              alt={t("The figure")}
              src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`}
            />
          </div>
        ) : (
          <div className="vnn-skeleton" style={{ height: 160 }} />
        )}
        <div className="vnn-popover-row">
          <Choice label={t("Format")} of={FORMATS} value={format} onChange={setFormat} />
          <button type="submit" className="vnn-button go" disabled={!picture}>
            {t("Save figure")}
          </button>
        </div>
      </form>
    </Popover>
  );
}

function Choice(props: {
  label: string;
  of: Record<string, string>;
  value: string;
  onChange(value: string): void;
}) {
  return (
    <label>
      {props.label}
      <select
        className="vnn-input"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {Object.entries(props.of).map(([value, words]) => (
          <option key={value} value={value}>
            {t(words)}
          </option>
        ))}
      </select>
    </label>
  );
}

function sentenceOf(refusal: unknown): string {
  return refusal instanceof RefusedError ? refusal.message : String(refusal);
}
