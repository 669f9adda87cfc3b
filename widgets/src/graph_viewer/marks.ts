/** What stands out on the canvas: the selection, what belongs to it, what is pointed at or found. */
import type { Marks, Ring } from "./draw";
import type { Hit } from "./pick";
import { lineLabel, type Scene, type SceneLine } from "./scene";
import type { ViewerState } from "./state";
import { neighbours, relativesOf } from "./summary";

export function findMarks(state: ViewerState, scene: Scene, hovered: Hit | null): Marks {
  const { hierarchy } = state;
  const { shownAs } = scene.layout.structure;
  const rings = new Map<number, Ring>();
  for (const match of state.matches) rings.set(shownAs[match]!, "match");

  const edges = new Set<number>();
  const lightPart = (index: number) => {
    for (const list of neighbours(hierarchy, shownAs, state.part(index)).values())
      for (const edge of list) edges.add(edge);
  };
  const { selection, selected } = state;
  if (selected) {
    const relatives = relativesOf(hierarchy, selected);
    for (const place of [...relatives.backward, ...relatives.updates, relatives.forward]) {
      const part = hierarchy.partOf[place];
      if (part !== undefined && part >= 0) rings.set(shownAs[part]!, "related");
    }
    for (const place of relatives.layer) {
      const shown = shownAs[hierarchy.partOf[place]!]!;
      if (!rings.has(shown)) rings.set(shown, "related");
    }
    for (const scope of [selected, ...state.around(selected)])
      if (rings.get(scope.index) === "related") rings.delete(scope.index);
    rings.set(shownAs[selected.index]!, "selected");
    lightPart(shownAs[selected.index]!);
  } else if (selection?.kind === "edge") for (const edge of selection.edges) edges.add(edge);
  if (hovered?.kind === "edge") for (const edge of hovered.edges) edges.add(edge);
  if (hovered?.kind === "part") lightPart(hovered.part);

  const litLines = new Set<SceneLine>();
  if (edges.size)
    for (const lines of [scene.across, ...scene.boxes.map((box) => box.lines)])
      for (const line of lines) if (line.edges.some((edge) => edges.has(edge))) litLines.add(line);
  const litLabels = scene.boxes.flatMap((box) =>
    edges.size ? box.labels.filter((label) => label.edges.some((edge) => edges.has(edge))) : [],
  );
  const isEdge = hovered?.kind === "edge" || selection?.kind === "edge";
  if (isEdge)
    for (const line of scene.across)
      if (litLines.has(line)) litLabels.push(lineLabel(scene.layout, line));
  const isBox = hovered?.kind === "part" || hovered?.kind === "toggle";
  return { rings, hovered: isBox ? hovered.part : -1, litLines, litLabels };
}
