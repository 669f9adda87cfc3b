/**
 * Builds the front end: the widget bundle into visualnn/widgets/static (sent by a kernel where
 * there is no JupyterLab) and the prebuilt labextension, which serves the same bundle by HTTP.
 *
 *   node build.mjs [--watch]
 *
 * The bundle's hash is part of its file name in the labextension, so that a kernel never gets the
 * bundle of another version: the import fails, and it sends its own (visualnn/widgets/bundle.py).
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { build } from "esbuild";

const bundle = "../visualnn/widgets/static";
const labextension = "labextension";
const [, version] = readFileSync("../visualnn/__init__.py", "utf8").match(/__version__ = "(.*)"/);

const options = {
  bundle: true,
  minify: true,
  target: "es2022",
  jsx: "automatic",
  loader: { ".svg": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "info",
};

/** The name of what the contents are, for file names that may be cached for ever. */
function hash(...contents) {
  const digest = createHash("sha256");
  for (const content of contents) digest.update(content);
  return digest.digest("hex").slice(0, 12);
}

/** Bundles one entry in memory and returns its text, with the names of other files put in. */
async function bundled(entryPoint, format, define = {}) {
  const result = await build({
    ...options,
    entryPoints: [entryPoint],
    format,
    define: { ...options.define, ...define },
    legalComments: "eof",
    write: false,
  });
  return result.outputFiles[0].text;
}

async function buildAll() {
  // Found by the bundle at its side; the hash keeps a browser from taking one of another version.
  const notes = await bundled("src/builder/notes/writer.ts", "esm");
  mkdirSync(bundle, { recursive: true });
  writeFileSync(`${bundle}/notes.js`, notes);
  await build({
    ...options,
    define: { ...options.define, NOTES: JSON.stringify(`./notes.js?v=${hash(notes)}`) },
    entryPoints: { widget: "src/index.ts" },
    outdir: bundle,
    format: "esm",
    legalComments: "eof",
  });
  // New files first, old ones away last: a JupyterLab that runs meanwhile finds one or the other.
  const folder = `${labextension}/static`;
  mkdirSync(folder, { recursive: true });
  const files = new Set();
  const write = (name, content) => {
    writeFileSync(`${folder}/${name}`, content);
    files.add(name);
    return name;
  };
  const script = readFileSync(`${bundle}/widget.js`);
  const sheet = readFileSync(`${bundle}/widget.css`);
  const widget = `widget.${hash(script, sheet)}`;
  write(`${widget}.js`, script);
  write(`${widget}.css`, sheet);
  write("notes.js", notes);
  const lab = await bundled("src/lab/lab.ts", "esm", { WIDGET: JSON.stringify(widget) });
  const labName = write(`lab.${hash(lab)}.js`, lab);
  const container = await bundled("src/lab/container.ts", "iife", { LAB: JSON.stringify(labName) });
  const entry = write(`remoteEntry.${hash(container)}.js`, container);
  // What JupyterLab reads: which file to load, and which module of it is the extension.
  const jupyterlab = { _build: { load: `static/${entry}`, extension: "./extension" } };
  const description = { name: "visualnn", version, license: "MIT", jupyterlab };
  writeFileSync(`${labextension}/package.json`, `${JSON.stringify(description, null, 2)}\n`);
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(`${folder}/${name}`);
}

await buildAll();
if (process.argv.includes("--watch")) {
  let waiting;
  watch("src", { recursive: true }, () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => buildAll().catch(() => {}), 50); // esbuild has printed what is wrong
  });
}
