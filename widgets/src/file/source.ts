/** A file that is read piece by piece, so that one of gigabytes is opened as quickly as any other. */
import { t } from "../shared/words";

/** What is wrong with a file, in words for the user. */
export class FileError extends Error {}

export interface Source {
  /** How many bytes it has. */
  readonly size: number;
  read(start: number, length: number): Promise<Uint8Array>;
}

const MOST_AT_ONCE = 256 * 2 ** 20;
const BLOCK = 2 ** 16;

/** A file of the server. */
export async function sourceAt(address: string): Promise<Source> {
  const answer = await fetch(address, {
    headers: { Range: `bytes=0-${BLOCK - 1}` },
    cache: "no-store", // it may be another file under the same name by now
  });
  if (answer.status === 416) throw new FileError(t("The file is empty."));
  if (!answer.ok)
    throw new FileError(
      t("The server does not give the file: {status}.", { status: answer.status }),
    );
  const total = Number(/\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "")?.[1]);
  if (answer.status !== 206 || !Number.isFinite(total)) return wholeOf(answer);
  const first = new Uint8Array(await answer.arrayBuffer());
  return {
    size: total,
    async read(start, length) {
      const end = Math.min(total, start + length);
      if (start < 0 || start >= end) return new Uint8Array();
      if (end <= first.length) return first.subarray(start, end);
      const part = await fetch(address, {
        headers: { Range: `bytes=${start}-${end - 1}` },
        cache: "no-store",
      });
      if (part.status !== 206) throw new FileError(t("The file has changed while it was read."));
      return new Uint8Array(await part.arrayBuffer());
    },
  };
}

/** The file from a server that gives files as a whole only. */
async function wholeOf(answer: Response): Promise<Source> {
  if (Number(answer.headers.get("Content-Length")) > MOST_AT_ONCE) {
    await answer.body?.cancel();
    throw new FileError(
      t("The file is large, and this server gives files as a whole only: press Edit to open it."),
    );
  }
  return sourceOf(new Uint8Array(await answer.arrayBuffer()));
}

/** A file that is in memory. */
export function sourceOf(bytes: Uint8Array): Source {
  if (bytes.length === 0) throw new FileError(t("The file is empty."));
  return {
    size: bytes.length,
    read: async (start, length) =>
      bytes.subarray(Math.max(0, start), Math.max(0, Math.min(bytes.length, start + length))),
  };
}

/** Exactly these bytes; a file that ends before is damaged. */
export async function exactly(source: Source, start: number, length: number): Promise<DataView> {
  const bytes = await source.read(start, length);
  if (bytes.length < length) throw new FileError(t("The file is damaged: it ends too early."));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
