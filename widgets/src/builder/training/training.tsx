import { useEffect } from "react";
import { isActive } from "../../training/progress";
import { Run } from "../../training/run";
import { useDrawing, useEye, useSession } from "../session";
import { loadArrays } from "./actions";
import { SetupForm } from "./setup_form";

/** The Training tab: asks for data first, then shows how the model learns. */
export function Training() {
  const session = useSession();
  const training = useDrawing((drawing) => drawing.training);
  const settingUp = useEye((eye) => eye.settingUp);
  const asked = useEye((eye) => eye.arrays !== null);
  const theme = useEye((eye) => eye.theme);
  useEffect(() => {
    if (!asked) void loadArrays(session);
  }, [asked, session]);
  const active = isActive(training?.status);
  const hasRun = training !== null && training.status !== "idle";
  if (!training || (!active && (settingUp || !hasRun))) return <SetupForm />;
  return <Run training={training} theme={theme} />;
}
