import { useEffect, useRef } from "react";
import { useFetched } from "./fetched";
import { safeHtml } from "./safe_html";
import { Skeleton } from "./skeleton";

/** The table that `model.summary()` shows in a notebook. */
export function Summary() {
  const { value, error, loading } = useFetched<string>("summary");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.replaceChildren(safeHtml(value ?? "")), [value]);
  return (
    <>
      {error && <p className="vnn-calm">{error}</p>}
      {loading && !value && !error && <Skeleton lines={6} />}
      <div className={`vnn-summary ${loading || error ? "old" : ""}`} ref={place} />
    </>
  );
}
