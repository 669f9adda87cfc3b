/** The members of a zip archive, as far as `.keras` files need it: read with the browser's means. */
import { t } from "../shared/words";
import { exactly, FileError, type Source } from "./source";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const WHERE_END_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LONGEST_END = 22 + 65535;
const MOST_OF_INDEX = 32 * 2 ** 20;
const IS_64 = 0xffffffff;

interface Member {
  method: number;
  packed: number;
  size: number;
  start: number;
}

/** The text of a member, at most so many bytes; null if there is no such member. */
export async function textIn(source: Source, name: string, most: number): Promise<string | null> {
  const member = (await membersOf(source)).get(name);
  if (!member) return null;
  if (member.size > most || member.packed > most) throw tooLarge(name);
  const header = await exactly(source, member.start, 30);
  const start = member.start + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = await exactly(source, start, member.packed);
  if (member.method === 0) return text(packed);
  if (member.method !== 8)
    throw new FileError(t("The file is packed in a way that is not known here."));
  return text(await unpacked(packed, name, most));
}

async function membersOf(source: Source): Promise<Map<string, Member>> {
  const length = Math.min(source.size, LONGEST_END);
  const tail = await exactly(source, source.size - length, length);
  let at = length - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END) at -= 1;
  if (at < 0) throw new FileError(t("This is no .keras file: it is not a zip archive."));
  let size = tail.getUint32(at + 12, true);
  let start = tail.getUint32(at + 16, true);
  if ((size === IS_64 || start === IS_64) && at >= 20) {
    if (tail.getUint32(at - 20, true) === WHERE_END_64) {
      const end = await exactly(source, Number(tail.getBigUint64(at - 12, true)), 56);
      if (end.getUint32(0, true) !== END_64) throw damaged();
      size = Number(end.getBigUint64(40, true));
      start = Number(end.getBigUint64(48, true));
    }
  }
  if (size > MOST_OF_INDEX) throw damaged();
  return entriesIn(await exactly(source, start, size));
}

function entriesIn(index: DataView): Map<string, Member> {
  const found = new Map<string, Member>();
  let at = 0;
  while (at + 46 <= index.byteLength) {
    if (index.getUint32(at, true) !== ENTRY) throw damaged();
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((place) =>
      index.getUint16(at + place, true),
    ) as [number, number, number];
    const extra = at + 46 + nameSize;
    const next = extra + extraSize + noteSize;
    if (next > index.byteLength) throw damaged();
    const name = text(new DataView(index.buffer, index.byteOffset + at + 46, nameSize));
    const large = largeNumbers(index, extra, extra + extraSize);
    // Those that have no room stand in the extra field, in this order.
    const [size, packed, start] = [24, 20, 42].map((place) => {
      const value = index.getUint32(at + place, true);
      return value === IS_64 ? (large.shift() ?? value) : value;
    }) as [number, number, number];
    if (index.getUint16(at + 8, true) & 1) throw new FileError(t("The file is encrypted."));
    found.set(name, { method: index.getUint16(at + 10, true), packed, size, start });
    at = next;
  }
  return found;
}

function largeNumbers(index: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; ) {
    const size = index.getUint16(at + 2, true);
    if (index.getUint16(at, true) === 1) {
      const numbers = [];
      for (let place = at + 4; place + 8 <= Math.min(end, at + 4 + size); place += 8)
        numbers.push(Number(index.getBigUint64(place, true)));
      return numbers;
    }
    at += 4 + size;
  }
  return [];
}

/** What was packed, as long as it stays within bounds: a small file may hold gigabytes of nothing. */
async function unpacked(packed: DataView, name: string, most: number): Promise<DataView> {
  const stream = new Blob([packed as DataView<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw damaged();
    });
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw tooLarge(name);
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return new DataView(all.buffer);
}

function text(bytes: DataView): string {
  return new TextDecoder().decode(bytes);
}

function damaged(): FileError {
  return new FileError(t("The file is damaged: its table of contents cannot be read."));
}

function tooLarge(name: string): FileError {
  return new FileError(t("{name} in the file is larger than any model’s.", { name }));
}
