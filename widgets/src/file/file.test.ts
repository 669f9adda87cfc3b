import { readdirSync, readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { graphIn } from "./index";
import { FileError, type Source, sourceOf } from "./source";

const FOLDER = "../tests/fixtures/keras";
const file = (name: string) => sourceOf(new Uint8Array(readFileSync(`${FOLDER}/${name}`)));
const ENCODER = new TextEncoder();

/** Numbers of two or four bytes, each as [where, how many bytes, value]. */
function header(length: number, ...numbers: [number, 2 | 4, number][]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(length));
  for (const [at, size, value] of numbers)
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
  return new Uint8Array(bytes.buffer);
}

/** A zip archive with one member. */
function zip(name: string, content: Uint8Array, says: { size?: number; method?: number } = {}) {
  const packed = deflateRawSync(content);
  const bytes = ENCODER.encode(name);
  const { length } = bytes;
  const start = 30 + length + packed.length;
  const pieces = [
    header(30, [0, 4, 0x04034b50], [26, 2, length]),
    bytes,
    packed,
    header(
      46,
      [0, 4, 0x02014b50],
      [10, 2, says.method ?? 8],
      [20, 4, packed.length],
      [24, 4, says.size ?? content.length],
      [28, 2, length],
    ),
    bytes,
    header(22, [0, 4, 0x06054b50], [12, 4, 46 + length], [16, 4, start]),
  ];
  const whole = new Uint8Array(start + 46 + length + 22);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return sourceOf(whole);
}

const described = (description: unknown) =>
  graphIn(zip("config.json", ENCODER.encode(JSON.stringify(description))));

function dense(name: string, ...from: string[]) {
  const args = from.map((layer) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, 4], dtype: "float32", keras_history: [layer, 0, 0] },
  }));
  return {
    class_name: "Dense",
    name,
    config: { name, units: 4 },
    inbound_nodes: args.length ? [{ args, kwargs: {} }] : [],
  };
}

function functional(...layers: object[]) {
  const config = { name: "net", layers, input_layers: [], output_layers: [["last", 0, 0]] };
  return { class_name: "Functional", config };
}

describe("graphIn", () => {
  const names = readdirSync(FOLDER).filter(
    (name) => /\.(keras|h5)$/.test(name) && !/weights/.test(name),
  );
  it.each(names)("draws %s, or says why not", async (name: string) => {
    const graph = await graphIn(file(name)).catch((error) => String(error.message));
    if (typeof graph === "string") {
      expect(graph).toMatch(/written in Python/);
      expect(name).toMatch(/subclass|custom_model/);
      return;
    }
    expect(graph.ops.length).toBeGreaterThan(1);
    const ids = new Set(graph.ops.map((op) => op.id));
    for (const op of graph.ops) {
      expect(op.inputs.every(([id]) => ids.has(id))).toBe(true);
      if (op.phase !== "input") expect(op.inputs.length).toBeGreaterThan(0);
    }
    expect(graph.outputs.length).toBeGreaterThan(0);
  });

  it("finds what goes where, and what flows", async () => {
    const { ops } = await described(functional(dense("last", "first"), dense("first")));
    expect(ops.map((op) => [op.name, op.inputs, op.outputs[0], op.settings.units])).toEqual([
      ["first", [], "float32[?, 4]", "4"],
      ["last", [[0, 0]], "", "4"],
    ]);
  });

  it("refuses loops, bombs and what is no model", async () => {
    await expect(described(functional(dense("a", "b"), dense("b", "a")))).rejects.toThrow(/loop/);
    await expect(described({ class_name: "Net", config: {} })).rejects.toThrow(/in Python/);
    await expect(described([1, 2])).rejects.toThrow(/in Python/);
    const zeros = new Uint8Array(65 * 2 ** 20);
    await expect(graphIn(zip("config.json", zeros))).rejects.toThrow(/larger than/);
    await expect(graphIn(zip("config.json", zeros, { size: 9 }))).rejects.toThrow(/larger than/);
    const text = ENCODER.encode("{}");
    await expect(graphIn(zip("other", text))).rejects.toThrow(/config\.json is not in it/);
    await expect(graphIn(zip("config.json", text, { method: 99 }))).rejects.toThrow(/packed/);
    await expect(graphIn(zip("config.json", ENCODER.encode("{")))).rejects.toThrow(/damaged/);
    let nested: object = { class_name: "Dense", config: { name: "x" } };
    for (let depth = 0; depth < 60; depth += 1)
      nested = { class_name: "Sequential", config: { name: "x", layers: [nested] } };
    await expect(described(nested)).rejects.toThrow(/too deeply/);
    await expect(graphIn(sourceOf(ENCODER.encode("hello hello")))).rejects.toThrow(/neither/);
    await expect(graphIn(file("cnn_sequential_bn_sgd.weights.h5"))).rejects.toThrow(/weights/);
  });

  it("says of every damaged file what is wrong, and ends", async () => {
    for (const name of ["cnn_sequential_bn_sgd.keras", "k2_sequential.h5"]) {
      const whole = readFileSync(`${FOLDER}/${name}`);
      for (let cut = 0; cut < 200; cut += 1) {
        const bytes = new Uint8Array(whole);
        const from = name.endsWith(".h5") ? 0 : whole.length - 400;
        const at = from + ((cut * 7919) % 400);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (cut % 8));
        let read = 0;
        const source: Source = {
          size: cut % 3 ? bytes.length : Math.max(1, bytes.length - cut * 11),
          read: async (start, length) => {
            const part = bytes.subarray(Math.max(0, start), Math.max(0, start + length));
            read += part.length;
            return part;
          },
        };
        const result = await graphIn(source).catch((error) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(FileError);
        expect(read).toBeLessThan(3 * bytes.length);
      }
    }
  });
});
