import { useState } from "react";
import type { ArrayView, TrainingSetup } from "../../shared/messages";
import { count } from "../../shared/numbers";
import { t } from "../../shared/words";
import { Skeleton } from "../dock/skeleton";
import { ResetIcon } from "../icons";
import { useDrawing, useEye, useSession } from "../session";
import { choose, loadArrays } from "./actions";
import { plan, setupProblem } from "./setup";
import { ArrayChoice, NameChoice, NumberEntry, Setting } from "./setup_fields";

type Change = (change: Partial<TrainingSetup>) => void;

/** Asks what to train with: the notebook's arrays by name, loss, optimizer, how long. */
export function SetupForm() {
  const session = useSession();
  const arrays = useEye((eye) => eye.arrays);
  const setup = useEye((eye) => eye.setup);
  const problems = useDrawing(({ view }) => view?.problems.length ?? 0);
  if (!arrays || !setup) return <Skeleton lines={5} />;
  const change: Change = (part) => choose(session, { ...setup, ...part });
  const missing = setupProblem(setup, arrays);
  const counts = plan(setup, arrays);
  return (
    <div className="vnn-setup">
      <Arrays arrays={arrays} setup={setup} change={change} />
      <fieldset>
        <legend className="vnn-capitals">{t("Data")}</legend>
        <ArrayChoice label="x" arrays={arrays} value={setup.x} onChoose={(x) => change({ x })} />
        <ArrayChoice label="y" arrays={arrays} value={setup.y} onChoose={(y) => change({ y })} />
        <Validation arrays={arrays} setup={setup} change={change} />
      </fieldset>
      <Learning setup={setup} change={change} />
      <fieldset>
        <legend className="vnn-capitals">{t("Run")}</legend>
        <NumberEntry
          label={t("epochs")}
          value={setup.epochs}
          onChange={(epochs) => change({ epochs })}
        />
        <NumberEntry
          label={t("batch size")}
          value={setup.batch_size}
          onChange={(batch_size) => change({ batch_size })}
        />
        <p className={missing ? "vnn-missing" : "vnn-dim"}>
          {missing ||
            (problems > 0
              ? t("The drawing has problems: training will say what must be repaired first.")
              : counts &&
                t("{training} samples train, {validation} validate: {batches} batches an epoch.", {
                  training: count(counts.training),
                  validation: count(counts.validation),
                  batches: count(counts.batches),
                }))}
        </p>
      </fieldset>
    </div>
  );
}

/** The notebook's arrays by name and shape; a click puts one into the first free place. */
function Arrays({
  arrays,
  setup,
  change,
}: {
  arrays: ArrayView[];
  setup: TrainingSetup;
  change: Change;
}) {
  const session = useSession();
  const places = ["x", "y", "validation_x", "validation_y"] as const;
  const roleOf = (name: string) => places.find((place) => setup[place] === name);
  return (
    <div className="vnn-arrays">
      <div className="vnn-arrays-head">
        <span className="vnn-capitals">{t("Arrays in the notebook")}</span>
        <button
          type="button"
          className="vnn-button icon small"
          aria-label={t("Look again")}
          title={t("Look again")}
          onClick={() => void loadArrays(session)}
        >
          <ResetIcon size={13} />
        </button>
      </div>
      {arrays.length === 0 && (
        <p className="vnn-dim">
          {t("There are none yet. Run a cell that makes numpy arrays, such as")}{" "}
          <code>x_train</code> {t("and")} <code>y_train</code>
          {t(", then look again.")}
        </p>
      )}
      <ul>
        {arrays.map((array) => {
          const role = roleOf(array.name);
          return (
            <li key={array.name}>
              <button
                type="button"
                title={role ? t("Used as {role}", { role }) : t("Use it in the first free place")}
                onClick={() => {
                  const free = places.find((place) => !setup[place]);
                  if (!role && free) change({ [free]: array.name });
                }}
              >
                <b className="vnn-mono">{array.name}</b>
                {role && <span className="vnn-role">{role.replace("_", " ")}</span>}
                <span className="vnn-mono vnn-dim">
                  {array.shape} {array.dtype}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Validation({
  arrays,
  setup,
  change,
}: {
  arrays: ArrayView[];
  setup: TrainingSetup;
  change: Change;
}) {
  const byArrays = setup.validation_x !== "" || setup.validation_y !== "";
  const [wantsArrays, setWantsArrays] = useState(byArrays);
  const shown = byArrays || wantsArrays ? "arrays" : setup.validation_split > 0 ? "split" : "none";
  const choose = (kind: string) => {
    setWantsArrays(kind === "arrays");
    const split = kind === "split" ? setup.validation_split || 0.2 : 0;
    const arraysGo = kind === "arrays" ? {} : { validation_x: "", validation_y: "" };
    change({ validation_split: split, ...arraysGo });
  };
  return (
    <>
      <Setting label={t("validation")}>
        {(id) => (
          <select
            id={id}
            className="vnn-input"
            value={shown}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="none">{t("none")}</option>
            <option value="split">{t("part of the data")}</option>
            <option value="arrays">{t("own arrays")}</option>
          </select>
        )}
      </Setting>
      {shown === "split" && (
        <NumberEntry
          label={t("part")}
          value={setup.validation_split}
          onChange={(validation_split) => change({ validation_split })}
        />
      )}
      {shown === "arrays" && (
        <>
          <ArrayChoice
            label={t("validation x")}
            arrays={arrays}
            value={setup.validation_x}
            onChoose={(validation_x) => change({ validation_x })}
          />
          <ArrayChoice
            label={t("validation y")}
            arrays={arrays}
            value={setup.validation_y}
            onChoose={(validation_y) => change({ validation_y })}
          />
        </>
      )}
    </>
  );
}

function Learning({ setup, change }: { setup: TrainingSetup; change: Change }) {
  const losses = useDrawing(({ training }) => training?.losses ?? []);
  const optimizers = useDrawing(({ training }) => training?.optimizers ?? []);
  const metrics = useDrawing(({ training }) => training?.metrics ?? []);
  const toggle = (name: string) => {
    const has = setup.metrics.includes(name);
    change({
      metrics: has ? setup.metrics.filter((other) => other !== name) : [...setup.metrics, name],
    });
  };
  return (
    <fieldset>
      <legend className="vnn-capitals">{t("Learning")}</legend>
      <NameChoice
        label={t("loss")}
        names={losses}
        value={setup.loss}
        onChoose={(loss) => change({ loss })}
      />
      <NameChoice
        label={t("optimizer")}
        names={optimizers}
        value={setup.optimizer}
        onChoose={(optimizer) => change({ optimizer })}
      />
      <NumberEntry
        label={t("learning rate")}
        value={setup.learning_rate}
        onChange={(learning_rate) => change({ learning_rate })}
      />
      <Setting label={t("metrics")}>
        {(id) => (
          <select
            id={id}
            className="vnn-input"
            value=""
            onChange={(event) => event.target.value && toggle(event.target.value)}
          >
            <option value="">{setup.metrics.length > 0 ? t("add another") : t("add one")}</option>
            {metrics
              .filter((name) => !setup.metrics.includes(name))
              .map((name) => (
                <option key={name}>{name}</option>
              ))}
          </select>
        )}
      </Setting>
      {setup.metrics.length > 0 && (
        <div className="vnn-chips">
          {setup.metrics.map((name) => (
            <button
              type="button"
              key={name}
              className="vnn-chip"
              aria-label={t("Leave out {name}", { name })}
              title={t("Leave it out")}
              onClick={() => toggle(name)}
            >
              {name} <span aria-hidden="true">✕</span>
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
