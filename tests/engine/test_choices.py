"""Choices between arrays, by bits or by masks, are those that the formulas say."""

import numpy as np
import pytest

from visualnn import ops
from visualnn import primitives as p
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

NUMBERS = np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan, 1e-30], "float32")


def arrays_of(graph):
    random = np.random.default_rng(0)
    return [random.choice(NUMBERS, x.shape) for x in graph.inputs]


def check(graph, arrays, calls, without):
    plan = Plan(graph)
    expected = Plan(graph, engine="reference")(*arrays)
    for found, exact in zip(plan(*arrays), expected, strict=True):
        np.testing.assert_array_equal(found, exact)
    assert calls in plan.source(*arrays)
    assert calls not in Plan(graph, without=[without]).source(*arrays)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_by_bits(dtype):
    def function(condition, a, b):
        return p.where(p.less(condition, a), a, b) * 2.0

    graph = trace(function, *[Spec((64, 40), dtype)] * 3)
    check(graph, [x.astype(dtype) for x in arrays_of(graph)], "bitwise_xor(", "choices")


@pytest.mark.parametrize("slope", [0.2, 0.5])
def test_leaky_relu_is_the_larger_of_both(slope):
    graph = trace(lambda x: ops.leaky_relu(x, slope) * 2.0, Spec((64, 40)))
    check(graph, arrays_of(graph), "maximum(", "masks")


@pytest.mark.parametrize("slope", [-0.2, 1.5])
def test_but_not_where_the_slope_is_steep(slope):
    graph = trace(lambda x: ops.leaky_relu(x, slope) * 2.0, Spec((64, 40)))
    arrays = arrays_of(graph)
    plan = Plan(graph)
    np.testing.assert_array_equal(plan(*arrays)[0], Plan(graph, engine="reference")(*arrays)[0])
    assert "maximum(" not in plan.source(*arrays)


def test_slopes_of_a_choice_are_masked():
    def function(x, weights):
        y = p.where(p.less(x, weights), x * 3.0, weights)
        loss = p.sum(y * y, axes=(0, 1))
        return [slope * 2.0 for slope in gradients(loss.graph, loss, [x, weights])]

    graph = trace(function, Spec((64, 40)), Spec((64, 40)))
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    check(graph, arrays, "invert(", "masks")
