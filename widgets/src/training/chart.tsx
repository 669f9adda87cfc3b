import { t } from "../shared/words";
import "uplot/dist/uPlot.min.css";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import uPlot from "uplot";
import type { Curve } from "../shared/messages";
import { measure } from "../shared/numbers";
import type { Theme } from "../shared/theme";

interface ChartProps {
  curve: Curve;
  /** The running epoch: how far it is, and the measure so far. */
  now: { within: number; value: number | undefined } | null;
  theme: Theme;
}

const LABEL_ROOM = 118;
const LABEL_HEIGHT = 14;

/** One measure over the epochs: training solid, validation dashed, named at their ends. */
export function Chart({ curve, now, theme }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const data = points(curve, now);
  const latest = useRef(data);
  latest.current = data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew for each theme
  useLayoutEffect(() => {
    const host = place.current;
    if (!host) return;
    const size = () => ({
      width: Math.max(160, host.clientWidth),
      height: Math.max(90, host.clientHeight),
    });
    const made = new uPlot(options(host, size(), setPointed), latest.current, host);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(host);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme]);
  useEffect(() => plot.current?.setData(data), [data]);

  const epoch = pointed === null ? undefined : data[0][pointed];
  const read = (line: 1 | 2) => {
    const value = pointed === null ? null : data[line][pointed];
    return value === null || value === undefined ? null : measure(value);
  };
  return (
    <figure className="vnn-chart" aria-label={describe(curve)}>
      <figcaption>
        <b>{sentenceCase(curve.name)}</b>
        {epoch !== undefined && (
          <span className="vnn-mono vnn-dim">
            {t("epoch {epoch}", { epoch: Math.ceil(epoch) })}: {read(1) ?? "…"}
            {read(2) && ` / ${read(2)}`}
          </span>
        )}
      </figcaption>
      <div className="vnn-plot" ref={place} />
    </figure>
  );
}

type Points = [number[], (number | null)[], (number | null)[]];

/** The points of a chart: one for each finished epoch, and a moving one for the running epoch. */
export function points(curve: Curve, now: ChartProps["now"]): Points {
  const epochs = Math.max(curve.training.length, curve.validation.length);
  const x = Array.from({ length: epochs }, (_, at) => at + 1);
  const training: (number | null)[] = x.map((_, at) => curve.training[at] ?? null);
  const validation: (number | null)[] = x.map((_, at) => curve.validation[at] ?? null);
  if (now?.value !== undefined) {
    x.push(epochs + now.within);
    training.push(now.value);
    validation.push(null);
  }
  return [x, training, validation];
}

function options(
  host: HTMLElement,
  size: { width: number; height: number },
  point: (at: number | null) => void,
): uPlot.Options {
  const style = getComputedStyle(host);
  const color = (name: string) => resolved(host, style.getPropertyValue(name));
  const [line, dim] = [color("--vnn-line"), color("--vnn-dim")];
  const [training, validation] = [color("--vnn-training"), color("--vnn-validation")];
  const font = `11px ${style.fontFamily}`;
  const isShort = (plot: uPlot) => plot.data[0].length < 3;
  return {
    ...size,
    padding: [8, LABEL_ROOM, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, range: (_, low, high) => [Math.min(low, 1), Math.max(high, 2)] },
      y: { range: (_, low, high) => room(low, high) },
    },
    axes: [
      {
        stroke: dim,
        font,
        size: 24,
        gap: 2,
        space: 44,
        grid: { show: false },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      },
      {
        stroke: dim,
        font,
        size: 48,
        gap: 4,
        space: 30,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
      },
    ],
    series: [
      {},
      { stroke: training, width: 2, spanGaps: true, points: { show: isShort, fill: training } },
      {
        stroke: validation,
        width: 2,
        dash: [5, 4],
        spanGaps: true,
        points: { show: isShort, fill: validation },
      },
    ],
    hooks: {
      setCursor: [(plot) => point(plot.cursor.idx ?? null)],
      draw: [(plot) => drawLabels(plot, [training, validation, dim], font)],
    },
  };
}

/** Names each line at its end (the two names never lie on each other), and the axis below. */
function drawLabels(plot: uPlot, colors: string[], font: string): void {
  const ratio = uPlot.pxRatio;
  const labels = ["training", "validation"].flatMap((name, line) => {
    const values = plot.data[line + 1] as (number | null)[];
    const last = values.findLastIndex((value) => value !== null);
    const value = values[last];
    if (value === null || value === undefined) return [];
    const x = plot.valToPos(plot.data[0][last]!, "x", true);
    return [
      {
        text: `${name} ${measure(value)}`,
        x,
        y: plot.valToPos(value, "y", true),
        color: colors[line]!,
      },
    ];
  });
  const gap = LABEL_HEIGHT * ratio;
  const [one, other] = labels;
  if (one && other && Math.abs(one.y - other.y) < gap) {
    const middle = (one.y + other.y) / 2;
    const sign = one.y <= other.y ? -1 : 1;
    one.y = middle + (sign * gap) / 2;
    other.y = middle - (sign * gap) / 2;
  }
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = font.replace("11px", `${11 * ratio}px`);
  ctx.textBaseline = "middle";
  ctx.fillStyle = colors.at(-1)!;
  ctx.textAlign = "right";
  ctx.fillText("epoch", bbox.left - 12 * ratio, bbox.top + bbox.height + 9 * ratio);
  ctx.textAlign = "left";
  for (const label of labels) {
    ctx.fillStyle = label.color;
    const y = Math.max(bbox.top + gap / 2, Math.min(bbox.top + bbox.height - gap / 4, label.y));
    ctx.fillText(label.text, Math.max(label.x, labels[0]?.x ?? 0) + 7 * ratio, y);
  }
  ctx.restore();
}

/** A scale with a little air, which does not collapse on a flat line. */
function room(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const air = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.5;
  return [low - air, high + air];
}

/** A colour that canvas understands: variables and mixes are computed by the page. */
function resolved(host: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function describe(curve: Curve): string {
  const last = (values: number[]) => values.at(-1);
  const words = [sentenceCase(curve.name)];
  const [training, validation] = [last(curve.training), last(curve.validation)];
  if (training !== undefined) words.push(t("training {value}", { value: measure(training) }));
  if (validation !== undefined) words.push(t("validation {value}", { value: measure(validation) }));
  return words.join(", ");
}

function sentenceCase(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
