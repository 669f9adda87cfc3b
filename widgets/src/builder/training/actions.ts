import type { ArrayView, TrainingSetup } from "../../shared/messages";
import { t } from "../../shared/words";
import { openTab } from "../panels";
import type { Session } from "../session";
import { firstSetup, setupProblem } from "./setup";

/** Asks for the notebook's arrays and fills the form in as far as their names tell. */
export async function loadArrays(session: Session): Promise<void> {
  let arrays: ArrayView[] = [];
  try {
    arrays = (await session.python.ask<ArrayView[]>({ request: "arrays" })) ?? [];
  } catch (refusal) {
    session.refuse(refusal);
  }
  const { setup } = session.eye.state;
  const keeps = setup?.x && arrays.some((array) => array.name === setup.x);
  session.eye.set({ arrays });
  const begun = keeps ? setup : firstSetup(arrays, session.drawing.state.training);
  choose(session, begun);
}

/** Takes a setup; Python judges the drawing by the data and the loss as soon as both are chosen. */
export function choose(session: Session, setup: TrainingSetup): void {
  const before = session.eye.state.setup;
  session.eye.set({ setup });
  const isOther = (["x", "y", "loss"] as const).some((name) => setup[name] !== before?.[name]);
  if (!isOther || !setup.x || !setup.y) return;
  // What is not judged now is judged when it is trained.
  void session.python.ask({ request: "consider", setup: sendable(setup) }).catch(() => {});
}

/** A setup that can be sent: entries that are still being written are no numbers. */
function sendable(setup: TrainingSetup): TrainingSetup {
  const number = (value: number, otherwise: number) => (Number.isFinite(value) ? value : otherwise);
  return {
    ...setup,
    epochs: Math.round(number(setup.epochs, 1)),
    batch_size: Math.round(number(setup.batch_size, 1)),
    learning_rate: number(setup.learning_rate, 0),
    validation_split: number(setup.validation_split, 0),
  };
}

/** Trains with the setup as it stands; asks for what is missing first. */
export async function train(session: Session): Promise<void> {
  openTab(session, "training");
  if (!session.eye.state.arrays) await loadArrays(session);
  const { setup, arrays } = session.eye.state;
  const missing = setup ? setupProblem(setup, arrays ?? []) : t("There is no setup yet.");
  if (!setup || missing) {
    session.eye.set({ settingUp: true });
    session.say(missing);
    return;
  }
  await press(session, "train", { request: "train", setup });
}

export function pause(session: Session): Promise<void> {
  return press(session, "pause", { request: "pause" });
}

export function resume(session: Session): Promise<void> {
  return press(session, "resume", { request: "resume" });
}

export function stop(session: Session): Promise<void> {
  return press(session, "stop", { request: "stop" });
}

type Press = "train" | "pause" | "resume" | "stop";

/** Shows the button as pressed at once, and until Python has followed or refused. */
async function press(
  session: Session,
  button: Press,
  request: Parameters<Session["python"]["ask"]>[0],
): Promise<void> {
  const words = {
    train: t("Training starts."),
    pause: t("Pausing…"),
    resume: t("Going on."),
    stop: t("Stopping…"),
  };
  session.eye.set({ pressed: button });
  session.say(words[button]);
  try {
    await session.python.ask(request);
    if (button === "train") session.eye.set({ settingUp: false });
  } catch (refusal) {
    session.refuse(refusal);
  } finally {
    if (session.eye.state.pressed === button) session.eye.set({ pressed: "" });
  }
}
