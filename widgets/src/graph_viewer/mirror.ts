/** Lines the other lanes up with the forward one: what belongs to a layer stands in a scope like it. */

import type { Attachments } from "./attachments";
import { commonAncestor, type Hierarchy, type Part } from "./parts";
import { type Branch, type Leaf, lastWord, leaves } from "./tree";

/**
 * Puts what belongs to a scope of the forward lane into a scope like it, so that both line up.
 *
 * Names such as `adam/dense_kernel` lack the scopes of the model and of the layer, for example. What
 * belongs to nothing in particular, such as the learning rate, goes into a scope of its own.
 */
export function mirror(hierarchy: Hierarchy, attached: Attachments, top: Branch): void {
  const outside: Branch = { ...top, members: [] };
  const made = new Map<number, Branch>();
  const waiting = top.members.toReversed();
  for (let member = waiting.pop(); member; member = waiting.pop()) {
    const chain = chainFor(hierarchy, attached, member);
    if (!chain && "members" in member) {
      waiting.push(...member.members.toReversed()); // such as `gradients`, around everything
      continue;
    }
    let holder = outside;
    for (const part of chain ?? []) {
      let inside = made.get(part.index);
      if (!inside) {
        inside = { label: part.label, path: part.path, members: [], isAdded: true };
        made.set(part.index, inside);
        holder.members.push(inside);
      }
      holder = inside;
    }
    holder.members.push(member);
  }
  const isShared = (member: Branch | Leaf) =>
    "op" in member && partners(hierarchy, attached, member.op).length === 0;
  const shared = outside.members.filter(isShared);
  if (shared.length >= FEW) {
    const label = lastWord(top.path) || "shared";
    outside.members = outside.members.filter((member) => !isShared(member));
    outside.members.push({ label, path: `${top.path} shared`, members: shared, isAdded: true });
  }
  top.members = outside.members;
}

/** So many operations that belong to no layer need no scope of their own. */
const FEW = 3;

/**
 * The scopes of the forward lane that hold what a member belongs to, without one like itself;
 * null where it belongs to several things that no scope holds together.
 */
function chainFor(
  hierarchy: Hierarchy,
  attached: Attachments,
  member: Branch | Leaf,
): Part[] | null {
  const { parts } = hierarchy;
  let common = -1;
  for (const leaf of leaves(member))
    for (const partner of partners(hierarchy, attached, leaf.op))
      common = common < 0 ? partner : commonAncestor(parts, common, partner);
  const chain: Part[] = [];
  for (let at = parts[common]; at; at = parts[at.parent])
    if (at.kind === "scope") chain.unshift(at);
  if (parts[common]?.kind === "lane") return null;
  if ("members" in member && chain.at(-1)?.label.split("/")[0] === member.label) chain.pop();
  return chain;
}

/** The forward parts that an operation of another lane belongs to. */
export function partners(hierarchy: Hierarchy, attached: Attachments, place: number): number[] {
  const { graph, partOf, placeOf, parts } = hierarchy;
  const op = graph.ops[place]!;
  const found: number[] = [];
  const add = (at: number | undefined) => {
    const part = at === undefined ? undefined : parts[partOf[at]!];
    if (part?.lane === "forward" && part.index > 0)
      found.push(part.host < 0 ? part.index : part.host);
  };
  if (op.phase === "backward") add(placeOf.get(op.forward));
  if (op.phase === "update")
    for (const [id] of op.inputs) add(attached.host.get(placeOf.get(id) ?? -1));
  return found;
}
