import { several, t } from "../../shared/words";
import type { Session } from "../session";
import type { BlockNode } from "../state";
import { focusBlock, reveal } from "./camera";

/** The blocks that all words fit: by kind, name, settings, shapes, or what is said of them. */
export function found(nodes: BlockNode[], typed: string): string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return nodes
    .filter((node) => {
      const text = textOf(node);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x)
    .map((node) => node.id);
}

function textOf({ data: { block } }: BlockNode): string {
  const signs = [
    block.frozen && t("frozen"),
    block.muted && t("muted"),
    block.is_output && t("out"),
    block.calls > 1 && `×${block.calls}`,
  ];
  const { kind, layer, family, settings, outputs, error, warning } = block;
  const shapes = outputs.flatMap((shape) => [shape, shape.replaceAll(", ", "×")]);
  return [kind, layer, family, settings, ...shapes, error, warning, ...signs]
    .filter(Boolean)
    .join(" ")
    .toLowerCase();
}

/** Goes to the next of the blocks that were found, or to the one before. */
export function findNext(session: Session, blocks: string[], step: 1 | -1): void {
  if (blocks.length === 0) {
    session.say(t("Nothing is found."));
    return;
  }
  const at = blocks.indexOf(session.canvas.state.current);
  const next = blocks.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % blocks.length)!;
  session.select([next]);
  reveal(session, next);
  const node = session.canvas.state.nodes.find(({ id }) => id === next);
  const { kind = "", layer = "" } = node?.data.block ?? {};
  const count = blocks.length;
  session.say(
    t("{kind} {layer}, {at} of {count}.", { kind, layer, at: blocks.indexOf(next) + 1, count }),
  );
}

/** Ends finding; the focus goes to the block where one has come to. */
export function endFinding(session: Session): void {
  session.eye.set({ finding: null, found: null });
  const [only] = session.selectedBlocks();
  if (only) focusBlock(session, only);
  else session.focusCanvas();
}

/** Selects the blocks that lead to the selected ones, or those that they lead to. */
export function selectAlong(session: Session, where: "before" | "behind", current: string): void {
  const selected = session.selectedBlocks();
  const starts = selected.length > 0 ? selected : current ? [current] : [];
  const wires = (session.drawing.state.unfolded ?? session.view)?.wires ?? [];
  const reached = new Set(starts);
  const waiting = [...starts];
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    for (const { source, target } of wires) {
      const [here, next] = where === "behind" ? [source, target] : [target, source];
      if (here === block && !reached.has(next)) {
        reached.add(next);
        waiting.push(next);
      }
    }
  }
  session.select([...reached]);
  session.canvas.set({ current: starts[0] ?? "" });
  session.say(
    where === "behind"
      ? several(reached.size - starts.length, "{count} block follows.", "{count} blocks follow.")
      : several(
          reached.size - starts.length,
          "{count} block leads here.",
          "{count} blocks lead here.",
        ),
  );
}
