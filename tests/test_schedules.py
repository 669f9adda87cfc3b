import numpy as np
import pytest

from tests.recorded import cases
from visualnn import graph, schedules
from visualnn.engine import Plan
from visualnn.spec import Spec

EXPECTED = cases.recorded("schedules")


@pytest.mark.parametrize(("name", "settings"), cases.SCHEDULES, ids=str)
def test_values_are_those_of_keras(name, settings):
    schedule = getattr(schedules, name)(**settings)
    values = [float(schedule(step)) for step in range(30)]
    np.testing.assert_allclose(values, EXPECTED[cases.key(name, settings)], rtol=2e-5, atol=2e-7)


@pytest.mark.parametrize(("name", "settings"), cases.SCHEDULES, ids=str)
def test_schedules_can_be_traced_and_saved(name, settings):
    schedule = getattr(schedules, name)(**settings)
    record = schedules.serialize(schedule)
    assert (record["module"], record["class_name"]) == ("keras.optimizers.schedules", name)
    again = schedules.deserialize(record)
    plan = Plan(graph.trace(again, Spec((), "int32")))
    for step in (0, 3, 17):
        np.testing.assert_allclose(plan(np.int32(step))[0], schedule(step), rtol=1e-6)


def test_pieces_need_one_value_more_than_boundaries():
    with pytest.raises(ValueError, match="one value more than boundaries"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2])
