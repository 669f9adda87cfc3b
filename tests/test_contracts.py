"""What the foundation must be able to carry, for everything that is built on it.

Each class is one promise.  Promises that belong to one part alone are tested with that part:
documents and undo in tests/builder, states in tests/graph, files in tests/saving.
"""

import tracemalloc

import numpy as np
import pytest

import visualnn
from visualnn import (
    GradientTape,
    Input,
    Model,
    Module,
    Sequential,
    Variable,
    layers,
    losses,
    models,
    ops,
    value_and_grad,
)
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.random import SeedGenerator
from visualnn.spec import Spec

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)


class TestThreeModes:
    """Recorded, connected, run: one way of writing serves all, and a tape decides by numbers."""

    def test_one_function_in_all_modes(self):
        def function(x):
            return ops.tanh(x @ np.ones((3, 2), "float32")) + ops.sum(x, axis=-1, keepdims=True)

        run = function(X)
        graph = trace(function, Spec((None, 3)))
        recorded = Plan(graph)(X)[0]
        a = Input((3,))
        connected = Model(a, function(a))(X)
        np.testing.assert_allclose(run, recorded, rtol=1e-6)
        np.testing.assert_allclose(run, connected, rtol=1e-6)

    def test_a_tape_decides_by_numbers(self):
        v = Variable(3.0)
        with GradientTape() as tape:
            y = v
            while y < 20:
                y = y * v
        assert float(tape.gradient(y, v)) == 27.0

    def test_values_and_gradients_of_plain_functions(self):
        value, slope = value_and_grad(lambda x: ops.sum(x**2))(np.array([1.0, -3.0]))
        assert float(value) == 10 and slope.tolist() == [2.0, -6.0]


class TestState:
    """Reading gives the newest value in a trace; what is assigned is kept at its end."""

    def test_a_shared_batch_normalization_called_twice(self):
        a, b = Input((3,)), Input((3,))
        normal = layers.BatchNormalization(momentum=0.5)
        model = Model([a, b], layers.Add()([normal(a), normal(b)]))
        model.compile("sgd", "mse")
        model.fit([X, X + 4], X, batch_size=8, verbose=0)
        mean = X.mean(0)
        expected = 0.5 * (0.5 * 0 + 0.5 * mean) + 0.5 * (mean + 4)
        np.testing.assert_allclose(normal.moving_mean, expected, rtol=1e-5)

    def test_seeds_drawn_twice_differ_and_go_on(self):
        seeds = SeedGenerator(3)

        def function():
            return visualnn.random.normal((2,), seed=seeds), visualnn.random.normal(
                (2,), seed=seeds
            )

        plan = Plan(trace(function))
        drawn = [*plan(), *plan()]
        assert len({x.tobytes() for x in drawn}) == 4
        again = SeedGenerator(3)
        for x in drawn:
            np.testing.assert_array_equal(visualnn.random.normal((2,), seed=again), x)

    def test_assign_then_read(self):
        v = Variable(1.0)

        def function(x):
            v.assign(v + x)
            return v * 10

        plan = Plan(trace(function, Spec(())))
        assert [float(plan(np.float32(2.0))[0]) for _ in range(2)] == [30.0, 50.0]
        assert float(v) == 5.0

    def test_variables_assigned_in_loops_are_carried(self):
        count = Variable(0, dtype="int32")

        def body(total, x):
            count.assign(count + 1)
            return total + x, total

        plan = Plan(trace(lambda xs: ops.scan(body, np.float32(0), xs)[0], Spec((None,))))
        assert plan(np.arange(5, dtype="float32"))[0] == 10 and int(count) == 5


class TestRandomness:
    def test_draws_of_an_example_depend_on_its_place_only(self):
        def dropped(count):
            drop = layers.Dropout(0.5, seed=1)
            return np.asarray(drop(np.ones((count, 6), "float32"), training=True))

        np.testing.assert_array_equal(dropped(8)[:3], dropped(3))


class TestNothingIsAllocatedEarly:
    def test_a_huge_layer_shows_its_count(self):
        tracemalloc.start()
        a = Input((10,))
        model = Model(a, layers.Dense(10**9)(a))
        lines = []
        model.summary(print_fn=lines.append)
        model.get_config()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert model.count_params() == 11 * 10**9 and "11,000,000,000" in lines[0]
        assert peak < 1 << 20
        assert not any(w.initialized for w in model.weights)


class TestBuilding:
    def test_build_runs_outside_of_any_recording(self):
        class Statistics(layers.Layer):
            def build(self, input_shape):
                self.start = float(ops.sum(ops.ones(input_shape[-1:])))  # numbers, not values

            def call(self, x):
                return x * self.start

        graph = trace(lambda x: Statistics()(x), Spec((None, 3)))
        np.testing.assert_array_equal(Plan(graph)(X)[0], X * 3)

    def test_modules_are_the_root(self):
        assert issubclass(layers.Layer, Module) and issubclass(Model, Module)
        model = Sequential([Input((3,)), layers.Dense(2)])
        assert model.layers[0] in model.submodules


class Encoder(layers.Layer):
    """A mean and a spread for each example."""

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.hidden = layers.Dense(8, "relu")
        self.mean, self.spread = layers.Dense(size), layers.Dense(size)

    def call(self, x):
        h = self.hidden(x)
        return self.mean(h), self.spread(h)


class Sampling(layers.Layer):
    """Draws from the encoder's distribution, for a batch of whatever size."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seeds = SeedGenerator(1)

    def call(self, inputs):
        mean, spread = inputs
        batch, size = ops.shape(mean)[0], ops.shape(mean)[1]
        noise = visualnn.random.normal((batch, size), seed=self.seeds)
        return mean + ops.exp(0.5 * spread) * noise


class Autoencoder(Model):
    """A variational autoencoder with a step of its own."""

    def __init__(self, size=2, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.sampling = Encoder(size), Sampling()
        self.decoder = Sequential([layers.Dense(8, "relu"), layers.Dense(3)])
        self.size = size

    def call(self, x):
        return self.decoder(self.sampling(self.encoder(x)))

    def train_step(self, data):
        x = data[0] if isinstance(data, tuple) else data
        with GradientTape() as tape:
            mean, spread = self.encoder(x)
            again = self.decoder(self.sampling([mean, spread]))
            rebuilt = ops.mean(ops.square(x - again))
            gap = -0.5 * ops.mean(1 + spread - ops.square(mean) - ops.exp(spread))
            loss = rebuilt + 0.01 * gap
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return {"loss": loss, "rebuilt": rebuilt}


class TestUnknownSizes:
    def test_a_variational_autoencoder_trains_and_is_saved(self, tmp_path):
        model = Autoencoder()
        model.compile("adam")
        history = model.fit(X, epochs=40, batch_size=3, verbose=0).history
        assert history["rebuilt"][-1] < history["rebuilt"][0]
        path = tmp_path / "vae.keras"
        model(X)
        model.save(path)
        known = {"Autoencoder": Autoencoder}
        again = models.load_model(path, custom_objects=known)
        for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


class TestNumpyFunctions:
    """``np.tanh(x)`` works on tensors of every kind."""

    def test_in_all_modes(self):
        a = Input((3,))
        connected = Model(a, np.tanh(a))(X)
        traced = Plan(trace(lambda x: np.tanh(x), Spec((None, 3))))(X)[0]
        np.testing.assert_allclose(connected, np.tanh(X), rtol=1e-6)
        np.testing.assert_allclose(traced, np.tanh(X), rtol=1e-6)

    def test_what_has_no_counterpart_names_the_way(self):
        with pytest.raises(TypeError, match="ops"):
            np.unwrap(Input((3,)))


class TestWhatLeavesIsTheCallersOwn:
    def test_results_never_change_later(self):
        model = Sequential([Input((3,)), layers.Dense(4, "relu"), layers.Dense(1)])
        model.compile("adam", "mse", metrics=["mae"])
        model.fit(X, X[:, :1], verbose=0)
        held = [*model.get_weights(), model.predict(X, verbose=0), model.predict_on_batch(X)]
        held += [np.asarray(model(X)), *(w.numpy() for w in model.optimizer.variables)]
        held += [np.asarray(model.weights[0]), model.weights[0].value]
        copies = [x.copy() for x in held]
        for _ in range(5):
            model.fit(X, X[:, :1], verbose=0)
            model.predict(X, verbose=0)
        for x, copy in zip(held, copies, strict=True):
            np.testing.assert_array_equal(x, copy)

    def test_changing_results_changes_nothing(self):
        model = Sequential([Input((3,)), layers.Dense(2)])
        expected = model.predict(X, verbose=0).copy()
        for weight in model.get_weights():
            weight[...] = 7
        model.predict(X, verbose=0)[...] = 7
        model.predict_on_batch(X)[...] = 7
        np.testing.assert_array_equal(model.predict(X, verbose=0), expected)

    def test_the_callers_data_are_never_changed(self):
        x = X.copy()
        model = Sequential([Input((3,)), layers.ReLU(), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], verbose=0)
        model.predict(x, verbose=0)
        np.testing.assert_array_equal(x, X)


LONG = 5000


@pytest.fixture(scope="module")
def model():
    """A chain of five thousand layers."""
    x = inputs = Input((2,))
    for _ in range(LONG):
        x = layers.Dense(2)(x)
    return Model(inputs, x)


@pytest.mark.xdist_group("long")
class TestLongModels:
    """Nothing recurses over the edges of a graph."""

    def test_building_counting_and_the_summary(self, model):
        lines = []
        model.summary(print_fn=lines.append)
        assert model.count_params() == 6 * LONG and len(model.layers) == LONG + 1
        assert lines[0].count("(Dense)") == LONG
        assert model._repr_html_().count("(Dense)") == LONG

    def test_running(self, model):
        assert model(np.ones((1, 2), "float32")).shape == (1, 2)

    def test_tracing_gradients_and_the_plan(self, model):
        graph = trace(lambda x: ops.sum(model(x)), Spec((None, 2)))
        [slope] = gradients(graph, graph.outputs[0], [model.weights[0]])
        assert slope.shape == (2, 2)
        [total, found] = Plan(graph, [graph.outputs[0], slope])(np.ones((1, 2), "float32"))
        assert np.isfinite(total) and found.shape == (2, 2)

    def test_records(self, model):
        config = model.get_config()
        again = Model.from_config(config)
        assert len(again.layers) == LONG + 1
        assert again.layers[-1].name == model.layers[-1].name

    def test_files(self, model, tmp_path):
        path = tmp_path / "long.keras"
        model.save(path)
        again = models.load_model(path)
        np.testing.assert_array_equal(again.weights[-1].numpy(), model.weights[-1].numpy())

    def test_stacks(self):
        model = Sequential([Input((2,)), *(layers.ReLU() for _ in range(LONG))])
        assert model(np.ones((1, 2), "float32")).shape == (1, 2)


class TestControlFlow:
    def test_the_gradient_of_a_loop_and_a_branch(self):
        w = Variable(2.0)

        def step(state, x):
            return ops.cond(x > 0, lambda: state * w, lambda: state), state

        with GradientTape() as tape:
            final, _ = ops.scan(step, np.float32(1), np.array([1.0, -1.0, 1.0], "float32"))
        assert float(final) == 4 and float(tape.gradient(final, w)) == 4

    def test_while_loops_have_none_and_say_so(self):
        w = Variable(2.0)

        def function():
            [y] = ops.while_loop(lambda y: y < 20, lambda y: [y * w], [w.value])
            return y

        graph = trace(function)
        assert Plan(graph)()[0] == 32
        with pytest.raises(ValueError, match="while"):
            gradients(graph, graph.outputs[0], [w])


class TestMixedDtypes:
    def test_promotion_in_ops(self):
        assert ops.add(np.ones(2, "int32"), np.ones(2, "float32")).dtype == "float32"

    def test_half_precision_trains(self):
        model = Sequential(
            [Input((3,)), layers.Dense(4, "relu", dtype="mixed_float16"), layers.Dense(1)]
        )
        model.compile("sgd", losses.MeanSquaredError())
        first = model.fit(X, X[:, :1], verbose=0).history["loss"]
        assert np.isfinite(first[0]) and model.layers[0].kernel.storage.dtype == "float32"
