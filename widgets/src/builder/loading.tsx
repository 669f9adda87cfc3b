import { t } from "../shared/words";
import { Skeleton } from "./dock/skeleton";

/** The outlines of the builder, until Python has said what to draw. */
export function Loading() {
  return (
    <div className="vnn-loading" role="status" aria-label={t("The builder is loading")}>
      <div className="vnn-bar">
        <div className="vnn-skeleton" style={{ width: 120 }} />
      </div>
      <div className="vnn-middle">
        <div className="vnn-side" style={{ width: 212, padding: 10 }}>
          <Skeleton lines={10} />
        </div>
        <div className="vnn-main vnn-canvas" />
        <div className="vnn-side right" style={{ width: 290, padding: 12 }}>
          <Skeleton lines={6} />
        </div>
      </div>
    </div>
  );
}
