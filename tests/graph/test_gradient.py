"""Reverse mode, on whole functions: branches, loops, shared values, unknown sizes."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import GradientTape, gradients, trace, value_and_grad
from visualnn.spec import Spec, Unknown
from visualnn.variable import Variable


def directional(function, arrays, graph=None):
    """The slope of a function along a random direction: by gradients, and by differences."""
    random = np.random.default_rng(1)
    directions = [random.normal(size=a.shape) for a in arrays]
    graph = trace(function, *map(Spec.of, arrays), name="f")
    found = gradients(graph, graph.outputs[0], graph.inputs)
    results = Plan(graph, found)(*arrays)
    exact = sum(np.sum(g * d) for g, d in zip(results, directions, strict=True))
    step = 1e-6
    value = Plan(trace(function, *map(Spec.of, arrays), name="f"))
    ahead, behind = (
        value(*(a + s * d for a, d in zip(arrays, directions, strict=True)))[0]
        for s in (step, -step)
    )
    return exact, (ahead - behind) / (2 * step)


def recurrent(xs, h, w):
    def step(state, x):
        state = ops.tanh(ops.matmul(state, w) + x)
        return state, ops.sum(state * x)

    last, ys = ops.scan(step, h, xs)
    return ops.sum(ys) + ops.sum(last * last)


def branches(x, y):
    return ops.cond(ops.sum(x) > 0, lambda: ops.sum(x * y), lambda: ops.sum(ops.exp(x) + y * y * x))


def counted(x):
    return ops.sum(ops.fori_loop(0, 4, lambda i, value: value * x + ops.cast(i, "float64"), x))


RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    "function, shapes",
    [
        (recurrent, [(5, 2, 3), (2, 3), (3, 3)]),
        (branches, [(3,), (3,)]),
        (counted, [(3,)]),
        (lambda x: ops.sum(x * x * x + x), [(2, 3)]),
        (lambda a, b: ops.sum(ops.tanh(a) * b), [(4, 1, 3), (2, 1)]),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_gradient_agrees_with_finite_differences(function, shapes, sign):
    exact, differences = directional(function, [sign * abs(RANDOM.normal(size=s)) for s in shapes])
    assert exact == pytest.approx(differences, rel=1e-5)


def test_second_order():
    def slope(x):
        return value_and_grad(lambda x: ops.sum(recurrent(x, x[0], x[0, :, :1] * x[0, :1])))(x)[1]

    def curvature(x):
        return ops.sum(ops.sin(slope(x)))

    exact, differences = directional(curvature, [RANDOM.normal(size=(3, 2, 2)) / 2])
    assert exact == pytest.approx(differences, rel=1e-4)


def test_unknown_batches_that_turn_out_to_be_broadcast():
    """Two unknown sizes are different until they are known: one of them may be one."""
    graph = trace(lambda a, b: ops.sum(a * b), Spec((None, 2)), Spec((None, 2)))
    plan = Plan(graph, gradients(graph, graph.outputs[0], graph.inputs))
    a, b = np.ones((1, 2), "float32"), np.full((3, 2), 2, "float32")
    to_a, to_b = plan(a, b)
    assert to_a.shape == a.shape and to_a.tolist() == [[6, 6]]
    assert to_b.shape == b.shape and to_b.tolist() == [[1, 1]] * 3


def test_the_same_unknown_batch_needs_no_sum():
    batch = Unknown()
    graph = trace(lambda a, b: ops.sum(a * b), Spec((batch, 2)), Spec((batch, 2)))
    gradients(graph, graph.outputs[0], graph.inputs)
    assert "sum_like" not in {node.primitive.name for node in graph.nodes}


def test_only_what_leads_to_a_source_is_differentiated():
    w = Variable(np.ones((3, 2), "float32"), name="w")
    graph = trace(lambda x: ops.sum(ops.relu(ops.exp(x)) @ w), Spec((None, 3)))
    before = len(graph.nodes)
    gradients(graph, graph.outputs[0], [w])
    added = {node.primitive.name for node in graph.nodes[before:]}
    assert "exp" not in added and "greater" not in added


def test_nodes_know_where_they_come_from():
    graph = trace(lambda x: ops.sum(x * x), Spec((3,)))
    gradients(graph, graph.outputs[0], graph.inputs)
    forward = [n for n in graph.nodes if n.origin.phase == "forward"]
    backward = [n for n in graph.nodes if n.origin.phase == "backward" and n.origin.forward]
    assert {n.origin.forward for n in backward} <= set(forward)
    assert all(n.origin.line.startswith("test_gradient.py:") for n in forward)


def test_tape_allows_python_control_flow():
    w = Variable(np.float32(3), name="w")
    with GradientTape() as tape:
        y = w * w
        while float(y) < 100:
            y = y * w
    assert float(y) == 243
    assert float(tape.gradient(y, w)) == 5 * 81
    assert tape.gradient(y, [w])[0].numpy() == 405


def test_tape_watches_arrays():
    x = np.array([1.0, 2.0], "float32")
    with GradientTape() as tape:
        tape.watch(x)
        y = ops.sum(ops.square(x))
    assert tape.gradient(y, x).tolist() == [2, 4]


def test_a_while_loop_has_no_gradient():
    graph = trace(
        lambda x: ops.while_loop(lambda y: y < 100.0, lambda y: (y * 2.0,), (x,))[0], Spec(())
    )
    with pytest.raises(ValueError, match=r"while_loop has no gradient.*ops\.scan"):
        gradients(graph, graph.outputs[0], graph.inputs)
