"""Stopping between two batches: by Ctrl-C, from another thread, or one slice at a time."""

import os
import signal
import threading

import numpy as np
import pytest

from visualnn import Input, Sequential, callbacks, layers
from visualnn.models import load_model
from visualnn.training.control import Interrupts, TrainingControl
from visualnn.variable import step_boundary

X = np.linspace(-1, 1, 96, dtype="float32").reshape(32, 3)
Y = X[:, :1] * 2


def compiled():
    model = Sequential([Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


class Interrupt(callbacks.Callback):
    """Presses Ctrl-C in a batch, so many times."""

    def __init__(self, epoch, batch, times=1):
        super().__init__()
        self.at, self.times, self.epoch = (epoch, batch), times, 0
        self.ended = False

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == self.at:
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)

    def on_train_end(self, logs=None):
        self.ended = True


@pytest.fixture
def heard():
    """SIGINT raises, even where whatever runs the tests has it ignored, as for a job behind."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
class TestInterrupts:
    def test_the_running_batch_is_finished(self):
        model, interrupt = compiled(), Interrupt(2, 1)
        before = signal.getsignal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y, epochs=9, batch_size=8, verbose=0, callbacks=[interrupt])
        assert signal.getsignal(signal.SIGINT) is before
        assert interrupt.ended
        assert model.history.epoch == [0, 1] and len(model.history.history["loss"]) == 2
        assert int(model.optimizer.iterations) == 2 * 4 + 2

    def test_a_second_one_stops_at_once(self):
        model, interrupt = compiled(), Interrupt(0, 1, times=2)
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y, epochs=9, batch_size=8, verbose=0, callbacks=[interrupt])
        assert interrupt.ended and int(model.optimizer.iterations) == 1
        assert model.fit(X, Y, verbose=0).epoch == [0]

    def test_during_the_validation(self):
        class Now(callbacks.Callback):
            def on_test_batch_begin(self, batch, logs=None):
                os.kill(os.getpid(), signal.SIGINT)

        model = compiled()
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y, epochs=3, validation_split=0.5, verbose=0, callbacks=[Now()])
        assert model.history.epoch == []

    def test_users_own_handlers_are_left_alone(self):
        seen = []
        before = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
        try:
            compiled().fit(X, Y, verbose=0, callbacks=[Interrupt(0, 0)])
        finally:
            signal.signal(signal.SIGINT, before)
        assert seen == [1]

    def test_never_in_the_middle_of_writing(self):
        interrupts = Interrupts()
        interrupts._handle(signal.SIGINT, None)
        with step_boundary:
            interrupts._handle(signal.SIGINT, None)  # waits
        with pytest.raises(KeyboardInterrupt):
            interrupts._handle(signal.SIGINT, None)
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()


def whole_steps(count, batch_size):
    """The weights after each number of steps."""
    model = compiled_from(7)
    found = [model.get_weights()]
    steps = model.fit_in_steps(X, Y, epochs=count, batch_size=batch_size, shuffle=False, verbose=0)
    return [*found, *(model.get_weights() for _ in steps)]


def compiled_from(seed):
    model = compiled()
    random = np.random.default_rng(seed)
    model.set_weights([random.standard_normal(w.shape) for w in model.get_weights()])
    return model


def test_interrupts_at_random_moments_leave_weights_of_a_whole_step():
    boundaries = {w[0].tobytes(): w for w in whole_steps(40, 4)}
    random = np.random.default_rng(0)
    for _ in range(100):
        model = compiled_from(7)
        delay = float(random.uniform(0, 0.03))
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        try:
            timer.start()
            model.fit(X, Y, epochs=40, batch_size=4, shuffle=False, verbose=0)
            timer.join()
        except KeyboardInterrupt:
            pass
        weights = model.get_weights()
        expected = boundaries[weights[0].tobytes()]  # all weights are of one step
        for a, b in zip(weights, expected, strict=True):
            np.testing.assert_array_equal(a, b)


class Running:
    """A model that trains in a thread, and tells when a batch is over."""

    def __init__(self, model, x=X, y=Y):
        self.batch, self.history = threading.Event(), []
        told = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: self.batch.set())

        def train():
            self.history.append(model.fit(x, y, epochs=10**6, verbose=0, callbacks=[told]))

        self.thread = threading.Thread(target=train)
        self.thread.start()
        self.control = model.training_control

    def wait_for_batches(self, count):
        for _ in range(count):
            assert self.batch.wait(20)
            self.batch.clear()

    def stop(self):
        self.control.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()


class TestOtherThreads:
    def test_training_works_in_a_thread(self):
        model, found = compiled(), []
        thread = threading.Thread(target=lambda: found.append(model.fit(X, Y, epochs=3, verbose=0)))
        thread.start()
        thread.join()
        assert found[0].epoch == [0, 1, 2]

    def test_stop(self):
        model = compiled()
        running = Running(model)
        running.wait_for_batches(5)
        running.stop()
        [history] = running.history
        assert len(history.history["loss"]) == len(history.epoch) > 0
        assert model.fit(X, Y, epochs=2, verbose=0).epoch == [0, 1]

    def test_pause_and_resume(self):
        model = compiled()
        control = model.training_control
        control.pause()
        running = Running(model)
        running.wait_for_batches(1)
        assert control.is_paused
        weights = model.get_weights()
        assert not running.batch.wait(0.05)
        np.testing.assert_array_equal(model.get_weights()[0], weights[0])
        control.resume()
        running.wait_for_batches(2)
        control.pause()
        running.stop()  # also while it is paused
        assert not control.is_stopped and not control.is_paused

    def test_weights_that_are_read_are_of_one_step(self):
        """The bias and the kernel move together, so a torn reading would show."""
        model = Sequential([Input((1,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.set_weights([np.zeros((1, 1)), np.zeros(1)])
        ones = np.ones((4, 1), "float32")
        running = Running(model, ones, ones)
        for _ in range(300):
            kernel, bias = model.get_weights()
            assert kernel[0, 0] == bias[0]
        running.stop()

    def test_files_that_are_written_meanwhile_are_whole(self, tmp_path):
        model = Sequential([Input((1,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        model.set_weights([np.zeros((1, 1)), np.zeros(1)])
        ones = np.ones((4, 1), "float32")
        running = Running(model, ones, ones)
        for _ in range(5):
            model.save(tmp_path / "now.keras")
            kernel, bias = load_model(tmp_path / "now.keras").get_weights()
            assert kernel[0, 0] == bias[0]
        running.stop()


class TestSlices:
    """Where there are no threads, a page takes one batch at a time."""

    def test_every_slice_is_a_batch(self):
        model = compiled()
        steps = model.fit_in_steps(X, Y, epochs=2, batch_size=8, verbose=0)
        for done, _ in enumerate(steps, 1):
            assert int(model.optimizer.iterations) == done
        assert done == 8 and model.history.epoch == [0, 1]

    def test_closing_ends_training(self):
        model, seen = compiled(), []
        end = callbacks.LambdaCallback(on_train_end=lambda logs: seen.append("end"))
        steps = model.fit_in_steps(X, Y, epochs=2, batch_size=8, verbose=0, callbacks=[end])
        next(steps)
        steps.close()
        assert seen == ["end"] and model.history.epoch == []


def test_requests_are_forgotten():
    control = TrainingControl()
    control.pause()
    control.stop()
    assert control.is_stopped and not control.is_paused
    control.reset()
    assert not control.is_stopped and not control.is_paused
