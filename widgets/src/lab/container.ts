/**
 * The labextension's entry: the module-federation container that JupyterLab's loader expects,
 * written by hand because a bundler's would be a hundred times its size. JupyterLab gives `init`
 * the modules it shares; `get` hands out ours, which take theirs from there.
 */
declare const LAB: string; // the file name of lab.ts, put in by build.mjs

interface SharedVersions {
  [version: string]: { get(): Promise<() => unknown> };
}

const base = new URL(".", (document.currentScript as HTMLScriptElement).src).href;
let scope: Record<string, SharedVersions> = {};

/** The newest of JupyterLab's copies of a module, or null where this application has none. */
async function shared(name: string): Promise<unknown> {
  const versions = scope[name];
  if (!versions) return null;
  const newest = Object.keys(versions).sort((a, b) =>
    b.localeCompare(a, undefined, { numeric: true }),
  )[0];
  return (await versions[newest as string]!.get())();
}

const page = window as { _JUPYTERLAB?: Record<string, unknown> };
page._JUPYTERLAB ??= {};
page._JUPYTERLAB.visualnn = {
  init(given: Record<string, SharedVersions>) {
    scope = given;
  },
  async get() {
    const { default: plugins } = await import(new URL(LAB, base).href);
    const extension = { __esModule: true, default: await plugins(shared, base) };
    return () => extension;
  },
};
