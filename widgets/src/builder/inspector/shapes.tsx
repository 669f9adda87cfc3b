import type { BlockView, DetailsView } from "../../shared/messages";
import { bytes, count } from "../../shared/numbers";
import { t } from "../../shared/words";
import { useFetched } from "../dock/fetched";
import { Skeleton } from "../dock/skeleton";
import { useEye } from "../session";
import { BatchSlider } from "./batch_slider";

/** How the numbers of a block come about: its sizes, its parameters, what it costs to run. */
export function Shapes({ block }: { block: BlockView }) {
  const { value, error } = useFetched<DetailsView>("details", { block: block.id });
  const batch = useEye((eye) => eye.batch);
  if (error) return <p className="vnn-calm">{error}</p>;
  if (!value) return <Skeleton lines={4} />;
  return (
    <>
      {value.formulas.length > 0 && (
        <section className="vnn-formulas vnn-mono" aria-label={t("How the shape comes about")}>
          {value.formulas.map((formula) => (
            <p key={formula}>{formula}</p>
          ))}
        </section>
      )}
      {value.parameters && (
        <section className="vnn-formulas vnn-mono" aria-label={t("How the parameters come about")}>
          <p>{value.parameters}</p>
        </section>
      )}
      <BatchSlider />
      <Costs cost={value} batch={batch} />
    </>
  );
}

interface CostsProps {
  cost: { operations: number; bytes: number; exact: boolean };
  batch: number;
}

/** What a batch costs. */
export function Costs({ cost, batch }: CostsProps) {
  const atLeast = cost.exact ? "" : "≥ ";
  const operations =
    cost.operations < 0 ? t("not known yet") : `${atLeast}${short(cost.operations * batch)}`;
  const memory = cost.bytes < 0 ? t("not known yet") : `${atLeast}${bytes(cost.bytes * batch)}`;
  return (
    <dl className="vnn-flow vnn-mono">
      <div>
        <dt title={t("Additions, multiplications and the like, forwards")}>{t("operations")}</dt>
        <dd>
          <b>{operations}</b>
        </dd>
      </div>
      <div>
        <dt title={t("What the outputs take, which training keeps")}>{t("activations")}</dt>
        <dd>
          <b>{memory}</b>
        </dd>
      </div>
    </dl>
  );
}

const UNITS: [number, string][] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
];

/** "65.6 M" for large numbers, "5,120" for small ones. */
export function short(value: number): string {
  for (const [size, unit] of UNITS) {
    if (value >= size) return `${(value / size).toPrecision(3)} ${unit}`;
  }
  return count(Math.round(value));
}
