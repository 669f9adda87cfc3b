import type { TrainingView } from "../shared/messages";
import { duration } from "../shared/numbers";
import { t } from "../shared/words";

/** Whether training is under way in any form. */
export function isActive(status: TrainingView["status"] | undefined): boolean {
  return ["starting", "running", "paused", "stopping"].includes(status ?? "idle");
}

/** How far training is, from 0 to 1; `epoch` counts from 1 while an epoch runs. */
export function progressOf(training: TrainingView): number {
  const isDone = training.status === "done";
  if (training.epochs <= 0) return isDone ? 1 : 0;
  if (isDone) return Math.min(1, training.epoch / training.epochs);
  if (training.epoch <= 0) return 0;
  const within = training.batches > 0 ? training.batch / training.batches : 0;
  return Math.min(1, Math.max(0, (training.epoch - 1 + within) / training.epochs));
}

/** How far training is, in words: "Epoch 7 of 20" and "batch 32 of 45 · 9 s left". */
export function progressWords(training: TrainingView): { head: string; rest: string } {
  const { epoch, epochs, batch, batches, seconds_left, curves } = training;
  // Before the first batch is done, the training step is still being traced.
  const isTraced = batch > 0 || curves.length > 0;
  const status = training.status === "running" && !isTraced ? "starting" : training.status;
  const at = t("Epoch {epoch} of {epochs}", { epoch, epochs });
  const within = batches > 0 ? t("batch {batch} of {batches}", { batch, batches }) : "";
  const left =
    seconds_left === null ? "" : t("{seconds_left} left", { seconds_left: duration(seconds_left) });
  const join = (...parts: string[]) => parts.filter(Boolean).join(" · ");
  switch (status) {
    case "starting":
      return { head: t("Starting"), rest: t("tracing the training step") };
    case "running":
      return { head: at, rest: join(within, left) };
    case "paused":
      return { head: t("Paused"), rest: join(at, within) };
    case "stopping":
      return { head: t("Stopping"), rest: t("after this batch; weights and curves are kept") };
    case "done":
      return {
        head: epoch >= epochs ? t("Done") : t("Stopped"),
        rest: t("{epochs} of {epochs2} epochs", {
          epochs: Math.min(epoch, epochs),
          epochs2: epochs,
        }),
      };
    case "failed":
      return { head: t("Training failed"), rest: epoch > 0 ? at : "" };
    default:
      return { head: t("Not trained yet"), rest: "" };
  }
}
