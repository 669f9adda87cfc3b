import type { Connection } from "../../shared/connection";
import type { Traits } from "../state";

declare const NOTES: string; // the address of the writer beside the bundle, put in by build.mjs

export type Writer = typeof import("./writer");

let loaded: Promise<Writer> | null = null;

/** The writer, from where the bundle was served, else from the kernel that has sent the bundle. */
export function loadWriter(python: Connection<Traits>): Promise<Writer> {
  loaded ??= load(python).catch((error) => {
    loaded = null; // the next note tries again
    throw error;
  });
  return loaded;
}

async function load(python: Connection<Traits>): Promise<Writer> {
  const base = import.meta.url;
  if (!base.startsWith("blob:")) return import(new URL(NOTES, base).href);
  const [script] = await python.fetchPart("notes");
  const address = URL.createObjectURL(new Blob([script as BlobPart], { type: "text/javascript" }));
  return import(address);
}
