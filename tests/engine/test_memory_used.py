"""What a step takes is what was told before: measured by counting what numpy allocates."""

import gc
import tracemalloc

import numpy as np
import pytest

import visualnn as keras
from tests.engine import test_equality, test_passes, test_recomputing, test_stages
from visualnn import layers
from visualnn.engine import threads

MODELS = {
    **test_equality.MODELS,
    **test_passes.LOOPS,
    **{f"deep_{name}": make for name, make in test_recomputing.MODELS.items()},
    "residual": test_stages.residual,
    "wide": lambda: keras.Sequential([keras.Input((80,)), layers.Dense(200), layers.Dense(9)]),
    "blurred": lambda: test_equality.pictures(layers.Conv2D(24, 3, activation="gelu")),
}
BESIDE = 100_000
"""Bytes of Python's objects, and of the buffers that numpy copies through, which come and go."""


def held():
    """The bytes of all arrays that were made since counting began."""
    numpys = tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)
    found = tracemalloc.take_snapshot().filter_traces([numpys])
    return sum(trace.size for trace in found.traces)


def used(make, examples, training, recompute=False):
    """What is told of a step, and the bytes that it takes at its peak."""
    gc.collect()
    tracemalloc.start()
    try:
        model = make()
        model.compile("adam", "mse", recompute=recompute)
        x = np.ones((examples, *model.input_shape[1:]), "float32")
        y = np.zeros((examples, *model.output_shape[1:]), "float32")
        step = (
            (lambda: model.train_on_batch(x, y)) if training else lambda: model.predict_on_batch(x)
        )
        step()
        step()
        gc.collect()
        kept = held() - (0 if training else y.nbytes)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        step()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return model.memory(examples, training=training), kept + peak - before


@pytest.fixture(autouse=True)
def one_thread():
    threads.set_num_threads(1)
    yield
    threads.set_num_threads(None)


@pytest.mark.parametrize("training", [True, False], ids=["training", "prediction"])
@pytest.mark.parametrize("name", MODELS)
def test_a_step_takes_what_was_told(name, training):
    told, peak = used(MODELS[name], 300, training)
    assert peak < 1.1 * told.total + BESIDE
    assert peak > 0.65 * told.total


def test_what_is_computed_again_is_not_there():
    told, peak = used(lambda: test_recomputing.deep(40), 500, True)
    less, lower = used(lambda: test_recomputing.deep(40), 500, True, recompute=True)
    assert lower < 1.1 * less.total + BESIDE
    assert less.total < 0.55 * told.total and lower < 0.6 * peak


IN_THREADS = ["normalized", "residual", "deep_images", "attention", "lstm", "convolution", "same"]


@pytest.mark.parametrize("name", IN_THREADS)
def test_a_step_in_threads_takes_what_was_told(name, monkeypatch):
    """Their parts work in the same memory, one after the other."""
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    threads.set_num_threads(2)
    told, peak = used(MODELS[name], 300, True)
    assert peak < 1.1 * told.total + BESIDE
    assert peak > 0.65 * told.total
