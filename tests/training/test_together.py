"""Short steps that run together, batch after batch in one call, are the steps one by one."""

import threading

import numpy as np
import pytest

import visualnn as keras
from visualnn import layers, metrics
from visualnn.engine.batch_loop import BatchLoop

EXAMPLES = 50  # with batches of 8, the last one is smaller
X = np.random.default_rng(0).normal(size=(EXAMPLES, 6)).astype("float32")
Y = np.abs(np.random.default_rng(1).normal(size=(EXAMPLES, 4))).astype("float32")
CLASSES = np.arange(EXAMPLES) % 4


class Each(keras.callbacks.Callback):
    """Wants to know of each batch."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(batch)

    def on_test_batch_end(self, batch, logs=None):
        pass


@pytest.fixture
def calls(monkeypatch):
    """How many steps each call took that ran several."""
    found = []
    run = BatchLoop.__call__

    def noted(loop, stacks):
        found.append(len(stacks[0]))
        return run(loop, stacks)

    monkeypatch.setattr(BatchLoop, "__call__", noted)
    return found


def trained(make, callbacks, y=Y, compiled=None, **arguments):
    """All that training leaves: weights, states of the optimizer and the metrics, and history."""
    keras.utils.set_random_seed(1)
    model = make()
    how = {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]}
    model.compile(**{**how, **(compiled() if compiled else {})})
    given = {"batch_size": 8, "epochs": 3, "verbose": 0, **arguments}
    history = model.fit(X, y, callbacks=callbacks, **given).history
    left = [*model.weights, *model.optimizer.variables, *model.metrics_variables]
    return [v.numpy() for v in left], history


def check(calls, make, y=Y, compiled=None, **arguments):
    one_by_one, wanted = trained(make, [Each()], y, compiled, **arguments)
    assert calls == []
    together, history = trained(make, None, y, compiled, **arguments)
    assert calls and max(calls) > 1
    for name, values in wanted.items():
        np.testing.assert_array_equal(history[name], values, err_msg=name)
    for found, exact in zip(together, one_by_one, strict=True):
        np.testing.assert_array_equal(found, exact)


def dense(*more):
    return keras.Sequential([keras.Input((6,)), layers.Dense(9, "relu"), *more, layers.Dense(4)])


def sequence(*more):
    return keras.Sequential([keras.Input((6,)), layers.Reshape((3, 2)), *more, layers.Dense(4)])


MODELS = {
    "dense": dense,
    "dropout": lambda: dense(layers.Dropout(0.5), layers.GaussianNoise(0.1)),
    "normalized": lambda: dense(layers.BatchNormalization(momentum=0.5)),
    "regularized": lambda: dense(
        layers.Dense(5, kernel_regularizer="l2", bias_constraint="non_neg")
    ),
    "spectral": lambda: dense(layers.SpectralNormalization(layers.Dense(5))),
    "lstm": lambda: sequence(layers.LSTM(5)),
    "gru": lambda: sequence(layers.GRU(3, return_sequences=True), layers.SimpleRNN(4)),
    "convolution": lambda: sequence(layers.Conv1D(4, 2), layers.MaxPooling1D(2), layers.Flatten()),
    "half": lambda: dense(layers.Dense(5, dtype="mixed_float16")),
}
OPTIMIZERS = {
    **{
        name: lambda name=name: name
        for name in ("sgd", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl", "lion")
    },
    "adafactor": lambda: "adafactor",
    "muon": lambda: keras.optimizers.Muon(0.01),
    "lamb": lambda: "lamb",
    "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "centered": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "amsgrad": lambda: keras.optimizers.Adam(0.01, amsgrad=True),
    "averages": lambda: keras.optimizers.AdamW(0.01, clipnorm=0.1, use_ema=True),
    "accumulating": lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=2),
    "schedule": lambda: keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.9)
    ),
    "scaled": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05)),
}


@pytest.mark.parametrize("name", MODELS)
def test_models(name, calls):
    check(calls, MODELS[name])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name, calls):
    check(calls, dense, compiled=lambda: {"optimizer": OPTIMIZERS[name]()})


def test_metrics_and_weights_of_examples(calls):
    def make():
        return dense(layers.Dense(6, "tanh"), layers.Softmax())

    def compiled():
        return {
            "loss": "sparse_categorical_crossentropy",
            "metrics": ["accuracy", metrics.SparseTopKCategoricalAccuracy(2)],
            "weighted_metrics": ["accuracy"],
        }

    weights = np.linspace(0, 2, EXAMPLES, dtype="float32")
    check(calls, make, CLASSES, compiled, sample_weight=weights)


def test_metrics_with_states_that_are_arrays(calls):
    def make():
        return dense(layers.Dense(4, "sigmoid"))

    def compiled():
        return {"loss": "bce", "metrics": ["auc", metrics.F1Score(average=None)]}

    check(calls, make, np.eye(4, dtype="float32")[CLASSES], compiled)


@pytest.mark.parametrize("shuffle", [True, False])
def test_orders_and_validation(shuffle, calls):
    check(calls, dense, shuffle=shuffle, validation_split=0.3)
    assert calls.count(4) >= 3  # of 35 examples, those that are full, in each epoch


def test_evaluation(calls):
    model = dense()
    model.compile(loss="mse", metrics=["mae"])
    wanted = model.evaluate(X, Y, batch_size=8, verbose=0, callbacks=[Each()])
    assert calls == []
    assert model.evaluate(X, Y, batch_size=8, verbose=0) == wanted
    assert calls == [6]


def test_who_wants_to_know_of_each_batch_is_told_of_each(calls):
    each = Each()
    trained(dense, [each], epochs=1)
    assert each.batches == [*range(7)] and calls == []


def test_who_is_content_with_now_and_then_is_told_of_the_last(calls):
    each = Each()
    each.every_batch = False
    trained(dense, [each], epochs=1)
    assert each.batches == [5, 6] and calls == [6]


def test_what_escaped_stays_as_it_was():
    model = dense()
    model.compile("adam", "mse")
    held, kept = [], []
    for _ in range(4):
        model.fit(X, Y, batch_size=8, verbose=0)
        held += [np.asarray(model.weights[0]), model.weights[1].value, *model.get_weights()]
        held += [np.asarray(v) for v in model.optimizer.variables[:3]]
        kept += [np.array(x) for x in held[len(kept) :]]
    for array, copy in zip(held, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_problem_in_a_step_leaves_those_before_it(calls):
    def make():
        embedding = layers.Embedding(5, 3)
        return keras.Sequential([keras.Input((1,), dtype="int32"), embedding, layers.Flatten()])

    words = np.zeros((40, 1), "int32")
    words[30] = 77
    model = make()
    model.compile("sgd", "mse")
    with pytest.raises(Exception, match=r"77|bounds|range"):
        model.fit(words, np.ones((40, 3), "float32"), batch_size=8, shuffle=False, verbose=0)
    assert int(model.optimizer.iterations) == 3


def test_others_may_read_variables_meanwhile():
    """They find what whole steps have left, and never wait for long."""
    model = dense()
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=8, verbose=0)
    seen, is_over = [], threading.Event()

    def read():
        while not is_over.is_set():
            seen.append([w.numpy() for w in model.weights])

    reader = threading.Thread(target=read)
    reader.start()
    model.fit(X, Y, batch_size=8, epochs=50, verbose=0)
    is_over.set()
    reader.join()
    assert len({x[0].tobytes() for x in seen}) > 1


def test_the_source_is_a_loop_over_batches():
    model = dense()
    model.compile("adam", "mse")
    model.fit(X, Y, batch_size=8, verbose=0)
    [known] = model.make_train_function()._traces.values()
    source = known[0].plan.source(X[:8], Y[:8])
    assert source.startswith("def steps(batches, now, ")
    assert "    for x, y in batches:\n        # sequential" in source
    assert "what the next step begins with" in source
