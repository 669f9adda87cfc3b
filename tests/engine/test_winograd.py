"""Convolutions that see several windows at a time compute what those do that see one."""

import numpy as np
import pytest

import visualnn as keras
from visualnn import primitives as p
from visualnn.engine import Plan, convolution_choice, stages
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

WHERE = {"strides": (1, 1), "dilation": (1, 1), "groups": 1}


def convolved(padding, space):
    """Two convolutions, so that the gradient of an image is needed, too."""

    def function(x, first, second):
        y = p.conv(x, first, padding=padding, **WHERE)
        z = p.conv(p.relu(y), second, padding=((1, 1), (1, 1)), **WHERE)
        loss = p.sum(z * z * 1e-3, axes=(0, 1, 2, 3))
        return loss, *gradients(loss.graph, loss, [x, first, second])

    specs = [Spec((5, *space, 24)), Spec((3, 3, 24, 28)), Spec((3, 3, 28, 32))]
    return trace(function, *specs)


@pytest.mark.parametrize("back", ["tiles", "painted"])
@pytest.mark.parametrize("tile", [2, 4])
@pytest.mark.parametrize(
    "padding, space",
    [
        (((1, 1), (1, 1)), (8, 8)),
        (((0, 0), (0, 0)), (9, 12)),
        (((2, 0), (1, 2)), (7, 5)),
        (("same", "same"), (6, 11)),
    ],
)
def test_equals_one_window_at_a_time(tile, back, padding, space, monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(stages, "_ROOM", 1 << 17)

    def cost(way, node):
        wanted = back if node.primitive.name == "conv_transpose" else "tiles"
        return float(way != f"{wanted}_{tile}")

    monkeypatch.setattr(convolution_choice, "_cost", cost)
    graph = convolved(padding, space)
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    plan = Plan(graph)
    expected = Plan(graph, engine="reference")(*arrays)
    for _ in range(2):
        for found, exact in zip(plan(*arrays), expected, strict=True):
            np.testing.assert_allclose(found, exact, rtol=1e-4, atol=5e-5 * abs(exact).max())
    assert f"from_tiles_{tile}" in plan.source(*arrays)
    assert "tiles" not in Plan(graph, without=["winograd"]).source(*arrays)


def test_exact_computes_as_it_is_written(monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(convolution_choice, "_cost", lambda way, _: float(way != "tiles_4"))
    graph = convolved(((1, 1), (1, 1)), (8, 8))
    arrays = [np.ones(x.shape, "float32") for x in graph.inputs]
    plan = Plan(graph)
    assert "from_tiles" in plan.source(*arrays)
    keras.config.set_exact()
    try:
        assert keras.config.is_exact()
        assert "from_tiles" not in plan.source(*arrays)
    finally:
        keras.config.set_exact(False)
    assert "from_tiles" in Plan(graph).source(*arrays)


def test_few_channels_are_seen_window_by_window(monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)

    def function(x, kernel):
        return p.relu(p.conv(x, kernel, padding=((1, 1), (1, 1)), **WHERE))

    graph = trace(function, Spec((4, 16, 16, 3)), Spec((3, 3, 3, 32)))
    arrays = [np.ones(x.shape, "float32") for x in graph.inputs]
    assert "tiles" not in Plan(graph).source(*arrays)
