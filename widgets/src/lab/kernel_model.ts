/**
 * A widget's model straight over a kernel's comm, for a page that is not a notebook: the state that
 * Python sends, kept here, and messages in both directions (the Jupyter widget protocol, the part
 * that visualnn/widgets uses: traits go down, messages go both ways).
 */
import type { WidgetModel } from "../model";
import type { Comm, CommMessage, Kernel } from "./jupyterlab";

const TARGET = "jupyter.widget";

type Buffer = ArrayBuffer | ArrayBufferView;

interface Update {
  method: "update" | "custom" | "echo_update";
  state?: Record<string, unknown>;
  buffer_paths?: (string | number)[][];
  content?: unknown;
}

/** Puts binary values back where the message says that they were taken out. */
function withBuffers({ state = {}, buffer_paths = [] }: Update, buffers: Buffer[] = []) {
  buffer_paths.forEach((path, position) => {
    const last = path[path.length - 1] as string;
    let place = state as Record<string, unknown>;
    for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
    place[last] = buffers[position];
  });
  return state;
}

/**
 * Accepts the comms that a kernel opens from now on, as it closes a widget that nobody accepts.
 * Returns what finds the comm of a widget by its id, also of one that was opened to another page.
 */
export function acceptComms(kernel: Kernel): (id: string) => Comm {
  const opened = new Map<string, Comm>();
  kernel.registerCommTarget(TARGET, (comm) => {
    opened.set(comm.commId, comm);
  });
  return (id) => opened.get(id) ?? kernel.createComm(TARGET, id);
}

export class KernelModel implements WidgetModel {
  private readonly state: Record<string, unknown> = {};
  private readonly changed = new Set<string>();
  private readonly callbacks = new Map<string, Set<(...values: never[]) => void>>();
  private arrived = () => {};

  constructor(private readonly comm: Comm) {
    comm.onMsg = (message) => this.receive(message);
  }

  /** Asks a widget of the kernel for all its traits, and gives its model when they are here. */
  static async of(comm: Comm): Promise<KernelModel> {
    const model = new KernelModel(comm);
    const complete = new Promise<void>((resolve) => {
      model.arrived = resolve;
    });
    comm.send({ method: "request_state" });
    await complete;
    return model;
  }

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    this.state[name] = value;
    this.changed.add(name);
    this.emit(`change:${name}`);
  }

  save_changes(): void {
    const state = Object.fromEntries([...this.changed].map((name) => [name, this.state[name]]));
    this.changed.clear();
    this.comm.send({ method: "update", state, buffer_paths: [] });
  }

  on(event: string, callback: (...values: never[]) => void): void {
    const known = this.callbacks.get(event) ?? new Set();
    this.callbacks.set(event, known.add(callback));
  }

  off(event: string, callback?: (...values: never[]) => void): void {
    if (callback) this.callbacks.get(event)?.delete(callback);
    else this.callbacks.delete(event);
  }

  send(message: unknown, _callbacks?: unknown, buffers?: Buffer[]): void {
    this.comm.send({ method: "custom", content: message }, {}, buffers);
  }

  private receive({ content, buffers }: CommMessage): void {
    const message = content.data as Update;
    if (message.method === "custom") this.emit("msg:custom", message.content, buffers ?? []);
    if (message.method !== "update") return;
    const state = withBuffers(message, buffers);
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) this.emit(`change:${name}`);
    this.arrived();
  }

  private emit(event: string, ...values: unknown[]): void {
    for (const callback of [...(this.callbacks.get(event) ?? [])]) callback(...(values as never[]));
  }
}
