"""Images times vectors plus vectors: computed at once, and the same as step by step."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import check, trained
from tests.engine.test_stages import MAKERS
from visualnn import ops
from visualnn.engine import Plan, chains
from visualnn.graph import gradients, trace
from visualnn.spec import Spec


@pytest.mark.parametrize("name", ["normalized", "residual"])
def test_models(name, monkeypatch):
    monkeypatch.setattr(chains, "_LEAST", 0)
    check(*trained(MAKERS[name], keras.optimizers.SGD(0.02, momentum=0.9)))


def of_images(function):
    """A function of images that come out of a convolution, and of a vector; and its slopes."""

    def whole(x, kernel, vector):
        image = ops.conv(x, kernel, padding="same")
        loss = ops.sum(ops.square(function(image, vector)) * 1e-3)
        return loss, *gradients(loss.graph, loss, [kernel, vector])

    return trace(whole, Spec((4, 16, 16, 3)), Spec((3, 3, 3, 8)), Spec((8,)))


FUNCTIONS = {
    "affine": lambda x, v: (x - v) * v / 3.0 + v - 1.0,
    "twice": lambda x, v: (x * v + x) - (-x),
    "relu": lambda x, v: ops.relu((x - v) * v) * v + x,
    "mean": lambda x, v: x - ops.mean(x * v + v, (0, 1, 2)),
    "variance": lambda x, v: (
        (x - ops.mean(x, (0, 1, 2))) / ops.sqrt(ops.var(x + v, (0, 1, 2)) + 0.1)
    ),
    "product": lambda x, v: x * v + ops.sum((x - v) * ops.relu(x * v), (0, 1, 2), keepdims=True),
    "divided": lambda x, v: v / (ops.relu(x) + 1.0) - x / (v * v + 1.0),
    "shapes": lambda x, v: (
        x * ops.mean(x, (1, 2), keepdims=True) + ops.mean(x * v, -1, keepdims=True)
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_equals_the_meaning(name):
    graph = of_images(FUNCTIONS[name])
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    expected = Plan(graph, engine="reference")(*arrays)
    for without in ((), ("chains",), ("blocks",)):
        for found, exact in zip(Plan(graph, without=without)(*arrays), expected, strict=True):
            np.testing.assert_allclose(found, exact, rtol=2e-4, atol=1e-6 + 2e-4 * abs(exact).max())


def test_a_chain_is_one_multiplication_and_one_addition():
    graph = of_images(FUNCTIONS["affine"])
    arrays = [np.ones(x.shape, "float32") for x in graph.inputs]

    def long_operations(**how):
        program = Plan(graph, outputs=graph.outputs[:1], **how)._new_program(arrays)
        return [x.primitive.name for x in program.nodes if x.output.shape == (4, 16, 16, 8)]

    assert long_operations() == ["conv", "multiply", "add", "multiply", "multiply"]
    assert len(long_operations(without=["chains"])) == 8


def test_photographs_keep_their_variance():
    """Their mean is far from zero: the squares of the pixels would not say how they vary."""

    def variance(x):
        return ops.var(x * 1.0 + 0.0, (0, 1, 2))

    graph = trace(variance, Spec((4, 16, 16, 8)))
    x = np.random.default_rng(0).normal(10_000, 1, (4, 16, 16, 8)).astype("float32")
    np.testing.assert_allclose(Plan(graph)(x)[0], x.astype("float64").var((0, 1, 2)), rtol=1e-3)
