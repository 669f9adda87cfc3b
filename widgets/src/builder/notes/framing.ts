import type { Command, FrameView } from "../../shared/messages";
import { later, t } from "../../shared/words";
import { boxOf } from "../canvas/drawn";
import { type Box, boundsOf } from "../canvas/geometry";
import type { Session } from "../session";
import type { BlockNode, Framing, MenuItem } from "../state";
import { frameSelection } from "./actions";

const MARGIN = 16;
const HEAD = 26;

/** A frame as it goes around the boxes of its blocks; null around nothing. */
export function frameAround(boxes: Box[]): Box | null {
  if (boxes.length === 0) return null;
  const { x, y, width, height } = boundsOf(boxes);
  return {
    x: x - MARGIN,
    y: y - MARGIN - HEAD,
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN + HEAD,
  };
}

/** The boxes of all frames as they are drawn. */
export function frameBoxes(session: Session): Box[] {
  const { nodes } = session.canvas.state;
  return (session.view?.beside?.frames ?? [])
    .map(({ blocks }) => frameAround(nodes.filter(({ id }) => blocks.includes(id)).map(boxOf)))
    .filter((box) => box !== null);
}

/**
 * Which frames dragged blocks would go into, and which they would leave, if the hand let go: a
 * block belongs where its middle is.  A frame whose blocks are all dragged goes with them.
 */
export function framingOf(frames: FrameView[], nodes: BlockNode[], dragged: string[]): Framing {
  const found: Framing = { into: {}, outOf: {} };
  for (const { id, blocks } of frames) {
    const members = nodes.filter((node) => blocks.includes(node.id));
    const held = members.filter((node) => dragged.includes(node.id));
    if (held.length === members.length) continue;
    // as it was before the drag, so that it does not run after the block that is to leave it
    const frame = frameAround(
      members.map((node) => boxOf(held.includes(node) ? asPut(node) : node)),
    );
    const others = nodes.filter((node) => dragged.includes(node.id) && !blocks.includes(node.id));
    const into = others.filter((node) => frame && hasMiddle(frame, boxOf(node)));
    const outOf = held.filter((node) => frame && !hasMiddle(frame, boxOf(node)));
    if (into.length > 0) found.into[id] = into.map((node) => node.id);
    if (outOf.length > 0) found.outOf[id] = outOf.map((node) => node.id);
  }
  return found;
}

/** A block where it lay before the hand took it. */
function asPut(node: BlockNode): BlockNode {
  return { ...node, position: { x: node.data.block.x, y: node.data.block.y } };
}

function hasMiddle(frame: Box, box: Box): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height;
}

/** The commands that put blocks into frames and take them out. */
export function framingCommands({ into, outOf }: Framing): Command[] {
  return [
    ...Object.entries(into).map(
      ([frame, blocks]): Command => ({ command: "PutIntoFrame", frame, blocks }),
    ),
    ...Object.entries(outOf).map(
      ([frame, blocks]): Command => ({ command: "TakeOutOfFrame", frame, blocks }),
    ),
  ];
}

/** What frames the selected blocks can go into or out of: the alternative to dragging them there. */
export function frameItems(session: Session): MenuItem[] {
  const blocks = session.selectedBlocks();
  const frames = session.view?.beside?.frames ?? [];
  const item = (label: string, command: "PutIntoFrame" | "TakeOutOfFrame", frame: FrameView) => ({
    label: t(label, { name: frame.name || t("without a name") }),
    act: async () => {
      if (!(await session.do({ command, frame: frame.id, blocks }))) return;
      session.say(command === "PutIntoFrame" ? t("In the frame now.") : t("Out of the frame."));
      session.focusCanvas();
    },
  });
  return [
    { label: t("Put a frame around"), keys: "Shift+G", act: () => void frameSelection(session) },
    ...frames
      .filter((frame) => !blocks.every((id) => frame.blocks.includes(id)))
      .map((frame) => item(later("Put into the frame {name}"), "PutIntoFrame", frame)),
    ...frames
      .filter((frame) => blocks.some((id) => frame.blocks.includes(id)))
      .map((frame) => item(later("Take out of the frame {name}"), "TakeOutOfFrame", frame)),
  ];
}
