import type { Session } from "../session";
import type { Point } from "../state";

/** The wire under a point, or under its shape; "" when a block other than `held` is there. */
export function wireUnder(session: Session, at: Point, held = ""): string {
  const elements = document.elementsFromPoint(at.x, at.y);
  const isCovered = elements.some((element) => {
    const block = element.closest<HTMLElement>("[data-block]");
    return block && block.dataset.block !== held;
  });
  if (isCovered) return "";
  const marks = elements.map((element) => element.closest<SVGElement>("[data-wire], [data-pill]"));
  const mark = marks.find((element) => element && session.root?.contains(element));
  return mark?.dataset.wire ?? mark?.dataset.pill ?? "";
}

/** Shows which wire would take what is dropped now. */
export function markWire(session: Session, wire: string): void {
  const marks = session.root?.querySelectorAll<SVGElement>("[data-wire], [data-pill]") ?? [];
  for (const { classList, dataset } of marks) {
    classList.toggle("receives", wire !== "" && (dataset.wire ?? dataset.pill) === wire);
  }
}
