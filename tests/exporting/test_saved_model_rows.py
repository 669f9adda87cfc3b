"""Every primitive as TensorFlow's operations, and read back: nothing to add for a new one."""

import numpy as np
import pytest

from tests.exporting.row_cases import cases, written
from visualnn.exporting.saved_model.function_body import Library
from visualnn.exporting.saved_model.messages import MESSAGES
from visualnn.exporting.saved_model.run import FunctionLibrary
from visualnn.graph import trace


def read_again(library):
    """A library as it comes back from its bytes."""
    message = {"library": {"function": library.functions}}
    found = MESSAGES.decode("GraphDef", MESSAGES.encode("GraphDef", message))
    return FunctionLibrary(found["library"]["function"])


def check(graph, inputs, tolerance):
    library = Library()
    name = written(library, graph)
    functions = read_again(library)
    want = graph.run(*inputs)
    specs = [x.spec for x in graph.inputs]
    again = trace(lambda *xs: functions.run(name, list(xs)), *specs, name="again")
    for found in (functions.run(name, list(inputs)), again.run(*inputs)):
        for x, y in zip(found, want, strict=True):
            assert np.asarray(x).dtype == y.dtype
            np.testing.assert_allclose(np.asarray(x), y, rtol=tolerance, atol=tolerance)
    assert [x.dtype for x in again.outputs] == [x.dtype for x in graph.outputs]


@pytest.mark.parametrize(
    "graph, inputs", [pytest.param(g, x, id=name) for name, g, x in cases("float64")]
)
def test_comes_back_as_it_was(graph, inputs):
    check(graph, inputs, 1e-8)


@pytest.mark.parametrize(
    "graph, inputs", [pytest.param(g, x, id=name) for name, g, x in cases(open_sizes=True)]
)
def test_comes_back_with_unknown_sizes(graph, inputs):
    check(graph, inputs, 1e-5)


def test_half_precision_comes_back():
    for _, graph, inputs in cases("float16"):
        check(graph, inputs, 2e-2)
