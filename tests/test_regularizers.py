import numpy as np
import pytest

from tests.recorded import cases
from visualnn import constraints, graph, regularizers
from visualnn.engine import Plan
from visualnn.spec import Spec

FAMILIES = {
    "regularizers": (regularizers, cases.REGULARIZERS),
    "constraints": (constraints, cases.CONSTRAINTS),
}
ALL = [
    (family, name, settings) for family, (_, table) in FAMILIES.items() for name, settings in table
]


@pytest.mark.parametrize(("family", "name", "settings"), ALL, ids=str)
def test_values_are_those_of_keras(family, name, settings):
    thing = getattr(FAMILIES[family][0], name)(**settings)
    expected = cases.recorded(family)[cases.key(name, settings)]
    np.testing.assert_allclose(thing(cases.MATRIX), expected, rtol=1e-5, atol=1e-6)
    plan = Plan(graph.trace(thing, Spec(cases.MATRIX.shape), name="thing"))
    np.testing.assert_allclose(plan(cases.MATRIX)[0], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("family", "name", "settings"), ALL, ids=str)
def test_records_come_back(family, name, settings):
    module = FAMILIES[family][0]
    record = module.serialize(getattr(module, name)(**settings))
    assert record["module"] == f"keras.{family}"
    assert record["registered_name"] is None
    again = module.get(record)
    assert module.serialize(again) == record


def test_negative_penalties_are_refused():
    with pytest.raises(ValueError, match="`l2` must be a number, 0 or more, but is -1"):
        regularizers.L2(-1)


def test_strings_classes_and_functions_stand_for_objects():
    assert isinstance(regularizers.get("l2"), regularizers.L2)
    assert isinstance(regularizers.get(regularizers.L1), regularizers.L1)
    assert isinstance(constraints.get("non_neg"), constraints.NonNeg)
    own = lambda w: w  # noqa: E731
    assert constraints.get(own) is own
    assert regularizers.get(None) is None
