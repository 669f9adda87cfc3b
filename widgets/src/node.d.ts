/** The little of Node.js that tests use. */
declare module "node:fs" {
  export function readFileSync(path: string): Uint8Array<ArrayBuffer>;
  export function readdirSync(path: string): string[];
}
declare module "node:zlib" {
  export function deflateRawSync(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}
