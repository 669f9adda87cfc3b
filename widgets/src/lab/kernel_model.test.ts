import { describe, expect, it } from "vitest";
import type { Comm, CommMessage, Kernel } from "./jupyterlab";
import { acceptComms, KernelModel } from "./kernel_model";
import { openingCode } from "./model_page";

/** A comm whose other end is the test: what was sent, and what the kernel would say next. */
function fakeComm(commId = "widget-1") {
  const sent: unknown[] = [];
  const comm = { commId, send: (data: unknown) => sent.push(data) } as unknown as Comm;
  const say = (data: unknown, buffers: CommMessage["buffers"] = []) =>
    comm.onMsg({ content: { data }, buffers });
  return { comm, sent, say };
}

async function opened(state: Record<string, unknown>) {
  const fake = fakeComm();
  const model = KernelModel.of(fake.comm);
  fake.say({ method: "update", state, buffer_paths: [] });
  return { ...fake, model: await model };
}

describe("KernelModel", () => {
  it("asks for the state and is there when it has come", async () => {
    const { model, sent } = await opened({ kind: "builder", view: { blocks: [] } });
    expect(sent).toEqual([{ method: "request_state" }]);
    expect(model.get("view")).toEqual({ blocks: [] });
  });

  it("puts binary values where the message says", async () => {
    const { model, say } = await opened({ view: null });
    const bytes = new Uint8Array([1, 2]).buffer;
    const state = { view: { picture: { data: null } } };
    say({ method: "update", state, buffer_paths: [["view", "picture", "data"]] }, [bytes]);
    expect((model.get("view") as typeof state.view).picture.data).toBe(bytes);
  });

  it("calls back for changed traits and for messages, until it is told to stop", async () => {
    const { model, say } = await opened({ view: 1 });
    const heard: unknown[] = [];
    const changed = () => heard.push(model.get("view"));
    model.on("change:view", changed);
    model.on("msg:custom", (message: never) => heard.push(message));
    say({ method: "update", state: { view: 2 } });
    say({ method: "custom", content: { notify: "saved" } });
    model.off("change:view", changed);
    say({ method: "update", state: { view: 3 } });
    expect(heard).toEqual([2, { notify: "saved" }]);
  });

  it("sends messages and set traits as a widget does", async () => {
    const { model, sent } = await opened({ view: 1 });
    model.send({ request: "undo", id: 4 });
    model.set("view", 2);
    model.save_changes();
    expect(sent.slice(1)).toEqual([
      { method: "custom", content: { request: "undo", id: 4 } },
      { method: "update", state: { view: 2 }, buffer_paths: [] },
    ]);
  });
});

describe("acceptComms", () => {
  it("keeps the comm that the kernel opened, and makes one for a widget of before", () => {
    let accept: (comm: Comm) => void = () => {};
    const made = fakeComm("of before").comm;
    const kernel = {
      registerCommTarget: (_: string, opened: typeof accept) => {
        accept = opened;
      },
      createComm: () => made,
    } as unknown as Kernel;
    const commOf = acceptComms(kernel);
    const { comm } = fakeComm("new");
    accept(comm);
    expect(commOf("new")).toBe(comm);
    expect(commOf("of before")).toBe(made);
  });
});

describe("openingCode", () => {
  it("quotes the name of the file, whatever it is", () => {
    expect(openingCode('a"); import os; ("\\\n.keras')).toContain(
      'open("a\\"); import os; (\\"\\\\\\n.keras")',
    );
  });
});
