"""Runs of training that real Keras took and wrote down: models, data and how they are trained.

Everything is written for whatever module is passed as ``keras``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """One run.

    Attributes:
        name: Its name.
        make: Makes the compiled model, of the module ``keras``.
        data: Makes ``(x, y)``, of a random generator.
        fit: More arguments of ``fit``; functions are called with the module and the data.
    """

    name: str
    make: Callable
    data: Callable
    fit: dict = field(default_factory=dict)

    def examples(self):
        return self.data(np.random.default_rng(sum(map(ord, self.name))))

    def arguments(self):
        x, y = self.examples()
        given = {key: f(x, y) if callable(f) else f for key, f in self.fit.items()}
        return {
            "x": x,
            "y": y,
            "batch_size": 8,
            "epochs": 3,
            "shuffle": False,
            "verbose": 0,
            **given,
        }

    def model(self, keras):
        """The model, with weights that are the same in every library."""
        model = self.make(keras)
        random = np.random.default_rng(7)
        model.set_weights(
            [random.uniform(0.05 if "var" in w.path else -0.5, 0.5, w.shape) for w in model.weights]
        )
        return model


def images(random, count=20):
    return random.standard_normal((count, 8, 8, 2)).astype("float32")


def one_hot(random, classes, count=20):
    return np.eye(classes, dtype="float32")[random.integers(0, classes, count)]


def vectors(random, size, count=20):
    return random.standard_normal((count, size)).astype("float32")


def mlp(keras):
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, "relu"), layers.Dense(4, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def normalized_cnn(keras):
    layers = keras.layers
    x = inputs = keras.Input((8, 8, 2))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
    x = layers.Activation("relu")(layers.BatchNormalization(momentum=0.8)(x))
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(3, 3, strides=2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, layers.Dense(3)(x))
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    model.compile(optimizer, loss, metrics=["accuracy", "mse"])
    return model


def two_outputs(keras):
    layers = keras.layers
    a, b = keras.Input((3,), name="a"), keras.Input((4,), name="b")
    h = layers.Dense(5, "tanh")(layers.Concatenate()([a, b]))
    outputs = [layers.Dense(2, name="p")(h), layers.Dense(1, "sigmoid", name="q")(h)]
    model = keras.Model([a, b], outputs)
    model.compile(
        "rmsprop",
        {"p": "mse", "q": "binary_crossentropy"},
        loss_weights={"p": 2.0, "q": 0.5},
        metrics={"p": ["mae"], "q": ["accuracy"]},
        weighted_metrics={"p": ["mae"]},
    )
    return model


def recurrent(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((7, 3)), layers.LSTM(4), layers.Dense(1)])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, 4, 0.7)
    model.compile(keras.optimizers.Adam(schedule, clipnorm=0.5), "huber", metrics=["mae"])
    return model


def masked(keras):
    layers = keras.layers
    inputs = keras.Input((6,), dtype="int32")
    x = layers.Embedding(9, 4, mask_zero=True)(inputs)
    x = layers.LSTM(3, return_sequences=True)(x)
    model = keras.Model(inputs, layers.Dense(2)(x))
    model.compile(keras.optimizers.Adam(0.01), "mse")  # with JAX, Keras's metrics lose the mask
    return model


def penalized(keras):
    layers = keras.layers
    h = inputs = keras.Input((5,))
    h = layers.Dense(
        6, "relu", kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.02)
    )(h)
    h = layers.LayerNormalization()(h)
    model = keras.Model(inputs, layers.Dense(3, "softmax", kernel_constraint="max_norm")(h))
    model.compile(
        keras.optimizers.SGD(0.1), "categorical_crossentropy", metrics=["categorical_accuracy"]
    )
    return model


def dict_model(keras):
    layers = keras.layers
    inputs = {"u": keras.Input((3,), name="u"), "t": keras.Input((2,), name="t")}
    outputs = {
        "s": layers.Dense(2, name="one")(inputs["u"]),
        "r": layers.Dense(1, name="two")(inputs["t"]),
    }
    model = keras.Model(inputs, outputs)
    model.compile("adam", {"s": "mse", "r": "mae"}, metrics={"s": ["mae"]})
    return model


CASES = [
    Case(
        "mlp with validation split",
        mlp,
        lambda r: (vectors(r, 6), r.integers(0, 4, 20)),
        {"validation_split": 0.25},
    ),
    Case(
        "mlp with class weights",
        mlp,
        lambda r: (vectors(r, 6), r.integers(0, 4, (20, 1))),
        {"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}},
    ),
    Case(
        "cnn with batch normalization",
        normalized_cnn,
        lambda r: (images(r), one_hot(r, 3)),
        {"validation_data": lambda x, y: (x[:7], y[:7]), "validation_freq": 2},
    ),
    Case(
        "two inputs and two outputs",
        two_outputs,
        lambda r: (
            [vectors(r, 3), vectors(r, 4)],
            [vectors(r, 2), r.integers(0, 2, (20, 1)).astype("float32")],
        ),
        {"sample_weight": lambda x, y: [np.linspace(0, 2, 20), np.linspace(1, 0, 20)]},
    ),
    Case(
        "lstm with a schedule and clipping",
        recurrent,
        lambda r: (r.standard_normal((20, 7, 3)).astype("float32"), vectors(r, 1)),
        {"sample_weight": lambda x, y: np.linspace(0.1, 1, 20)},
    ),
    Case(
        "masked sequences",
        masked,
        lambda r: (
            r.integers(0, 9, (20, 6)) * (np.arange(6) < r.integers(2, 7, (20, 1))),
            r.standard_normal((20, 6, 2)).astype("float32"),
        ),
    ),
    Case(
        "penalties and constraints",
        penalized,
        lambda r: (vectors(r, 5), one_hot(r, 3)),
        {"steps_per_epoch": 2},
    ),
    Case(
        "dicts",
        dict_model,
        lambda r: (
            {"u": vectors(r, 3), "t": vectors(r, 2)},
            {"s": vectors(r, 2), "r": vectors(r, 1)},
        ),
        {"validation_split": 0.3},
    ),
]
