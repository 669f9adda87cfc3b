"""``fit``, ``evaluate``, ``predict``: what happens when, and what comes out."""

import numpy as np
import pytest
from visualnn.utils import set_random_seed

from visualnn import Input, Model, Sequential, callbacks, layers, losses, optimizers
from visualnn.primitives.tensor import Tensor

X = np.linspace(-1, 1, 30, dtype="float32").reshape(10, 3)
Y = X[:, :2] * 2 + 0.5


def compiled(**arguments):
    model = Sequential([Input((3,)), layers.Dense(2)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    return model


class Listener(callbacks.Callback):
    """Notes every call."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __getattribute__(self, name):
        if name.startswith("on_"):
            return lambda *args, **kwargs: self.calls.append((name, *args, *kwargs.values()))
        return super().__getattribute__(name)


class TestCallbacks:
    def test_the_order_of_moments_is_that_of_keras(self):
        listener = Listener()
        compiled().fit(
            X, Y, epochs=2, batch_size=6, validation_data=(X, Y), verbose=0, callbacks=[listener]
        )
        batch = [("on_train_batch_begin", 0), ("on_train_batch_end", 0)]
        batch += [("on_train_batch_begin", 1), ("on_train_batch_end", 1)]
        test = [("on_test_begin",), ("on_test_batch_begin", 0), ("on_test_batch_end", 0)]
        test += [("on_test_batch_begin", 1), ("on_test_batch_end", 1), ("on_test_end",)]
        expected = [("on_train_begin",)]
        for epoch in range(2):
            expected += [("on_epoch_begin", epoch), *batch, *test, ("on_epoch_end", epoch)]
        expected.append(("on_train_end",))
        seen = [tuple(x for x in call if not isinstance(x, dict)) for call in listener.calls]
        assert seen == expected
        logs = {call[0]: list(call[-1]) for call in listener.calls}
        assert logs["on_train_batch_end"] == ["loss"] == logs["on_test_end"]
        assert logs["on_epoch_end"] == ["loss", "val_loss"] == logs["on_train_end"]

    def test_predicting(self):
        listener = Listener()
        compiled().predict(X, batch_size=6, verbose=0, callbacks=[listener])
        ends = [call for call in listener.calls if call[0] == "on_predict_batch_end"]
        assert [call[-1]["outputs"].shape for call in ends] == [(6, 2), (4, 2)]

    def test_several_steps_as_one(self):
        listener = Listener()
        model = compiled(steps_per_execution=2)
        model.fit(X, Y, batch_size=2, verbose=0, callbacks=[listener])
        ends = [call[1] for call in listener.calls if call[0] == "on_train_batch_end"]
        assert ends == [1, 3, 4]

    def test_a_callback_may_stop_training(self):
        class Stop(callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                self.model.stop_training = batch == 1

        model = compiled()
        history = model.fit(X, Y, epochs=5, batch_size=2, verbose=0, callbacks=[Stop()])
        assert history.epoch == [0] and int(model.optimizer.iterations) == 2

    def test_what_is_no_callback_is_refused(self):
        with pytest.raises(TypeError, match="A class was given"):
            compiled().fit(X, Y, verbose=0, callbacks=[callbacks.TerminateOnNaN])


class TestHistory:
    def test_epochs_and_validation(self):
        model = compiled(metrics=["mae"])
        history = model.fit(X, Y, epochs=5, validation_data=(X, Y), validation_freq=2, verbose=0)
        assert history is model.history and history.epoch == [0, 1, 2, 3, 4]
        assert {name: len(values) for name, values in history.history.items()} == {
            "loss": 5,
            "mae": 5,
            "val_loss": 2,
            "val_mae": 2,
        }
        assert history.params == {"verbose": 0, "epochs": 5, "steps": 1}
        history = model.fit(
            X, Y, epochs=5, validation_data=(X, Y), validation_freq=[1, 4], verbose=0
        )
        assert len(history.history["val_loss"]) == 2

    def test_a_later_beginning(self):
        assert compiled().fit(X, Y, initial_epoch=2, epochs=4, verbose=0).epoch == [2, 3]
        assert compiled().fit(X, Y, epochs=0, verbose=0).epoch == []

    @pytest.mark.parametrize("share", [0.3, 0.01])
    def test_the_last_part_is_put_aside(self, share):
        model = compiled()
        history = model.fit(X, Y, validation_split=share, verbose=0)
        last = int(np.floor(10 * (1 - share)))
        expected = model.evaluate(X[last:], Y[last:], verbose=0)
        assert history.history["val_loss"] == pytest.approx([expected], rel=1e-5)

    def test_a_split_must_leave_something(self):
        with pytest.raises(ValueError, match="leaves none to train with"):
            compiled().fit(X, Y, validation_split=1.0, verbose=0)
        with pytest.raises(ValueError, match="needs data in arrays"):
            compiled().fit(((X, Y) for _ in range(1)), validation_split=0.5, verbose=0)

    def test_generators(self):
        model = compiled()
        with pytest.warns(UserWarning, match="can be gone through only once"):
            history = model.fit(((X, Y) for _ in range(3)), epochs=2, verbose=0)
        assert history.epoch == [0] and int(model.optimizer.iterations) == 3
        history = model.fit(((X, Y) for _ in range(6)), epochs=3, steps_per_epoch=2, verbose=0)
        assert history.epoch == [0, 1, 2]

    def test_no_data(self):
        with pytest.raises(ValueError, match="no examples"):
            compiled().fit(X[:0], Y[:0], verbose=0)
        with pytest.raises(ValueError, match="gone through only once"):
            compiled().fit(iter(()), verbose=0)


class TestCompiling:
    @pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
    def test_it_comes_first(self, method):
        model = Sequential([Input((3,)), layers.Dense(2)])
        with pytest.raises(ValueError, match=rf"is not compiled.*before `{method}`"):
            getattr(model, method)(X, Y)
        assert model.predict(X, verbose=0).shape == (10, 2)

    def test_unknown_names(self):
        with pytest.raises(ValueError, match="'sdg' is not an optimizer"):
            compiled(optimizer="sdg")
        with pytest.raises(ValueError, match="at least 1"):
            compiled(steps_per_execution=0)

    def test_again_it_forgets_the_first(self):
        model = compiled(metrics=["mae"])
        model.fit(X, Y, verbose=0)
        model.compile("adam", "mae")
        assert list(model.fit(X, Y, verbose=0).history) == ["loss"]

    def test_what_cannot_be_saved_is_told_and_left_out(self, tmp_path):
        model = compiled(loss=lambda a, b: abs(a - b))
        with pytest.warns(UserWarning, match="has to be compiled again"):
            assert model.get_compile_config() == {}

    def test_config(self):
        model = compiled(
            optimizer=optimizers.Adam(0.01),
            loss=losses.Huber(),
            metrics=["mae"],
            loss_weights=[2.0],
        )
        config = model.get_compile_config()
        assert list(config) == [
            "optimizer",
            "loss",
            "loss_weights",
            "metrics",
            "weighted_metrics",
            "run_eagerly",
            "steps_per_execution",
            "jit_compile",
        ]
        assert config["metrics"] == ["mae"] and config["loss"]["class_name"] == "Huber"
        again = Sequential([Input((3,)), layers.Dense(2)])
        again.compile_from_config(config)
        assert isinstance(again.optimizer, optimizers.Adam) and again.optimizer.built
        assert again.get_compile_config() == config


class TestOnBatches:
    def test_each_stands_alone(self):
        model = compiled(optimizer=optimizers.SGD(0.0), metrics=["mae"])
        first, second = model.train_on_batch(X, Y), model.train_on_batch(X * 3, Y)
        assert first == model.test_on_batch(X, Y) and second == model.test_on_batch(X * 3, Y)
        assert list(model.train_on_batch(X, Y, return_dict=True)) == ["loss", "mae"]

    def test_class_weights(self):
        model = compiled(optimizer=optimizers.SGD(0.0))
        one_hot = np.eye(2, dtype="float32")[np.arange(10) % 2]
        losses_of = ((model.predict(X, verbose=0) - one_hot) ** 2).mean(-1)
        found = model.train_on_batch(X, one_hot, class_weight={0: 1.0, 1: 3.0})
        assert found == pytest.approx(np.mean(losses_of * (1 + 2 * (np.arange(10) % 2))), rel=1e-5)

    def test_predictions_are_plain_arrays(self):
        model = compiled()
        assert type(model.predict_on_batch(X)) is np.ndarray
        assert type(model.predict(X, verbose=0)) is np.ndarray
        assert type(model(X)) is Tensor
        assert all(type(w) is np.ndarray for w in model.get_weights())


class TestRepetition:
    def run(self):
        set_random_seed(5)
        model = Sequential([Input((3,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(2)])
        model.compile("adam", "mse")
        history = model.fit(X, Y, epochs=3, batch_size=4, verbose=0)
        return history.history["loss"], model.get_weights()

    def test_one_seed_makes_a_run_repeat_exactly(self):
        (losses_1, weights_1), (losses_2, weights_2) = self.run(), self.run()
        assert losses_1 == losses_2
        for a, b in zip(weights_1, weights_2, strict=True):
            np.testing.assert_array_equal(a, b)


class TestPredicting:
    def test_nested_outputs_are_joined_batch_by_batch(self):
        a = Input((3,))
        model = Model(a, {"y": layers.Dense(2)(a), "x": [a * 2]})
        found = model.predict(X, batch_size=4, verbose=0)
        assert list(found) == ["y", "x"] and found["y"].shape == (10, 2)
        np.testing.assert_allclose(found["x"][0], X * 2)

    def test_steps(self):
        assert compiled().predict(X, batch_size=2, steps=2, verbose=0).shape == (4, 2)

    def test_data_sets_with_targets_are_predicted_too(self):
        assert compiled().predict(((X, Y) for _ in range(2)), verbose=0).shape == (20, 2)


class TestFreezing:
    def test_after_compiling_it_still_counts(self):
        model = Sequential([Input((3,)), layers.Dense(4), layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)
        model.layers[0].trainable = False
        before = model.get_weights()
        model.fit(X, Y, verbose=0)
        after = model.get_weights()
        changed = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
        assert changed == [False, False, True, True]

    def test_nothing_to_train(self):
        model = compiled()
        model.trainable = False
        before = model.get_weights()
        assert model.fit(X, Y, verbose=0).history["loss"][0] > 0
        np.testing.assert_array_equal(before[0], model.get_weights()[0])


@pytest.mark.parametrize("verbose", [1, 2])
def test_what_is_shown(verbose, capsys):
    model = compiled(metrics=["mae"])
    model.fit(X, Y, epochs=2, validation_data=(X, Y), verbose=verbose)
    shown = capsys.readouterr().out
    for text in ("Epoch 1/2", "Epoch 2/2", "loss: ", "val_mae: ", "1/1"):
        assert text in shown
    model.evaluate(X, Y, verbose=verbose)
    assert "loss: " in capsys.readouterr().out
    model.predict(X, verbose=verbose)
    assert "1/1" in capsys.readouterr().out


def test_without_tqdm_there_are_lines(capsys, monkeypatch):
    monkeypatch.setattr("visualnn.training.callbacks.progress.has_tqdm", lambda: False)
    compiled().fit(X, Y, epochs=1, verbose=1)
    assert capsys.readouterr().out.startswith("Epoch 1/1\n1/1 - 0s - ")


def test_nothing_is_shown(capsys):
    model = compiled()
    model.fit(X, Y, verbose=0)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    assert capsys.readouterr().out == ""


class TestGeneratorsThatEnd:
    @staticmethod
    def batches(count):
        return ((X[:5], Y[:5]) for _ in range(count))

    def test_training_ends_with_them(self):
        with pytest.warns(UserWarning, match="ended with epoch 1 of 3, and so does training"):
            history = compiled().fit(self.batches(2), epochs=3, verbose=0)
        assert history.epoch == [0]

    @pytest.mark.parametrize(
        ("count", "said"), [(5, "ended with epoch 2 of 4"), (6, "after 0 of 3")]
    )
    def test_training_in_steps_ends_with_them(self, count, said):
        with pytest.warns(UserWarning) as warned:
            history = compiled().fit(self.batches(count), epochs=4, steps_per_epoch=3, verbose=0)
        assert history.epoch == [0, 1] and said in str(warned[-1].message)

    def test_one_without_batches_is_refused(self):
        with pytest.raises(ValueError, match="no batches left"):
            compiled().fit(self.batches(0), epochs=2, verbose=0)

    def test_the_last_epoch_needs_no_warning(self, recwarn):
        assert compiled().fit(self.batches(2), epochs=1, verbose=0).epoch == [0]
        assert not recwarn
