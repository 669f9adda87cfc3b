"""Steps that end too early, steps of two models at once, and plans that nobody needs any more."""

import gc
import threading
import weakref

import numpy as np
import pytest

import visualnn as keras
from tests.engine import test_equality, test_passes, test_stages
from visualnn import layers
from visualnn.engine import threads
from visualnn.engine.program import Program

MODELS = {**test_equality.MODELS, **test_passes.LOOPS, **test_stages.MAKERS}


@pytest.fixture
def in_two_threads(monkeypatch):
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    threads.set_num_threads(2)
    yield
    threads.set_num_threads(None)


def made(seed=2, **more):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            layers.Conv2D(4, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(4),
        ]
    )
    model.compile("adam", "mse", **more)
    return model


def batch(count=8):
    random = np.random.default_rng(0)
    return random.normal(size=(count, 6, 6, 3)).astype("float32"), np.ones((count, 4), "float32")


def state(model):
    return [v.numpy() for v in [*model.variables, *model.optimizer.variables]]


@pytest.mark.parametrize("name", MODELS)
def test_every_model_in_threads_is_the_reference(name, in_two_threads):
    test_equality.check(*test_equality.trained(MODELS[name], keras.optimizers.SGD(0.05)))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_computed_exactly_is_the_reference(name):
    keras.config.set_exact()
    try:
        test_equality.check(*test_equality.trained(MODELS[name], keras.optimizers.SGD(0.05)))
    finally:
        keras.config.set_exact(False)


@pytest.mark.parametrize("problem", [KeyboardInterrupt, MemoryError, ValueError])
@pytest.mark.parametrize("after", [1, 2, 3, 4, 7])
def test_a_step_that_ends_anywhere_has_changed_nothing(problem, after, in_two_threads, monkeypatch):
    """In either thread, and between two parts."""
    x, y = batch()
    model, other = made(), made()
    model.train_on_batch(x, y)
    other.train_on_batch(x, y)
    before = state(model)
    runs = []
    lend = Program.lend

    def fails(self, arrays):
        runs.append(1)
        if len(runs) == after:
            raise problem("in the middle")
        return lend(self, arrays)

    with monkeypatch.context() as patched:
        patched.setattr(Program, "lend", fails)
        with pytest.raises(problem):
            model.train_on_batch(x, y)
    for a, b in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(a, b)
    assert model.train_on_batch(x, y) == other.train_on_batch(x, y)
    for a, b in zip(state(model), state(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_two_models_are_trained_at_once(in_two_threads):
    x, y = batch()
    expected = [made(seed) for seed in (2, 3)]
    for model in expected:
        model.fit(x, y, epochs=5, batch_size=4, verbose=0, shuffle=False)
    found = [made(seed) for seed in (2, 3)]
    problems = []

    def train(model):
        try:
            model.fit(x, y, epochs=5, batch_size=4, verbose=0, shuffle=False)
        except Exception as problem:
            problems.append(problem)

    running = [threading.Thread(target=train, args=(model,)) for model in found]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not problems
    for one, other in zip(expected, found, strict=True):
        for a, b in zip(state(one), state(other), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("number_of_threads", [1, 2])
def test_a_plan_that_nobody_needs_gives_its_memory_back(number_of_threads, monkeypatch):
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    threads.set_num_threads(number_of_threads)
    try:
        model = made()
        model.train_on_batch(*batch())
        [step] = model._steps.values()
        [[trace]] = step._traces.values()
        plan, [program] = trace.plan, trace.plan._programs.values()
        gone = [weakref.ref(plan), weakref.ref(program)]
        del step, trace, plan, program
        model.compile("sgd", "mse")
        gc.collect()
        assert [x() for x in gone] == [None, None]
    finally:
        threads.set_num_threads(None)


def test_frozen_layers_are_another_step():
    model = made()
    x, y = batch()
    model.train_on_batch(x, y)
    model.layers[0].trainable = False
    frozen = [w.numpy() for w in model.layers[0].weights]
    others = [w.numpy() for w in model.layers[-1].weights]
    model.train_on_batch(x, y)
    for a, b in zip(frozen, model.layers[0].weights, strict=True):
        np.testing.assert_array_equal(a, b.numpy())
    assert any(
        (a != b.numpy()).any() for a, b in zip(others, model.layers[-1].weights, strict=True)
    )
