"""The callbacks, with the numbers that real Keras gives for the same logs."""

import numpy as np
import pytest

from visualnn import Input, Sequential, callbacks, layers, optimizers
from visualnn.models import load_model

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1] * 2


class Model:
    """What callbacks need of a model."""

    def __init__(self, rate=1.0):
        self.stop_training, self.epoch, self.restored = False, 0, None
        self.optimizer = optimizers.SGD(rate)
        self.metrics = []

    def get_weights(self):
        return [self.epoch]

    def set_weights(self, weights):
        self.restored = weights[0]


def stopped(values, **arguments):
    callback = callbacks.EarlyStopping(**arguments)
    callback.set_model(model := Model())
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.epoch = epoch
        callback.on_epoch_end(epoch, {"val_loss": value, "val_acc": value})
        if model.stop_training:
            break
    callback.on_train_end()
    best = callback.best, callback.best_epoch
    return epoch, callback.wait, *best, callback.stopped_epoch, model.restored


NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "arguments", "expected"),
    [
        ([3, 2, 2.5, 1], {}, (2, 1, 2, 1, 2, None)),
        ([3, 2, 2.5, 1, 1, 1, 1, 1], dict(patience=2), (5, 2, 1, 3, 5, None)),
        ([3, 2.9, 2.8, 2.7], dict(patience=1, min_delta=0.5), (1, 1, 3, 0, 1, None)),
        ([3, 2.9, 2.8, 2.7, 2.6], dict(patience=2, baseline=1.0), (4, 5, 2.6, 4, 0, None)),
        (
            [3, 0.9, 2.8, 2.7, 2.6],
            dict(patience=2, baseline=1.0, restore_best_weights=True),
            (3, 2, 0.9, 1, 3, 1),
        ),
        ([3, 2, 2.5, 2.6], dict(patience=2, restore_best_weights=True), (3, 2, 2, 1, 3, 1)),
        (
            [0.1, 0.2, 0.3, 0.2, 0.1],
            dict(monitor="val_acc", patience=1, mode="max"),
            (3, 1, 0.3, 2, 3, None),
        ),
        ([1, 2, 3, 4, 5, 6], dict(patience=1, start_from_epoch=3), (4, 1, 4, 3, 4, None)),
        (
            [1, 2, 3],
            dict(patience=100, restore_best_weights=True),
            (2, 2, 1, 0, 0, 0),
        ),
        ([1, NAN, 3, 4], dict(patience=1), (1, 1, 1, 0, 1, None)),
    ],
)
def test_early_stopping(values, arguments, expected):
    assert stopped(values, **arguments) == expected


def test_a_number_that_is_not_there_is_told_once():
    callback = callbacks.EarlyStopping(monitor="val_x", mode="min")
    callback.set_model(Model())
    with pytest.warns(
        UserWarning, match="'val_x', which is not in the logs. There are: loss"
    ) as all_:
        callback.on_epoch_end(0, {"loss": 1.0})
        callback.on_epoch_end(1, {"loss": 1.0})
    assert len(all_) == 1


@pytest.mark.parametrize("kind", [callbacks.EarlyStopping, callbacks.ReduceLROnPlateau])
def test_a_direction_that_nobody_knows_is_asked_for(kind):
    callback = kind(monitor="val_x")
    callback.set_model(Model())
    callback.on_train_begin()
    with pytest.raises(ValueError, match="nobody says whether more is better"):
        callback.on_epoch_end(0, {"val_x": 1.0})


def test_the_direction_is_the_metrics_own():
    model = Sequential([Input((3,)), layers.Dense(2)])
    model.compile("sgd", "mse", metrics=["r2_score", "mae"])
    model.fit(X, X[:, :2], verbose=0)
    for name, grows in (("val_r2_score", True), ("val_mae", False), ("loss", False)):
        monitor = callbacks.EarlyStopping(monitor=name)._monitor
        assert monitor.grows(model) == grows, name


@pytest.mark.parametrize(
    ("values", "arguments", "expected"),
    [
        ([3, 2, 2, 2, 2, 2, 2, 2], dict(patience=2), [1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.001]),
        (
            [3, 2, 2, 2, 2, 2, 2, 2, 2, 2],
            dict(patience=2, cooldown=2),
            [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001],
        ),
        (
            [3, 2, 2, 2, 2, 2],
            dict(patience=1, min_lr=0.05, factor=0.3),
            [1, 1, 0.3, 0.09, 0.05, 0.05],
        ),
    ],
)
def test_reducing_the_learning_rate(values, arguments, expected):
    callback = callbacks.ReduceLROnPlateau(**arguments)
    callback.set_model(model := Model())
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, logs := {"val_loss": value})
        rates.append(float(model.optimizer.learning_rate.numpy()))
    assert rates == pytest.approx(expected, rel=1e-5)
    assert "learning_rate" in logs


def test_it_must_reduce():
    with pytest.raises(ValueError, match="`factor` must be below 1"):
        callbacks.ReduceLROnPlateau(factor=1.0)


def fit(callback, **arguments):
    model = Sequential([Input((3,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1), "mse", metrics=["mae"])
    history = model.fit(
        X, Y, epochs=3, batch_size=3, validation_split=0.25, callbacks=[callback], verbose=0
    )
    return model, history.history


def test_a_schedule_of_the_learning_rate():
    scheduler = callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    _, history = fit(scheduler)
    assert history["learning_rate"] == pytest.approx([0.05, 0.025, 0.0125])
    _, history = fit(callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1)))
    assert history["learning_rate"] == pytest.approx([0.1, 0.05, 0.1 / 3])


def test_the_new_learning_rate_is_used():
    still = callbacks.LearningRateScheduler(lambda epoch, rate: 0.0)
    _, history = fit(still)
    assert history["loss"][0] == pytest.approx(history["loss"][2])


def test_lines_in_a_file(tmp_path):
    path = tmp_path / "course.csv"
    _, history = fit(callbacks.CSVLogger(path))
    lines = path.read_text().splitlines()
    assert lines[0] == "epoch,loss,mae,val_loss,val_mae" and len(lines) == 4
    assert float(lines[3].split(",")[1]) == history["loss"][2]
    fit(callbacks.CSVLogger(path, append=True))
    assert [line.split(",")[0] for line in path.read_text().splitlines()] == [
        "epoch",
        *"012012",
    ]


class TestCheckpoints:
    def test_models(self, tmp_path):
        model, history = fit(callbacks.ModelCheckpoint(tmp_path / "m{epoch}-{val_loss:.4f}.keras"))
        names = [f"m{i + 1}-{loss:.4f}.keras" for i, loss in enumerate(history["val_loss"])]
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
        again = load_model(tmp_path / names[-1])
        np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))

    def test_weights_after_batches(self, tmp_path):
        path = tmp_path / "deep" / "n{epoch:02d}-{batch}.weights.h5"
        fit(callbacks.ModelCheckpoint(path, save_weights_only=True, save_freq=2))
        assert len(list((tmp_path / "deep").iterdir())) == 3

    def test_the_best_only(self, tmp_path):
        callback = callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", save_best_only=True)
        callback.set_model(model := Sequential([Input((3,)), layers.Dense(1)]))
        for epoch, value in enumerate([3.0, 4.0, 2.0, 2.0]):
            callback.on_epoch_end(epoch, {"val_loss": value})
        assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "3.keras"]
        assert callback.best == 2.0 and model.built

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (dict(filepath="m.hdf5"), "must end in '.keras'"),
            (dict(filepath="m.h5", save_weights_only=True), "must end in '.weights.h5'"),
            (dict(filepath="m.keras", save_freq="day"), "'epoch' or a number of batches"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, arguments, said):
        with pytest.raises(ValueError, match=said):
            callbacks.ModelCheckpoint(**arguments)

    def test_a_name_that_is_not_in_the_logs(self, tmp_path):
        callback = callbacks.ModelCheckpoint(tmp_path / "{acc}.keras")
        callback.set_model(Model())
        with pytest.raises(KeyError, match=r"not in the logs\. There are: epoch, loss"):
            callback.on_epoch_end(0, {"loss": 1.0})


class TestNotANumber:
    def broken(self, **arguments):
        return fit_on_nan(callbacks.TerminateOnNaN(**arguments))

    def test_it_stops(self, capsys):
        history = self.broken()
        assert len(history["loss"]) == 1
        assert "The loss is nan after batch 0" in capsys.readouterr().out

    def test_it_raises(self):
        with pytest.raises(RuntimeError, match="training stops"):
            self.broken(raise_error=True)


def fit_on_nan(callback):
    model = Sequential([Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(X * NAN, Y, epochs=4, callbacks=[callback], verbose=0).history


def test_functions_as_callbacks():
    seen = []
    fit(
        callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: seen.append((epoch, sorted(logs))),
            on_train_end=lambda logs: seen.append("end"),
            on_test_begin=lambda logs: seen.append("test"),
        )
    )
    names = ["loss", "mae", "val_loss", "val_mae"]
    assert seen == ["test", (0, names), "test", (1, names), "test", (2, names), "end"]


def test_old_names_of_the_batch_hooks():
    class Old(callbacks.Callback):
        ends = 0

        def on_batch_end(self, batch, logs=None):
            Old.ends += 1

    fit(Old())
    assert Old.ends == 6


def test_of_epochs_that_fly_by_the_bar_is_drawn_once(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("visualnn.training.callbacks.progress.time.monotonic", lambda: now[0])
    bar = callbacks.ProgbarLogger()
    bar.set_params({"verbose": 1, "epochs": 4, "steps": None})
    bar.on_train_begin()
    said = []
    for epoch, seconds in enumerate([0.01, 0.01, 0.5, 0.5]):
        bar.on_epoch_begin(epoch)
        now[0] += seconds
        bar.on_train_batch_end(6, {"loss": 0.5})
        bar.on_epoch_end(epoch, {"loss": 0.25})
        said.append(capsys.readouterr().out)
    assert said[1].count("\r") == 0 and said[1].startswith("Epoch 2/4: 100%")
    assert "7/7" in said[1] and "loss: 0.2500" in said[1] and said[1].endswith("\n")
    assert all(text.count("\r") > 1 for text in (said[0], said[2], said[3]))
