import type { Curve, TrainingView } from "../shared/messages";
import { measure } from "../shared/numbers";
import type { Theme } from "../shared/theme";
import { t } from "../shared/words";
import { Chart } from "./chart";
import "./run.css";
import { isActive, progressOf, progressWords } from "./progress";

/** A run: its curves, its progress, and what the numbers mean in words. */
export function Run({ training, theme }: { training: TrainingView; theme: Theme }) {
  const { head, rest } = progressWords(training);
  const active = isActive(training.status);
  const within = training.batches > 0 ? training.batch / training.batches : 0;
  const names = training.curves.map((curve) => curve.name);
  const running = active ? Object.keys(training.now) : [];
  const waiting = running.filter((name) => !names.includes(name));
  const curves = [
    ...training.curves,
    ...waiting.map((name) => ({ name, training: [], validation: [] })),
  ];
  return (
    <div className="vnn-run">
      <div className="vnn-charts">
        {curves.map((curve) => (
          <Chart
            key={curve.name}
            curve={curve}
            now={
              active && within > 0 && curve.training.length < training.epoch
                ? { within, value: training.now[curve.name] }
                : null
            }
            theme={theme}
          />
        ))}
        {curves.length === 0 && training.status !== "failed" && (
          <p className="vnn-calm">{t("The curves begin with the first batch.")}</p>
        )}
        {training.status === "failed" && (
          <Failure error={training.error} traceback={training.traceback} />
        )}
      </div>
      <div className="vnn-say">
        <p>
          <b>{head}</b>
          {rest && ` · ${rest}`}
        </p>
        <div
          className="vnn-progress"
          role="progressbar"
          aria-label={t("Training")}
          aria-valuenow={Math.round(progressOf(training) * 100)}
          data-status={training.status}
        >
          <i style={{ width: `${progressOf(training) * 100}%` }} />
        </div>
        {curves.length > 0 && <Measures curves={curves} now={active ? training.now : {}} />}
        {training.sentence && <p className="vnn-sentence">{training.sentence}</p>}
        {training.stale && (
          <p className="vnn-stale">
            {t("The drawing has changed since: these curves belong to the earlier one.")}
          </p>
        )}
      </div>
    </div>
  );
}

/** The newest values in a table, as many rows while they change as when they are still. */
function Measures({ curves, now }: { curves: Curve[]; now: Record<string, number> }) {
  const validates = curves.some((curve) => curve.validation.length > 0);
  const cell = (value: number | undefined) => (value === undefined ? "" : measure(value));
  return (
    <table className="vnn-measures">
      <thead>
        <tr>
          <td />
          <th scope="col">{t("training")}</th>
          {validates && <th scope="col">{t("validation")}</th>}
        </tr>
      </thead>
      <tbody>
        {curves.map(({ name, training, validation }) => (
          <tr key={name}>
            <th scope="row">{name.replaceAll("_", " ")}</th>
            <td className="vnn-mono">{cell(now[name] ?? training.at(-1))}</td>
            {validates && <td className="vnn-mono">{cell(validation.at(-1))}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Failure({ error, traceback }: { error: string; traceback: string }) {
  return (
    <div className="vnn-failure">
      <p className="vnn-bad">{error || t("Training ended with an error.")}</p>
      {traceback && (
        <details>
          <summary>{t("Traceback")}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of keys */}
          <pre tabIndex={0}>{traceback}</pre>
        </details>
      )}
    </div>
  );
}
