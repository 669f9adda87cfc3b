/** What the sidebar asks of JupyterLab, which is around it (src/lab/side.ts). */
export interface SidebarHost {
  /** What shows a builder, in words: the name of its notebook or file. */
  titleOf(element: Element): string;
  /** Brings a builder into sight. */
  show(element: Element): void;
  /** The folder that the file browser shows, and the models in it. */
  files(): Promise<Folder>;
  open(path: string): void;
  newModel(): void;
  /** Calls back when files or places may have changed; the returned function ends that. */
  onChange(callback: () => void): () => void;
}

export interface Folder {
  /** Its path; "" for that of the server. */
  path: string;
  models: ModelFile[];
}

export interface ModelFile {
  name: string;
  path: string;
  bytes: number | null;
}
