/** What a widget sees of Python: the part of anywidget's model that is used here. */
export interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  /** `change:<trait>` calls back without arguments; `msg:custom` with the message and its buffers. */
  on(event: string, callback: (...values: never[]) => void): void;
  off(event: string, callback?: (...values: never[]) => void): void;
  send(message: unknown, callbacks?: unknown, buffers?: (ArrayBuffer | ArrayBufferView)[]): void;
}

/** Draws a widget into `el` and returns what takes it away again. */
export type Render = (widget: { model: WidgetModel; el: HTMLElement }) => () => void;
