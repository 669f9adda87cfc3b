/** Grey lines in the place of what is on its way, so that nothing is ever blank. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const widths = ["62%", "84%", "47%", "73%", "55%", "68%"];
  return (
    <div className="vnn-skeletons" aria-busy="true" role="img" aria-label={t("Loading")}>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="vnn-skeleton" style={{ width: widths[at % widths.length] }} />
      ))}
    </div>
  );
}

import { t } from "../../shared/words";
