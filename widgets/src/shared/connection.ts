import type { WidgetModel } from "../model";
import type { Changes, Shown } from "./messages";
import { inWords } from "./sentences";
import { later, t } from "./words";

/** What Python answers to a message; `error` is the sentence to show when it was refused. */
interface Reply {
  reply: number;
  ok: boolean;
  error: string;
  value: unknown;
}

/** A message of Python's own accord. */
export interface Notice {
  notify?: string;
  level?: "info" | "error";
  select?: string[];
  changes?: Changes;
  shown?: Shown;
}

interface Waiting {
  since: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Why Python did not do what was asked, in words for the user. */
export class RefusedError extends Error {}

const SILENT = later(
  "Python does not answer: the kernel was restarted or is gone. Run the cell again to go on.",
);

/** The line to Python: reads traits, sends messages and waits for the answers. */
export class Connection<State extends object> {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners: (() => void)[] = [];
  /** Two views of one widget hear each other's answers: their numbers must not be the same. */
  private lastId = Math.floor(Math.random() * 1e9) * 1e6;

  constructor(private readonly model: WidgetModel) {
    this.listen("msg:custom", (message: unknown) => {
      if (isReply(message)) this.answer(inWords(message));
    });
  }

  get<Key extends keyof State & string>(key: Key): State[Key] | undefined {
    return inWords(this.model.get(key) as State[Key] | undefined);
  }

  /** Calls `show` now and whenever the trait changes. */
  watch<Key extends keyof State & string>(
    key: Key,
    show: (value: State[Key] | undefined) => void,
  ): void {
    this.listen(`change:${key}`, () => show(this.get(key)));
    show(this.get(key));
  }

  /** Calls `show` for each message that is not an answer. */
  onNotice(show: (notice: Notice) => void): void {
    this.listen("msg:custom", (message: unknown) => {
      if (message && typeof message === "object" && !isReply(message))
        show(inWords(message as Notice));
    });
  }

  /** Sends a message; the promise holds Python's answer, or a `RefusedError` with its sentence. */
  ask<Value = unknown>(message: object): Promise<Value> {
    const id = ++this.lastId;
    return new Promise<Value>((resolve, reject) => {
      this.waiting.set(id, {
        since: performance.now(),
        resolve: (value) => resolve(value as Value),
        reject,
      });
      try {
        this.model.send({ ...message, id });
      } catch {
        this.waiting.delete(id);
        reject(new RefusedError(t(SILENT)));
      }
    });
  }

  /** Asks the kernel for a part of the front end, where no server gives it. */
  fetchPart(name: "notes"): Promise<(ArrayBuffer | ArrayBufferView)[]> {
    return new Promise((resolve, reject) => {
      const receive = (message: unknown, buffers: (ArrayBuffer | ArrayBufferView)[]) => {
        if (!message || typeof message !== "object" || !(name in message)) return;
        this.model.off("msg:custom", receive);
        resolve(buffers);
      };
      this.model.on("msg:custom", receive);
      try {
        this.model.send({ request: name });
      } catch {
        this.model.off("msg:custom", receive);
        reject(new RefusedError(t(SILENT)));
      }
    });
  }

  /** For how many milliseconds the oldest unanswered message has been waiting. */
  delay(): number {
    const [oldest] = this.waiting.values();
    return oldest ? performance.now() - oldest.since : 0;
  }

  close(): void {
    for (const stop of this.listeners.splice(0)) stop();
    this.waiting.clear();
  }

  private answer(reply: Reply): void {
    const waiting = this.waiting.get(reply.reply);
    this.waiting.delete(reply.reply);
    if (reply.ok) waiting?.resolve(reply.value);
    else
      waiting?.reject(new RefusedError(reply.error || t("Python refused this without a reason.")));
  }

  private listen(event: string, callback: (message: unknown) => void): void {
    this.model.on(event, callback);
    this.listeners.push(() => this.model.off(event, callback));
  }
}

function isReply(message: unknown): message is Reply {
  return typeof message === "object" && message !== null && "reply" in message;
}
