import type { ReactFlowProps } from "@xyflow/react";
import type { Session } from "../session";
import type { BlockNode, PortName, Side, WireEdge } from "../state";
import { enter, isSubmodel } from "../submodels/actions";
import { goHome } from "../submodels/depth";
import { beginBoxSelection, changeEdges, changeNodes, endBoxSelection } from "./changes";
import { beginConnecting, endConnecting, verdictOf } from "./connecting";
import { portOfHandle } from "./drawn";
import { dropWire } from "./dropping";
import { openBlockMenu, openCanvasMenu, openWireMenu } from "./menus";
import { addPoint } from "./points";
import { openSearchAt } from "./searching";
import { dragOver, dropBlocks } from "./splicing";

/**
 * What React Flow tells of a pointer's doings, and what is done then.  Made once for a session:
 * handlers that change would make React Flow draw every block anew in each frame of a drag.
 */
export function canvasGestures(session: Session) {
  let held = ""; // the wire whose end is being dragged
  return {
    onMoveStart(event) {
      if (event) session.moved = true;
    },
    onNodesChange: (changes) => changeNodes(session, changes),
    onEdgesChange: (changes) => changeEdges(session, changes),
    onNodeDrag: (event, node, nodes) => dragOver(session, event.altKey, node, nodes),
    onNodeDragStop: (event, node, nodes) => void dropBlocks(session, event.altKey, node, nodes),
    onNodeClick(event, node) {
      const { adds } = session.eye.state;
      const alone = !event.shiftKey && !event.ctrlKey && !event.metaKey && !adds;
      if (alone && session.selectedBlocks().length > 1) session.select([node.id]);
    },
    onNodeDoubleClick(_, node) {
      if (session.eye.state.depth > 0) void goHome(session, node.id);
      else if (isSubmodel(session.block(node.id))) void enter(session, node.id);
      else session.root?.dispatchEvent(new CustomEvent("vnn-edit"));
    },
    onNodeContextMenu: (event, node) => openBlockMenu(session, event, node.id),
    onEdgeDoubleClick(event, edge) {
      const at = session.flow?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      if (at) void addPoint(session, edge.id, at);
    },
    onEdgeContextMenu: (event, edge) => openWireMenu(session, event, edge.id),
    onPaneContextMenu: (event) => openCanvasMenu(session, event),
    onPaneClick(event) {
      endBoxSelection();
      const { connecting } = session.eye.state;
      endConnecting(session);
      session.eye.set({ callout: "", adds: false });
      if (connecting?.by === "click" && !connecting.wire) {
        const at = { x: event.clientX, y: event.clientY };
        openSearchAt(session, at, connecting.from); // as where a wire is dropped
      }
    },
    onSelectionStart: beginBoxSelection,
    onSelectionEnd: endBoxSelection,
    onReconnectStart(_, edge) {
      held = edge.id;
    },
    onReconnect() {
      // Only with this can ends be taken hold of; what becomes of one, its drop decides.
    },
    onReconnectEnd() {
      held = "";
    },
    onConnectStart(_, start) {
      const from = portAt(start.nodeId, start.handleType, start.handleId);
      if (from) void beginConnecting(session, "drag", from, held);
    },
    isValidConnection(wire) {
      const { connecting } = session.eye.state;
      const port = portAt(wire.target, "target", wire.targetHandle ?? null);
      if (!connecting || !port) return true;
      const output = portAt(wire.source, "source", wire.sourceHandle ?? null);
      const other = connecting.from.side === "source" ? port : output;
      return !other || verdictOf(connecting, other)?.verdict !== "impossible";
    },
    onConnectEnd(event, end) {
      const to = end.toHandle;
      const port = to ? portAt(to.nodeId, to.type, to.id ?? null) : null;
      void dropWire(session, port, event);
    },
  } satisfies ReactFlowProps<BlockNode, WireEdge>;
}

function portAt(block: string | null, side: Side | null, handle: string | null): PortName | null {
  if (!block || !side || handle === null) return null;
  return { block, side, port: side === "target" ? portOfHandle(handle) : handle };
}
