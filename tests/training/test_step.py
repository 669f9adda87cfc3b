"""One step as one graph: what is in it, how often it is traced, and users' own steps."""

import numpy as np
import pytest

import visualnn
from visualnn import GradientTape, Input, Model, Sequential, Spec, layers, losses, metrics, ops
from visualnn.graph import SymbolicError
from visualnn.scope import PHASES
from visualnn.structure import flatten
from visualnn.training.batch import Batch

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1] * 2 + 1


def compiled(**arguments):
    model = Sequential([Input((3,)), layers.Dense(4, "relu"), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"], **arguments)
    return model


def traces(function):
    return [trace for known in function._traces.values() for trace in known]


class TestTheGraph:
    def test_all_phases_are_in_one_graph(self):
        graph = visualnn.training_step(compiled())
        phases = [node.origin.phase for node in graph.nodes]
        assert set(phases) == set(PHASES)
        order = [phase for i, phase in enumerate(phases) if i == 0 or phases[i - 1] != phase]
        assert order[:4] == ["forward", "loss", "backward", "update"]

    def test_every_operation_knows_its_layer(self):
        model = compiled()
        graph = visualnn.training_step(model)
        calls = {n.origin.call for n in graph.nodes if n.origin.phase == "forward"}
        assert calls == {f"{model.name}/{layer.name}" for layer in model.layers}
        backward = [n for n in graph.nodes if n.origin.phase == "backward" and n.origin.call]
        assert {n.origin.forward.origin.call for n in backward} >= calls

    def test_names_of_inputs_and_variables(self):
        graph = visualnn.training_step(compiled())
        assert [x.name for x in graph.inputs] == ["x", "y"]
        assert all(value.name == variable.path for variable, value in graph.variables.items())

    def test_nothing_in_it_is_useless(self):
        graph = visualnn.training_step(compiled())
        needed = graph.needed_for([*graph.outputs, *graph.updates.values()])
        assert graph.nodes == needed

    def test_every_weight_is_updated(self):
        model = compiled()
        graph = visualnn.training_step(model)
        assert set(model.trainable_variables) <= set(graph.updates)

    def test_targets_of_sparse_losses_are_numbers(self):
        model = Sequential([Input((3,)), layers.Dense(4, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy")
        graph = visualnn.training_step(model)
        assert graph.inputs[1].spec == Spec((None,), "int32")

    def test_other_specs(self):
        class Two(Model):
            def __init__(self):
                super().__init__()
                self.inner = layers.Dense(2)

            def call(self, x):
                return self.inner(x)

        model = Two()
        model.compile("sgd", "mse")
        with pytest.raises(ValueError, match="does not say what its inputs are"):
            visualnn.training_step(model)
        graph = visualnn.training_step(model, Spec((None, 5)), Spec((None, 2)))
        assert model.inner.kernel.shape == (5, 2) and len(graph.inputs) == 2
        with pytest.raises(ValueError, match="must be known"):
            visualnn.training_step(model, Spec((None, None)), Spec((None, 2)))

    def test_it_needs_a_compiled_model(self):
        with pytest.raises(ValueError, match="is not compiled"):
            visualnn.training_step(Sequential([Input((3,)), layers.Dense(1)]))


class TestTracing:
    def test_once_for_all_lengths(self):
        model = compiled()
        model.fit(X, Y, batch_size=5, epochs=3, verbose=0)
        model.train_on_batch(X[:1], Y[:1])
        assert len(traces(model.make_train_function())) == 1

    def test_again_for_other_forms(self):
        model = compiled()
        model.train_on_batch(X, Y)
        model.train_on_batch(X, Y, sample_weight=np.ones(8))
        assert len(traces(model.make_train_function())) == 2

    def test_sizes_that_change_are_left_open(self):
        model = Sequential([layers.Embedding(9, 2), layers.GlobalAveragePooling1D()])
        for length in (3, 4, 5, 6):
            model.predict_on_batch(np.ones((2, length), "int32"))
        found = traces(model.make_predict_function())
        assert [trace.sizes for trace in found] == [((3,),), ((None,),)]

    def test_what_needs_its_sizes_is_traced_for_each(self):
        class Rows(Model):
            def call(self, x):
                return sum(x[:, i] for i in range(x.shape[1]))

        model = Rows()
        for length in (3, 4, 5):
            np.testing.assert_array_equal(
                model.predict_on_batch(np.ones((2, length), "float32")), [length, length]
            )

    def test_python_code_runs_once_when_traced_and_always_when_eager(self):
        class Counting(Model):
            calls = 0

            def __init__(self):
                super().__init__()
                self.inner = layers.Dense(1)

            def call(self, x):
                type(self).calls += 1
                return self.inner(x)

        model = Counting()
        model(X)
        for eager, calls in ((False, 1), (True, 5)):
            Counting.calls = 0
            model.compile("sgd", "mse", run_eagerly=eager)
            for _ in range(5):
                model.train_on_batch(X, Y)
            assert Counting.calls == calls

    def test_eager_and_traced_steps_agree(self):
        results = []
        for eager in (False, True):
            model = compiled(run_eagerly=eager)
            random = np.random.default_rng(0)
            model.set_weights([random.standard_normal(w.shape) for w in model.get_weights()])
            history = model.fit(X, Y, epochs=4, batch_size=3, shuffle=False, verbose=0)
            predicted = model.predict(X, verbose=0)
            tested = model.evaluate(X, Y, verbose=0)
            results.append([history.history["loss"], history.history["mae"], predicted, tested])
        for traced, eager in zip(*results, strict=True):
            np.testing.assert_allclose(traced, eager, rtol=1e-5)


class Deciding(Model):
    """Decides by a number."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(1)

    def call(self, x):
        y = self.inner(x)
        if ops.sum(y) > 0:
            return y
        return -y


class TestPythonDecisions:
    def test_while_tracing_they_are_refused_with_the_way_out(self):
        model = Deciding()
        model.compile("sgd", "mse")
        with pytest.raises(SymbolicError, match=r"ops\.cond.*run_eagerly=True"):
            model.fit(X, Y, verbose=0)

    def test_eagerly_they_work(self):
        model = Deciding()
        model.compile("sgd", "mse", run_eagerly=True)
        before = model.evaluate(X, Y, verbose=0)
        model.fit(X, Y, epochs=5, verbose=0)
        assert model.evaluate(X, Y, verbose=0) != before

    def test_a_failed_trace_leaves_the_model_usable(self):
        model = compiled()
        with pytest.raises(ValueError, match="must have the size 3"):
            model.fit(X[:, :2], Y, verbose=0)
        assert model.fit(X, Y, verbose=0).epoch == [0]


class Own(Model):
    """A step in the manner of the guides: tape, gradients, metrics of its own."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(1)
        self.loss_tracker = metrics.Mean(name="loss")
        self.error = metrics.MeanAbsoluteError(name="error")

    def call(self, x):
        return self.inner(x)

    @property
    def metrics(self):
        return [self.loss_tracker, self.error]

    def train_step(self, data):
        x, y = data
        with GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = losses.MeanSquaredError()(y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        self.loss_tracker.update_state(loss)
        self.error.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


class Adversaries(Model):
    """Two networks with an optimizer each, trained against each other."""

    def __init__(self):
        super().__init__()
        self.judge = Sequential([layers.Dense(4, "relu"), layers.Dense(1)])
        self.forger = Sequential([layers.Dense(4, "relu"), layers.Dense(3)])
        self.seeds = visualnn.random.SeedGenerator(1)

    def compile(self, judge_optimizer, forger_optimizer, loss):
        super().compile()
        self.judge_optimizer, self.forger_optimizer = judge_optimizer, forger_optimizer
        self.loss_function = loss

    def train_step(self, real):
        if isinstance(real, tuple):
            real = real[0]
        batch = ops.shape(real)[0]
        fake = self.forger(visualnn.random.normal((batch, 2), seed=self.seeds))
        both = ops.concatenate([fake, real], axis=0)
        labels = ops.concatenate([ops.ones((batch, 1)), ops.zeros((batch, 1))], axis=0)
        with GradientTape() as tape:
            judge_loss = self.loss_function(labels, self.judge(both))
        weights = self.judge.trainable_weights
        self.judge_optimizer.apply(tape.gradient(judge_loss, weights), weights)
        noise = visualnn.random.normal((batch, 2), seed=self.seeds)
        with GradientTape() as tape:
            judged = self.judge(self.forger(noise))
            forger_loss = self.loss_function(ops.zeros((batch, 1)), judged)
        weights = self.forger.trainable_weights
        self.forger_optimizer.apply(tape.gradient(forger_loss, weights), weights)
        return {"judge": judge_loss, "forger": forger_loss}


class TestUsersOwnSteps:
    def test_a_step_with_a_tape(self):
        model = Own()
        model.compile("adam")
        history = model.fit(X, Y, epochs=30, batch_size=4, verbose=0)
        assert list(history.history) == ["error", "loss"]
        assert history.history["loss"][-1] < history.history["loss"][0]
        assert len(traces(model.make_train_function())) == 1

    def test_its_metrics_begin_anew_in_each_epoch(self):
        model = Own()
        model.compile(visualnn.optimizers.SGD(0.0))
        errors = model.fit(X, Y, epochs=3, verbose=0).history["error"]
        assert errors == pytest.approx([errors[0]] * 3, rel=1e-6)

    def test_two_optimizers(self):
        model = Adversaries()
        adam = visualnn.optimizers.Adam
        loss = losses.BinaryCrossentropy(from_logits=True)
        model.compile(adam(0.01), adam(0.01), loss)
        history = model.fit(X, epochs=3, batch_size=4, verbose=0)
        assert list(history.history) == ["forger", "judge"]
        assert len(model.weights) == 8

    def test_another_loss(self):
        class Halved(Sequential):
            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
                return 0.5 * super().compute_loss(x, y, y_pred, sample_weight)

        whole, half = compiled(), Halved([Input((3,)), layers.Dense(4, "relu"), layers.Dense(1)])
        half.compile("adam", "mse")
        half.set_weights(whole.get_weights())
        expected = whole.evaluate(X, Y, verbose=0)[0] / 2
        assert half.evaluate(X, Y, verbose=0) == pytest.approx(expected, rel=1e-5)

    def test_losses_that_layers_add(self):
        class Penalized(layers.Layer):
            def call(self, x):
                self.add_loss(0.1 * ops.mean(ops.square(x)))
                return x

        model = Sequential([Input((3,)), layers.Dense(1), Penalized()])
        model.compile("sgd")  # no other loss
        expected = 0.1 * np.mean(model.predict(X, verbose=0) ** 2)
        model(X)
        assert [float(x) for x in model.losses] == pytest.approx([expected], rel=1e-5)
        assert model.fit(X, verbose=0).history["loss"] == pytest.approx([expected], rel=1e-5)

    def test_layers_of_models_that_do_not_ask_whether_they_train_are_told_by_calls_alone(self):
        """As in Keras 3.15: ``fit`` tells nobody where ``call`` takes no ``training``."""

        class Quiet(Model):
            def __init__(self):
                super().__init__()
                self.inner, self.drop = layers.Dense(50), layers.Dropout(0.9)

            def call(self, x):
                return self.drop(self.inner(x))

        model = Quiet()
        model.compile("sgd", "mse")
        expected = model.evaluate(X, Y, verbose=0)
        assert model.train_on_batch(X, Y) == pytest.approx(expected, rel=1e-5)
        np.testing.assert_array_equal(model(X, training=False), model(X))
        assert np.mean(model(X, training=True) == 0) > 0.5

    def test_results_that_are_no_dict(self):
        model = compiled()
        results = model.make_predict_function()(Batch.of((X,)))
        assert results.shape == (8, 1)


@pytest.mark.parametrize(
    "x, kind",
    [
        (np.ones((4, 3), "float32"), "Value"),
        ({"a": np.ones((4, 3), "float32")}, "dict"),
        ([np.ones((4, 3), "float32")], "tuple"),
    ],
)
def test_inputs_alone_are_the_data_of_a_step(x, kind):
    seen = []

    class Mine(Model):
        def train_step(self, data):
            seen.append(type(data).__name__)
            return {"loss": ops.sum(flatten(data)[0])}

    model = Mine()
    model.compile("sgd")
    model.fit(x, epochs=1, verbose=0)
    assert seen == [kind]
