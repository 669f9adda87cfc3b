/**
 * The attributes of an HDF5 file's root, as far as older Keras files need it: there stands the
 * model's description.  Weights are never read here.
 */
import { t } from "../shared/words";
import { exactly, FileError, type Source } from "./source";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ATTRIBUTE = 0x0c;
const CONTINUATION = 0x10;
const ATTRIBUTES_ELSEWHERE = 0x15;
const MOST_MESSAGES = 4096;
const MOST_OF_HEADER = 4 * 2 ** 20;
/** What may stand in a heap beside the text that is looked for. */
const MOST_BESIDE = 2 ** 24;
const FIXED_TEXT = 3;
const TEXT_ELSEWHERE = 9;

/** Names and values of the root's attributes that are texts, those of other kinds left out. */
export async function attributesOf(source: Source, most: number): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const root = await rootOf(source);
  for await (const { type, body } of messagesOf(source, root)) {
    if (type === ATTRIBUTES_ELSEWHERE && !isNowhere(body))
      throw new FileError(t("The file keeps its description in a way that only Python reads."));
    if (type !== ATTRIBUTE) continue;
    const attribute = await textOf(source, body, most);
    if (attribute) found.set(attribute.name, attribute.value);
  }
  return found;
}

/** Where the header of the root group begins. */
async function rootOf(source: Source): Promise<number> {
  const head = await exactly(source, 0, Math.min(96, source.size));
  if (head.byteLength < 96 || SIGNATURE.some((byte, at) => head.getUint8(at) !== byte))
    throw new FileError(t("This is no .h5 file: it is not of the HDF5 format."));
  const version = head.getUint8(8);
  const wide = version < 2 ? [head.getUint8(13), head.getUint8(14)] : [head.getUint8(9), 8];
  if (version > 3 || wide.some((size) => size !== 8)) throw unreadable();
  if (version >= 2) return address(head, 36);
  return address(head, (version === 0 ? 56 : 60) + 8);
}

interface Message {
  type: number;
  body: DataView;
}

/** The messages of an object's header, with those in its continuations. */
async function* messagesOf(source: Source, start: number): AsyncGenerator<Message> {
  const head = await exactly(source, start, 32);
  const isNew = head.getUint32(0, true) === 0x5244484f; // "OHDR"
  const waiting: [number, number][] = [];
  let tracked = 0;
  if (isNew) {
    const flags = head.getUint8(5);
    tracked = flags & 4 ? 2 : 0;
    let at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const wide = 1 << (flags & 3);
    const size = wide === 8 ? Number(head.getBigUint64(at, true)) : narrow(head, at, wide);
    at += wide;
    waiting.push([start + at, size]);
  } else {
    if (head.getUint8(0) !== 1) throw unreadable();
    waiting.push([start + 16, head.getUint32(8, true)]);
  }
  const heading = isNew ? 4 + tracked : 8;
  let count = 0;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [from, size] = next;
    if (size > MOST_OF_HEADER) throw unreadable();
    const chunk = await exactly(source, from, size);
    for (let at = 0; at + heading <= size; ) {
      const type = isNew ? chunk.getUint8(at) : chunk.getUint16(at, true);
      const length = chunk.getUint16(at + (isNew ? 1 : 2), true);
      at += heading;
      count += 1;
      if (at + length > size) break; // a gap at the end
      if (count > MOST_MESSAGES) throw unreadable();
      const body = new DataView(chunk.buffer, chunk.byteOffset + at, length);
      at += length;
      if (type !== CONTINUATION) yield { type, body };
      else if (length >= 16) {
        const where = address(body, 0);
        const long = Number(body.getBigUint64(8, true));
        waiting.push(isNew ? [where + 4, long - 8] : [where, long]); // without name and checksum
      }
    }
  }
}

/** An attribute that is one text; null for any other. */
async function textOf(
  source: Source,
  body: DataView,
  most: number,
): Promise<{ name: string; value: string } | null> {
  const version = body.getUint8(0);
  const [nameSize, typeSize, spaceSize] = [2, 4, 6].map((at) => body.getUint16(at, true)) as [
    number,
    number,
    number,
  ];
  const filled = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const nameAt = version === 3 ? 9 : 8;
  const typeAt = nameAt + filled(nameSize);
  const dataAt = typeAt + filled(typeSize) + filled(spaceSize);
  if (version > 3 || dataAt > body.byteLength) return null;
  const name = text(body, nameAt, nameSize);
  const kind = body.getUint8(typeAt) & 15;
  const size = body.getUint32(typeAt + 4, true);
  if (kind === FIXED_TEXT && dataAt + size <= body.byteLength)
    return { name, value: text(body, dataAt, size) };
  if (kind !== TEXT_ELSEWHERE || dataAt + 16 > body.byteLength) return null;
  const long = body.getUint32(dataAt, true);
  if (long > most) throw unreadable();
  const heap = address(body, dataAt + 4);
  return { name, value: await textInHeap(source, heap, body.getUint32(dataAt + 12, true), long) };
}

/** A text in a heap of the file, by the number that it has there. */
async function textInHeap(
  source: Source,
  start: number,
  number: number,
  long: number,
): Promise<string> {
  const head = await exactly(source, start, 16);
  if (head.getUint32(0, true) !== 0x4c4f4347) throw unreadable(); // "GCOL"
  const whole = Number(head.getBigUint64(8, true));
  if (whole > long + MOST_BESIDE) throw unreadable();
  const heap = await exactly(source, start, whole);
  for (let at = 16; at + 16 <= whole; ) {
    const size = Number(heap.getBigUint64(at + 8, true));
    if (heap.getUint16(at, true) === number) return text(heap, at + 16, Math.min(size, long));
    if (heap.getUint16(at, true) === 0) break; // what is free
    at += 16 + Math.ceil(size / 8) * 8;
  }
  throw unreadable();
}

function text(bytes: DataView, at: number, size: number): string {
  const part = new Uint8Array(bytes.buffer, bytes.byteOffset + at, size);
  return new TextDecoder().decode(part).replace(/\0.*$/s, "");
}

/** An address, which of a damaged file may be anything. */
function address(bytes: DataView, at: number): number {
  return Number(bytes.getBigUint64(at, true));
}

function narrow(bytes: DataView, at: number, wide: number): number {
  if (wide === 1) return bytes.getUint8(at);
  return wide === 2 ? bytes.getUint16(at, true) : bytes.getUint32(at, true);
}

/** Whether the message that tells where attributes are says that there are none. */
function isNowhere(body: DataView): boolean {
  const at = body.getUint8(1) & 1 ? 4 : 2;
  return body.byteLength < at + 8 || body.getBigUint64(at, true) === 0xffffffffffffffffn;
}

function unreadable(): FileError {
  return new FileError(t("The file is damaged, or of a form that only Python reads."));
}
