"""Every function of ``ops`` against what real Keras has written down."""

from pathlib import Path

import numpy as np
import pytest

from tests.ops.cases import EXPRESSIONS, INPUTS, call
from visualnn import ops
from visualnn.graph import trace
from visualnn.spec import Spec

RECORDED = np.load(Path(__file__).parent.parent / "recorded" / "ops" / "results.npz")
TOLERANCES = {"float16": 2e-3, "float32": 2e-5}


def recorded(expression):
    """The results that real Keras had."""
    names = [name for name in RECORDED.files if name.rpartition("#")[0] == expression]
    assert names, "run tests/recorded/ops/record.py"
    return [RECORDED[f"{expression}#{i}"] for i in range(len(names))]


def compare(found, wanted):
    assert [x.dtype.name for x in found] == [x.dtype.name for x in wanted]
    for x, y in zip(found, wanted, strict=True):
        assert x.shape == y.shape
        tolerance = TOLERANCES.get(x.dtype.name, 0)
        np.testing.assert_allclose(
            x.astype("float64"), y.astype("float64"), rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_gives_what_keras_gives(expression):
    compare(call(expression, vars(ops)), recorded(expression))


NEEDS_NUMBERS = ("nonzero", "unique", "histogram", "where(b)", "shape", "size", "ndim", "bincount")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_gives_the_same_when_traced(expression):
    """With every tensor an input of a graph whose sizes are known."""
    if expression.startswith(NEEDS_NUMBERS):
        pytest.skip("its result depends on the numbers")
    names = [name for name, x in INPUTS.items() if name != "np"]

    def function(*values):
        inputs = {**INPUTS, **dict(zip(names, values, strict=True))}
        result = eval(expression, {**vars(ops), **inputs})
        return result if isinstance(result, list | tuple) else [result]

    graph = trace(function, *(Spec.of(INPUTS[name]) for name in names), name="case")
    with np.errstate(all="ignore"):
        found = graph.run(*(INPUTS[name] for name in names))
    for value, x in zip(graph.outputs, found, strict=True):
        assert value.spec == Spec.of(x)
    compare(found, recorded(expression))
