"""How a widget gets its front end: a small stub for each instance, one bundle for the page.

anywidget sends its JavaScript to the browser, and into a saved notebook, once for every widget.
So what it gets from here is a stub of a kilobyte, which imports the bundle that the labextension
serves (``widgets/src/lab``), or, where there is none (VS Code, Colab, a kernel of another
environment), asks the kernel for it by a message. A widget of a cell in which the kernel will be
busy carries the bundle with it (``enclosed``), unless the page is known to get it from the server.
The other side is ``widgets/src/index.ts``.
"""
# pyright: strict, reportUnknownMemberType=false
# (ipywidgets has no types)

import base64
import hashlib
import html
import json
import re
import struct
import zlib
from importlib.resources import files
from typing import Any

import anywidget
from traitlets import Unicode, default

from visualnn import session
from visualnn.builder.sentences import taken_apart

STATIC = files("visualnn.widgets").joinpath("static")

GRAPH_TYPE = "application/vnd.visualnn.graph+json"
"""The type of the part of an output that the labextension shows without a kernel."""

NOT_BUILT = (
    "The front end of visualnn has not been built, so there is nothing to draw this widget with. "
    'Run "pip install -e ." in the repository (it builds the front end, with Node.js from PyPI) '
    'or, with a Node.js of your own, "cd widgets && npm ci && npm run build"; then show it again.'
)

STUB = """
const version = "%(version)s";
// What this page has loaded already, by version; a page may show widgets of several kernels.
const loaded = (globalThis.visualnnBundles ??= new Map());
const served = (globalThis.visualnnServed ??= new Map());
const asked = (globalThis.visualnnAsked ??= new Map());
const later = () => new Promise((resolve) => setTimeout(resolve, 3000));

async function fromServer() {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const file = `${config.fullLabextensionsUrl}/visualnn/static/widget.${version}`;
  const url = new URL(file, location.href).href;
  const bundle = await import(url + ".js");
  const sheet = document.createElement("link");
  await new Promise((resolve, reject) => {
    Object.assign(sheet, { rel: "stylesheet", href: url + ".css" });
    Object.assign(sheet, { onload: resolve, onerror: reject });
    document.head.append(sheet);
  });
  return bundle;
}

async function enclosed(model) {
  const packed = model.get("bundle");
  if (!packed?.byteLength) return null;
  const whole = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = await new Response(whole).arrayBuffer();
  const end = 4 + new DataView(bytes).getUint32(0);
  return [bytes.slice(4, end), bytes.slice(end)];
}

function ask(model) {
  return new Promise((resolve) => {
    model.on("msg:custom", function receive(message, buffers) {
      if (message?.bundle === undefined) return;
      model.off("msg:custom", receive);
      resolve(buffers);
    });
    model.send({ request: "bundle" });
  });
}

async function fromKernel(model) {
  const parts = await enclosed(model);
  // Many widgets that appear together ask once; a kernel that is gone keeps nobody waiting.
  if (!parts && !asked.has(version)) asked.set(version, ask(model));
  const [script, sheet] =
    parts ?? (await Promise.race([asked.get(version), later()])) ?? (await ask(model));
  if (!loaded.has(version)) {
    const style = document.createElement("style");
    style.textContent = new TextDecoder().decode(sheet);
    document.head.append(style);
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    loaded.set(version, import(url));
  }
  return loaded.get(version);
}

export default {
  async render({ model, el }) {
    if (!served.has(version)) served.set(version, fromServer().catch(() => null));
    let bundle = await served.get(version);
    if (bundle) model.send({ request: "served" });
    else {
      el.textContent = "…"; // while the kernel is busy
      bundle = await fromKernel(model);
      el.textContent = "";
    }
    return bundle.default.render({ model, el });
  },
};
"""

MESSAGE_STUB = """
export default {
  render({ el }) {
    el.textContent = %(message)s;
    el.style.cssText = "padding: 12px; border: 1px solid #c9a227; border-radius: 6px";
  },
};
"""


def read_bundle() -> tuple[bytes, bytes] | None:
    """Returns the bundle's script and style sheet, or ``None`` when it has not been built."""
    script, sheet = STATIC.joinpath("widget.js"), STATIC.joinpath("widget.css")
    if not (script.is_file() and sheet.is_file()):
        return None
    return script.read_bytes(), sheet.read_bytes()


def stub() -> str:
    """Returns the JavaScript of a widget: it gets the bundle of exactly this version, and draws.

    The version is the hash of the bundle, which is also part of its file name on the server
    (``widgets/build.mjs``): a server with another version does not have that file, and the kernel
    sends its own.
    """
    bundle = read_bundle()
    if bundle is None:
        return MESSAGE_STUB % {"message": json.dumps(NOT_BUILT)}
    return STUB % {"version": hashlib.sha256(b"".join(bundle)).hexdigest()[:12]}


def with_sentences(value: Any, widget: Any) -> Any:
    """A trait as the browser gets it (``to_json``), its sentences taken apart."""
    return taken_apart(value)


_is_served = False
"""Whether the page that spoke last gets the bundle from its server."""


def enclosed() -> bytes:
    """Returns the bundle in one piece, for a widget that is shown while the kernel is busy.

    It is empty where the page is known to get it from its server, which it says when it has shown
    a widget (``request: served``).
    """
    bundle = None if _is_served else read_bundle()
    if bundle is None:
        return b""
    script, sheet = bundle
    return zlib.compress(struct.pack(">I", len(script)) + script + sheet)


class BundledWidget(anywidget.AnyWidget):
    """A widget drawn by the bundle; its class says by ``kind`` what is drawn (``src/index.ts``)."""

    kind = Unicode().tag(sync=True)
    language = Unicode().tag(sync=True)
    _esm = Unicode().tag(sync=True)

    @default("_esm")
    def _stub(self) -> str:
        return stub()

    @default("language")
    def _of_session(self) -> str:
        return session.language()

    def send(self, content: Any, buffers: Any = None) -> None:
        """Sends a message; its sentences so that the browser can say them in its language."""
        super().send(taken_apart(content), buffers)

    def _handle_custom_msg(self, content: Any, buffers: list[memoryview]) -> None:
        """Answers requests for parts of the front end; other messages go to ``on_msg``."""
        global _is_served
        if content == {"request": "served"}:
            _is_served = True
        elif content == {"request": "bundle"}:
            _is_served = False
            self.send({"bundle": self.kind}, buffers=list(read_bundle() or (b"", b"")))
        elif content == {"request": "notes"}:
            self.send({"notes": self.kind}, buffers=[STATIC.joinpath("notes.js").read_bytes()])
        else:
            super()._handle_custom_msg(content, buffers)


HIGHEST = 720
"""So many pixels high is a picture in a notebook; one scrolls to the rest of it."""


def mimebundle(
    widget: BundledWidget, svg: str, text: str, pannable: bool = False
) -> dict[str, Any]:
    """Returns what a notebook keeps of a widget: the live view, and ``svg`` for when it is gone.

    The labextension shows the live widget while the kernel has it and the picture otherwise, in
    untrusted notebooks too: that of the HTML, which is there once for the labextension and for
    where there is none (a notebook on a web site, an export). ``text`` is the one line that a
    terminal shows. A ``pannable`` picture lies in a box that scrolls and whose corner enlarges it:
    that needs no script, so it works where nothing of an output may run.
    """
    picture = base64.b64encode(svg.encode()).decode()
    image = f'<img alt="{html.escape(text)}" src="data:image/svg+xml;base64,{picture}"'
    shown = f"{image}>"
    width = re.search(r'\bwidth="([\d.]+)"', svg)
    if pannable and width is not None:
        shown = (
            f'<div style="overflow:auto;max-height:{HIGHEST}px">'
            f'<div style="resize:both;overflow:hidden;width:{width[1]}px">'
            f'{image} style="width:100%"></div></div>'
        )
    return {
        GRAPH_TYPE: {"version": 2, "text": text},
        "application/vnd.jupyter.widget-view+json": {
            "version_major": 2,
            "version_minor": 0,
            "model_id": widget.model_id,
        },
        "text/html": shown,
        "text/plain": text,
    }
