"""What we write for TensorBoard, asked of a real TensorBoard over HTTP, with both its data servers.

Run with an interpreter that has tensorboard: the extra ``interop-tf``.
"""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import numpy as np
import pytest
from playwright.sync_api import sync_playwright
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import config_pb2, graph_pb2

import visualnn
from tests.browser import chromium
from visualnn import Input, Sequential, callbacks, layers, optimizers, summary
from visualnn.exporting.profiles import MESSAGES
from visualnn.training.tensorboard_run import write_run

X = np.linspace(-1, 1, 96, dtype="float32").reshape(8, 4, 3)
Y = X[:, 0, :1] * 2
# a graph too large is cut by TensorBoard only if both are told
WHOLE = {"limit_attr_size": 1024, "large_attrs_key": "_too_large_attrs"}


def model():
    made = Sequential(
        [
            Input((4, 3)),
            layers.Conv1D(4, 2, activation="relu", name="conv"),
            layers.LSTM(3, name="lstm"),
            layers.Dense(1, name="out"),
        ],
        name="net",
    )
    made.compile(optimizers.Adam(name="adam"), "mse", metrics=["mae"])
    return made


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with a run of everything."""
    folder = tmp_path_factory.mktemp("runs")
    trained = model()
    settings = dict(histogram_freq=1, write_images=True, profile_batch=(2, 3))
    board = callbacks.TensorBoard(folder / "fit", **settings)
    data = dict(epochs=2, batch_size=2, validation_data=(X, Y), verbose=0)
    trained.fit(X, Y, callbacks=[board], **data)
    write_run(trained, folder / "file")
    writer = summary.create_file_writer(folder / "notes")
    summary.trace_on(graph=True, profiler=True)
    trained.train_on_batch(X, Y)
    with writer.as_default():
        summary.trace_export("step", step=0, profiler_outdir=str(folder / "notes"))
        for step in range(3):
            summary.scalar("loss", 1 / (step + 1), step=step, description="how *wrong*")
        summary.histogram("weights", np.linspace(-1, 1, 100), step=0)
        summary.image("noise", np.linspace(0, 1, 2 * 5 * 7 * 3).reshape(2, 5, 7, 3), step=0)
        summary.text("note", "# hello", step=0)
        summary.hparams({"rate": 0.1, "activation": "relu", "norm": True})
    writer.close()
    return folder


class Board:
    """A TensorBoard on loopback that shows a folder."""

    def __init__(self, folder, load_fast, *expected):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        arguments = [f"--logdir={folder}", f"--port={port}", "--host=127.0.0.1"]
        arguments += ["--reload_interval=1", f"--load_fast={load_fast}"]
        command = [sys.executable, "-W", "ignore", "-m", "tensorboard.main", *arguments]
        self._expected = set(expected)
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        until = time.monotonic() + 120
        while not self._has_loaded():
            assert time.monotonic() < until, "TensorBoard does not show the runs"
        return self

    def __exit__(self, *problem):
        self._server.kill()
        self._server.wait()
        self._server.stdout.close()

    def __call__(self, path, content=None, **query):
        address = f"{self.address}/data/{path}?{urllib.parse.urlencode(query)}"
        data = None if content is None else json.dumps(content).encode()
        question = urllib.request.Request(address, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(question, timeout=60) as answer:
            return answer.read()

    def _has_loaded(self):
        if self._server.poll() is not None:
            raise AssertionError(self._server.stdout.read().decode())
        try:
            found = json.loads(self("plugin/graphs/info"))
        except (urllib.error.URLError, ConnectionError):
            return False
        tags = {f"{run}:{tag}" for run, about in found.items() for tag in about["tags"]}
        return self._expected <= tags


@pytest.fixture(scope="module", params=["false", "true"], ids=["python", "rust"])
def board(request, runs):
    """Asks a TensorBoard of all runs."""
    expected = ("fit/train:train_step", "file:train_step", "notes:step")
    with Board(runs, request.param, *expected) as found:
        yield found


def graph_of(board, run, tag):
    text = board("plugin/graphs/graph", run=run, tag=tag, conceptual="false", **WHOLE).decode()
    from google.protobuf import text_format

    return text_format.Parse(text, graph_pb2.GraphDef())


@pytest.mark.parametrize(
    ("run", "tag"),
    [("notes", "step"), ("fit/train", "train_step"), ("file", "train_step")],
)
def test_a_training_step_is_drawn_in_scopes_with_shapes(board, run, tag):
    graph = graph_of(board, run, tag)
    nodes = {node.name: node for node in graph.node}
    assert len(nodes) == len(graph.node)
    scopes = {name.partition("/")[0] for name in nodes}
    assert {"gradients", "loss", "metrics", "adam"} <= scopes
    assert any("/lstm/" in name and "/scan/" in name for name in nodes), "the loop's inside"
    inputs = {x.partition(":")[0] for node in graph.node for x in node.input}
    assert inputs <= nodes.keys()
    (product,) = [
        n for name, n in nodes.items() if name.endswith("/out/matmul") and "gradients" not in name
    ]
    shape = product.attr["_output_shapes"].list.shape[0]
    assert [size.size for size in shape.dim] == [-1, 1]


def test_the_model_is_drawn_layer_by_layer(board):
    for run in ("fit/train", "file"):
        text = board("plugin/graphs/graph", run=run, tag="keras", conceptual="true", **WHOLE)
        for name in ("conv", "lstm", "out"):
            assert f'/{name}"'.encode() in text or f'"{name}"'.encode() in text


def test_a_profiled_graph_tells_time_and_memory(board):
    text = board("plugin/graphs/run_metadata", run="notes", tag="step").decode()
    from google.protobuf import text_format

    found = text_format.Parse(text, config_pb2.RunMetadata())
    (device,) = found.step_stats.dev_stats
    names = {node.name for node in graph_of(board, "notes", "step").node}
    assert {stat.node_name for stat in device.node_stats} == names
    took = {stat.node_name: stat.all_end_rel_micros for stat in device.node_stats}
    assert all(micros >= 1 for micros in took.values()) and max(took.values()) > 1
    (loop,) = [s for s in device.node_stats if s.node_name == "net/lstm/scan"]
    assert loop.memory[0].total_bytes >= 8 * 3 * 4


def test_notes_are_shown(board):
    tags = {kind: json.loads(board(f"plugin/{kind}/tags")) for kind in ("scalars", "images")}
    assert tags["scalars"]["notes"]["loss"]["description"].count("<em>wrong</em>") == 1
    assert {"epoch_loss", "epoch_mae"} <= tags["scalars"]["fit/train"].keys()
    assert "epoch_loss" in tags["scalars"]["fit/validation"]
    values = json.loads(board("plugin/scalars/scalars", run="notes", tag="loss"))
    assert [step for _, step, _ in values] == [0, 1, 2]
    np.testing.assert_allclose([value for *_, value in values], [1, 1 / 2, 1 / 3], rtol=1e-6)
    assert tags["images"]["notes"]["noise"]["samples"] == 2
    (first, *_) = json.loads(board("plugin/images/images", run="notes", tag="noise", sample=0))
    assert board(f"plugin/images/individualImage?{first['query']}&").startswith(b"\x89PNG")
    spread = json.loads(board("plugin/histograms/histograms", run="notes", tag="weights"))
    assert sum(row[2] for row in spread[0][2]) == 100
    texts = json.loads(board("plugin/text/text", run="notes", tag="note"))
    assert "<h1>hello</h1>" in texts[0]["text"]


def test_settings_of_runs_are_compared(board):
    found = json.loads(board("plugin/hparams/experiment", {"experimentName": ""}))
    told = {info["name"]: info["type"] for info in found["hparamInfos"]}
    assert told == {
        "rate": "DATA_TYPE_FLOAT64",
        "activation": "DATA_TYPE_STRING",
        "norm": "DATA_TYPE_BOOL",
    }


def test_the_graph_is_seen_in_the_browser(runs):
    """The scopes of a training step stand on the page, and its tabs are there."""
    with Board(runs / "notes", "true", ".:step") as board, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(playwright), args=chromium.ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{board.address}/#graphs")
        for name in ("gradients", "loss", "metrics", "adam", "net"):
            scope = page.locator("svg text").filter(has_text=re.compile(f"^{name}"))
            scope.first.wait_for(timeout=120_000)
        for tab in ("Scalars", "Images", "Histograms", "Text", "HParams"):
            assert page.get_by_text(tab).count(), tab
        browser.close()


def test_tensorboards_own_reader_finds_all_tags(runs):
    events = EventAccumulator(str(runs / "notes")).Reload()
    assert {"step", "loss", "weights", "noise", "note"} <= set(events.Tags()["tensors"])


def test_profiles_are_read_by_tensorflow(runs):
    """TensorFlow has no reader of profiles in Python, but its messages are in the package."""
    xplane_pb2 = pytest.importorskip("tensorflow.tsl.profiler.protobuf.xplane_pb2")
    for run in ("fit/train", "notes"):
        (path,) = (runs / run / "plugins" / "profile").glob("*/*.xplane.pb")
        space = xplane_pb2.XSpace.FromString(path.read_bytes())
        (plane,) = space.planes
        ours = MESSAGES.decode("XSpace", path.read_bytes())["planes"][0]
        assert plane.name == "/host:CPU" and len(plane.lines) == 2
        assert len(plane.lines[1].events) == len(ours["lines"][1]["events"]) > 10
        assert {x.name for x in plane.stat_metadata.values()} == {"tf_op", "step_num"}


def test_a_functions_trace(tmp_path):
    """The trace of a function, as TensorFlow's guide exports it."""
    double = visualnn.function(lambda x: x * 2)
    writer = summary.create_file_writer(tmp_path)
    summary.trace_on(graph=True)
    double(np.ones((2, 3), "float32"))
    with writer.as_default():
        summary.trace_export(name="trace", step=0)
    writer.close()
    assert "trace" in EventAccumulator(str(tmp_path)).Reload().Tags()["tensors"]
