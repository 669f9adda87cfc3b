import { useEffect, useRef } from "react";
import { isActive, progressWords } from "../../training/progress";
import { useDrawing, useSession } from "../session";

/** Says when training starts, pauses, ends or fails; not each epoch, which would never be quiet. */
export function useTrainingWords(): void {
  const session = useSession();
  const training = useDrawing((drawing) => drawing.training);
  const status = training?.status ?? "idle";
  const last = useRef(status);
  useEffect(() => {
    const before = last.current;
    last.current = status;
    if (!training || before === status) return;
    if (isActive(before) && isActive(status) && status !== "paused") return;
    const { head, rest } = progressWords(training);
    const why = status === "failed" ? training.error : training.sentence;
    session.say([`${head}: ${rest}.`, why].filter(Boolean).join(" "));
  }, [session, status, training]);
}
