"""The dashboard: curves that grow below the cell in which ``fit`` runs."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.widgets.browser import picture_in

AUDIT = Path(__file__).with_name("audit.js").read_text()

MODEL = """\
import numpy as np
import visualnn

model = visualnn.Sequential([visualnn.Input((3,)), visualnn.layers.Dense(1)])
model.compile("sgd", "mean_squared_error", metrics=["mean_absolute_error"])
x, y = np.ones((8, 3)), np.ones((8, 1))
"""
WAITING = """\
def wait(epoch, logs):  # until the test opens the other end
    if epoch == 0:
        open("go").close()

history = model.fit(
    x, y, epochs=3, batch_size=2, validation_split=0.5, verbose=0,
    callbacks=[visualnn.callbacks.Dashboard(),
               visualnn.callbacks.LambdaCallback(on_epoch_end=wait)],
)"""
LONG = """\
history = model.fit(x, y, epochs=10**6, verbose=0, callbacks=[visualnn.callbacks.Dashboard()])
"""
RUNNING = {
    "status": "running", "setup": None, "epoch": 3, "epochs": 20, "batch": 7, "batches": 45,
    "seconds_left": 72.4, "now": {"loss": 0.41, "accuracy": 0.87}, "error": "", "traceback": "",
    "curves": [
        {"name": "loss", "training": [1.9, 0.7], "validation": [1.1, 0.6]},
        {"name": "accuracy", "training": [0.4, 0.8], "validation": [0.6, 0.82]},
        {"name": "sparse_top_k_categorical_accuracy", "training": [0.7, 0.9], "validation": []},
    ],
    "sentence": "The loss is falling, 1.9 to 0.7; validation loss falls, too.", "stale": False,
    "losses": [], "optimizers": [], "metrics": [],
}  # fmt: skip


@pytest.fixture
def gate(lab_folder):
    """What a cell waits at: a pipe that the test opens."""
    path = lab_folder / "go"
    os.mkfifo(path)
    yield path
    path.unlink()


def test_curves_grow_while_the_cell_runs_and_stay_in_the_file(lab, lab_folder, notebook, gate):
    notebook = notebook(MODEL, WAITING)
    notebook.run_all(wait=False)
    dashboard = notebook.panel.locator(".vnn-dashboard")
    say = dashboard.locator(".vnn-say")
    expect(say).to_contain_text("Epoch 1 of 3", timeout=30_000)
    expect(dashboard.locator(".vnn-chart")).to_have_count(2)
    label = dashboard.locator(".vnn-chart").first.get_attribute("aria-label")
    assert label.startswith("Loss, training ")
    assert ", validation " in label
    dashboard.evaluate("(element) => { element.dataset.mark = 'the same'; }")
    gate.write_text("")
    expect(say).to_contain_text("Done · 3 of 3 epochs")
    notebook.wait_for_python("len(history.history['loss']) == 3")
    expect(dashboard).to_have_attribute("data-mark", "the same")  # not drawn anew by the picture
    lab.execute("docmanager:save")
    saved = json.loads((lab_folder / notebook.name).read_text())
    (output,) = saved["cells"][1]["outputs"]
    assert "Trained for 3 epochs" in picture_in(output["data"])


def test_an_interrupt_of_the_kernel_stops_after_the_batch(lab, notebook):
    notebook = notebook(MODEL, LONG)
    notebook.run_all(wait=False)
    dashboard = notebook.panel.locator(".vnn-dashboard")
    dashboard.locator(".vnn-chart").first.wait_for()
    expect(dashboard.locator(".vnn-dashboard-hint")).to_contain_text("To stop, press ■")
    lab.execute("notebook:interrupt-kernel")
    expect(dashboard.locator(".vnn-say")).to_contain_text("Stopped · ")
    expect(dashboard.locator(".vnn-dashboard-hint")).to_have_count(0)
    epochs = int(notebook.python("print(len(model.history.history['loss']))"))
    assert 0 < epochs < 10**6
    expect(dashboard.locator(".vnn-say")).to_contain_text(f"{epochs} of 1000000 epochs")
    notebook.python("model.fit(x, y, epochs=1, verbose=0)")  # it can go on


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 700, 480])
def test_text_is_readable_and_nothing_is_cut_off(bare, theme, width):
    root = bare.show("dashboard", theme, training=RUNNING).locator(".vnn-dashboard")
    bare.page.set_viewport_size({"width": width, "height": 800})
    layout = {1280: "wide", 700: "medium", 480: "narrow"}[width]
    expect(root).to_have_attribute("data-width", layout)
    expect(root).to_have_attribute("data-theme", theme)
    expect(root.locator(".vnn-say")).to_contain_text("1 min 12 s left")
    bare.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    assert root.evaluate(AUDIT) == []
    bare.assign(training={**RUNNING, "status": "failed", "error": "The disk is full."})
    expect(root.locator(".vnn-failure")).to_contain_text("The disk is full.")
    assert root.evaluate(AUDIT) == []
    bare.close()
    expect(bare.page.locator("#widget > *")).to_have_count(0)
