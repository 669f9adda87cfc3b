"""How fast the builder is in a real JupyterLab, by a real mouse and real keys.

``python -m tests.benchmarks.builder`` draws residual models of 500 and 2,000 layers and reports:

* first paint: from the call that shows the builder until its blocks are on the screen;
* edit: from Enter in a field of the inspector until the shape of the block, of those behind it and
  the badge of the block that does not fit any more are on the screen, and back;
* drag: frames in a second while a block is dragged, and while the view of all blocks is moved;
* what a saved notebook keeps of a view, and of 23 builders.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests import front_end
from tests.browser import chromium, rig

MODEL = """
import visualnn
from visualnn import layers

def residual(count):
    inputs = x = layers.Input((64,), name="input")
    for i in range(count // 4):
        y = layers.Dense(64, activation="relu", name=f"dense_{i}")(x)
        y = layers.BatchNormalization(name=f"norm_{i}")(y)
        y = layers.Dropout(0.1, name=f"dropout_{i}")(y)
        x = layers.Add(name=f"add_{i}")([x, y])
    return visualnn.Model(inputs, layers.Dense(10, name="out")(x))

builder = visualnn.Builder(residual(%d))
"""

WATCH_PAINT = """() => {
  window.painted = new Promise((resolve) => {
    const look = () => {
      const blocks = document.querySelectorAll(".vnn-builder[data-settled] .vnn-block");
      if (blocks.length) requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
}"""

WATCH_EDIT = """([shape, wrong]) => {
  window.edited = new Promise((resolve) => {
    let start = 0;
    const press = (event) => {
      if (event.key === "Enter") start = performance.now();
    };
    document.addEventListener("keydown", press, { capture: true });
    const text = (id) =>
      document.querySelector(`[data-block="${id}"] .vnn-block-shape`)?.textContent;
    const look = () => {
      const isShown = text("dense_0") === shape && text("dropout_0") === shape;
      const isWrong = document.querySelector('[data-block="add_0"]').classList.contains("wrong");
      if (start && isShown && isWrong === wrong) {
        document.removeEventListener("keydown", press, { capture: true });
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
      } else requestAnimationFrame(look);
    };
    look();
  });
}"""

COUNT_FRAMES = """() => {
  window.frames_seen = [];
  const count = (now) => {
    window.frames_seen.push(now);
    if (window.frames_seen) window.counting = requestAnimationFrame(count);
  };
  window.counting = requestAnimationFrame(count);
}"""

FRAMES = """() => {
  cancelAnimationFrame(window.counting);
  const seen = window.frames_seen;
  return (1000 * (seen.length - 1)) / (seen.at(-1) - seen[0]);
}"""


def main() -> None:
    """Prints the report."""
    front_end.build()
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        rig.jupyterlab_server(Path(folder)) as server,
    ):
        path = chromium.find(playwright)
        browser = playwright.chromium.launch(
            executable_path=path,
            args=chromium.ARGUMENTS,
            env=dict(chromium.environment(path)),
        )
        settings: Any = {"locale": "en-US", "viewport": {"width": 1400, "height": 900}}
        lab = rig.Lab(server, browser.new_context(**settings).new_page())
        for name, value in kept(lab).items():
            print(f"{name:36} {value}")
        for count in (500, 2000):
            print(f"{count:,} layers")
            for name, value in measured(lab, count).items():
                print(f"  {name:34} {value}")
        browser.close()


def measured(lab: rig.Lab, count: int) -> dict[str, str]:
    """What is told of one model."""
    notebook = lab.open(f"speed-{count}.ipynb", MODEL % count, "builder")
    page = lab.page
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell').then(() => null)")
    notebook.wait_for_python("'builder' in globals()", 60)
    page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    page.evaluate(WATCH_PAINT)
    first = page.evaluate(
        """async () => {
          const start = performance.now();
          void jupyterapp.commands.execute("notebook:run-cell");
          return (await window.painted) - start;
        }"""
    )
    edits = [edit(page, units) for units in (65, 64) * 6]
    drags = drag(page)
    page.locator(".vnn-canvas").focus()
    page.keyboard.press("f")
    page.locator('.vnn-canvas[data-zoom="far"]').wait_for()
    panned = pan(page)
    notebook.close()
    return {
        "first paint": f"{first:.0f} ms",
        "edit to repaint, median": f"{statistics.median(edits[2:]):.0f} ms",
        "edit to repaint, slowest": f"{max(edits[2:]):.0f} ms",
        "drag": f"{drags:.0f} frames/s",
        "moving the view of all blocks": f"{panned:.0f} frames/s",
    }


def edit(page: Page, units: int) -> float:
    """Milliseconds from Enter until all that follows from other units is on the screen."""
    page.locator('[data-block="dense_0"]').click(position={"x": 60, "y": 14})
    field = page.locator('.vnn-inspector input[name="units"]')
    field.fill(str(units))
    page.evaluate(WATCH_EDIT, [f"(?, {units})", units != 64])
    field.press("Enter")
    return page.evaluate("() => window.edited")


def drag(page: Page) -> float:
    """Frames in a second while a block is dragged round."""
    box = page.locator('[data-block="norm_0"]').bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + 14
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 10, steps=3)
    page.evaluate(COUNT_FRAMES)
    for turn in range(4):
        page.mouse.move(x + (140 if turn % 2 == 0 else 0), y + 30 * turn, steps=40)
    speed = page.evaluate(FRAMES)
    page.mouse.up()
    return speed


def pan(page: Page) -> float:
    """Frames in a second while the view is moved with the middle button."""
    box = page.locator(".react-flow__pane").bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + box["height"] - 40
    page.mouse.move(x, y)
    page.mouse.down(button="middle")
    page.evaluate(COUNT_FRAMES)
    for turn in range(4):
        page.mouse.move(x + (300 if turn % 2 == 0 else 0), y - 20 * turn, steps=40)
    speed = page.evaluate(FRAMES)
    page.mouse.up(button="middle")
    return speed


def kept(lab: rig.Lab) -> dict[str, str]:
    """What a saved notebook keeps of builders."""
    code = MODEL % 40
    notebook = lab.open("kept.ipynb", code, "visualnn.Builder(builder.model)")
    notebook.run_all()
    lab.page.locator(".vnn-block").first.wait_for()
    one = saved(lab, "kept.ipynb", 1)
    notebook.close()
    many = ["visualnn.Builder(builder.model)"] * 23
    notebook = lab.open("many.ipynb", code, *many)
    notebook.run_all()
    all_of_them = saved(lab, "many.ipynb", 23)
    state = lab.python(
        "import json, base64\n"
        "print(sum(len(json.dumps(w.get_state(), default=lambda b: base64.b64encode(b).decode()))"
        " for w in [visualnn.Builder(builder.model) for _ in range(23)]))"
    )
    notebook.close()
    return {
        "a saved view of 40 layers": f"{one / 1000:.1f} kB",
        "23 saved views": f"{all_of_them / 1000:.0f} kB",
        "state of 23 widgets, if it is kept": f"{int(state) / 1000:.0f} kB",
    }


def saved(lab: rig.Lab, name: str, views: int) -> int:
    """Bytes of the outputs in a saved notebook."""
    lab.execute("docmanager:save")
    content = json.loads((lab.server.root / name).read_text())
    outputs = [cell["outputs"] for cell in content["cells"] if cell.get("outputs")]
    assert len(outputs) == views
    return len(json.dumps(outputs))


if __name__ == "__main__":
    main()
