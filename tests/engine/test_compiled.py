"""Loops of machine code compute what numpy does: the same models, with and without them.

``tests/interop_numba`` runs these tests again with numba; here Python runs the loops.
"""

import re

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_chains import FUNCTIONS, of_images
from tests.engine.test_equality import MODELS, OPTIMIZERS, check, run, trained
from tests.engine.test_stages import MAKERS
from visualnn import ops
from visualnn import primitives as p
from visualnn.engine import Plan, chains, stages
from visualnn.graph import gradients, trace
from visualnn.spec import Spec

pytestmark = pytest.mark.usefixtures("compiled")
MODELS_HERE = {**MODELS, **MAKERS}


def sources(graph, batches):
    """What runs with loops, and without."""
    plans = Plan(graph), Plan(graph, without=["compiled"])
    return [plan.source(*batches[0]) for plan in plans]


@pytest.mark.parametrize("name", MODELS_HERE)
def test_models(name):
    graph, batches = trained(MODELS_HERE[name], keras.optimizers.SGD(0.05, momentum=0.9), steps=2)
    check(graph, batches)
    with_loops, without = sources(graph, batches)
    assert "@compiled(" in with_loops
    assert "compiled" not in without


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(optimizer):
    graph, batches = trained(MODELS["dense"], optimizer, steps=2)
    check(graph, batches)
    _, after = run(graph, batches, "plan")
    _, expected = run(graph, batches, "plan", ["compiled"])
    for found, exact in zip(after, expected, strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("images", [1, 4])
@pytest.mark.parametrize("name", MAKERS)
def test_blocks_of_images(name, images, monkeypatch):
    monkeypatch.setattr(stages, "_WORTH", 0)
    monkeypatch.setattr(chains, "_LEAST", 0)
    monkeypatch.setattr(
        stages,
        "_blocks",
        lambda stage, n: [slice(i, min(i + images, n)) for i in range(0, n, images)],
    )
    check(*trained(MAKERS[name], keras.optimizers.SGD(0.02, momentum=0.9), steps=1))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_images_and_vectors(name):
    graph = of_images(FUNCTIONS[name])
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    expected = Plan(graph, engine="reference")(*arrays)
    for found, exact in zip(Plan(graph)(*arrays), expected, strict=True):
        np.testing.assert_allclose(found, exact, rtol=2e-4, atol=1e-6 + 2e-4 * abs(exact).max())


NUMBERS = np.array(
    [0.0, -0.0, 1.0, -1.5, 3e-40, -3e-40, 1e30, -1e30, np.inf, -np.inf, np.nan, 0.3, -0.7, 89, -104]
)
STEPS = {
    "arithmetic": lambda x, y: (x + y) * (x - y) / (y * y) - (-x),
    "limits": lambda x, y: ops.maximum(x, y) - ops.minimum(ops.absolute(x), y),
    "relu": lambda x, y: ops.relu(x * 2.0) + ops.relu(-y),
    "root": lambda x, y: ops.sqrt(x * y) + ops.sqrt(ops.absolute(y)),
    "truth": lambda x, y: ops.cast((x < y) & ~(x <= -y) | (x == y), x.dtype) * x + y,
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", STEPS)
def test_special_numbers_stay_what_they_are(name, dtype):
    """Bit for bit what numpy computes; a NaN may have another sign."""
    x = np.repeat(NUMBERS, len(NUMBERS)).astype(dtype)
    y = np.tile(NUMBERS, len(NUMBERS)).astype(dtype)
    graph = trace(lambda x, y: -STEPS[name](-x, -y), *[Spec(x.shape, dtype)] * 2)
    plan = Plan(graph)
    np.testing.assert_array_equal(plan(x, y)[0], Plan(graph, without=["compiled"])(x, y)[0])
    assert "@compiled(" in plan.source(x, y)


@pytest.mark.parametrize("function", ["exp", "tanh", "sigmoid"])
def test_exponentials(function):
    """Right to one or two units of the last digit; where numpy overflows, so do they."""
    x = np.concatenate([NUMBERS, np.linspace(-110, 95, 500), np.linspace(-1, 1, 201)])
    x = np.unique(x.astype("float32"))
    graph = trace(lambda x: -(getattr(ops, function)(-x) * 2.0), Spec(x.shape))
    plan = Plan(graph)
    exact = {
        "exp": lambda x: -2 * np.exp(-x),
        "tanh": lambda x: -2 * np.tanh(-x),
        "sigmoid": lambda x: -2 / (1 + np.exp(x)),
    }[function]
    with np.errstate(all="ignore"):
        expected = exact(x.astype("float64")).astype("float32")
    [found] = plan(x)
    assert f"{'tanh' if function == 'tanh' else 'exp'}_of(" in plan.source(x)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.array_equal(np.isinf(found), np.isinf(expected))
    np.testing.assert_allclose(found, expected, rtol=4e-7, atol=1e-38)


def test_exact_leaves_exponentials_to_numpy():
    x = np.linspace(-2, 2, 64, dtype="float32")
    graph = trace(lambda x: -(ops.exp(-x) * 2.0), Spec(x.shape))
    keras.config.set_exact()
    try:
        assert "exp_of" not in Plan(graph).source(x)
    finally:
        keras.config.set_exact(False)
    assert "exp_of" in Plan(graph).source(x)


def depthwise(padding, strides, dilation, size):
    where = dict(strides=strides, dilation=dilation, padding=padding, groups=5)

    def function(x, kernel):
        y = p.conv(x, kernel, **where)
        loss = p.sum(y * y, axes=(0, 1, 2, 3))
        return y * 2.0, *(-g for g in gradients(loss.graph, loss, [x, kernel]))

    return trace(function, Spec((3, 9, 8, 5)), Spec((*size, 1, 5)))


@pytest.mark.parametrize(
    "padding, strides, dilation, size",
    [
        (("same", "same"), (1, 1), (1, 1), (3, 3)),
        (((2, 0), (0, 1)), (1, 1), (1, 1), (2, 3)),
        (((0, 0), (0, 0)), (1, 1), (2, 1), (3, 2)),
        (((3, 3), (3, 3)), (1, 1), (1, 1), (2, 2)),
        (("same", "same"), (2, 3), (1, 1), (3, 3)),
    ],
)
def test_channel_by_channel(padding, strides, dilation, size):
    graph = depthwise(padding, strides, dilation, size)
    random = np.random.default_rng(0)
    arrays = [random.normal(size=x.shape).astype("float32") for x in graph.inputs]
    plan = Plan(graph)
    for found, exact in zip(plan(*arrays), Plan(graph, engine="reference")(*arrays), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-4)
    assert "def depthwise" in plan.source(*arrays)


@pytest.mark.parametrize("size, strides", [((2, 2), (2, 2)), ((3, 2), (3, 3)), ((2, 2), (1, 1))])
def test_pools(size, strides):
    """Equal numbers in one window, too, and what is no number."""
    where = dict(size=size, strides=strides, padding=((0, 0), (0, 0)))

    def function(x):
        y = p.max_pool(-x, **where)
        loss = p.sum(y * y, axes=(0, 1, 2, 3))
        return -y, *gradients(loss.graph, loss, [x])

    graph = trace(function, Spec((2, 7, 6, 3)))
    x = np.random.default_rng(0).integers(-2, 3, (2, 7, 6, 3)).astype("float32")
    plan = Plan(graph)
    expected = Plan(graph, engine="reference")(x)
    for found, exact in zip(plan(x), expected, strict=True):
        np.testing.assert_array_equal(found, exact)
    assert "def max_pool_of" in plan.source(x)
    assert ("def max_pool_spread_of" in plan.source(x)) == (strides >= size)
    x[0, 0, 0] = np.nan
    np.testing.assert_array_equal(plan(x)[0], Plan(graph, engine="reference")(x)[0])


def test_loops_are_shown_with_their_scopes():
    graph, batches = trained(MODELS["dense"])
    source = Plan(graph).source(*batches[0])
    loop = source[source.index("def loop_") : source.index("def run(")]
    assert re.search(r"# .*dense", loop)
    assert '"""At once: add, relu' in loop
    assert source.index("@compiled(") < source.index("def loop_")


def test_several_threads(monkeypatch):
    monkeypatch.setattr("visualnn.engine.threads._WORTH_A_THREAD", 1)
    keras.config.set_num_threads(2)
    try:
        graph, batches = trained(MODELS["normalized"], keras.optimizers.SGD(0.05), steps=1)
        check(graph, batches)
        plan = Plan(graph)
        plan(*batches[0])
        assert "@compiled(" in plan.source()
    finally:
        keras.config.set_num_threads(None)


def test_what_is_held_stays_as_it_was():
    graph, batches = trained(MODELS["dense"])
    plan = Plan(graph)
    variable = next(v for v in graph.updates if v.trainable)
    held, kept = [], []
    for batch in batches:
        plan(*batch)
        held.append(variable.stored()[:2])
        variable.is_shared = True
        kept.append(held[-1].copy())
    for array, copy in zip(held, kept, strict=True):
        np.testing.assert_array_equal(array, copy)
