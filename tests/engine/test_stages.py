"""Operations on images go through the batch a few images at a time, and compute the same."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import MODELS, check, pictures, trained
from visualnn import layers
from visualnn import primitives as p
from visualnn.engine import Plan, stages
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

PICTURES = ("convolution", "same", "odd_pool", "normalized", "depthwise", "transposed")


def residual():
    x = inputs = keras.Input((12, 12, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.BatchNormalization()(layers.Conv2D(4, 3, padding="same")(y))
    x = layers.ReLU(6.0)(layers.Add()([x, y]))
    y = layers.Conv2D(8, 1, 2)(layers.DepthwiseConv2D(3, padding="same")(x))
    x = layers.GlobalAveragePooling2D()(layers.Add()([y, layers.Conv2D(8, 3, 2, "same")(x)]))
    return keras.Model(inputs, layers.Dense(4)(x))


MAKERS = {**{name: MODELS[name] for name in PICTURES}, "residual": residual}


@pytest.mark.parametrize("images", [1, 2, 4])
@pytest.mark.parametrize("name", MAKERS)
def test_blocks_of_images(name, images, monkeypatch):
    """Blocks of equal size, one that is smaller, and one for all."""
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(
        stages,
        "_blocks",
        lambda stage, n: [slice(i, min(i + images, n)) for i in range(0, n, images)],
    )
    graph, batches = trained(MAKERS[name], keras.optimizers.SGD(0.05, momentum=0.9))
    assert "_blocks:" in Plan(graph).source(*batches[0])
    check(graph, batches)


def test_a_stage_ends_where_the_whole_batch_is_needed(monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(stages, "_ROOM", 1)
    model = pictures(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU())
    graph, batches = trained(lambda: model, "sgd")
    source = Plan(graph).source(*batches[0])
    first_loop, root, last_loop = (
        source.index("_blocks:"),
        source.index("sqrt("),
        source.rindex("_blocks:"),
    )
    assert first_loop < source.index("matmul(") < root < last_loop


def test_it_can_be_left_out():
    graph, batches = trained(MAKERS["residual"])
    plan = Plan(graph, without=["blocks"])
    assert "_part," not in plan.source(*batches[0])
    with pytest.raises(ValueError, match="no pass 'block'"):
        Plan(graph, without=["block"])(*batches[0])
    assert np.isfinite(plan(*batches[0])[0])


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    "space, size, strides",
    [
        ((6, 8), (2, 2), (2, 2)),
        ((9, 7), (3, 2), (3, 2)),
        ((7,), (2,), (2,)),
        ((5, 4), (1, 3), (1, 3)),
        ((9, 8), (3, 3), (2, 2)),
        ((7, 6), (2, 3), (1, 2)),
        ((8, 9), (2, 1), (3, 2)),
        ((4, 5, 6), (2, 2, 3), (2, 1, 2)),
    ],
)
def test_of_equal_numbers_the_first_gets_the_slope(space, size, strides, padding, monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    frame = "same" if padding == "same" else (0, 0)
    where = {"size": size, "strides": strides, "padding": (frame,) * len(size)}

    def function(x, weights):
        y = p.max_pool(p.relu(x), **where)
        axes = tuple(range(y.ndim))
        loss = p.sum(y * y * weights, axes=axes)
        return loss, gradients(loss.graph, loss, [x])[0] * 2.0

    counts = [
        -(-(n - (k - 1) * (padding == "valid")) // step)
        for n, k, step in zip(space, size, strides, strict=True)
    ]
    graph = trace(function, Spec((5, *space, 3)), Spec((5, *counts, 3)))
    random = np.random.default_rng(0)
    arrays = [random.integers(1, 4, x.shape).astype("float32") for x in graph.inputs]
    plan = Plan(graph)
    for found, exact in zip(plan(*arrays), Plan(graph, engine="reference")(*arrays), strict=True):
        np.testing.assert_array_equal(found, exact)
    assert "less(" in plan.source(*arrays)
