"""Every function of ``ops`` against what real Keras has written down."""

from pathlib import Path

import numpy as np
import pytest

from tests.ops.cases import EXPRESSIONS, INPUTS, call, names_for
from visualnn import ops
from visualnn.graph import gradients, trace
from visualnn.spec import Spec, Unknown

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


NEEDS_NUMBERS = (
    "nonzero",
    "unique",
    "histogram",
    "where(b)",
    "shape",
    "size",
    "ndim",
    "bincount",
    "lu_factor",
    "ctc_decode(frames, np.array([6, 4]), strategy",
)


def traced(expression, names, specs):
    """The graph of an expression whose tensors are inputs."""

    def function(*values):
        inputs = {**INPUTS, **dict(zip(names, values, strict=True))}
        result = eval(expression, {**names_for(vars(ops)), **inputs})
        return result if isinstance(result, list | tuple) else [result]

    return trace(function, *specs, name="case")


TRACEABLE = [x for x in EXPRESSIONS if not x.startswith(NEEDS_NUMBERS)]


@pytest.mark.parametrize("expression", TRACEABLE)
def test_gives_the_same_when_traced(expression):
    """With every tensor an input of a graph whose sizes are known."""
    names = [name for name in INPUTS if name != "np"]
    graph = traced(expression, names, [Spec.of(INPUTS[name]) for name in names])
    with np.errstate(all="ignore"):
        found = graph.run(*(INPUTS[name] for name in names))
    for value, x in zip(graph.outputs, found, strict=True):
        assert value.spec == Spec.of(x)
    compare(found, recorded(expression))


@pytest.mark.parametrize("expression", TRACEABLE)
def test_gives_the_same_with_an_unknown_batch(expression):
    """With a first axis whose size comes with the numbers, or refused in words."""
    names = [name for name in INPUTS if name != "np"]
    batch = {2: Unknown(), 3: Unknown()}
    specs = [_with_batch(name, batch) for name in names]
    try:
        graph = traced(expression, names, specs)
    except ValueError as problem:
        assert "known" in str(problem) or "traced" in str(problem), problem
        return
    with np.errstate(all="ignore"):
        found = graph.run(*(INPUTS[name] for name in names))
    for value, x in zip(graph.outputs, found, strict=True):
        assert len(value.shape) == x.ndim
        assert all(said in (None, size) for said, size in zip(value.shape, x.shape, strict=True))
    compare(found, recorded(expression))


def _with_batch(name, batch):
    """The first axis is unknown, unless the tensor is a kernel or a single line."""
    x = INPUTS[name]
    if x.ndim < 2 or x.shape[0] not in batch or name[-1] in "123":
        return Spec.of(x)
    return Spec((batch[x.shape[0]], *x.shape[1:]), x.dtype)


def test_images_of_any_size():
    """Every size of the images comes with the numbers."""
    image, kernel, up = (INPUTS[name] for name in ("image", "kernel2", "up2"))

    def network(x):
        same = ops.conv(x, kernel, 1, "same")
        down = ops.conv(x, kernel, 2, "same")
        up_again = ops.conv_transpose(x, up, 2, "same")
        pooled = ops.average_pool(x, 3, 2, "same")
        largest = ops.max_pool(x, (3, 2), (2, 1), "same")
        return [same, down, up_again, pooled, largest, ops.sum(same) + ops.sum(same * same)]

    graph = trace(network, Spec((None, None, None, 4)))
    sizes = graph.inputs[0].spec.sizes
    assert graph.outputs[0].spec.sizes == (*sizes[:3], 6)
    assert graph.outputs[1].shape == (None, None, None, 6)
    total = graph.outputs.pop()
    for other in graph.outputs[1:]:
        with graph.recording():
            total = total + ops.sum(other * other)
    [slope] = gradients(graph, total, graph.inputs)
    assert slope.spec.sizes == sizes
    wanted = [np.asarray(x) for x in network(image)[:-1]]
    for found, expected in zip(graph.run(image), wanted, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    graph.outputs = [slope]
    assert graph.run(image)[0].shape == image.shape
