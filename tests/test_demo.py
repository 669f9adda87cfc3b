"""The notebook that a newcomer sees first runs from top to bottom, and does what it says."""

import asyncio
import base64
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from tests import front_end
from visualnn import models

DEMO = front_end.REPOSITORY / "demo.ipynb"


def written():
    """The demo as it is in the repository."""
    return nbformat.read(DEMO, as_version=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def run(folder):
    """The demo after all of its cells have run in a kernel of their own, by their ids."""
    notebook = written()
    environment = {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONPATH": str(front_end.REPOSITORY),
        "PYTHONWARNINGS": "error",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        for name, value in environment.items():
            patch.setenv(name, value)
        warnings.simplefilter("ignore")  # of the client, not of the demo
        client = NotebookClient(notebook, timeout=240, resources={"metadata": {"path": folder}})
        # in a thread of its own: the browser of other tests keeps an event loop in this one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(client.async_execute())).result()
    return {cell.id: cell for cell in notebook.cells}


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def shown(cell):
    """The parts of what a cell shows, by their types."""
    (output,) = cell.outputs
    return output.data


def picture(data):
    """The picture that a cell shows where its widget is gone."""
    (packed,) = re.findall('src="data:image/svg.xml;base64,([^"]+)"', data["text/html"])
    return base64.b64decode(packed).decode()


def test_nothing_of_a_run_is_kept_in_the_repository():
    notebook = written()
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert "outputs" not in cell or cell.outputs == []
        assert cell.get("execution_count") is None
        assert cell.metadata == {}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_the_network_reads_new_digits(run):
    percent = re.search(r"([\d.]+)% of 360 digits", text(run["evaluate"]))
    assert float(percent[1]) > 97


def test_nothing_goes_wrong_on_the_way(run):
    for cell in run.values():
        for output in cell.get("outputs", ()):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.get("text")


def test_every_cell_of_code_shows_something(run):
    assert all(cell.outputs for cell in run.values() if cell.cell_type == "code")


def test_canvas_curves_and_graph_are_shown_and_stay_as_pictures(run):
    assert "<Builder digits: 8 blocks, 9,994 parameters>" in shown(run["draw"])["text/plain"]
    assert "Total params" in shown(run["summary"])["text/html"]
    curves = picture(shown(run["fit"]))
    assert "Trained for 20 epochs" in curves
    assert curves.count("<polyline") == 4
    assert "<Graph train_step:" in shown(run["show"])["text/plain"]
    for name in ("draw", "fit", "show", "open"):
        data = shown(run[name])
        assert "application/vnd.jupyter.widget-view+json" in data
        assert picture(data).startswith("<svg")


def test_the_file_that_it_writes_is_a_model(run, folder):
    assert "predicts the same: True" in text(run["save"])
    assert {path.name for path in folder.iterdir() if path.is_file()} == {"digits.keras"}
    model = models.load_model(folder / "digits.keras")
    assert [layer.name for layer in model.layers] == [
        "image", "strokes", "norm", "shapes", "pool", "flat", "dropout", "digit",
    ]  # fmt: skip
    outputs = model.predict(np.zeros((2, 8, 8, 1)), verbose=0)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
