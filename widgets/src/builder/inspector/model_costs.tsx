import { useState } from "react";
import type { CostsView } from "../../shared/messages";
import { t } from "../../shared/words";
import { useFetched } from "../dock/fetched";
import { Skeleton } from "../dock/skeleton";
import { useEye } from "../session";
import { BatchSlider } from "./batch_slider";
import { Costs } from "./shapes";

/** What the model costs to run; counted as long as one looks at it. */
export function ModelCosts() {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="vnn-costs"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="vnn-capitals">{t("What it costs")}</summary>
      {open && <Counted />}
    </details>
  );
}

function Counted() {
  const { value, error } = useFetched<CostsView>("costs");
  const batch = useEye((eye) => eye.batch);
  if (error) return <p className="vnn-calm">{error}</p>;
  if (!value) return <Skeleton lines={2} />;
  return (
    <>
      <BatchSlider />
      <Costs cost={value} batch={batch} />
    </>
  );
}
