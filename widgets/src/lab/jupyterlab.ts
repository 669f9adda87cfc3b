/**
 * The parts of JupyterLab's interfaces that the labextension uses. Its npm packages are not needed:
 * the modules come from the running JupyterLab, and these types say what is expected of them.
 */
import type { Render } from "../model";
import type { SidebarHost } from "../sidebar/host";

/** What the bundle of all widgets offers the labextension (src/index.ts). */
export interface Bundle {
  render: Render;
  sidebar(el: HTMLElement, host: SidebarHost): () => void;
  file(el: HTMLElement, address: string): Promise<() => void>;
}

export type Shared = (name: string) => Promise<unknown>;

export interface Signal<Arguments> {
  connect(slot: (sender: never, given: Arguments) => void): boolean;
  disconnect(slot: (sender: never, given: Arguments) => void): boolean;
}

export interface Widget {
  id: string;
  readonly node: HTMLElement;
  readonly title: { label: string; caption: string; icon: unknown; closable: boolean };
  readonly isDisposed: boolean;
  readonly isVisible: boolean;
  readonly disposed: Signal<void>;
  layout: { addWidget(widget: Widget): void } | null;
  addClass(name: string): void;
  onAfterShow(): void;
  hide(): void;
  dispose(): void;
}

export interface Comm {
  readonly commId: string;
  onMsg: (message: CommMessage) => void;
  onClose: () => void;
  send(data: unknown, metadata?: unknown, buffers?: (ArrayBuffer | ArrayBufferView)[]): unknown;
}

export interface CommMessage {
  content: { data: unknown };
  buffers?: (ArrayBuffer | ArrayBufferView)[];
}

export interface OutputMessage {
  header: { msg_type: string };
  content: { data?: MimeBundle; traceback?: string[]; ename?: string; evalue?: string };
}

export interface Kernel {
  readonly info: Promise<unknown>;
  registerCommTarget(name: string, opened: (comm: Comm, message: CommMessage) => void): void;
  createComm(target: string, id: string): Comm;
  requestExecute(content: { code: string; store_history: boolean }): {
    onIOPub: (message: OutputMessage) => void;
    readonly done: Promise<unknown>;
  };
}

export interface SessionContext {
  readonly ready: Promise<void>;
  readonly session: { kernel: Kernel | null } | null;
  readonly kernelChanged: Signal<{ newValue: Kernel | null }>;
  changeKernel(kernel: { name: string }): Promise<unknown>;
  readonly statusChanged: Signal<string>;
}

export interface DocumentContext {
  readonly path: string;
  readonly ready: Promise<void>;
  readonly sessionContext: SessionContext;
}

export type MimeBundle = Record<string, unknown>;

export interface MimeModel {
  readonly data: MimeBundle;
  readonly metadata?: object;
  readonly trusted: boolean;
}

export interface MimeRenderer extends Widget {
  renderModel(model: MimeModel): Promise<void>;
}

export interface RenderMime {
  addFactory(
    factory: { safe: boolean; mimeTypes: string[]; createRenderer: () => MimeRenderer },
    rank: number,
  ): void;
  createRenderer(mimeType: string): MimeRenderer;
}

export interface NotebookPanel extends Widget {
  readonly context: DocumentContext;
  readonly content: {
    readonly rendermime: RenderMime;
    readonly widgets: readonly NotebookCell[];
    readonly activeCell: NotebookCell | null;
    scrollToItem(index: number, align: "smart"): Promise<void>;
  };
}

export interface NotebookCell {
  readonly node: HTMLElement;
  readonly model: {
    readonly id: string;
    readonly sharedModel: { setSource(source: string): void };
  };
}

export interface NotebookTracker {
  readonly currentWidget: NotebookPanel | null;
  forEach(visit: (panel: NotebookPanel) => void): void;
  readonly widgetAdded: Signal<NotebookPanel>;
}

export interface Application {
  readonly restored: Promise<unknown>;
  readonly commands: {
    addCommand(id: string, options: Record<string, unknown>): unknown;
    execute(id: string, options?: Record<string, unknown>): Promise<unknown>;
  };
  readonly docRegistry: {
    addFileType(type: Record<string, unknown>): unknown;
    addModelFactory(factory: unknown): unknown;
    addWidgetFactory(factory: unknown): unknown;
  };
  readonly shell: {
    add(widget: Widget, area: "main" | "left", options?: Record<string, unknown>): void;
    activateById(id: string): void;
    widgets(area: "main"): Iterable<Widget>;
    /** In JupyterLab only. */
    readonly layoutModified?: Signal<void>;
  };
  readonly serviceManager: {
    readonly kernelspecs: { readonly ready: Promise<void>; specs: { default: string } | null };
    readonly contents: {
      readonly fileChanged: Signal<unknown>;
      get(path: string, options: { content: boolean }): Promise<{ content: FileEntry[] }>;
      getDownloadUrl(path: string): Promise<string>;
      newUntitled(options: { path: string; type: string }): Promise<{ path: string }>;
      save(path: string, model: Record<string, unknown>): Promise<unknown>;
    };
  };
}

export interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly size?: number | null;
}

export interface FileBrowser {
  readonly model: {
    readonly path: string;
    readonly pathChanged: Signal<unknown>;
    readonly refreshed: Signal<void>;
  };
}

export interface Palette {
  addItem(item: { command: string; category: string }): unknown;
}

export interface Restorer {
  add(widget: Widget, name: string): void;
  restore(tracker: object, options: Record<string, unknown>): Promise<unknown>;
}

export interface MarkdownParser {
  render(source: string): Promise<string>;
}

export interface Typesetter {
  typeset(element: HTMLElement): void;
}

export interface Launcher {
  add(card: { command: string; category: string; rank: number }): unknown;
}

/** A class of JupyterLab that ours are derived from. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants any[] in a class that is extended
export type Class<Instance> = new (...given: any[]) => Instance;

export interface Modules {
  readonly docregistry: {
    ABCWidgetFactory: Class<object>;
    Base64ModelFactory: Class<{ createNew(options: Record<string, unknown>): unknown }>;
    DocumentWidget: Class<Widget & { toolbar: { addItem(name: string, item: Widget): void } }>;
  };
  readonly apputils: {
    MainAreaWidget: Class<Widget & { readonly toolbar: Widget }>;
    WidgetTracker: Class<{ add(widget: Widget): Promise<void> }>;
  };
  readonly widgets: { Widget: Class<Widget>; PanelLayout: Class<NonNullable<Widget["layout"]>> };
  readonly ui: {
    LabIcon: Class<object>;
    ToolbarButton: Class<Widget>;
  };
}
