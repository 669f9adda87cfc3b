"""How much memory a step takes is known before it runs."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers
from visualnn.engine import needs, threads
from visualnn.engine.needs import NotEnoughMemory, bytes_text, kept_bytes
from visualnn.spec import ShapeError


@pytest.fixture
def model():
    made = Sequential([Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(8)])
    made.compile("adam", "mse")
    return made


def test_it_is_told_what_for(model):
    found = model.memory(100)
    assert found.inputs == 4 * 100 * (64 + 8)
    weights = sum(w.numpy().nbytes for w in model.weights)
    assert found.variables >= 3 * weights  # and two moments of Adam
    assert found.kept >= 4 * 100 * (32 + 8)
    parts = (found.variables, found.inputs, found.kept, found.passing, found.results)
    assert found.total == int(found) == sum(parts)
    assert str(found).startswith(f"{bytes_text(found.total)} (variables ")


def test_it_grows_with_the_batch_and_less_for_prediction(model):
    small, large = model.memory(10), model.memory(1000)
    assert large.kept > 50 * small.kept / 10
    assert model.memory(1000, training=False).total < large.total
    assert small.variables == large.variables


def test_nothing_is_run_or_changed(model):
    before = [w.numpy() for w in model.weights]
    model.memory(8)
    for a, b in zip(before, model.weights, strict=True):
        np.testing.assert_array_equal(a, b.numpy())


def test_a_step_that_does_not_fit_is_refused_with_the_number(model, monkeypatch):
    monkeypatch.setattr(needs, "_WORTH_ASKING", 0)
    monkeypatch.setattr(needs, "available_memory", lambda: 30_000)
    with pytest.raises(NotEnoughMemory, match=r"needs .* kB, but 30.0 kB are free"):
        model.memory(1000)
    with pytest.raises(MemoryError, match="Use a smaller batch"):
        model.fit(np.zeros((1000, 64)), np.zeros((1000, 8)), batch_size=1000, verbose=0)


@pytest.mark.parametrize("number_of_threads", [1, 2])
def test_so_are_predictions_and_tests(model, monkeypatch, number_of_threads):
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(needs, "_WORTH_ASKING", 0)
    monkeypatch.setattr(needs, "available_memory", lambda: 30_000)
    threads.set_num_threads(number_of_threads)
    x, y = np.zeros((1000, 64), "float32"), np.zeros((1000, 8), "float32")
    try:
        for run in (
            lambda: model.predict(x, batch_size=1000, verbose=0),
            lambda: model.evaluate(x, y, batch_size=1000, verbose=0),
            lambda: model.train_on_batch(x, y),
        ):
            with pytest.raises(NotEnoughMemory, match="Use a smaller batch"):
                run()
        assert np.isfinite(model.predict(x[:5], verbose=0)).all()
    finally:
        threads.set_num_threads(None)


def test_parts_that_fit_one_by_one_are_refused_together(model, monkeypatch):
    """The system gives memory only when it is written to, so each part alone would be let pass."""
    total = model.memory(1000).kept
    monkeypatch.setattr(needs, "_WORTH_ASKING", 0)
    monkeypatch.setattr(needs, "available_memory", lambda: total - 1)
    with pytest.raises(NotEnoughMemory):
        model.train_on_batch(np.zeros((1000, 64)), np.zeros((1000, 8)))


def test_what_is_not_known_is_refused(model):
    with pytest.raises(ValueError, match="one example or more, not 0"):
        model.memory(0)
    with pytest.raises(ValueError, match="is not compiled"):
        Sequential([Input((2,)), layers.Dense(1)]).memory(training=True)
    inputs = Input((None, 3))
    free = Model(inputs, layers.LSTM(2)(inputs))
    with pytest.raises(ShapeError, match="takes inputs of any size"):
        free.memory()


def test_views_count_once():
    base = np.zeros(100, "float32")
    assert kept_bytes([base, base[:50], base.reshape(10, 10), "text", None]) == 400
    assert kept_bytes([base[:10]]) == 400


def test_the_system_tells_what_is_free():
    found = needs.available_memory()
    assert found is None or found > 1 << 20


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (12e6, "12.0 MB"), (3e12, "3,000.0 GB")],
)
def test_bytes_are_said_as_people_do(size, said):
    assert bytes_text(size) == said
