"""Steps of loops that project input and state at once, and compute their gates at once."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import check, trained, words
from tests.engine.test_passes import masked
from visualnn import layers, ops
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

LAYERS = {
    "lstm": lambda **how: layers.LSTM(7, **how),
    "gru": lambda **how: layers.GRU(7, **how),
    "gru_before": lambda **how: layers.GRU(7, reset_after=False, **how),
    "simple": lambda **how: layers.SimpleRNN(7, **how),
}
SETTINGS = {
    "plain": {},
    "all": {"return_sequences": True},
    "backwards": {"go_backwards": True},
    "unrolled": {"unroll": True},
    "without_bias": {"use_bias": False},
    "dropped": {"dropout": 0.5, "recurrent_dropout": 0.5, "seed": 1},
}


def sgd():
    return keras.optimizers.SGD(0.05, momentum=0.9)


def with_last(layer):
    """A model that reads the last of all outputs, if there are several."""
    inputs = keras.Input((6, 5))
    x = layer(inputs)
    x = layers.GlobalAveragePooling1D()(x) if len(x.shape) == 3 else x
    return keras.Model(inputs, layers.Dense(4)(x))


@pytest.mark.parametrize("without", ["", "inputs", "neighbours", "gates", "steps"])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers(layer, setting, without):
    if "dropped" in setting and without:
        return
    make = lambda: with_last(LAYERS[layer](**SETTINGS[setting]))  # noqa: E731
    check(*trained(make, sgd(), steps=1), without=[without] if without else [])


@pytest.mark.parametrize("layer", LAYERS)
def test_masks(layer):
    check(*trained(lambda: masked(LAYERS[layer]()), sgd()))


def plan_source(make, without=()):
    graph, batches = trained(make, sgd(), steps=1)
    plan = Plan(graph, without=[*without, "threads"])
    plan(*batches[0])
    return plan.source()


def products(source):
    """How many products a source has; small ones are made by ``dot``, which begins sooner."""
    return source.count("matmul(") + source.count("dot(")


def test_one_product_and_one_curve_in_each_step():
    """Of an LSTM: its input, its state and its bias together, and all its gates."""
    loop = plan_source(lambda: words(layers.LSTM(7))).split("def ")[1]
    assert products(loop) == 1 and loop.count("tanh(") == 2 and "exp(" not in loop


def test_the_gradients_of_three_weights_are_one_product():
    source = plan_source(lambda: words(layers.LSTM(7)))
    apart = plan_source(lambda: words(layers.LSTM(7)), ["inputs"])
    assert products(source) == products(apart) - 4


def test_long_inputs_are_projected_before_the_loop():
    def count(*without):
        return products(plan_source(lambda: words(layers.LSTM(3)), without))

    assert count() == count("inputs")


def test_gates_are_sigmoids_where_everything_is_computed_as_it_is_written():
    make = lambda: words(layers.LSTM(7))  # noqa: E731
    keras.config.set_exact()
    try:
        loop = plan_source(make).split("def ")[1]
    finally:
        keras.config.set_exact(False)
    assert loop.count("exp(") == 2  # of input and forget gate together, and of the output gate
    assert "exp(" not in plan_source(make).split("def ")[1]


@pytest.mark.parametrize("starts", [(0, 3, 6), (6, 0, 3), (3, 0, 0)])
def test_parts_in_any_order(starts):
    """Also parts that overlap, or of which others than gates know."""

    def function(xs, w):
        def step(h, x):
            z = h @ w + x
            a, b, c = (z[:, start : start + 3] for start in starts)
            h = ops.sigmoid(a) * ops.tanh(b) + ops.sigmoid(c) * h
            return h, h + z[:, 1:4]

        last, outputs = ops.scan(step, ops.zeros((2, 3)), xs)
        return ops.sum(last) + ops.sum(outputs * outputs)

    graph = trace(function, Spec((4, 2, 9)), Spec((3, 9)))
    found = [*graph.outputs, *gradients(graph, graph.outputs[0], graph.inputs)]
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    for result, exact in zip(
        Plan(graph, found)(*arrays), Plan(graph, found, engine="reference")(*arrays), strict=True
    ):
        np.testing.assert_allclose(result, exact, rtol=1e-4, atol=1e-5)


def test_a_gate_that_is_all_but_shut():
    """A tangent tells how far a sigmoid is from zero to seven places after the point."""

    def function(xs):
        def step(h, x):
            gates = x + 0 * h
            h = ops.concatenate([ops.sigmoid(gates[:, :2]), ops.sigmoid(gates[:, 2:])], axis=1)
            return h, h

        return ops.scan(step, ops.zeros((1, 4)), xs)[1]

    x = np.array([[[-40, -5, 5, 40]]], "float32")
    graph = trace(function, Spec(x.shape))
    [found], [exact] = Plan(graph)(x), Plan(graph, engine="reference")(x)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-7)
