import { sameItems } from "../../shared/store";
import { useDrawing } from "../session";

/** The names that expressions may use. */
export function useParameterNames(): string[] {
  return useDrawing(
    ({ view }) => (view?.beside?.variables ?? []).map(({ name }) => name),
    sameItems,
  );
}
