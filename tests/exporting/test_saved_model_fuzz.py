"""SavedModels changed by chance load and run, or give one clear error."""

import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualnn import Input, Model, layers, ops, saved_model
from visualnn.exporting.saved_model.messages import MESSAGES
from visualnn.exporting.saved_model.restored import RestoredFunction
from visualnn.saving import InvalidModelFile

USUAL = settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
EDITS = st.lists(
    st.tuples(st.integers(0, 20000), st.binary(min_size=1, max_size=8), st.booleans()),
    min_size=1,
    max_size=4,
)


@functools.cache
def original():
    """The folder of a small model with a loop in it, and its main file."""
    x = Input((4, 3))
    h = layers.SimpleRNN(2)(x)
    folder = Path(tempfile.mkdtemp()) / "m"
    Model(x, layers.Dense(2)(ops.reshape(h, (-1, 2)))).export(folder, verbose=False)
    return folder, (folder / "saved_model.pb").read_bytes()


def edited(data, edits):
    """Bytes with others written over them, or put between them."""
    for place, new, between in edits:
        place %= len(data) + 1
        data = data[:place] + new + data[place + (0 if between else len(new)) :]
    return data


def loaded(data):
    """Load and run what is there, which works or is refused in a sentence."""
    folder, _ = original()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "m"
        shutil.copytree(folder, copy)
        (copy / "saved_model.pb").write_bytes(data)
        try:
            artifact = saved_model.load(copy)
            serve = getattr(artifact, "serve", None)
            if isinstance(serve, RestoredFunction):
                serve(np.ones((2, 4, 3), "float32"))
        except (InvalidModelFile, FileNotFoundError) as problem:
            assert str(problem)
        except ValueError as problem:
            said = str(problem)  # another signature is there, or what is there fits no array
            assert "signature" in said or "cannot be computed" in said


@USUAL
@given(EDITS)
def test_changed_bytes(edits):
    loaded(edited(original()[1], edits))


@USUAL
@given(st.integers(0, 20000))
def test_cut_off(length):
    data = original()[1]
    loaded(data[: length % len(data)])


NODES = st.tuples(st.integers(0, 10_000), st.sampled_from(["op", "input", "attr", "name"]))


@USUAL
@given(st.lists(NODES, min_size=1, max_size=3), st.integers(0, 10_000))
def test_nodes_that_are_mixed_up(changes, other):
    """Well-formed files whose functions make no sense: settings and inputs of other nodes."""
    message = MESSAGES.decode("SavedModel", original()[1])
    functions = message["meta_graphs"][0]["graph_def"]["library"]["function"]
    nodes = [node for function in functions for node in function["node_def"]]
    for number, field in changes:
        source = nodes[(number + other) % len(nodes)]
        nodes[number % len(nodes)][field] = source.get(field, [] if field == "input" else {})
    loaded(MESSAGES.encode("SavedModel", message))


@USUAL
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(-3, 1000)), min_size=1, max_size=3))
def test_objects_that_are_mixed_up(changes):
    message = MESSAGES.decode("SavedModel", original()[1])
    objects = message["meta_graphs"][0]["object_graph_def"]
    children = [child for node in objects["nodes"] for child in node.get("children", [])]
    for number, target in changes:
        children[number % len(children)]["node_id"] = target
        functions = list(objects["concrete_functions"].values())
        functions[number % len(functions)]["bound_inputs"] = [target]
    loaded(MESSAGES.encode("SavedModel", message))


@USUAL
@given(st.binary(max_size=300))
def test_any_bytes(data):
    loaded(data)
