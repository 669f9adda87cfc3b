import { useEffect, useRef } from "react";
import { renderGraph } from "../../graph_viewer/index";
import type { GraphView } from "../../shared/messages";
import { useFetched } from "./fetched";
import { Skeleton } from "./skeleton";

/** The graph of the operations that really run, forward and backward. */
export function OpGraph() {
  const { value, error, loading } = useFetched<GraphView>("graph");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!value || !place.current) return;
    return renderGraph(place.current, value);
  }, [value]);
  return (
    <>
      {error && <p className="vnn-calm">{error}</p>}
      {loading && !value && !error && <Skeleton lines={5} />}
      <div className={`vnn-op-graph ${error ? "old" : ""}`} ref={place} />
    </>
  );
}
