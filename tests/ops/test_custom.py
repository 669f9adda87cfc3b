"""Functions made of users' functions."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.graph import gradients, trace
from visualnn.spec import ShapeError, Spec

X = np.linspace(-2, 2, 6).reshape(2, 3).astype("float32")


def test_the_gradient_is_the_users():
    @ops.custom_gradient
    def tripled(x):
        return x * 2, lambda upstream: upstream * 3

    np.testing.assert_array_equal(tripled(X), X * 2)
    graph = trace(lambda x: ops.sum(tripled(x) * x), Spec((None, 3)))
    [slope] = gradients(graph, graph.outputs[0], graph.inputs)
    graph.outputs.append(slope)
    total, found = graph.run(X)
    np.testing.assert_allclose(total, (X * X * 2).sum(), rtol=1e-6)
    np.testing.assert_allclose(found, X * 3 + X * 2, rtol=1e-6)


def test_the_gradient_of_several_arguments_and_results():
    @ops.custom_gradient
    def swapped(x, y):
        def backward(first, second):
            return second, first * 0

        return (x + y, x - y), backward

    graph = trace(lambda x, y: swapped(x, y), Spec((2, 3)), Spec((2, 3)))
    to_x, to_y = gradients(graph, graph.outputs[1], graph.inputs)
    graph.outputs = [to_x, to_y]
    for found, wanted in zip(graph.run(X, X), (1, 0), strict=True):
        np.testing.assert_array_equal(found, np.full_like(X, wanted))


def test_a_gradient_stable_where_the_plain_one_is_not():
    @ops.custom_gradient
    def log1pexp(x):
        e = ops.exp(x)
        return ops.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))

    graph = trace(lambda x: ops.sum(log1pexp(x)), Spec((3,)))
    graph.outputs = gradients(graph, graph.outputs[0], graph.inputs)
    [found] = graph.run(np.array([0.0, 50.0, 100.0], "float32"))
    np.testing.assert_allclose(found, [0.5, 1, 1])


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_associative_scan_on_a_structure(length):
    random = np.random.default_rng(0)
    elems = {"a": random.normal(size=(length, 2)), "b": random.normal(size=(length, 2))}

    def then(first, second):  # x -> a * x + b, one after the other
        return {"a": first["a"] * second["a"], "b": second["a"] * first["b"] + second["b"]}

    found = ops.associative_scan(then, elems)
    state = 0
    for i in range(length):
        state = elems["a"][i] * state + elems["b"][i]
        np.testing.assert_allclose(found["b"][i], state, rtol=1e-12)


def test_associative_scan_needs_a_length():
    with pytest.raises(ShapeError, match="axis 0"):
        trace(lambda x: ops.associative_scan(ops.add, x), Spec((None, 2)))
