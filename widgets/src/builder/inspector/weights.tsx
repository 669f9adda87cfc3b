import { useEffect, useRef } from "react";
import type { BlockView, WeightNumbers } from "../../shared/messages";
import { count } from "../../shared/numbers";
import { t } from "../../shared/words";
import { useFetched } from "../dock/fetched";
import { Skeleton } from "../dock/skeleton";
import { useDrawing } from "../session";

/** The weights of a block: how their numbers are spread, as a histogram and as a heat map. */
export function Weights({ block }: { block: BlockView }) {
  const epoch = useDrawing(({ training }) => training?.epoch ?? 0);
  const { value, error } = useFetched<WeightNumbers[]>("weights", { block: block.id }, epoch);
  if (error) return <p className="vnn-calm">{error}</p>;
  if (!value) return <Skeleton lines={4} />;
  if (value.length === 0) return <p className="vnn-dim vnn-section">{t("It has no weights.")}</p>;
  return value.map((weight) => <Weight key={weight.path} weight={weight} />);
}

function Weight({ weight }: { weight: WeightNumbers }) {
  const { lowest, highest, mean, deviation, zeros, wrong, size } = weight;
  return (
    <section className="vnn-weight-numbers" aria-label={weight.path}>
      <div className="vnn-weight-name">
        <b className="vnn-mono">{weight.path}</b>
        <span className="vnn-dim">{count(size)}</span>
      </div>
      <Histogram counts={weight.counts} lowest={lowest} highest={highest} />
      <Heat rows={weight.heat} path={weight.path} />
      <p className="vnn-mono vnn-weight-facts">
        {t("mean {mean} ± {deviation}", { mean: brief(mean), deviation: brief(deviation) })}
        {zeros > 0 && ` · ${t("{share} zeros", { share: percent(zeros / size) })}`}
        {wrong > 0 && (
          <b className="vnn-bad"> · {t("{count} are no numbers", { count: count(wrong) })}</b>
        )}
      </p>
    </section>
  );
}

interface HistogramProps {
  counts: number[];
  lowest: number;
  highest: number;
}

function Histogram({ counts, lowest, highest }: HistogramProps) {
  const most = Math.max(1, ...counts);
  const words = t("Histogram from {lowest} to {highest}", {
    lowest: brief(lowest),
    highest: brief(highest),
  });
  return (
    <>
      <svg
        className="vnn-histogram"
        viewBox={`0 0 ${Math.max(1, counts.length)} 20`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        {counts.map((number, at) => {
          const height = number === 0 ? 0 : Math.max(0.6, (number / most) * 20);
          return <rect key={at} x={at + 0.08} y={20 - height} width={0.84} height={height} />;
        })}
      </svg>
      <div className="vnn-histogram-ends vnn-mono">
        <span>{brief(lowest)}</span>
        <span>{brief(highest)}</span>
      </div>
    </>
  );
}

/** A weight as a picture: blue below zero, orange above, the surface's colour at zero. */
function Heat({ rows, path }: { rows: number[][]; path: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = rows[0]?.length ?? 0;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || width === 0) return;
    const image = context.createImageData(width, rows.length);
    rows.flat().forEach((value, at) => {
      const [red, green, blue] = value < 0 ? [0, 114, 178] : [213, 94, 0];
      image.data.set([red, green, blue, Math.round(Math.abs(value) * 255)], at * 4);
    });
    context.putImageData(image, 0, 0);
  }, [rows, width]);
  if (rows.length < 2 || width < 2) return null;
  return (
    <canvas
      ref={canvas}
      className="vnn-heat"
      width={width}
      height={rows.length}
      role="img"
      aria-label={t("Heat map of {path}: blue below zero, orange above", { path })}
    />
  );
}

/** Three significant digits: "-0.0213", "1.2e-7". */
function brief(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
