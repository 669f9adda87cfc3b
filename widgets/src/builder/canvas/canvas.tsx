import {
  Background,
  BackgroundVariant,
  ReactFlow,
  SelectionMode,
  useConnection,
  useStore as useFlow,
  useNodesInitialized,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import { type PointerEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "../../shared/words";
import { Notes } from "../notes/notes";
import { useCanvas, useDrawing, useEye, useSession } from "../session";
import { type BlockNode, portKey, type WireEdge } from "../state";
import { Breadcrumbs, FollowPlace } from "../submodels/breadcrumbs";
import { UnfoldedFrames } from "../submodels/unfolded_frames";
import { Comparing } from "../versions/comparing";
import { Block, SketchContext } from "./block";
import { BoxPoints } from "./box_points";
import { Callout } from "./callout";
import { fitAtFirst, fitReadably, LEAST_ZOOM, showsAll } from "./camera";
import { pressCanvas } from "./changes";
import { portOfHandle } from "./drawn";
import { EmptyCanvas } from "./empty_canvas";
import { Find } from "./find";
import { canvasGestures } from "./gestures";
import { Guides } from "./guides";
import { Knife } from "./knife";
import { watchLongPress } from "./long_press";
import { MiniMap } from "./minimap";
import { Originals } from "./originals";
import { PendingWire } from "./pending_wire";
import { openSearchAt } from "./searching";
import { SketchedWires } from "./sketched_wires";
import { PillLayer, PillLayerContext, Wire } from "./wire";
import { ZoomControl } from "./zoom_control";

const NODE_TYPES = { block: Block };
const EDGE_TYPES = { wire: Wire };
const NO_KEYS = {
  deleteKeyCode: null,
  selectionKeyCode: null,
  multiSelectionKeyCode: null,
  panActivationKeyCode: null,
  zoomActivationKeyCode: null,
} as const;
/** From this many blocks on only those in view are in the page. */
const MANY_BLOCKS = 150;
const MINIMAP_FROM = 4;
/** On a lower canvas the map would take the place of what it shows. */
const MINIMAP_HEIGHT = 280;
const NO_EDGES: WireEdge[] = [];
const LEFT_AND_MIDDLE = [0, 1];
const MIDDLE = [1];
const NO_ATTRIBUTION = { hideAttribution: true };

/** The drawing board: blocks, wires, and all that a pointer does to them. */
export function Canvas() {
  const session = useSession();
  const id = `vnn${useId().replaceAll(/\W/g, "")}`;
  const nodes = useCanvas((canvas) => canvas.nodes);
  const edges = useCanvas((canvas) => canvas.edges);
  const detail = useFlow(({ transform }) =>
    transform[2] < 0.4 ? "far" : transform[2] < 0.6 ? "middle" : "near",
  );
  const isMany = nodes.length > MANY_BLOCKS;
  const isSketch = isMany && detail === "far";
  const pans = useEye((eye) => eye.tool === "pan" || eye.space);
  const wheel = useEye((eye) => (eye.focused || eye.fills ? eye.wheel : "none"));
  const theme = useEye((eye) => eye.theme);
  const hasMap = useFlow((flow) => flow.height >= MINIMAP_HEIGHT);
  const width = useEye((eye) => eye.width);
  const isUnfolded = useDrawing(({ unfolded }) => unfolded !== null);
  const copying = useCanvas((canvas) => canvas.copying);
  const connecting = useEye((eye) => eye.connecting !== null);
  const flowStore = useStoreApi<BlockNode, WireEdge>();
  const [pills, setPills] = useState<SVGSVGElement | null>(null);
  const gestures = useMemo(() => canvasGestures(session), [session]);

  const pointerDown = (event: PointerEvent) => {
    const adds = event.shiftKey || event.ctrlKey || event.metaKey || session.eye.state.adds;
    watchLongPress(session, event);
    flowStore.setState({ multiSelectionActive: adds });
    pressCanvas(session, event.shiftKey && !(event.target as Element).closest("[data-block]"));
    session.eye.set({ menu: null, search: null });
    const target = event.target as HTMLElement;
    if (!adds && !target.closest("[data-point], .vnn-block.selected"))
      session.canvas.set({ points: new Set() });
    const block = target.closest<HTMLElement>("[data-block]");
    const pane = target.closest<HTMLElement>(".vnn-canvas");
    if (
      target.closest("button, input, textarea, .vnn-callout, .vnn-find, .vnn-note, .vnn-frame-head")
    )
      return;
    (block ?? pane)?.focus({ preventScroll: true });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are handled at the widget's root
    <div
      className="vnn-canvas"
      data-zoom={detail}
      data-pans={pans || undefined}
      data-connecting={connecting || undefined}
      data-copying={copying || undefined}
      data-unfolded={isUnfolded || undefined}
      tabIndex={-1}
      onPointerDownCapture={pointerDown}
      onDoubleClick={(event) => {
        if ((event.target as Element).closest(".react-flow__pane") === event.target)
          openSearchAt(session, { x: event.clientX, y: event.clientY });
      }}
    >
      <SketchContext value={isSketch}>
        <PillLayerContext value={pills}>
          <ReactFlow<BlockNode, WireEdge>
            id={id}
            nodes={nodes}
            edges={isSketch ? NO_EDGES : edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            {...NO_KEYS}
            colorMode={theme}
            aria-label={t(
              "Drawing of the model. Arrow keys follow the wires, Enter edits, C connects, question mark lists the keys.",
            )}
            minZoom={LEAST_ZOOM}
            maxZoom={2}
            onlyRenderVisibleElements={isMany}
            nodesFocusable={false}
            nodesDraggable={!isUnfolded}
            nodesConnectable={!isUnfolded}
            edgesFocusable={false}
            disableKeyboardA11y
            connectOnClick={false}
            connectionRadius={26}
            connectionDragThreshold={3}
            nodeDragThreshold={3}
            paneClickDistance={3}
            zoomOnDoubleClick={false}
            zoomOnScroll={wheel === "zoom"}
            panOnScroll={wheel === "pan"}
            preventScrolling={wheel !== "none"}
            panOnDrag={pans ? LEFT_AND_MIDDLE : MIDDLE}
            selectionOnDrag={!pans}
            selectionMode={SelectionMode.Partial}
            proOptions={NO_ATTRIBUTION}
            {...gestures}
          >
            <Background variant={BackgroundVariant.Dots} gap={16} size={1.4} />
            <PillLayer onLayer={setPills} />
            {isSketch && <SketchedWires />}
            <Guides />
            <Originals />
            <BoxPoints />
            <AimOfDrag />
            <KeepInView />
            <FollowPlace />
            {isUnfolded ? <UnfoldedFrames /> : <Notes />}
            <Comparing />
          </ReactFlow>
        </PillLayerContext>
      </SketchContext>
      {nodes.length === 0 && <EmptyCanvas />}
      {width === "wide" && hasMap && nodes.length >= MINIMAP_FROM && <MiniMap />}
      <Breadcrumbs />
      <Find />
      <ZoomControl />
      <Knife />
      <PendingWire />
      <Callout />
    </div>
  );
}

/**
 * Fits the drawing when it appears, and while nobody has moved the view; later only when a panel
 * opens over a part of a drawing that was wholly in view.  A drawing that the user begins is left
 * alone: a fit would move the view under the first block (`Session.do`).
 */
function KeepInView() {
  const session = useSession();
  const width = useFlow((flow) => flow.width);
  const height = useFlow((flow) => flow.height);
  const measured = useNodesInitialized();
  const flow = useReactFlow<BlockNode, WireEdge>();
  const last = useRef({ width, height });
  const fitted = useRef(false);
  useEffect(() => {
    session.flow = flow;
  }, [session, flow]);
  useEffect(() => {
    const before = last.current;
    last.current = { width, height };
    if (!measured || width === 0 || height === 0) return;
    const isFirst = !fitted.current;
    fitted.current = true;
    const stop = settle(session.root);
    if (!isFirst && width === before.width && height === before.height) return stop;
    const shrank = width < before.width || height < before.height;
    const loses = shrank && showsAll(session, before) && !showsAll(session, { width, height });
    if (loses) fitReadably(session);
    else if (!session.moved && (isFirst || width !== before.width || height > before.height))
      fitAtFirst(session); // less high, as above an open dock, it shows what it showed
    return stop;
  }, [session, width, height, measured]);
  return null;
}

/**
 * Marks the widget when its view has come to rest: what appears around a widget, such as a scroll
 * bar, changes its size within the next frames, and a fit follows.
 */
function settle(root: HTMLElement | null): () => void {
  root?.removeAttribute("data-settled");
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => root?.setAttribute("data-settled", ""));
  });
  return () => cancelAnimationFrame(frame);
}

/** Notes which input a dragged wire has come near, so that its verdict can be told; Escape ends it. */
function AimOfDrag() {
  const session = useSession();
  const target = useConnection(({ toHandle }) =>
    toHandle ? portKey(toHandle.nodeId, portOfHandle(toHandle.id ?? "")) : "",
  );
  useEffect(() => {
    const { connecting } = session.eye.state;
    if (connecting?.by === "drag") session.eye.set({ connecting: { ...connecting, target } });
  }, [session, target]);
  const drags = useConnection(({ inProgress }) => inProgress);
  const cancel = useFlow(({ cancelConnection }) => cancelConnection);
  const connecting = useEye((eye) => eye.connecting !== null);
  useEffect(() => {
    if (drags && !connecting) cancel();
  }, [drags, connecting, cancel]);
  return null;
}
