"""The op-graph viewer as Python sees it."""

import json

from tests.widgets.browser import picture_in
from visualnn import Input, Model, layers, ops
from visualnn.graph import trace
from visualnn.spec import Spec
from visualnn.widgets.graph_viewer import show


def line():
    x = Input((4,), name="x")
    return Model(x, layers.Dense(2, name="y")(x), name="line")


def test_a_model_is_shown():
    viewer = show(line())
    assert viewer.kind == "graph_viewer"
    assert viewer.graph["name"] == "line"
    assert json.loads(json.dumps(viewer.graph, allow_nan=False)) == viewer.graph
    assert repr(viewer).startswith("<Graph line: ")


def test_a_compiled_model_is_shown_with_its_training():
    model = line()
    model.compile("adam", "mean_squared_error")
    assert "backward" in {op["phase"] for op in show(model).graph["ops"]}


def test_a_graph_is_shown():
    graph = trace(lambda x: ops.tanh(x), Spec((None, 3)), name="squash")
    assert [op["op"] for op in show(graph).graph["ops"]] == ["input", "tanh"]


def test_a_notebook_keeps_little_of_it():
    content, _ = show(line())._repr_mimebundle_()
    assert "Run the cell again" in picture_in(content)
    assert len(json.dumps(content)) < 3000
