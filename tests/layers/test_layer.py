"""Calls of layers: training, dtypes, losses, weights, states."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest

from visualnn import layers, ops, regularizers
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.layers import BatchNormalization, Dense, Dropout, Input, Layer
from visualnn.layers.context import current_call
from visualnn.primitives import Tensor
from visualnn.spec import ShapeError, Spec

X = np.arange(6, dtype="float32").reshape(2, 3)


class Says(Layer):
    """Notes the training flag it was called with."""

    def __init__(self, inner=None):
        super().__init__()
        self.inner = inner
        self.said = []

    def call(self, x, training=None):
        self.said.append(training)
        return x if self.inner is None else self.inner(x)


# ------------------------------------------------------------------ training


def test_training_is_passed_inwards_unless_said_otherwise():
    inner = Says()
    outer = Says(inner)
    outer(X, training=True)
    outer(X, training=False)
    outer(X)
    assert inner.said == outer.said == [True, False, None]

    class Overrules(Layer):
        def call(self, x):
            return inner(x, training=True)

    Overrules()(X)
    assert inner.said[-1] is True
    assert current_call() is None


def test_the_default_of_call_counts_when_nobody_says_anything():
    class Trains(Layer):
        def call(self, x, training=True):
            return x * 2.0 if training else x

    assert Trains()(X)[0, 1] == 2
    assert Trains()(X, training=False)[0, 1] == 1


def test_dropout_only_works_in_training():
    layer = Dropout(0.5, seed=1)
    ones = np.ones((100, 100), "float32")
    np.testing.assert_array_equal(layer(ones), ones)
    first, second = layer(ones, training=True), layer(ones, training=True)
    assert set(np.unique(first)) == {0.0, 2.0}
    assert abs(first.mean() - 1) < 0.1
    assert not np.array_equal(first, second)
    again = Dropout(0.5, seed=1)
    np.testing.assert_array_equal(again(ones, training=True), first)


def test_dropped_steps_of_a_traced_graph_differ_from_run_to_run():
    layer = Dropout(0.5, seed=1)
    plan = Plan(trace(lambda x: layer(x, training=True), Spec((None, 3))))
    ones = np.ones((50, 3), "float32")
    first, second = plan(ones)[0].copy(), plan(ones)[0]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, Dropout(0.5, seed=1)(ones, training=True))


# ------------------------------------------------------------------ dtypes


def test_what_comes_out_is_a_tensor():
    y = Dense(2)(X)
    assert type(y) is Tensor
    assert type(y.numpy()) is np.ndarray
    assert Dense(2)([[1.0, 2.0]]).shape == (1, 2)
    assert layers.Embedding(5, 2)([[1, 2]]).shape == (1, 2, 2)


@pytest.mark.parametrize("policy", ["float64", "float16", "mixed_float16", "mixed_bfloat16"])
def test_fractions_are_cast_to_the_compute_dtype(policy):
    layer = Dense(2, dtype=policy)
    compute = policy.removeprefix("mixed_")
    assert layer(X.astype("float32")).dtype == compute
    assert layer(Input((3,))).dtype == compute
    assert layer.kernel.dtype == ("float32" if policy.startswith("mixed") else policy)
    plan = Plan(trace(layer, Spec((None, 3), "float32")))
    np.testing.assert_array_equal(plan(X)[0], layer(X))


def test_whole_numbers_stay():
    assert layers.Flatten()(np.ones((2, 3, 4), "int32")).dtype == "int32"
    assert layers.Flatten()(Input((3, 4), dtype="int32")).dtype == "int32"
    assert Dense(2)(np.ones((2, 3), "int32")).dtype == "float32"


def test_autocast_can_be_switched_off():
    class Free(Layer):
        def __init__(self):
            super().__init__(autocast=False)

        def call(self, x):
            return x

    assert Free()(X.astype("float64")).dtype == "float64"


# ------------------------------------------------------------------ losses


class Penalised(Layer):
    """Adds a loss at every call."""

    def call(self, x):
        self.add_loss(ops.sum(x))
        return x


def test_losses_of_the_last_call():
    layer = Penalised()
    layer(X)
    layer(2 * X)
    assert [float(x) for x in layer.losses] == [30]

    class Outer(Layer):
        def __init__(self):
            super().__init__()
            self.inner = layer

        def call(self, x):
            return self.inner(self.inner(x))

    outer = Outer()
    outer(X)
    assert [float(x) for x in outer.losses] == [15, 15]


def test_penalties_of_weights_and_outputs():
    layer = Dense(
        2,
        kernel_initializer="ones",
        kernel_regularizer=regularizers.L2(0.5),
        activity_regularizer=regularizers.L1(1.0),
    )
    layer(X)
    assert sorted(float(x) for x in layer.losses) == [3.0, 15.0]  # per example
    layer.trainable = False
    assert [float(x) for x in layer.losses] == [15.0]


def test_losses_of_a_trace_belong_to_it():
    layer = Penalised()
    graph = trace(lambda x: (layer(x), layer.losses[0] * 2.0), Spec((None, 3)))
    assert layer.losses == []  # outside, nothing was computed
    assert graph.run(X)[1] == 30
    layer(Input((3,)))
    assert layer.losses == []


# ------------------------------------------------------------------ weights


def test_nothing_is_allocated_before_it_must():
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    layer = Dense(10**9)
    y = layer(Input((10**6,)))
    assert layer.count_params() == 10**15 + 10**9
    assert y.shape == (None, 10**9)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 1e6


def test_counting_needs_a_built_layer():
    with pytest.raises(
        ValueError, match=r"Dense 'd' is not built: its weights depend on its input"
    ):
        Dense(2, name="d").count_params()


def test_get_and_set_weights():
    layer = Dense(2, name="d")
    with pytest.raises(ValueError, match=r"has 0 weights, but 1 were given. It is not built yet."):
        layer.set_weights([X])
    layer.build((None, 3))
    kernel, bias = layer.get_weights()
    kernel[:] = 7  # the caller's own copy
    assert not np.any(layer.kernel.numpy() == 7)
    layer.set_weights([kernel, bias + 1])
    kernel[:] = 8
    np.testing.assert_array_equal(layer(X), 7 * X.sum(1, keepdims=True) + np.ones(2))
    with pytest.raises(ValueError, match=r"weight 'd/bias' has the shape \(2,\), but \(3,\) was"):
        layer.set_weights([kernel, np.ones(3)])
    assert layer.kernel.numpy()[0, 0] == 7


def test_order_of_weights():
    class Mixed(Layer):
        def build(self, shape):
            self.inner = Dense(2)
            self.frozen = self.add_weight(shape=(), trainable=False, name="frozen")
            self.own = self.add_weight(shape=(), name="own")

        def call(self, x):
            return self.inner(x) * self.own

    layer = Mixed()
    layer(X)
    names = [w.name for w in layer.weights]
    assert names == ["own", "frozen", "kernel", "bias"]
    assert [w.name for w in layer.trainable_weights] == ["own", "kernel", "bias"]
    assert [w.name for w in layer.non_trainable_weights] == ["frozen"]
    layer.inner.trainable = False
    assert [w.name for w in layer.trainable_weights] == ["own"]
    layer.trainable = False
    assert layer.trainable_weights == []
    assert [w.name for w in layer.non_trainable_weights] == names
    layer.trainable = True
    assert layer.inner.trainable
    assert not layer.frozen.trainable


def test_random_states_are_variables_but_not_weights():
    layer = Dropout(0.5)
    assert layer.weights == []
    assert [v.name for v in layer.variables] == ["seed_generator_state"]
    assert layer.non_trainable_variables == layer.variables


def test_own_variables_in_a_store():
    layer = BatchNormalization()
    layer.build((None, 3))
    layer.set_weights([np.full(3, i, "float32") for i in range(4)])
    store = {}
    layer.save_own_variables(store)
    assert {key: x[0] for key, x in store.items()} == {"0": 0, "1": 1, "2": 2, "3": 3}
    again = BatchNormalization()
    with pytest.raises(ValueError, match=r"has 0 variables, but 4 were saved: it is not built"):
        again.load_own_variables(store)
    again.build((None, 3))
    again.load_own_variables(store)
    assert again.moving_variance.numpy().tolist() == [3, 3, 3]
    with pytest.raises(ValueError, match=r"lack '0'"):
        again.load_own_variables({"a": 1, "b": 2, "c": 3, "d": 4})


def test_copies_and_pickles_are_layers_of_their_own():
    layer = Dense(2)
    layer(X)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(again(X), layer(X))
        again.kernel.assign(again.kernel * 0.0)
        assert not np.array_equal(again(X), layer(X))
    unbuilt = copy.deepcopy(Dense(2))
    unbuilt(X)
    assert unbuilt.built


def test_input_spec_of_a_built_layer():
    layer = Dense(2, name="d")
    with pytest.raises(
        ShapeError, match=r"Dense 'd': Its input must have at least 2 axes, but has"
    ):
        layer(np.ones(3))
    layer(X)
    with pytest.raises(ShapeError, match=r"must have the size 3 along the last axis, but has 4"):
        layer(np.ones((2, 4)))
    with pytest.raises(ShapeError, match=r"must have the size 3 along the last axis, but has 4"):
        layer(Input((4,)))
    with pytest.raises(ValueError, match=r"has no known size, but its weights depend on it"):
        Dense(2)(Input((None,)))


# ------------------------------------------------------------------ states


def test_a_layer_called_twice_threads_its_state():
    """In one trace, the second call of a shared layer begins where the first one ended."""
    layer = BatchNormalization(momentum=0.5)
    layer.build((None, 3))
    inputs = np.random.RandomState(0).normal(size=(2, 8, 3)).astype("float32")
    plan = Plan(
        trace(lambda a, b: [layer(x, training=True) for x in (a, b)], *[Spec((None, 3))] * 2)
    )
    plan(*inputs)
    kept = layer.moving_mean.numpy()
    means = inputs.mean(axis=1)
    np.testing.assert_allclose(kept, means[0] * 0.25 + means[1] * 0.5, rtol=1e-5, atol=1e-6)
    layer.moving_mean.assign(np.zeros(3))
    for x in inputs:
        layer(x, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), kept, rtol=1e-5, atol=1e-6)


def test_a_frozen_batch_normalization_rests():
    layer = BatchNormalization()
    layer(X)
    layer.trainable = False
    np.testing.assert_array_equal(layer(X, training=True), layer(X, training=False))
    assert layer.moving_mean.numpy().tolist() == [0, 0, 0]


def test_no_gradient_through_moving_averages():
    layer = BatchNormalization()
    layer.build((None, 3))
    graph = trace(lambda x: ops.sum(layer(x, training=True) ** 2), Spec((None, 3)))
    found = gradients(graph, graph.outputs[0], layer.weights)
    assert [y is None for y in found] == [False, False, True, True]


def test_stateless_call_changes_nothing():
    layer = BatchNormalization(momentum=0.5)
    layer.build((None, 3))
    before = layer.get_weights()
    new = [np.full(3, 2.0, "float32"), np.ones(3, "float32")]
    old = [v.numpy() for v in layer.non_trainable_variables]
    y, changed = layer.stateless_call(new, old, X, training=True)
    normal = (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-3)
    np.testing.assert_allclose(y, 2 * normal + 1, rtol=1e-5)
    np.testing.assert_allclose(changed[0], X.mean(0) / 2)
    for w, expected in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(w, expected)

    penalised = Dense(1, kernel_regularizer="l2")
    penalised.build((None, 3))
    values = [v.numpy() for v in penalised.trainable_variables]
    y, changed, losses = penalised.stateless_call(values, [], X, return_losses=True)
    assert changed == []
    np.testing.assert_allclose(losses[0], 0.01 * np.sum(values[0] ** 2), rtol=1e-5)


def test_stateless_call_inside_a_trace():
    layer = Dense(1)
    layer.build((None, 3))

    def run(x, kernel, bias):
        y, _ = layer.stateless_call([kernel, bias], [], x)
        return y

    graph = trace(run, Spec((None, 3)), Spec((3, 1)), Spec((1,)))
    assert not graph.updates
    found = Plan(graph)(X, np.ones((3, 1), "float32"), np.zeros(1, "float32"))[0]
    np.testing.assert_array_equal(found, X.sum(1, keepdims=True))
