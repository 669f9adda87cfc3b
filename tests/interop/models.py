"""Models that are built the same way with visualnn and with real Keras: one function each.

Every function takes the library and returns a compiled or plain model; ``DATA`` has inputs for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MODELS: dict[str, Any] = {}


def model(function: Any) -> Any:
    """Make a function one of the models."""
    MODELS[function.__name__] = function
    return function


def data_for(shapes: Any, batch: int = 6, seed: int = 0) -> Any:
    """Random inputs of these shapes, nested as they are; whole numbers below ten for 1-D ones."""
    random = np.random.default_rng(seed)
    if isinstance(shapes, dict):
        return {k: data_for(v, batch, seed + i) for i, (k, v) in enumerate(shapes.items())}
    if isinstance(shapes, list):
        return [data_for(v, batch, seed + i) for i, v in enumerate(shapes)]
    if shapes[-1] == "tokens":
        return random.integers(0, 10, (batch, *shapes[:-1])).astype("int32")
    return random.normal(size=(batch, *shapes)).astype("float32")


@model
def sequential_mlp(keras):
    net = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, activation="relu", name="hidden"),
            keras.layers.LayerNormalization(),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(3, activation="softmax"),
        ],
        name="mlp",
    )
    net.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return net, (5,), lambda n: np.eye(3, dtype="float32")[np.arange(n) % 3]


@model
def functional_cnn(keras):
    layers = keras.layers
    images = keras.Input((8, 8, 1), name="images")
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(images)
    skip = x
    x = layers.BatchNormalization()(x)
    x = layers.Conv2D(4, 3, padding="same", strides=1)(x)
    x = layers.Add()([x, skip])
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Concatenate()([layers.AveragePooling2D(2)(x), layers.MaxPooling2D(2)(x)])
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(3)(x)
    net = keras.Model(images, outputs, name="cnn")
    net.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return net, (8, 8, 1), lambda n: np.arange(n) % 3


@model
def masked_lstm(keras):
    tokens = keras.Input((7,), dtype="int32", name="tokens")
    x = keras.layers.Embedding(10, 6, mask_zero=True)(tokens)
    x = keras.layers.LSTM(5, return_sequences=True)(x)
    x = keras.layers.LSTM(4)(x)
    outputs = keras.layers.Dense(1, activation="sigmoid")(x)
    net = keras.Model(tokens, outputs)
    net.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return net, (7, "tokens"), lambda n: (np.arange(n) % 2).reshape(-1, 1).astype("float32")


@model
def several_inputs_and_outputs(keras):
    layers = keras.layers
    a, b = keras.Input((4,), name="a"), keras.Input((6,), name="b")
    shared = layers.Dense(4, name="shared")
    left, right = shared(a), shared(layers.Dense(4, name="narrow")(b))
    both = layers.Multiply()([left, right]) + left * 2.0 - 1.0
    outputs = {"sum": layers.Dense(1, name="sum")(both), "pair": layers.Dense(2, name="pair")(both)}
    net = keras.Model({"a": a, "b": b}, outputs)
    net.compile("adam", {"sum": "mse", "pair": "mae"}, loss_weights={"sum": 1.0, "pair": 0.5})
    targets = lambda n: {  # noqa: E731
        "sum": np.linspace(-1, 1, n, dtype="float32").reshape(-1, 1),
        "pair": np.linspace(-1, 1, 2 * n, dtype="float32").reshape(-1, 2),
    }
    return net, {"a": (4,), "b": (6,)}, targets


@model
def nested(keras):
    layers = keras.layers
    x = keras.Input((4,), name="inner_in")
    inner = keras.Model(x, layers.Dense(4, activation="tanh")(x), name="inner")
    stack = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Activation("relu")])
    y = keras.Input((4,), name="outer_in")
    outputs = stack(inner(inner(y)))
    net = keras.Model(y, layers.Reshape((3, 1))(outputs), name="outer")
    net.compile("adam", "mse")
    return net, (4,), lambda n: np.ones((n, 3, 1), "float32")


@model
def frozen(keras):
    layers = keras.layers
    net = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Dense(2)])
    net.layers[0].trainable = False
    net.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return net, (4,), lambda n: np.ones((n, 2), "float32")


@model
def sliced(keras):
    x = keras.Input((6, 3), name="x")
    y = x[:, 1:5] * 2.0
    y = keras.ops.concatenate([y, keras.ops.relu(x[:, :2])], axis=1)
    y = keras.ops.mean(y, axis=1)
    net = keras.Model(x, keras.layers.Dense(2)(keras.ops.tanh(y)))
    return net, (6, 3), None
