import { useEffect, useRef } from "react";
import { renderGraph } from "../../graph_viewer/index";
import { type GraphElement, layerName } from "../../graph_viewer/viewer";
import type { GraphView } from "../../shared/messages";
import { reveal } from "../canvas/camera";
import { type Session, useCanvas, useSession } from "../session";
import { useFetched } from "./fetched";
import { Skeleton } from "./skeleton";

/**
 * The graph of the operations that really run, forward and backward.  What is selected in it is
 * selected on the canvas, and the other way round.
 */
export function OpGraph() {
  const session = useSession();
  const { value, error, loading } = useFetched<GraphView>("graph");
  const place = useRef<HTMLDivElement>(null);
  const chosen = useCanvas(({ nodes }) => {
    const [only, another] = nodes.filter((node) => node.selected);
    return only && !another ? only.data.block.layer : "";
  });
  useEffect(() => {
    if (!value || !place.current) return;
    return renderGraph(place.current, value);
  }, [value]);
  useEffect(() => {
    const element = place.current;
    const follow = (event: Event) => selectLayer(session, (event as CustomEvent).detail.layer);
    element?.addEventListener("visualnn-layer-selected", follow);
    return () => element?.removeEventListener("visualnn-layer-selected", follow);
  }, [session]);
  useEffect(() => {
    if (value && chosen)
      place.current?.querySelector<GraphElement>(".vnn-graph")?.showLayer?.(chosen);
  }, [value, chosen]);
  return (
    <>
      {error && <p className="vnn-calm">{error}</p>}
      {loading && !value && !error && <Skeleton lines={5} />}
      <div className={`vnn-op-graph ${error ? "old" : ""}`} ref={place} />
    </>
  );
}

/** Selects the blocks of the layer that made an operation. */
function selectLayer(session: Session, path: string): void {
  const layer = layerName(path);
  const blocks = (session.view?.blocks ?? []).filter((block) => block.layer === layer);
  const selected = session.selectedBlocks();
  const [first] = blocks;
  if (!first || blocks.some((block) => selected.includes(block.id))) return;
  session.select(blocks.map((block) => block.id));
  reveal(session, first.id);
}
