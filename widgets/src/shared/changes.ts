/** Puts what an edit changed into the drawing.  Its other half: visualnn/builder/changes.py */
import type { BuilderChanges, BuilderView } from "./messages";
import { inWords } from "./sentences";

interface Item {
  id: string;
}

/** The drawing after an edit; what did not change stays the same object, so nobody draws it anew. */
export function applied(view: BuilderView, changes: BuilderChanges): BuilderView {
  const gone = new Set(changes.gone);
  return {
    ...view,
    ...changes.fields,
    blocks: changed(view.blocks, changes.blocks as Item[], gone, changes.block_order),
    wires: changed(view.wires, changes.wires as Item[], gone, changes.wire_order),
  };
}

function changed<Kind extends Item>(
  before: Kind[],
  changes: Item[],
  gone: ReadonlySet<string>,
  order: string[] | null,
): Kind[] {
  if (changes.length === 0 && gone.size === 0 && !order) return before;
  const items = new Map(before.map((item) => [item.id, item]));
  for (const id of gone) items.delete(id);
  for (const change of changes) {
    items.set(change.id, { ...items.get(change.id), ...change } as Kind);
  }
  return order ? order.map((id) => items.get(id)!) : [...items.values()];
}

/** What Python packed with `zlib`, read as JSON. */
export async function unpacked<Value>(bytes: ArrayBufferView | ArrayBuffer): Promise<Value> {
  const packed = new Blob([bytes as BlobPart]).stream();
  const read = new Response(packed.pipeThrough(new DecompressionStream("deflate"))).json();
  return inWords((await read) as Value);
}
