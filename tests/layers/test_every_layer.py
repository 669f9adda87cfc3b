"""What must hold for every layer, in every setting of cases.py."""

import inspect
import json
import sys

import numpy as np
import pytest

from tests.layers.case import CASES
from tests.layers.test_recorded import HERE, LIBRARY
from visualnn import layers, ops
from visualnn.declaration import fields_of
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.layers import Input, Layer
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.spec import Spec, is_float
from visualnn.structure import flatten, map_structure

PUBLIC = [
    cls
    for name, cls in vars(layers).items()
    if inspect.isclass(cls) and issubclass(cls, Layer) and name != "Layer"
]
every_class = pytest.mark.parametrize("cls", PUBLIC, ids=lambda cls: cls.__name__)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def built(case, dtype="float32"):
    """The layer of a case with its weights, and the arguments of its call, in some dtype."""
    args, kwargs = case.arguments()
    args, kwargs = map_structure(lambda x: as_dtype(x, dtype), (args, kwargs))
    layer = case.make(LIBRARY)
    if dtype != "float32":
        layer = in_dtype(layer, dtype)
    layer(*args, **kwargs)
    layer.set_weights(case.weights(layer))
    return layer, args, kwargs


def as_dtype(x, dtype):
    return x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def in_dtype(layer, dtype):
    """The same layer with another dtype, also of the layers inside."""

    def changed(x):
        if isinstance(x, dict) and x.get("class_name") == "DTypePolicy":
            return dtype
        if isinstance(x, dict):
            return {key: changed(value) for key, value in x.items()}
        return [changed(item) for item in x] if isinstance(x, list) else x

    record = changed(json.loads(json.dumps(serialize_keras_object(layer))))
    if isinstance(record["config"].get("dtype"), str):
        record["config"]["dtype"] = dtype
    return deserialize_keras_object(record)


@every_class
def test_every_setting_is_explained(cls):
    assert cls.__doc__
    for field in fields_of(cls):
        assert field.help, f"{cls.__name__}.{field.name}"


@every_class
def test_every_layer_belongs_to_a_family(cls):
    assert sys.modules[cls.__module__].FAMILY


FAMILIES = {  # which layers have test files of their own
    "tests/layers/test_lookup.py": {"categories", "hashing", "lookup", "text"},
    "tests/layers/test_pictures.py": {
        "picture_chains",
        "picture_colours",
        "picture_histograms",
        "picture_light",
        "picture_mixing",
        "picture_motion",
        "picture_sizes",
        "picture_warping",
        "spectrograms",
    },
}


@every_class
def test_every_layer_has_a_case(cls):
    made = {type(inner) for case in CASES for inner in case.make(LIBRARY)._flatten_layers()}
    elsewhere = {"InputLayer", "Lambda", "Wrapper", "SpatialDropout2D", "SpatialDropout3D"}
    family = cls.__module__.rpartition(".")[2]
    own = any(family in families for families in FAMILIES.values())
    assert cls in made or cls.__name__ in elsewhere or own


@every_case
def test_config_round_trip(case):
    layer, _, _ = built(case)
    record = json.loads(json.dumps(serialize_keras_object(layer)))
    again = deserialize_keras_object(record)
    assert type(again) is type(layer)
    assert json.loads(json.dumps(serialize_keras_object(again))) == record
    if layer.get_build_config():
        assert again.built
        shapes = [(w.name, w.shape) for w in layer.weights]
        assert [(w.name, w.shape) for w in again.weights] == shapes


@pytest.mark.parametrize(
    ("case", "batch"),
    [
        pytest.param(case, batch, id=f"{case.name} {batch}")
        for case in CASES
        for batch in ("known", "unknown")
        if batch == "known" or "stateful" not in case.name  # such a layer needs a known batch
    ],
)
def test_symbolic_shapes_are_the_eager_ones(case, batch):
    layer, args, kwargs = built(case)
    wanted = flatten(layer(*args, **kwargs))
    args, kwargs = map_structure(lambda x: placeholder(x, batch), (args, kwargs))
    found = flatten(layer(*args, **kwargs))
    assert len(found) == len(wanted)
    for y, expected in zip(found, wanted, strict=True):
        assert y.dtype == expected.dtype
        shape = expected.shape if batch == "known" else (None, *expected.shape[1:])
        assert y.shape == shape


def placeholder(x, batch):
    if not isinstance(x, np.ndarray):
        return x
    shape = x.shape if batch == "known" else (None, *x.shape[1:])
    return Input(batch_shape=shape, dtype=x.dtype.name)


@every_case
def test_traced_like_run(case):
    """A graph for an unknown batch gives what the layer gives, and keeps the same states."""
    layer, args, kwargs = built(case)
    before = layer.get_weights()
    wanted = [np.array(y) for y in flatten(layer(*args, **kwargs))]
    kept = layer.get_weights()
    layer.set_weights(before)
    if getattr(layer, "stateful", False):
        layer.reset_state()
        layer(*args, **kwargs)
        wanted = [np.array(y) for y in flatten(layer(*args, **kwargs))]
        layer.reset_state()
        layer(*args, **kwargs)

    def run(*xs):
        return layer(*([list(xs)] if case.listed else xs), **kwargs)

    arrays = flatten(args)
    free = "initial_state" not in case.call and "mask" not in str(case.call)
    specs = [Spec((None, *x.shape[1:]) if free else x.shape, x.dtype) for x in arrays]
    plan = Plan(trace(run, *specs))
    found = plan(*arrays)
    for y, expected in zip(found, wanted, strict=True):
        np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)
    for w, expected in zip(layer.get_weights(), kept, strict=True):
        np.testing.assert_allclose(w, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", [c for c in CASES if c.precise], ids=lambda case: case.name)
def test_gradients(case):
    """The gradients of weights and inputs are what small steps say, in double precision."""
    layer, args, kwargs = built(case, "float64")
    arrays = [np.asarray(x) for x in flatten(args)]
    weights = layer.trainable_weights

    def loss(*xs):
        ys = flatten(layer(*([list(xs)] if case.listed else xs), **kwargs))
        total = sum(layer.losses, np.float64(0))
        for i, y in enumerate(ys):
            if is_float(Spec.of(y).dtype):
                factors = np.random.RandomState(i).normal(size=y.shape)
                total = total + ops.sum(y * factors)
        return total

    graph = trace(loss, *map(Spec.of, arrays))
    sources = [*(x for x in graph.inputs if is_float(x.dtype)), *weights]
    slopes = gradients(graph, graph.outputs[0], sources)
    result = graph.outputs[0]
    graph.outputs = [y for y in slopes if y is not None]
    numbers = iter(graph.run(*arrays))
    numbers = [None if y is None else next(numbers) for y in slopes]
    graph.outputs = [result]
    floats = [i for i, x in enumerate(arrays) if x.dtype.kind == "f"]
    random = np.random.RandomState(5)
    for source, slope in zip([*floats, *weights], numbers, strict=True):
        before = arrays[source] if isinstance(source, int) else source.numpy()
        direction = random.normal(size=before.shape)
        ends = []
        for step in (1e-6, -1e-6):
            there = before + step * direction
            if isinstance(source, int):
                ends.append(graph.run(*arrays[:source], there, *arrays[source + 1 :])[0])
            else:
                source.assign(there)
                ends.append(graph.run(*arrays)[0])
                source.assign(before)
        found = float(ends[0] - ends[1]) / 2e-6
        said = 0.0 if slope is None else float(np.sum(slope * direction))
        np.testing.assert_allclose(said, found, rtol=1e-5, atol=1e-6)


SIGNATURES = json.loads((HERE / "layer_signatures.json").read_text())


@pytest.mark.parametrize("name", [name for name in SIGNATURES if hasattr(layers, name)])
def test_signatures_are_keras_s(name):
    cls = getattr(layers, name)
    for function, wanted in zip((cls.__init__, cls.call), SIGNATURES[name], strict=True):
        parameters = list(inspect.signature(function).parameters.values())[1:]
        wanted = [p for p in wanted if not p[0].startswith("*")]
        found = [
            [p.name] if p.default is p.empty else [p.name, p.default]
            for p in parameters[: len(wanted)]
        ]
        assert json.loads(json.dumps(found)) == wanted
