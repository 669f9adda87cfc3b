import math

import numpy as np
import pytest

import visualnn
from visualnn.widgets.messages import TrainingView
from visualnn.widgets.watcher import EVERY, Board, Watcher, curves_of


class Clock:
    """A clock that goes on only when it is told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def shown():
    return []


@pytest.fixture
def board(clock, shown):
    return Board(shown.append, clock)


@pytest.fixture
def watcher(board, clock):
    watcher = Watcher(board, clock)
    watcher.set_params({"epochs": 3, "steps": 4, "verbose": 0})
    board.view = TrainingView(status="starting")
    return watcher


def test_batches_are_shown_ten_times_a_second(board, clock, shown):
    for _ in range(1000):
        clock.now += 0.003
        board.note("batch", batch=1)
    assert 3 / EVERY * 0.9 <= len(shown) <= 3 / EVERY


def test_the_newest_view_is_kept_though_it_is_not_shown(board, shown):
    board.note("batch", batch=1)
    board.note("batch", batch=2)
    assert (board.view.batch, len(shown)) == (2, 1)
    board.note("epoch", epoch=1)
    assert (shown[-1].batch, shown[-1].epoch) == (2, 1)


def test_epochs_that_fly_by_are_not_all_shown(board, clock, shown):
    for epoch in range(500):
        clock.now += 0.002
        board.note("batch", batch=1)
        board.note("epoch", epoch=epoch)
    assert len(shown) <= 2 / EVERY + 1


def test_a_run_from_the_first_batch_to_the_last(watcher, board, clock, shown):
    watcher.on_train_begin()
    assert (board.view.status, board.view.epochs, board.view.batches) == ("running", 3, 4)
    assert board.view.sentence == "The first epoch is running."
    for epoch in range(3):
        watcher.on_epoch_begin(epoch)
        for batch in range(4):
            clock.now += 5.0 if (epoch, batch) == (0, 0) else 0.5  # the first one traces
            watcher.on_train_batch_end(batch, {"loss": 1.0, "accuracy": 0.5})
            done = 4 * epoch + batch + 1
            assert (board.view.epoch, board.view.batch) == (epoch + 1, batch + 1)
            expected = None if done == 1 else pytest.approx(0.5 * (12 - done))
            assert board.view.seconds_left == expected
        watcher.on_epoch_end(epoch, {"loss": 1 / (epoch + 1), "val_loss": 2 / (epoch + 1)})
        assert shown[-1].curves[0].training[-1] == 1 / (epoch + 1)
    watcher.on_train_end()
    assert board.view.curves[0].validation == (2.0, 1.0, 2 / 3)
    assert board.view.epoch == 3
    assert "Stopped" not in board.view.sentence


def test_a_run_that_goes_on_counts_the_epochs_to_come_only(watcher, board, clock):
    watcher.on_train_begin()
    watcher.on_epoch_begin(2)
    watcher.on_train_batch_end(0, {"loss": 1.0})
    clock.now += 2
    watcher.on_train_batch_end(1, {"loss": 1.0})
    assert board.view.seconds_left == pytest.approx(4)


def test_a_run_stopped_in_an_epoch_says_so(watcher, board):
    watcher.on_train_begin()
    watcher.on_epoch_begin(0)
    watcher.on_train_end()
    assert (board.view.epoch, board.view.sentence) == (0, "Stopped in epoch 1.")
    watcher.on_train_begin()
    watcher.on_epoch_begin(0)
    watcher.on_epoch_end(0, {"loss": 0.5})
    watcher.on_epoch_begin(1)
    watcher.on_train_end()
    assert board.view.epoch == 1
    assert board.view.sentence.startswith("Stopped in epoch 2. After the first epoch")


def test_the_best_epoch_is_named_at_the_end(watcher, board):
    watcher.on_train_begin()
    for epoch, validation in enumerate((0.9, 0.4, 0.6)):
        watcher.on_epoch_begin(epoch)
        watcher.on_epoch_end(epoch, {"loss": 1 / (epoch + 1), "val_loss": validation})
    watcher.on_train_end()
    assert board.view.sentence.endswith("Validation loss was lowest after epoch 2: 0.4.")


def test_what_is_no_number_is_left_out_of_curves():
    curves = curves_of([{"accuracy": 0.1, "loss": math.nan}, {"accuracy": 0.2, "loss": 1.0}])
    assert [(curve.name, curve.training) for curve in curves] == [
        ("loss", (1.0,)),
        ("accuracy", (0.1, 0.2)),
    ]


def test_a_real_run_is_watched(shown):
    model = visualnn.Sequential([visualnn.Input((3,)), visualnn.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error", metrics=["mean_absolute_error"])
    x, y = np.ones((10, 3)), np.ones((10, 1))
    watcher = Watcher(Board(shown.append))
    history = model.fit(
        x, y, epochs=2, batch_size=5, validation_split=0.5, callbacks=[watcher], verbose=0
    )
    curves = {curve.name: curve for curve in watcher.board.view.curves}
    assert list(curves["loss"].training) == history.history["loss"]
    assert (
        list(curves["mean_absolute_error"].validation) == history.history["val_mean_absolute_error"]
    )
