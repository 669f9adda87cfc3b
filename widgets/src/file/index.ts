/** A model's file in a page without Python: read piece by piece, and drawn as a graph of layers. */
import { renderGraph } from "../graph_viewer/index";
import type { GraphView } from "../shared/messages";
import { t } from "../shared/words";
import { attributesOf } from "./hdf5";
import { graphOf } from "./model_graph";
import { FileError, type Source, sourceAt } from "./source";
import { textIn } from "./zip";

const MOST = 64 * 2 ** 20; // bytes of a description, as in visualnn/saving/archive.py
const ZIP = 0x504b;

/** Reads the file at an address and draws it into `el`; a file that cannot be is a `FileError`. */
export async function renderFile(el: HTMLElement, address: string): Promise<() => void> {
  const source = await sourceAt(address).catch((error) => {
    throw error instanceof FileError ? error : new FileError(t("The server does not answer."));
  });
  return renderGraph(el, await graphIn(source));
}

/** The graph of the model in a file; whatever is wrong with it is told in a sentence. */
export async function graphIn(source: Source): Promise<GraphView> {
  try {
    return graphOf(JSON.parse(await descriptionIn(source)));
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(t("The file is damaged: its description of a model cannot be read."));
  }
}

/** What a file says of its model, as JSON. */
async function descriptionIn(source: Source): Promise<string> {
  const head = await source.read(0, 8);
  if (head[0] === 0x89) {
    const attributes = await attributesOf(source, MOST);
    const found = attributes.get("model_config");
    if (found) return found;
    throw new FileError(
      t("The file holds weights only: it does not say what model they belong to."),
    );
  }
  const isZip = ((head[0] ?? 0) << 8) + (head[1] ?? 0) === ZIP;
  if (!isZip)
    throw new FileError(t("This is no model's file: it is neither a .keras nor an .h5 file."));
  const found = await textIn(source, "config.json", MOST);
  if (found !== null) return found;
  throw new FileError(t("The file holds no model: config.json is not in it."));
}
