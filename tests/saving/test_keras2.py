"""Records of Keras 2 in the form of today: settings, calls, and what cannot be translated."""

import json

import numpy as np
import pytest

from visualnn.layers import Dense, Input
from visualnn.models import Model, model_from_json
from visualnn.saving import InvalidModelFile
from visualnn.saving.keras2 import is_keras2, modern


def layer(class_name, name, nodes=None, **config):
    """The record of a layer as Keras 2 wrote it."""
    record = {"class_name": class_name, "config": {"name": name, "trainable": True, **config}}
    return record if nodes is None else {**record, "name": name, "inbound_nodes": nodes}


def functional(name, layers, outputs):
    inputs = [[x["name"], 0, 0] for x in layers if x["class_name"] == "InputLayer"]
    config = {"name": name, "layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}


def made(record):
    return model_from_json(json.dumps(record))


X = layer("InputLayer", "x", [], batch_input_shape=[None, 4, 3], dtype="float32")


@pytest.mark.parametrize(
    "class_name, config",
    [
        ("LSTM", {"units": 2, "time_major": False, "implementation": 2}),
        ("GRU", {"units": 2, "time_major": False, "implementation": 2, "reset_after": True}),
        ("LeakyReLU", {"alpha": 0.25}),
        ("BatchNormalization", {"axis": [2], "momentum": 0.9}),
        ("DepthwiseConv1D", {"kernel_size": [2], "groups": 1, "kernel_initializer": "zeros"}),
        ("Dense", {"units": 2, "dtype": {"class_name": "Policy", "config": {"name": "float64"}}}),
    ],
)
def test_settings_that_changed(class_name, config):
    changed = layer(class_name, "changed", [[["x", 0, 0, {}]]], **config)
    model = made(functional("m", [X, changed], [["changed", 0, 0]]))
    found = model.get_layer("changed")
    assert type(found).__name__ == class_name
    assert np.isfinite(model.predict(np.ones((2, 4, 3), "float32"), verbose=0)).all()
    for key in ("units", "momentum"):
        assert found.get_config().get(key) == config.get(key, found.get_config().get(key))
    if class_name == "LeakyReLU":
        assert found.negative_slope == 0.25
    if class_name == "BatchNormalization":
        assert found.axis == 2
    if isinstance(config.get("dtype"), dict):
        assert found.dtype_policy.name == "float64"


def test_calls_of_models_inside_are_counted_from_one():
    x = layer("InputLayer", "x", [], batch_input_shape=[None, 3])
    dense = layer("Dense", "d", [[["i", 0, 0, {}]]], units=3)
    inner_x = layer("InputLayer", "i", [], batch_input_shape=[None, 3])
    inner = functional("inner", [inner_x, dense], [["d", 0, 0]])
    inner.update(name="inner", inbound_nodes=[[["x", 0, 0, {}]], [["inner", 1, 0, {}]]])
    start = layer("InputLayer", "j", batch_input_shape=[None, 3])
    stack = {"name": "stack", "layers": [start, layer("Dense", "e", units=2)]}
    stack = {"class_name": "Sequential", "config": stack, "name": "stack"}
    stack["inbound_nodes"] = [[["inner", 2, 0, {}]]]
    model = made(functional("m", [x, inner, stack], [["inner", 2, 0], ["stack", 1, 0]]))
    same = Input((3,))
    twice = model.get_layer("inner")(model.get_layer("inner")(same))
    expected = Model(same, [twice, model.get_layer("stack")(twice)])
    data = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")
    found = model.predict(data, verbose=0)
    for a, b in zip(found, expected.predict(data, verbose=0), strict=True):
        np.testing.assert_array_equal(a, b)


def test_tensors_among_the_arguments_by_name():
    attention = layer(
        "MultiHeadAttention",
        "a",
        [[["x", 0, 0, {"value": ["x", 0, 0], "use_causal_mask": True}]]],
        num_heads=1,
        key_dim=2,
        query_shape=[None, 4, 3],
        key_shape=[None, 4, 3],
        value_shape=[None, 4, 3],
    )
    model = made(functional("m", [X, attention], [["a", 0, 0]]))
    assert model.output_shape == (None, 4, 3)


def test_states_of_recurrent_layers_are_arguments():
    state = layer("InputLayer", "s", [], batch_input_shape=[None, 2])
    cell = layer("LSTM", "l", [[["x", 0, 0, {}], ["s", 0, 0, {}], ["s", 0, 0, {}]]], units=2)
    model = made(functional("m", [X, state, cell], [["l", 0, 0]]))
    x = np.ones((2, 4, 3), "float32")
    zeros, ones = (model.predict([x, np.full((2, 2), v, "float32")], verbose=0) for v in (0, 1))
    assert (zeros != ones).all()


def test_a_stack_without_an_input_takes_that_of_its_first_layer():
    stack = [layer("Dense", "d", units=2, batch_input_shape=[None, 3])]
    for config in (stack, {"name": "s", "layers": stack}):
        model = made({"class_name": "Sequential", "config": config})
        assert model.input_shape == (None, 3)


@pytest.mark.parametrize("class_name", ["TFOpLambda", "SlicingOpLambda"])
def test_functions_of_tensorflow_are_refused(class_name):
    call = layer(class_name, "f", [["x", 0, 0, {"y": 2.0, "name": None}]], function="math.multiply")
    with pytest.raises(InvalidModelFile, match=r"TensorFlow's function 'math\.multiply'"):
        made(functional("m", [X, call], [["f", 0, 0]]))


def test_what_is_of_today_is_left_alone():
    x = Input((3,))
    record = json.loads(Model(x, Dense(2)(x)).to_json())
    assert not is_keras2(record)
    assert modern(record) is record


@pytest.mark.parametrize("node", [5, [5], [["x", "0", 0, {}]], {"a": 5}, [["nowhere", 0, 0, {}]]])
def test_calls_that_are_none(node):
    broken = layer("Dense", "d", [[["x", 0, 0, {}]], node], units=2)
    with pytest.raises(InvalidModelFile):
        made(functional("m", [X, broken], [["d", 0, 0]]))
