"""Functions made of users' functions."""

import numpy as np
import pytest

import visualnn
from visualnn import ops
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

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


def test_associative_scan_waits_for_its_length():
    graph = trace(lambda x: ops.associative_scan(ops.add, x), Spec((None, 2)))
    assert graph.outputs[0].spec == Spec((None, 2))
    graph.outputs = gradients(graph, graph.outputs[0], graph.inputs)
    [slope] = graph.run(np.ones((5, 2), "float32"))
    np.testing.assert_array_equal(slope[:, 0], [5, 4, 3, 2, 1])


def test_custom_gradients_inside_a_scan():
    @ops.custom_gradient
    def tripled(x):
        return x * 2, lambda upstream: upstream * 3

    def step(state, x):
        state = tripled(state) + x
        return state, state

    graph = trace(lambda x: ops.sum(ops.scan(step, ops.zeros((3,)), x)[0]), Spec((None, 3)))
    graph.outputs = gradients(graph, graph.outputs[0], graph.inputs)
    [slope] = graph.run(np.ones((4, 3), "float32"))
    np.testing.assert_array_equal(slope[:, 0], [27, 9, 3, 1])


def test_changes_along_tangents():
    def function(x, pair):
        return ops.sin(x) * pair["a"], {"sum": ops.sum(x * pair["b"])}

    random = np.random.default_rng(0)
    x, a, b = (random.normal(size=3) for _ in range(3))
    ways = [random.normal(size=3) for _ in range(3)]
    primals, tangents = (x, {"a": a, "b": b}), (ways[0], {"a": ways[1], "b": ways[2]})
    (first, second), (to_first, to_second) = ops.jvp(function, primals, tangents)
    np.testing.assert_allclose(first, np.sin(x) * a)
    np.testing.assert_allclose(to_first, np.cos(x) * a * ways[0] + np.sin(x) * ways[1])
    np.testing.assert_allclose(second["sum"], x @ b)
    np.testing.assert_allclose(to_second["sum"], ways[0] @ b + x @ ways[2])
    _, change, aux = ops.jvp(lambda x: (x * x, "told"), (x,), (ways[0],), has_aux=True)
    np.testing.assert_allclose(change, 2 * x * ways[0])
    assert aux == "told"
    with pytest.raises(TypeError, match="nested like"):
        ops.jvp(ops.sin, (x,), (x, x))


def test_changes_in_a_graph_have_gradients():
    graph = trace(lambda x: ops.sum(ops.jvp(lambda y: y**3, (x,), (x,))[1]), Spec((None,)))
    graph.outputs += gradients(graph, graph.outputs[0], graph.inputs)
    total, slope = graph.run(np.array([1.0, 2.0], "float32"))
    np.testing.assert_allclose(total, 3 + 24, rtol=1e-6)
    np.testing.assert_allclose(slope, [9, 36], rtol=1e-6)


def test_functions_of_single_elements():
    np.testing.assert_array_equal(
        ops.vectorize(lambda a, b: a + b)([[1], [2]], [3, 4]), [[4, 5], [5, 6]]
    )
    times = ops.vectorize(ops.matmul, signature="(m,n),(n)->(m)")
    stack, vector = np.arange(12.0).reshape(2, 2, 3), np.array([1.0, 2, 3])
    np.testing.assert_allclose(times(stack, vector), stack @ vector)
    whole = ops.vectorize(lambda a, b: a * ops.sum(b), excluded={1})
    np.testing.assert_array_equal(whole([1, 2], [3, 4]), [7, 14])
    with pytest.raises(ValueError, match="is no signature"):
        ops.vectorize(ops.matmul, signature="x")
    with pytest.raises(ValueError, match="is a function"):
        ops.vectorize(3)


def test_parts_of_watched_tensors_have_gradients():
    def function(x):
        return ops.sum(x[0] * 2.0) + ops.sum(x.T[:, 1])

    wanted = np.array([[2, 2, 2], [1, 1, 1]], "float32")
    np.testing.assert_array_equal(visualnn.grad(function)(np.ones((2, 3), "float32")), wanted)
    with visualnn.GradientTape() as tape:
        x = ops.ones((2, 3))
        tape.watch(x)
        y = function(x)
    np.testing.assert_array_equal(tape.gradient(y, x), wanted)
