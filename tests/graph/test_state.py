"""Variables in a traced graph have the value they were given last; nothing else happens."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import SymbolicError, trace
from visualnn.random import SeedGenerator
from visualnn.spec import Spec
from visualnn.variable import Variable


def test_assign_then_read_gives_the_new_value():
    counter = Variable(np.float32(1), name="counter")

    def step(x):
        counter.assign(counter + x)
        return counter * 10.0

    plan = Plan(trace(step, Spec((), "float32")))
    assert plan(2.0)[0] == 30
    assert plan(2.0)[0] == 50
    assert counter.numpy() == 5


def test_reading_and_assigning_leave_no_nodes():
    counter = Variable(np.float32(1), name="counter")
    graph = trace(lambda x: counter.assign(x), Spec(()))
    assert graph.nodes == []


def test_a_seed_generator_drawn_twice_gives_different_numbers():
    generator = SeedGenerator(7)

    def draw():
        from visualnn import random

        return random.uniform((4,), seed=generator), random.uniform((4,), seed=generator)

    plan = Plan(trace(draw))
    first, second = plan()
    third, _ = plan()
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, third)
    eager = draw()  # goes on where the plan stopped
    assert not np.array_equal(eager[0], third)


def test_variables_assigned_in_a_scan_are_carried():
    total = Variable(np.float32(0), name="total")

    def step(state, x):
        total.assign(total + x)
        return state, total * 1.0

    def run(xs):
        return ops.scan(step, (), xs)[1]

    plan = Plan(trace(run, Spec((None,))))
    assert plan(np.arange(4, dtype="float32"))[0].tolist() == [0, 1, 3, 6]
    assert total.numpy() == 6
    assert run(np.ones(2, "float32")).tolist() == [7, 8]
    assert total.numpy() == 8


@pytest.mark.parametrize("number, result, kept", [(3.0, 6.0, 3.0), (-3.0, 3.0, 0.0)])
def test_variables_assigned_in_one_branch(number, result, kept):
    seen = Variable(np.float32(0), name="seen")

    def run(x):
        def positive():
            seen.assign(x)
            return x * 2.0

        return ops.cond(x > 0, positive, lambda: -x)

    plan = Plan(trace(run, Spec(())))
    assert plan(number)[0] == result
    assert seen.numpy() == kept


def test_while_loop_carries_variables_and_captures():
    count = Variable(np.int32(0), name="count")

    def run(x):
        def body(y):
            count.assign(count + 1)
            return (y * x,)

        return ops.while_loop(lambda y: y < 100.0, body, (x,))

    plan = Plan(trace(run, Spec(())))
    assert plan(3.0)[0] == 243
    assert count.numpy() == 4


def test_python_control_flow_on_a_symbolic_value_names_the_line():
    def decide(x):
        if x > 0:
            return x
        return -x

    with pytest.raises(SymbolicError, match=r"test_state\.py:\d+.*ops\.cond.*run_eagerly=True"):
        trace(decide, Spec(()))


def test_a_variable_born_in_a_recording_is_evaluated_outside():
    made = []

    def build(x):
        if not made:
            made.append(Variable(lambda shape, dtype: ops.ones(shape, dtype) * 2, (3,), name="w"))
        return x * made[0]

    graph = trace(build, Spec((3,)))
    assert [node.primitive.name for node in graph.nodes] == ["multiply"]
    assert Plan(graph)(np.ones(3))[0].tolist() == [2, 2, 2]


def test_a_variable_cannot_begin_as_a_symbolic_value():
    with pytest.raises(TypeError, match=r"first value .* only known while the model runs"):
        trace(lambda x: Variable(x, name="w") + 1.0, Spec((3,)))


def test_what_leaves_the_engine_is_never_changed_later():
    weight = Variable(np.ones(3, "float32"), name="weight")

    def step(x):
        weight.assign(weight + x)
        return weight + 0.0, weight

    plan = Plan(trace(step, Spec((3,))))
    x = np.ones(3, "float32")
    results = [plan(x) for _ in range(3)]
    assert [r[0].tolist() for r in results] == [[2] * 3, [3] * 3, [4] * 3]
    assert [r[1].tolist() for r in results] == [[2] * 3, [3] * 3, [4] * 3]
    before = weight.numpy()
    results[-1][1][:] = 0
    assert weight.numpy().tolist() == before.tolist()
    assert x.tolist() == [1, 1, 1]
