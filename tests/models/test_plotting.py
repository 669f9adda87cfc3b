"""Models as pictures: the boxes and arrows are those of Keras, whoever draws them."""

import importlib.util
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from visualnn.utils import model_to_dot, plot_model

from visualnn import layers, models, ops
from visualnn.models.drawing import svg_of

ALL = dict(
    show_shapes=True,
    show_dtype=True,
    show_layer_names=True,
    show_layer_activations=True,
    show_trainable=True,
)


class Own(models.Model):
    def __init__(self):
        super().__init__(name="own")
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)


def two_models():
    """A model with two inputs and outputs that holds one of the same kind, and a stack."""
    a, b = layers.Input((4,), name="a"), layers.Input((3,), name="b")
    inner = models.Model(
        [a, b], [layers.Dense(2, name="x")(a), layers.Dense(2, name="y")(b)], name="inner"
    )
    stack = models.Sequential(
        [layers.Input((2,)), layers.Dense(3, name="s"), layers.ReLU(name="t")]
    )
    p, q = layers.Input((4,), name="p"), layers.Input((3,), name="q")
    first, second = inner([p, q])
    out = stack(layers.Add(name="plus")([first, second]))
    last = layers.Concatenate(name="last")([out, first, p])
    return models.Model({"p": p, "q": q}, {"last": last, "own": Own()(q)})


def arrows(graph):
    """The arrows by the titles of boxes."""
    titles = {}

    def note(part):
        titles.update((node.get_name(), node.title) for node in part.get_nodes())
        for inner in part.get_subgraphs():
            note(inner)

    note(graph)

    def said(part):
        own = [(titles[e.get_source()], titles[e.get_destination()]) for e in part.get_edges()]
        return own + [pair for inner in part.get_subgraphs() for pair in said(inner)]

    return said(graph)


def test_boxes_and_arrows():
    model = two_models()
    graph = model_to_dot(model)
    assert [node.title for node in graph.get_nodes()][:3] == ["p", "q", "inner"]
    assert graph.get_nodes()[0].get_name() == str(id(model.layers[0]))
    found = arrows(graph)
    assert {("p", "inner"), ("q", "inner"), ("inner", "plus"), ("inner", "last")} < set(found)
    assert ("q", "own") in found and len(found) == len(set(found))
    assert not graph.get_subgraphs()


def test_models_inside_are_opened():
    graph = model_to_dot(two_models(), expand_nested=True)
    assert graph.get_subgraphs()[0].name == "inner"
    found = set(arrows(graph))
    assert {("p", "a"), ("a", "x"), ("b", "y"), ("x", "plus"), ("y", "plus"), ("s", "t")} <= found
    assert {("plus", "s"), ("t", "last"), ("x", "last"), ("p", "last")} <= found
    frame = model_to_dot(two_models(), subgraph=True)
    assert frame.to_string().startswith('subgraph "cluster_')


def test_what_is_said_of_layers():
    i = layers.Input((4,), name="i")
    shared = layers.Dense(4, name="shared", dtype="mixed_float16")
    x = layers.Reshape((2, 2), name="r")(shared(shared(i)))
    x, state, _ = layers.LSTM(2, return_state=True, name="lstm")(x)
    fixed = layers.Dense(3, trainable=False, activation=layers.LeakyReLU(), name="fixed")(x)
    graph = model_to_dot(models.Model(i, [fixed, ops.relu(state)]), **ALL)
    said = {
        node.title: [[": ".join(cell) for cell in row] for row in node.rows]
        for node in graph.get_nodes()
    }
    shapes = ["Input shape: (None, 4)", "Output shape: (None, 4)"]
    assert said["i"] == [["Output shape: (None, 4)", "Output dtype: float32"]]
    assert said["shared"] == [
        ["Activation: linear"],
        [*shapes, "Output dtype: float16", ": Trainable"],
    ]
    assert said["lstm"][1][1] == "Output shape: [(None, 2), (None, 2), (None, 2)]"
    assert said["fixed"][0] == ["Activation: leaky_re_lu"]
    assert said["fixed"][1][-1] == ": Non-trainable"
    assert said["relu"] == [
        ["Input shape: (None, 2)", "Output shape: (None, 2)", "Output dtype: float32"]
    ]
    assert ("shared", "shared") in arrows(graph)
    plain = model_to_dot(models.Model(i, fixed), show_layer_names=False)
    assert {(node.title, node.kind) for node in plain.get_nodes()} >= {("Dense", ""), ("LSTM", "")}


def test_models_without_a_graph_are_one_box():
    model = Own()
    model(np.ones((2, 3), "float32"))
    (node,) = model_to_dot(model, show_shapes=True, expand_nested=True).get_nodes()
    assert (node.title, node.kind) == ("own", "Own")
    assert node.rows == [[("Input shape", "?"), ("Output shape", "?")]]


def texts_of(svg):
    return list(ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


def texts_in(svg):
    return [x.text for x in texts_of(svg)]


@pytest.mark.parametrize("rankdir", ["TB", "LR", "BT", "RL"])
@pytest.mark.parametrize("expand_nested", [False, True])
def test_our_own_drawing(rankdir, expand_nested):
    graph = model_to_dot(two_models(), rankdir=rankdir, expand_nested=expand_nested, **ALL)
    svg = svg_of(graph)
    said = texts_in(svg)
    names = ["p (InputLayer)", "last (Concatenate)", "own (Own)"]
    assert set(
        names + (["x (Dense)", "inner"] if expand_nested else ["inner (Functional)"])
    ) <= set(said)
    assert svg.count("marker-end") == len(arrows(graph))
    heads = {
        x.text: x for x in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    }
    first, last = (
        float(heads[name].get("y" if rankdir in ("TB", "BT") else "x"))
        for name in ("p (InputLayer)", "last (Concatenate)")
    )
    assert (first < last) == (rankdir in ("TB", "LR"))


def test_names_are_only_ever_text():
    name = '<b>"x"&\x01<i>'
    dense = layers.Dense(1, name=name)
    inner = models.Sequential([layers.Input((2,)), dense], name=name)
    graph = model_to_dot(models.Sequential([layers.Input((2,)), inner]), expand_nested=True)
    assert '<b>"x"&\ufffd<i> (Dense)' in texts_in(svg_of(graph))
    text = graph.to_string()
    assert "<b>&lt;b&gt;&quot;x&quot;&amp;\ufffd&lt;i&gt;</b> (Dense)" in text
    assert 'label="<b>\\"x\\"&\ufffd<i>";' in text


@pytest.fixture
def no_graphviz(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_files_without_graphviz(no_graphviz, tmp_path):
    model = two_models()
    shown = plot_model(model, tmp_path / "model.svg", show_shapes=True)
    assert "concatenate" not in shown.data and "(None, 3)" in shown.data
    assert (tmp_path / "model.svg").read_text() == model_to_dot(
        model, show_shapes=True, show_layer_names=False
    ).create("svg").decode()
    assert plot_model(model, tmp_path / "model.dot") is None
    assert (tmp_path / "model.dot").read_text().startswith("digraph G {")
    plot_model(model, tmp_path / "model")
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")
    plot_model(model, tmp_path / "model.pdf")
    assert (tmp_path / "model.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(ImportError, match=r"drawn by Graphviz's program `dot`.*`\.svg`"):
        plot_model(model, tmp_path / "model.gif")


def test_files_without_graphviz_and_matplotlib(no_graphviz, tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"`\.svg`.*visualnn\[plot\]"):
        plot_model(two_models(), tmp_path / "model.png")
    assert not list(tmp_path.iterdir())


def test_files_with_graphviz(monkeypatch, tmp_path):
    import graphviz

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    asked = []

    def pipe(engine, format, data):
        asked.append((engine, format, data.decode()))
        return b"\x89PNG\r\n\x1a\n"

    monkeypatch.setattr(graphviz, "pipe", pipe)
    model = models.Sequential([layers.Input((2,)), layers.Dense(1)])
    plot_model(model, tmp_path / "model", dpi=72, splines="curved")
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")
    ((engine, format, text),) = asked
    assert (engine, format) == ("dot", "png") and "dpi=72;" in text and '"curved"' in text


@pytest.mark.parametrize(
    ("model", "settings", "said"),
    [
        (models.Sequential([layers.Dense(1)]), {}, "has not been built"),
        (3, {}, "takes a model"),
        (None, dict(nonsense=1), "'nonsense'"),
        (None, dict(rankdir="XY"), "`rankdir`"),
        (None, dict(splines="x"), "`splines`"),
    ],
    ids=str,
)
def test_what_is_refused(model, settings, said):
    model = models.Sequential([layers.Input((2,)), layers.Dense(1)]) if model is None else model
    for draw in (model_to_dot, plot_model):
        with pytest.raises(ValueError, match=said):
            draw(model, **settings)
