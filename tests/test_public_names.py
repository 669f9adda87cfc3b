"""Names, argument order and defaults are those of Keras."""

import inspect

import pytest

from tests.recorded import cases
from visualnn import (
    activations,
    constraints,
    initializers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)

MODULES = {
    "activations": activations,
    "losses": losses,
    "metrics": metrics,
    "initializers": initializers,
    "regularizers": regularizers,
    "constraints": constraints,
    "optimizers": optimizers,
    "optimizers.schedules": schedules,
}
SIGNATURES = cases.recorded("signatures")


def thing(public):
    module, name = public.rsplit(".", 1)
    return getattr(MODULES[module], name, None)


def test_nothing_is_missing():
    assert [public for public in SIGNATURES if thing(public) is None] == []


@pytest.mark.parametrize("public", sorted(SIGNATURES))
def test_signatures_are_those_of_keras(public):
    found = inspect.signature(thing(public)).parameters.values()
    named = [p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    expected = SIGNATURES[public]
    assert [p.name for p in named] == [name for name, _ in expected]
    for parameter, (name, default) in zip(named, expected, strict=True):
        required = parameter.default is parameter.empty
        assert required == (default is None), f"{name} is required in one only"
        if not required and name != "name":
            value = parameter.default
            value = list(value) if isinstance(value, tuple) else value
            assert value == default[0], name
