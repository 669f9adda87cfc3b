import { CANVAS } from "./german_canvas";
import { PANELS } from "./german_panels";
import { VIEWER } from "./german_viewer";

/** The sentences of the front end in German, by the English ones (`words.ts`). */
export const GERMAN: Record<string, string> = { ...CANVAS, ...PANELS, ...VIEWER };
