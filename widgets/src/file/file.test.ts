import { readdirSync, readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { graphIn } from "./index";
import { FileError, type Source, sourceOf } from "./source";

const FOLDER = "../tests/fixtures/keras";
const file = (name: string) => sourceOf(new Uint8Array(readFileSync(`${FOLDER}/${name}`)));
const ENCODER = new TextEncoder();

/** A zip archive with one member. */
function zip(name: string, content: Uint8Array, says: { size?: number; method?: number } = {}) {
  const packed = deflateRawSync(content);
  const bytes = ENCODER.encode(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(bytes.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(says.method ?? 8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(says.size ?? content.length, 24);
  entry.writeUInt16LE(bytes.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(46 + bytes.length, 12);
  end.writeUInt32LE(30 + bytes.length + packed.length, 16);
  return sourceOf(new Uint8Array(Buffer.concat([local, bytes, packed, entry, bytes, end])));
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
  it.each(names)("draws %s, or says why not", async (name) => {
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
        bytes[from + ((cut * 7919) % 400)] ^= 1 << (cut % 8);
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
