import { describe, expect, it } from "vitest";
import type { WidgetModel } from "../model";
import { Connection, RefusedError } from "./connection";

function fakeModel() {
  const sent: { id: number }[] = [];
  const callbacks = new Map<string, ((message: unknown) => void)[]>();
  const model = {
    get: () => undefined,
    on: (event: string, callback: (message: unknown) => void) =>
      callbacks.set(event, [...(callbacks.get(event) ?? []), callback]),
    off: (event: string, callback: unknown) =>
      callbacks.set(
        event,
        (callbacks.get(event) ?? []).filter((other) => other !== callback),
      ),
    send: (message: { id: number }) => sent.push(message),
  } as unknown as WidgetModel;
  const hear = (message: unknown) => {
    for (const callback of callbacks.get("msg:custom") ?? []) callback(message);
  };
  return { model, sent, hear, listeners: () => callbacks.get("msg:custom")?.length ?? 0 };
}

describe("Connection", () => {
  it("gives each question its own answer, in whatever order they come", async () => {
    const { model, sent, hear } = fakeModel();
    const python = new Connection(model);
    const answers = Promise.all([
      python.ask({ request: "code" }),
      python.ask({ request: "files" }),
    ]);
    hear({ reply: sent[1]!.id, ok: true, error: "", value: ["a.keras"] });
    hear({ reply: sent[0]!.id, ok: true, error: "", value: "import visualnn" });
    expect(await answers).toEqual(["import visualnn", ["a.keras"]]);
    expect(python.delay()).toBe(0);
  });
  it("hands a refusal on in Python's words", async () => {
    const { model, sent, hear } = fakeModel();
    const answer = new Connection(model).ask({ command: "Connect" });
    hear({ reply: sent[0]!.id, ok: false, error: "That would be a loop.", value: null });
    await expect(answer).rejects.toThrow(new RefusedError("That would be a loop."));
  });
  it("says so when nothing can be sent", async () => {
    const { model } = fakeModel();
    model.send = () => {
      throw new Error("comm is dead");
    };
    await expect(new Connection(model).ask({ request: "undo" })).rejects.toThrow(/kernel/);
  });
  it("tells notices from answers, and hears nothing after it is closed", () => {
    const { model, hear, listeners } = fakeModel();
    const python = new Connection(model);
    const notices: unknown[] = [];
    python.onNotice((notice) => notices.push(notice));
    hear({ notify: "Saved.", level: "info" });
    hear({ reply: 99, ok: true });
    expect(notices).toEqual([{ notify: "Saved.", level: "info" }]);
    python.close();
    expect(listeners()).toBe(0);
  });
});
