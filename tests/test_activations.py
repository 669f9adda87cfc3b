import inspect

import numpy as np
import pytest

from tests.recorded import cases
from visualnn import activations, graph
from visualnn.engine import Plan
from visualnn.spec import Spec

EXPECTED = cases.recorded("activations")
ALL = {f for f in activations.activations.table.values() if inspect.isfunction(f)}


@pytest.mark.parametrize(("name", "settings"), cases.ACTIVATIONS, ids=str)
def test_values_are_those_of_keras(name, settings):
    x = cases.ROWS if name in cases.BY_ROW else cases.POINTS
    y = getattr(activations, name)(x, **settings)
    np.testing.assert_allclose(y, EXPECTED[cases.key(name, settings)], rtol=2e-5, atol=2e-6)
    assert y.dtype == "float32"


@pytest.mark.parametrize("name", sorted(activations.activations.choices()))
def test_every_activation_can_be_traced_and_saved(name):
    function = activations.get(name)
    assert activations.serialize(function) == function.__name__
    assert activations.deserialize(activations.serialize(function)) is function
    if name == "threshold":
        return
    traced = graph.trace(function, Spec(cases.ROWS.shape))
    np.testing.assert_allclose(
        Plan(traced)(cases.ROWS)[0], function(cases.ROWS), rtol=1e-5, atol=1e-6
    )


def test_none_is_linear_and_swish_is_silu():
    assert activations.get(None) is activations.linear
    assert activations.get("swish") is activations.silu
    assert activations.serialize(activations.get("hard_swish")) == "hard_silu"


def test_a_function_of_ops_is_saved_as_the_activation_it_is():
    from visualnn import ops

    assert activations.serialize(ops.relu) == "relu"


def test_all_recorded_are_all_there_are():
    assert {name for name, _ in cases.ACTIVATIONS} == {f.__name__ for f in ALL}


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match=r"'rellu' is not an activation. Is 'relu' meant"):
        activations.get("rellu")
