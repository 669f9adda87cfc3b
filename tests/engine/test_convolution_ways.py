"""Whichever way a convolution is computed, it and its gradients are the same."""

import numpy as np
import pytest

from visualnn import primitives as p
from visualnn.engine import Plan, convolution_choice, stages
from visualnn.engine.passes import PASSES
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

CASES = {
    "same": ((7, 9), 2, 3, (3, 3), ("same", "same")),
    "valid": ((8, 7), 3, 4, (3, 3), ((0, 0), (0, 0))),
    "framed": ((6, 5), 1, 5, (3, 2), ((2, 0), (1, 1))),
    "wide": ((4, 9), 5, 1, (1, 5), ("same", "same")),
    "tall": ((9, 4), 2, 2, (4, 1), ((1, 2), (0, 0))),
    "of_series": ((17,), 4, 6, (5,), ((4, 0),)),
    "of_space": ((5, 6, 4), 2, 3, (3, 2, 3), ("same", (0, 0), (1, 1))),
}


def convolved(space, depth, filters, size, padding):
    """Two convolutions of the same kind, so that the gradient of an image is needed, too."""
    rank = len(space)
    where = {"strides": (1,) * rank, "dilation": (1,) * rank, "groups": 1}

    def function(x, first, second):
        y = p.relu(p.conv(p.relu(x), first, padding=padding, **where))
        z = p.conv(y, second, padding=(("same"),) * rank, **where)
        loss = p.sum(z * z * 1e-3, axes=tuple(range(rank + 2)))
        slopes = gradients(loss.graph, loss, [x, first, second])
        return loss, *(slope * 2.0 for slope in slopes)  # results themselves are not written into

    kernels = Spec((*size, depth, filters)), Spec((*size, filters, depth))
    return trace(function, Spec((5, *space, depth)), *kernels)


@pytest.mark.parametrize("most", [1_000_000, 1_000])
@pytest.mark.parametrize("way", ["strips", "planes", "windows"])
@pytest.mark.parametrize("case", CASES)
def test_every_way(case, way, most, monkeypatch):
    """Also where the products are many pieces, and the blocks two images and one."""
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(
        stages, "_blocks", lambda stage, n: [slice(i, min(i + 2, n)) for i in range(0, n, 2)]
    )
    monkeypatch.setattr(convolution_choice, "_cost", lambda other, node: float(other != way))
    for module in ("small_products", "strip_kernels"):
        monkeypatch.setattr(f"visualnn.engine.{module}.MOST", most)
    graph = convolved(*CASES[case])
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    plan = Plan(graph)
    expected = Plan(graph, engine="reference")(*arrays)
    for _ in range(2):
        for found, exact in zip(plan(*arrays), expected, strict=True):
            np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-5 * abs(exact).max())


@pytest.mark.parametrize("left_out", ["strips", "planes"])
def test_they_can_be_left_out(left_out, monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    assert left_out in PASSES
    graph = convolved((28, 28), 3, 16, (3, 3), ("same", "same"))
    arrays = [np.ones(x.shape, "float32") for x in graph.inputs]
    with_it, without = Plan(graph), Plan(graph, without=[left_out])
    for found, exact in zip(with_it(*arrays), without(*arrays), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-5 * abs(exact).max())
    assert with_it.source(*arrays) != without.source(*arrays)


@pytest.mark.parametrize("rows, depth, columns", [(4096, 64, 48), (1237, 40, 60), (5000, 9, 32)])
def test_products_in_pieces(rows, depth, columns):
    def function(x, w):
        y = p.matmul(p.relu(x), p.tanh(w))
        loss = p.sum(y * y * 1e-3, axes=(0, 1))
        return loss, *(slope * 2.0 for slope in gradients(loss.graph, loss, [x, w]))

    graph = trace(function, Spec((rows, depth)), Spec((depth, columns)))
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    plan, whole = Plan(graph), Plan(graph, without=["pieces"])
    expected = Plan(graph, engine="reference")(*arrays)
    for found, also, exact in zip(plan(*arrays), whole(*arrays), expected, strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-5 * abs(exact).max())
        np.testing.assert_allclose(also, exact, rtol=1e-4, atol=1e-5 * abs(exact).max())
    assert plan.source(*arrays) != whole.source(*arrays)


def choices(space, depth, filters):
    graph = convolved(space, depth, filters, (3, 3), ("same", "same"))
    nodes = graph.needed_for(graph.outputs)
    return [convolution_choice.way_of(n) for n in nodes if n.primitive.name.startswith("conv")]


def test_what_is_chosen():
    assert set(choices((32, 32), 16, 16)) == {"strips"}
    assert set(choices((16, 16), 64, 64)) == {"tiles_4"}
    assert choices((28, 28), 1, 32)[0] == "planes"
