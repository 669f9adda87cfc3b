import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useConnection,
  useStore as useFlow,
  useNodesInitialized,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import { type PointerEvent, useEffect, useId, useRef } from "react";
import { useCanvas, useEye, useSession } from "../session";
import { type BlockNode, type PortName, portKey, type Side, type WireEdge } from "../state";
import { Block } from "./block";
import { Callout } from "./callout";
import { fitAll, LEAST_ZOOM, showsAll } from "./camera";
import {
  beginBoxSelection,
  changeEdges,
  changeNodes,
  endBoxSelection,
  endDrag,
  pressCanvas,
} from "./changes";
import { beginConnecting, endConnecting, verdictOf } from "./connecting";
import { portOfHandle } from "./drawn";
import { dropWire } from "./dropping";
import { EmptyCanvas } from "./empty_canvas";
import { Guides } from "./guides";
import { openBlockMenu, openCanvasMenu, openWireMenu } from "./menus";
import { PendingWire } from "./pending_wire";
import { openSearchAt } from "./searching";
import { Wire } from "./wire";
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
const MINIMAP_SIZE = { width: 118, height: 82 };

/** The drawing board: blocks, wires, and all that a pointer does to them. */
export function Canvas() {
  const session = useSession();
  const id = `vnn${useId().replaceAll(/\W/g, "")}`;
  const nodes = useCanvas((canvas) => canvas.nodes);
  const edges = useCanvas((canvas) => canvas.edges);
  const detail = useFlow(({ transform }) =>
    transform[2] < 0.4 ? "far" : transform[2] < 0.6 ? "middle" : "near",
  );
  const pans = useEye((eye) => eye.tool === "pan" || eye.space);
  const wheel = useEye((eye) => (eye.focused || eye.fills ? eye.wheel : "none"));
  const theme = useEye((eye) => eye.theme);
  const width = useEye((eye) => eye.width);
  const connecting = useEye((eye) => eye.connecting !== null);
  const flowStore = useStoreApi<BlockNode, WireEdge>();

  const pointerDown = (event: PointerEvent) => {
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    flowStore.setState({ multiSelectionActive: adds });
    pressCanvas(session, event.shiftKey && !(event.target as Element).closest("[data-block]"));
    session.eye.set({ menu: null, search: null });
    const target = event.target as HTMLElement;
    const block = target.closest<HTMLElement>("[data-block]");
    const pane = target.closest<HTMLElement>(".vnn-canvas");
    if (target.closest("button, input, .vnn-callout")) return;
    (block ?? pane)?.focus({ preventScroll: true });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are handled at the widget's root
    <div
      className="vnn-canvas"
      data-zoom={detail}
      data-pans={pans || undefined}
      data-connecting={connecting || undefined}
      tabIndex={-1}
      onPointerDownCapture={pointerDown}
      onDoubleClick={(event) => {
        if ((event.target as Element).closest(".react-flow__pane") === event.target)
          openSearchAt(session, { x: event.clientX, y: event.clientY });
      }}
    >
      <ReactFlow<BlockNode, WireEdge>
        id={id}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...NO_KEYS}
        colorMode={theme}
        aria-label="Drawing of the model. Arrow keys follow the wires, Enter edits, C connects, question mark lists the keys."
        minZoom={LEAST_ZOOM}
        maxZoom={2}
        onlyRenderVisibleElements={nodes.length > MANY_BLOCKS}
        nodesFocusable={false}
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
        panOnDrag={pans ? [0, 1] : [1]}
        selectionOnDrag={!pans}
        selectionMode={SelectionMode.Partial}
        proOptions={{ hideAttribution: true }}
        onMoveStart={(event) => {
          if (event) session.moved = true;
        }}
        onNodesChange={(changes) => changeNodes(session, changes)}
        onEdgesChange={(changes) => changeEdges(session, changes)}
        onNodeDragStop={() => endDrag(session)}
        onNodeClick={(event, node) => {
          const alone = !event.shiftKey && !event.ctrlKey && !event.metaKey;
          if (alone && session.selectedBlocks().length > 1) session.select([node.id]);
        }}
        onNodeDoubleClick={() => session.root?.dispatchEvent(new CustomEvent("vnn-edit"))}
        onNodeContextMenu={(event, node) => openBlockMenu(session, event, node.id)}
        onEdgeContextMenu={(event, edge) => openWireMenu(session, event, edge.id)}
        onPaneContextMenu={(event) => openCanvasMenu(session, event)}
        onPaneClick={() => {
          endBoxSelection();
          endConnecting(session);
          session.eye.set({ callout: "" });
        }}
        onSelectionStart={beginBoxSelection}
        onSelectionEnd={endBoxSelection}
        onConnectStart={(_, start) => {
          const from = portAt(start.nodeId, start.handleType, start.handleId);
          if (from) void beginConnecting(session, "drag", from);
        }}
        isValidConnection={(wire) => {
          const { connecting } = session.eye.state;
          const port = portAt(wire.target, "target", wire.targetHandle ?? null);
          if (!connecting || !port) return true;
          const output = portAt(wire.source, "source", wire.sourceHandle ?? null);
          const other = connecting.from.side === "source" ? port : output;
          return !other || verdictOf(connecting, other)?.verdict !== "impossible";
        }}
        onConnectEnd={(event, end) => {
          const to = end.toHandle;
          const port = to ? portAt(to.nodeId, to.type, to.id ?? null) : null;
          void dropWire(session, port, event);
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1.4} />
        <Guides />
        {width === "wide" && nodes.length >= MINIMAP_FROM && (
          <MiniMap<BlockNode>
            position="top-right"
            pannable
            zoomable
            ariaLabel="Overview"
            style={MINIMAP_SIZE}
            nodeBorderRadius={12}
            nodeClassName={(node) => (node.data.block.error ? "wrong" : "")}
          />
        )}
        <AimOfDrag />
        <KeepInView />
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas />}
      <ZoomControl />
      <PendingWire />
      <Callout />
    </div>
  );
}

/**
 * Fits the drawing when it appears, and while nobody has moved the view; later only when a panel
 * opens over a part of a drawing that was wholly in view.  A canvas that is empty at first is left
 * alone: a fit would move the view under the first block.
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
    session.moved = session.canvas.state.nodes.length === 0;
  }, [session, flow]);
  useEffect(() => {
    const before = last.current;
    last.current = { width, height };
    if (!measured || width === 0) return;
    const isFirst = !fitted.current;
    fitted.current = true;
    if (!isFirst && width === before.width && height === before.height) return;
    const shrank = width < before.width || height < before.height;
    const loses = shrank && showsAll(session, before) && !showsAll(session, { width, height });
    if (loses) fitAll(session);
    else if (!session.moved) fitAll(session, 0);
  }, [session, width, height, measured]);
  return null;
}

/** Notes which input a dragged wire has come near, so that its verdict can be told. */
function AimOfDrag() {
  const session = useSession();
  const target = useConnection(({ toHandle }) =>
    toHandle ? portKey(toHandle.nodeId, portOfHandle(toHandle.id ?? "")) : "",
  );
  useEffect(() => {
    const { connecting } = session.eye.state;
    if (connecting?.by === "drag") session.eye.set({ connecting: { ...connecting, target } });
  }, [session, target]);
  return null;
}

function portAt(block: string | null, side: Side | null, handle: string | null): PortName | null {
  if (!block || !side || handle === null) return null;
  return { block, side, port: side === "target" ? portOfHandle(handle) : handle };
}
