/** New notebooks whose first cell makes a builder. */
import type { Application, NotebookPanel } from "./jupyterlab";

/** The name of the kernel to start; "" where there is none. */
export async function defaultKernel({ serviceManager }: Application): Promise<string> {
  const { kernelspecs } = serviceManager;
  await kernelspecs.ready;
  return kernelspecs.specs?.default ?? "";
}

/** Opens a new notebook in a folder with one cell of code, which runs. */
export async function newNotebook(app: Application, folder: string, code: string): Promise<void> {
  const kernelName = await defaultKernel(app);
  const made = await app.commands.execute("notebook:create-new", { cwd: folder, kernelName });
  const panel = made as NotebookPanel;
  await panel.context.ready;
  await panel.context.sessionContext.ready;
  panel.content.activeCell?.model.sharedModel.setSource(code);
  await app.commands.execute("notebook:run-cell");
}

/** The same where each document has a page of the browser, as in Notebook 7: the reader runs it. */
export async function newNotebookPage(
  app: Application,
  folder: string,
  code: string,
): Promise<void> {
  const { contents } = app.serviceManager;
  const name = await defaultKernel(app);
  const { path } = await contents.newUntitled({ path: folder, type: "notebook" });
  const cell = { cell_type: "code", execution_count: null, metadata: {}, outputs: [] };
  const content = {
    cells: [{ ...cell, id: "builder", source: code }],
    metadata: name ? { kernelspec: { name, display_name: name } } : {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  await contents.save(path, { type: "notebook", format: "json", content });
  await app.commands.execute("docmanager:open", { path });
}
