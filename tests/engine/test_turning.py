"""Rows of tables before and after loops over steps, and axes that change places around them."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import check
from visualnn import layers
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.primitives.indexing import put_sum, take
from visualnn.spec import ShapeError, Spec

LAYERS = {
    "lstm": lambda: [layers.LSTM(4)],
    "two": lambda: [layers.LSTM(4, return_sequences=True), layers.GRU(3)],
    "both_ways": lambda: [layers.Bidirectional(layers.SimpleRNN(6))],
    "mean": lambda: [layers.GlobalAveragePooling1D()],
}


def read(masked, *more):
    """The graph of a step of a model that reads words, and batches of them."""
    keras.utils.set_random_seed(1)
    embedding = layers.Embedding(9, 5, mask_zero=masked)
    model = keras.Sequential(
        [keras.Input((6,), dtype="int32"), embedding, *more, layers.Dense(1, "sigmoid")]
    )
    model.compile("sgd", "binary_crossentropy")
    random = np.random.default_rng(0)
    batches = [
        (random.integers(0, 9, (7, 6)).astype("int32"), random.integers(0, 2, (7, 1)) * 1.0)
        for _ in range(2)
    ]
    batches = [(x, y.astype("float32")) for x, y in batches]
    model.train_on_batch(*batches[0])
    [known] = model.make_train_function()._traces.values()
    return known[0].plan.graph, batches


@pytest.mark.parametrize("without", [[], ["turning"], ["late"], ["products"]])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_words(name, masked, without):
    check(*read(masked, *LAYERS[name]()), without=without)


def test_slopes_are_multiplied_as_the_loop_made_them():
    """Not the rows are turned that are added up, but the places where they belong."""
    graph, batches = read(False, layers.LSTM(4))
    lines = [
        next(
            line
            for line in Plan(graph, without=w).source(*batches[0]).splitlines()
            if "put_rows(" in line
        )
        for w in ([], ["turning"])
    ]
    assert ["take_transpose, axis=0" in line for line in lines] == [True, False]


@pytest.mark.parametrize("count", [1, 3, 8, 9, 40])
def test_rows_of_one_place_are_added_up(count):
    random = np.random.default_rng(0)
    places = np.concatenate([np.full(count, 3), [0, -1, 0, 4, 1]]).astype("int32")
    random.shuffle(places)
    rows, table = random.normal(size=(len(places), 2)), np.zeros((6, 2))
    expected = table.copy()
    np.add.at(expected, places, rows)
    np.testing.assert_allclose(put_sum(rows, places, table, axis=0), expected, atol=1e-12)


def test_a_place_outside_of_a_table_is_refused():
    graph = trace(lambda x, i: take(x, i, axis=0) * 2.0, Spec((4, 2)), Spec((3,), "int32"))
    plan = Plan(graph)
    table = np.arange(8, dtype="float32").reshape(4, 2)
    [found] = plan(table, np.array([0, -1, 3], "int32"))
    np.testing.assert_array_equal(found, 2 * table[[0, 3, 3]])
    with pytest.raises(ShapeError, match="the index 4 is outside the axis, which has 4"):
        plan(table, np.array([0, 4, 1], "int32"))


def test_large_factors_come_step_by_step(monkeypatch):
    """They are computed for all steps at once where a step is small."""
    from visualnn import ops
    from visualnn.engine import over_steps

    def function(xs, w):
        def step(h, x):
            h = ops.tanh(h @ w + x)
            return h, h

        return ops.sum(ops.scan(step, ops.zeros((2, 3)), xs)[1])

    graph = trace(function, Spec((4, 2, 3)), Spec((3, 3)))
    found = gradients(graph, graph.outputs[0], graph.inputs)
    arrays = [np.full(x.shape, 0.5, "float32") for x in graph.inputs]
    early = Plan(graph, found)
    expected = early(*arrays)
    monkeypatch.setattr(over_steps, "_LARGE_STEP", 1)
    monkeypatch.setattr(over_steps, "_LARGE_STACK", 1)
    late = Plan(graph, found)
    for x, y in zip(late(*arrays), expected, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-6)
    assert early.source().count("subtract(") == late.source().count("subtract(") == 1
    backwards = [s.split("def ")[2] for s in (early.source(), late.source())]
    assert ["subtract(" in s for s in backwards] == [False, True]
