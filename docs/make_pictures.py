"""Makes the pictures of the README from the product as it is now.

    python docs/make_pictures.py

A real JupyterLab is opened in a headless Chromium, as in the browser tests (``tests/browser``), and
photographed: the builder in both themes with one mistake, an op graph, and a run of training.
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests import front_end  # noqa: E402
from tests.browser import chromium, rig  # noqa: E402

LARGEST = 300_000
"""Bytes of a picture, so that the README is quick to load and the repository stays small."""

BRANCHES = """\
import visualnn

builder = visualnn.Builder(name="digits")
builder.add("Input", name="images", shape=(28, 28, 1), at=(130, 0))
builder.add("Conv2D", name="edges", after="images", at=(130, 124),
            filters=32, kernel_size=3, padding="same", activation="relu")
builder.add("Conv2D", name="shapes", after="edges", at=(0, 264),
            filters=32, kernel_size=3, padding="same")
builder.add("Conv2D", name="shortcut", after="edges", at=(260, 264),
            filters=64, kernel_size=1, padding="same")
builder.add("Add", name="both", after=["shapes", "shortcut"], at=(130, 404))
builder"""

DIGITS = """\
import numpy as np
import visualnn
from sklearn.datasets import load_digits
from visualnn import layers

visualnn.utils.set_random_seed(0)
digits = load_digits()
x = (digits.images / 16).astype("float32")[..., np.newaxis]
model = visualnn.Sequential([
    visualnn.Input((8, 8, 1), name="image"),
    layers.Conv2D(16, 3, padding="same", activation="relu", name="strokes"),
    layers.MaxPooling2D(name="pool"),
    layers.Flatten(name="flat"),
    layers.Dense(10, activation="softmax", name="digit"),
], name="digits")
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])"""

SHOW = "visualnn.show(model)"
FIT = """\
history = model.fit(x, digits.target, epochs=15, validation_split=0.2, verbose=0,
                    callbacks=[visualnn.callbacks.Dashboard()])"""


def main() -> None:
    """Writes all pictures beside this file."""
    front_end.build()
    with (
        browser() as chrome,
        tempfile.TemporaryDirectory() as folder,
        rig.jupyterlab_server(Path(folder)) as server,
    ):
        lab = open_lab(chrome, server)
        for theme in ("light", "dark"):
            lab.theme(theme)
            picture_of_builder(lab, theme)
        lab.theme("light")
        picture_of_graph_and_training(lab)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium, as the browser tests use it."""
    with sync_playwright() as playwright:
        path = chromium.find(playwright)
        chrome = playwright.chromium.launch(
            executable_path=path,
            args=chromium.ARGUMENTS,
            env=dict(chromium.environment(path)),
            headless=True,
        )
        yield chrome
        chrome.close()


def open_lab(chrome: Browser, server: rig.Server) -> rig.Lab:
    """A JupyterLab whose notebooks have all the room."""
    context = chrome.new_context(
        viewport={"width": 1440, "height": 1000}, locale="en-US", reduced_motion="reduce"
    )
    lab = rig.Lab(server, context.new_page())
    lab.page.evaluate("() => jupyterapp.shell.collapseLeft()")
    return lab


def picture_of_builder(lab: rig.Lab, theme: str) -> None:
    """A small network with one mistake, and what is said about it."""
    notebook = lab.open(f"builder-{theme}.ipynb", BRANCHES)
    notebook.run_all()
    builder = notebook.panel.locator(".vnn-builder")
    builder.locator('[data-block="both"]').click(position={"x": 60, "y": 14})
    builder.locator(".vnn-inspector").get_by_role("button", name="Concatenate instead").wait_for()
    photograph(builder, f"builder-{theme}.png")
    notebook.close()


def picture_of_graph_and_training(lab: rig.Lab) -> None:
    """The op graph of a training step, and the curves of a run."""
    notebook = lab.open("digits.ipynb", DIGITS, SHOW, FIT)
    notebook.run_all()
    cells = notebook.panel.locator(".jp-CodeCell")  # those out of sight are not drawn
    for place, selector, name in ((1, ".vnn-graph", "op-graph"), (2, ".vnn-dashboard", "training")):
        cells.nth(place).scroll_into_view_if_needed()
        widget = cells.nth(place).locator(selector).first
        widget.locator("canvas").first.wait_for()
        photograph(widget, f"{name}.png")
    notebook.close()


def photograph(widget: Locator, name: str) -> None:
    """Writes a picture of a widget that stands still."""
    widget.scroll_into_view_if_needed()
    widget.evaluate(
        """async () => {
          await document.fonts.ready;
          for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
        }"""
    )
    widget.page.mouse.move(2, 2)
    path = HERE / name
    widget.screenshot(path=path)
    size = path.stat().st_size
    if size > LARGEST:
        sys.exit(f"{name} has {size:,} bytes; at most {LARGEST:,} are wanted.")
    print(f"{path}: {size:,} bytes")


if __name__ == "__main__":
    main()
