"""A real JupyterLab and a bare page, each with a real mouse, for the browser tests.

The tests get them as fixtures (``conftest.py``): ``notebook`` is a fresh notebook and kernel in the
one JupyterLab of the session, ``bare`` a page that shows a widget without Jupyter and without
Python, where the test plays Python. Nothing here sleeps: every wait is for something to happen.
"""

import contextlib
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page

from tests import front_end

TOKEN = "visualnn-tests"
THEMES = Path(sys.prefix, "share/jupyter/lab/themes/@jupyterlab")

LAB_OPTIONS = [
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    f"--IdentityProvider.token={TOKEN}",
    "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]

QUIET = {  # settings that would bring dialogs or writes between a test's steps
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


class Server:
    """A JupyterLab server of its own: own settings, own data, the front end of this repository."""

    def __init__(
        self, root: Path, home: Path, command: Sequence[str], labextension: bool = True
    ) -> None:
        self.root = root
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "jupyterlab.log"
        extensions = home / "data/labextensions"
        extensions.mkdir(parents=True)
        options = [*command, f"--ServerApp.port={self.port}", *LAB_OPTIONS]
        if labextension:
            (extensions / "visualnn").symlink_to(front_end.LABEXTENSION, target_is_directory=True)
        else:  # nor that of an installed visualnn
            for each in Path(sys.prefix, "share/jupyter/labextensions").iterdir():
                if each.name != "visualnn":
                    (extensions / each.name).symlink_to(each, target_is_directory=True)
            options.append(f"--LabApp.labextensions_path={extensions}")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *options],
                cwd=root,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def environment(self) -> dict[str, str]:
        """Returns an environment in which nothing of the user's Jupyter is seen or changed."""
        home = self.home
        return {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "JUPYTER_PREFER_ENV_PATH": "0",  # the labextension of the repository, not a copy
            "IPYTHONDIR": str(home / "ipython"),
            "PYTHONPATH": os.pathsep.join(
                [str(front_end.REPOSITORY), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
            ).rstrip(os.pathsep),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }

    def wait(self, timeout: float = 120) -> None:
        """Returns when the server answers; raises with its log when it does not start."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/api/status?token={TOKEN}", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            try:  # the pause between two questions ends at once when the server does
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Ends the server and its kernels."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def server(
    root: Path, command: Sequence[str], settings: dict[str, dict], labextension: bool = True
) -> Iterator[Server]:
    """Runs a JupyterLab with user settings in a folder, started by a Python module."""
    with tempfile.TemporaryDirectory(prefix="visualnn-lab-", ignore_cleanup_errors=True) as home:
        for plugin, values in settings.items():
            file = Path(home, f"settings/{plugin}.jupyterlab-settings")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        server = Server(root, Path(home), command, labextension)
        try:
            server.wait()
            yield server
        finally:
            server.stop()


def jupyterlab_server(root: Path) -> contextlib.AbstractContextManager[Server]:
    """Runs a JupyterLab on a folder for tests: nothing asks a question or saves by itself."""
    return server(root, ["jupyterlab", "--no-browser"], QUIET)


def foreign_server(root: Path) -> contextlib.AbstractContextManager[Server]:
    """Runs a JupyterLab without our labextension: widgets have anywidget's front end and no more.

    So it is in VS Code and Colab, and where the kernel is of another environment.
    """
    return server(root, ["jupyterlab", "--no-browser"], QUIET, labextension=False)


def notebook_server(root: Path) -> contextlib.AbstractContextManager[Server]:
    """Runs Jupyter Notebook 7 on a folder."""
    return server(root, ["notebook", "--no-browser"], QUIET)


def visualnn_server(root: Path) -> contextlib.AbstractContextManager[Server]:
    """Runs the command ``visualnn`` in a folder, with the settings that a newcomer has."""
    return server(root, ["visualnn.cli", "--no-browser", "--"], {})


def free_port() -> int:
    """Returns a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


OURS = r"visualnn|\bblob:|/widget"
"""What the address of a script of ours contains."""


class Errors:
    """Collects what goes wrong in a page, so that a test fails for errors nobody looked at."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.thrown(str(error.stack or error)))
        page.on("console", self.console)

    def thrown(self, stack: str) -> None:
        """Keeps an error, unless Jupyter threw it and nothing of ours was on the way."""
        if not re.search("/static/(lab|notebook)/", stack) or re.search(OURS, stack):
            self.found.append(stack)

    def console(self, message: ConsoleMessage) -> None:
        """Keeps the console's errors that come from our own code."""
        address = message.location.get("url", "")
        if message.type == "error" and re.search(OURS, address):
            self.found.append(message.text)

    def taken(self) -> list[str]:
        """Returns the errors so far, and forgets them."""
        found, self.found = self.found, []
        return found


class Lab:
    """The one JupyterLab page of the session; the tests share it, as loading it takes long."""

    def __init__(self, server: Server, page: Page) -> None:
        self.server = server
        self.page = page
        self.errors = Errors(page)
        page.goto(f"{server.url}/lab?token={TOKEN}&reset")
        page.wait_for_function("window.jupyterapp", timeout=120_000)
        page.evaluate("() => jupyterapp.restored.then(() => null)")

    def execute(self, command: str, **arguments: Any) -> None:
        """Runs a command of JupyterLab."""
        script = "([id, options]) => jupyterapp.commands.execute(id, options).then(() => null)"
        self.page.evaluate(script, [command, arguments])

    def theme(self, name: str) -> None:
        """Changes the theme to ``"light"`` or ``"dark"``."""
        self.execute("apputils:change-theme", theme=f"JupyterLab {name.title()}")
        light = "true" if name == "light" else "false"
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")

    def python(self, code: str) -> str:
        """Runs code in the kernel of the document on the screen, and returns what it printed."""
        output, error = self.page.evaluate(
            """async (code) => {
              const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
              let output = "", error = "", reply;
              do { // an interrupted kernel refuses what was asked before it has ended
                const execution = kernel.requestExecute({ code, store_history: false });
                execution.onIOPub = ({ header, content }) => {
                  if (header.msg_type === "stream") output += content.text;
                  if (header.msg_type === "error") error = content.traceback.join("\\n");
                };
                reply = await execution.done;
              } while (reply.content.status === "aborted");
              return [output, error];
            }""",
            code,
        )
        assert not error, re.sub("\x1b\\[[0-9;]*m", "", error)
        return output.strip()

    def open(self, name: str, *cells: str | dict[str, Any]) -> "Notebook":
        """Writes a notebook of cells (code, or whole) and opens it, with a kernel that is ready."""
        notebook = {
            "cells": [
                code_cell(f"cell-{place}", cell) if isinstance(cell, str) else cell
                for place, cell in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.server.root / name).write_text(json.dumps(notebook))
        return Notebook(self, name)


def code_cell(name: str, source: str, outputs: Sequence[dict] = ()) -> dict[str, Any]:
    """Returns a notebook's cell of code, which has not run unless it has outputs."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "source": source,
        "outputs": list(outputs),
        "execution_count": None,
    }


class Notebook:
    """An open notebook with a kernel of its own."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab = lab
        self.name = name
        self.page = lab.page
        self.page.evaluate(
            """async (path) => {
              const panel = await jupyterapp.commands.execute("docmanager:open", { path });
              await panel.context.ready;
              await panel.context.sessionContext.ready;
              await panel.context.sessionContext.session.kernel.info;
              jupyterapp.shell.activateById(panel.id);
            }""",
            name,
        )

    @property
    def panel(self) -> Locator:
        """The notebook on the screen."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def run_all(self, wait: bool = True) -> None:
        """Runs all cells; returns when they have run, or at once."""
        script = "() => { const run = jupyterapp.commands.execute('notebook:run-all-cells');"
        self.page.evaluate(script + (" return run.then(() => null); }" if wait else " }"))

    def python(self, code: str) -> str:
        """Runs code in the kernel, beside the notebook, and returns what it printed."""
        return self.lab.python(code)

    def wait_for_python(self, expression: str, timeout: float = 10) -> None:
        """Returns when an expression has become true in the kernel (a message needs a moment)."""
        deadline = time.monotonic() + timeout
        while (value := self.python(f"print(repr({expression}))")) in ("False", "0", "None", "''"):
            assert time.monotonic() < deadline, f"{expression} is still {value}"

    def close(self) -> None:
        """Ends the kernel and closes the notebook without a question."""
        self.page.evaluate(
            """async () => {
              for (const widget of [...jupyterapp.shell.widgets("main")]) {
                await widget.context?.sessionContext?.shutdown();
                if (widget.context) widget.context.model.dirty = false;
                widget.dispose();
              }
            }"""
        )


# The page of the bare tests: an anywidget model without Jupyter behind it. What the widget sends
# is kept, and answered as Python would: {reply: id, ok, error, value}.
FAKE_MODEL = """
(traits) => {
  const callbacks = new Map();
  const emit = (event, ...values) => [...(callbacks.get(event) ?? [])].forEach((f) => f(...values));
  window.fake = {
    sent: [], answers: {}, refusals: {},
    assign(changes) {
      Object.assign(traits, changes);
      for (const name of Object.keys(changes)) emit("change:" + name);
    },
    receive: (message, buffers = []) => emit("msg:custom", message, buffers),
    model: {
      get: (name) => traits[name],
      set: (name, value) => window.fake.assign({ [name]: value }),
      save_changes() {},
      on(event, callback) {
        callbacks.set(event, [...(callbacks.get(event) ?? []), callback]);
      },
      off(event, callback) {
        const others = (callbacks.get(event) ?? []).filter((f) => callback && f !== callback);
        callbacks.set(event, others);
      },
      send(message) {
        const { sent, answers, refusals, receive } = window.fake;
        sent.push(structuredClone(message));
        const name = message.request ?? message.command;
        const error = refusals[name] ?? "";
        const reply = { reply: message.id, ok: !error, error, value: answers[name] ?? null };
        if (message.id !== undefined) queueMicrotask(() => receive(reply));
      },
    },
  };
}
"""


class Bare:
    """A widget in a bare page, its Python played by the test."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors = Errors(page)

    def show(self, kind: str, theme: str = "light", **traits: Any) -> Locator:
        """Draws the widget of a kind with these traits; returns the element that holds it."""
        self.page.goto(f"{self.url}/{theme}.html")
        self.page.evaluate(FAKE_MODEL, {"kind": kind, **traits})
        self.page.evaluate(
            """async () => {
              const { default: bundle } = await import("/static/widget.js");
              const el = document.getElementById("widget");
              window.fake.close = bundle.render({ model: window.fake.model, el });
            }"""
        )
        return self.page.locator("#widget")

    def assign(self, **traits: Any) -> None:
        """Changes traits, as Python does."""
        self.page.evaluate("(traits) => fake.assign(traits)", traits)

    def tell(self, message: dict[str, Any]) -> None:
        """Sends the widget a message, as Python does."""
        self.page.evaluate("(message) => fake.receive(message)", message)

    def answer(self, name: str, value: Any) -> None:
        """Sets what a request or a command of a name is answered with from now on."""
        self.page.evaluate("([name, value]) => { fake.answers[name] = value; }", [name, value])

    def refuse(self, name: str, sentence: str) -> None:
        """Refuses a request or a command of a name from now on."""
        self.page.evaluate("([name, text]) => { fake.refusals[name] = text; }", [name, sentence])

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages that the widget has sent so far."""
        return self.page.evaluate("() => fake.sent")

    def wait_for_sent(self, name: str) -> dict[str, Any]:
        """Waits for a request or a command of a name, and returns the newest one."""
        found = "fake.sent.findLast((message) => (message.request ?? message.command) === name)"
        self.page.wait_for_function(f"(name) => {found}", arg=name)
        return self.page.evaluate(f"(name) => {found}", name)

    def close(self) -> None:
        """Takes the widget away, as a notebook does when its output is cleared."""
        self.page.evaluate("() => fake.close()")


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><title>visualnn</title>
<link rel="stylesheet" href="/themes/theme-%(theme)s-extension/index.css">
<link rel="stylesheet" href="/static/widget.css">
<style>body { margin: 0; background: var(--jp-layout-color0); }</style>
<body data-jp-theme-light="%(light)s" data-jp-theme-name="JupyterLab %(name)s">
<div id="widget" class="jupyter-widgets"></div>
"""


class PageHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the bundle, JupyterLab's themes, and the two bare pages."""

    def translate_path(self, path: str) -> str:
        folders = {"static": front_end.STATIC, "themes": THEMES}
        _, name, *rest = path.split("?")[0].split("/")
        return str(folders.get(name, front_end.STATIC).joinpath(*rest))

    def do_GET(self) -> None:
        theme = self.path.strip("/").removesuffix(".html")
        if theme not in ("light", "dark", "dark-high-contrast"):
            return super().do_GET()
        light = "true" if theme == "light" else "false"
        body = (
            PAGE % {"theme": theme, "light": light, "name": theme.replace("-", " ").title()}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def bare_server() -> Iterator[str]:
    """Serves the bare pages, and gives their address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PageHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
