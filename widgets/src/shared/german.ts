import { CANVAS } from "./german_canvas";
import { COMMANDS } from "./german_commands";
import { FILES } from "./german_file";
import { LAYER_WORDS } from "./german_layer_words";
import { LAYERS } from "./german_layers";
import { PANELS } from "./german_panels";
import { PYTHON } from "./german_python";
import { SETTINGS } from "./german_settings";
import { VIEWER } from "./german_viewer";

/**
 * The sentences of the front end (`words.ts`) and of Python (`sentences.ts`) in German, by the
 * English ones.
 */
export const GERMAN: Record<string, string> = {
  ...CANVAS,
  ...PANELS,
  ...VIEWER,
  ...PYTHON,
  ...COMMANDS,
  ...FILES,
  ...LAYERS,
  ...LAYER_WORDS,
  ...SETTINGS,
};
