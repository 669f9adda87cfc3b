"""A plan computes what its graph means, and nothing that is not needed."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.spec import ShapeError, Spec
from visualnn.variable import Variable


def network(x, w, b):
    h = ops.relu(x @ w + b)
    return ops.sum(ops.softmax(h) * ops.reshape(x, (-1, 2, 2))[:, 0, :1])


def test_equals_the_meaning_of_the_graph():
    specs = [Spec((None, 4)), Spec((4, 3)), Spec((3,))]
    graph = trace(network, *specs)
    gradients_ = gradients(graph, graph.outputs[0], graph.inputs)
    graph.outputs += gradients_
    random = np.random.default_rng(0)
    plan = Plan(graph)
    for batch in (5, 1, 5):
        arrays = [
            random.normal(size=[d or batch for d in s.shape]).astype("float32") for s in specs
        ]
        for found, expected in zip(plan(*arrays), graph.run(*arrays), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def operations(plan, *arrays):
    """The functions that a plan calls, in order."""
    statements = [line.strip() for line in plan.source(*arrays).splitlines()[2:-1]]
    calls = [line.rpartition(" = ")[2] if "out=" not in line else line for line in statements]
    return [line.split("(")[0].removeprefix("make_") for line in calls if "(" in line]


def test_sizes_become_constants():
    def flat(x):
        return ops.reshape(x, (ops.shape(x)[0] * 2, -1)) * 1.0

    plan = Plan(trace(flat, Spec((None, 4))))
    assert operations(plan, np.ones((3, 4), "float32")) == ["input.reshape"]


def test_dead_code_is_dropped_and_repeated_work_done_once():
    def wasteful(x):
        ops.exp(x)
        return ops.tanh(x) + ops.tanh(x)

    assert operations(Plan(trace(wasteful, Spec((3,)))), np.ones(3)) == ["tanh", "add"]


def test_the_gradient_of_the_data_is_never_computed():
    w = Variable(np.ones((4, 2), "float32"), name="w")
    graph = trace(lambda x: ops.sum(ops.square(x @ w)), Spec((None, 4)))
    [g] = gradients(graph, graph.outputs[0], [w])
    called = operations(Plan(graph, [g]), np.ones((3, 4)))
    assert called.count("matmul") + called.count("dot") == 2


def test_source_can_be_read():
    plan = Plan(trace(lambda x: ops.tanh(x) * 2.0, Spec((3,)), name="double"))
    source = plan.source(np.ones(3))
    assert source.startswith("def run(input):")
    assert "double: 2 operations" in source


def test_profile_names_every_operation_and_changes_nothing():
    w = Variable(np.ones(3, "float32"), name="w")
    graph = trace(lambda x: w.assign(ops.tanh(x) * w), Spec((3,)))
    seconds = Plan(graph).profile(np.ones(3))
    assert list(seconds) == ["tanh", "multiply"]
    assert w.numpy().tolist() == [1, 1, 1]


def test_an_array_of_another_shape_is_refused_in_words():
    plan = Plan(trace(lambda x: x * 2.0, Spec((None, 3)), name="double"))
    with pytest.raises(
        ShapeError, match=r"double: the input 'input' is float32\[\?, 3\].*\(2, 4\)"
    ):
        plan(np.ones((2, 4)))


def test_a_chain_of_many_operations():
    def chain(x):
        for _ in range(5000):
            x = x + 1.0
        return ops.sum(x)

    graph = trace(chain, Spec((2,)))
    [g] = gradients(graph, graph.outputs[0], graph.inputs)
    value, slope = Plan(graph, [graph.outputs[0], g])(np.zeros(2))
    assert value == 10_000 and slope.tolist() == [1, 1]
