import type { ArrayView, TrainingSetup, TrainingView } from "../../shared/messages";
import { equalJson } from "../../shared/sharing";
import { t } from "../../shared/words";

/** A setup to begin with: the last one, or what the names of the arrays suggest. */
export function firstSetup(arrays: ArrayView[], training: TrainingView | null): TrainingSetup {
  const last = training?.setup;
  if (last?.x) return last;
  const named = (...patterns: RegExp[]) => {
    for (const pattern of patterns) {
      const found = arrays.find((array) => pattern.test(array.name));
      if (found) return found.name;
    }
    return "";
  };
  const x = named(/^x_?tr/i, /^x$/i, /^(train_)?(images|features|inputs|data)$/i, /^x/i);
  const y = named(/^y_?tr/i, /^y$/i, /^(train_)?(labels?|targets?)$/i, /^y/i);
  const fits = x !== y && rows(arrays, x) === rows(arrays, y);
  const validationX = named(/^x_?val/i, /^x_?test/i);
  const validationY = named(/^y_?val/i, /^y_?test/i);
  const hasValidation =
    validationX !== "" && rows(arrays, validationX) === rows(arrays, validationY);
  return {
    loss: training?.losses[0] ?? "",
    optimizer: training?.optimizers[0] ?? "",
    learning_rate: 0.001,
    metrics: [],
    epochs: 10,
    batch_size: 32,
    ...last,
    x: fits ? x : "",
    y: fits ? y : "",
    validation_x: fits && hasValidation ? validationX : "",
    validation_y: fits && hasValidation ? validationY : "",
    validation_split: fits && hasValidation ? 0 : 0.2,
  };
}

/** The setup with what Python suggests for the drawing as it is now, where nobody chose otherwise. */
export function followSuggestion(
  setup: TrainingSetup,
  before: TrainingSetup | null,
  now: TrainingSetup,
): TrainingSetup {
  const follows = (name: keyof TrainingSetup) =>
    before !== null && equalJson(setup[name], before[name]);
  return {
    ...setup,
    loss: follows("loss") ? now.loss : setup.loss,
    optimizer: follows("optimizer") ? now.optimizer : setup.optimizer,
    metrics: follows("metrics") ? now.metrics : setup.metrics,
  };
}

/** How many samples an array holds: the first size of its shape. */
export function rows(arrays: ArrayView[], name: string): number | null {
  const shape = arrays.find((array) => array.name === name)?.shape;
  const first = shape?.match(/\d+/)?.[0];
  return first === undefined ? null : Number(first);
}

/** What keeps a setup from being trained, in words; "" when it is complete. */
export function setupProblem(setup: TrainingSetup, arrays: ArrayView[]): string {
  if (!setup.x) return t("Choose the array that goes into the model (x).");
  if (!setup.y) return t("Choose the array of what should come out (y).");
  const samples = rows(arrays, setup.x);
  const targets = rows(arrays, setup.y);
  if (samples !== null && targets !== null && samples !== targets) {
    return t("{x} has {samples} samples, {y} has {targets}: they must be as many.", {
      x: setup.x,
      samples,
      y: setup.y,
      targets,
    });
  }
  if (Boolean(setup.validation_x) !== Boolean(setup.validation_y)) {
    return t("Validation needs both an x and a y.");
  }
  if (!(setup.validation_split >= 0 && setup.validation_split < 1)) {
    return t("The validation split is a part of the data: at least 0 and less than 1.");
  }
  if (!setup.loss) return t("Choose a loss.");
  if (!setup.optimizer) return t("Choose an optimizer.");
  if (!(setup.learning_rate > 0)) return t("The learning rate is a number above 0.");
  if (!(Number.isInteger(setup.epochs) && setup.epochs > 0)) {
    return t("The number of epochs is a whole number above 0.");
  }
  if (!(Number.isInteger(setup.batch_size) && setup.batch_size > 0)) {
    return t("The batch size is a whole number above 0.");
  }
  return "";
}

/** How many samples train, how many validate, and how many batches an epoch has; null if unknown. */
export function plan(setup: TrainingSetup, arrays: ArrayView[]) {
  const all = rows(arrays, setup.x);
  if (all === null) return null;
  const split = setup.validation_x ? 0 : setup.validation_split;
  const training = Math.floor(all * (1 - split));
  const validation = setup.validation_x ? (rows(arrays, setup.validation_x) ?? 0) : all - training;
  return { training, validation, batches: Math.ceil(training / Math.max(1, setup.batch_size)) };
}
