"""Models of the size of a course, by name, which any library with the Keras API can build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Workload(NamedTuple):
    """A model to train.

    Attributes:
        shape: Of one example.
        batch: How many are in a batch.
        batches: How many batches are in an epoch.
        layers: The layers behind the input, given a library.
    """

    shape: tuple[int, ...]
    batch: int
    batches: int
    layers: Callable[[Any, Any], Any]


def dense(layers: Any, x: Any) -> Any:
    """A small network of dense layers."""
    return layers.Dense(32, activation="relu")(x)


def wide(layers: Any, x: Any) -> Any:
    """Wide dense layers, as for small pictures of digits."""
    x = layers.Dense(400, activation="relu")(x)
    return layers.Dense(200, activation="relu")(x)


def convolutions(layers: Any, x: Any) -> Any:
    """Convolutions and pools, as in LeNet."""
    for filters in (24, 48):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return layers.Dense(96, activation="relu")(layers.Flatten()(x))


def residual(layers: Any, x: Any) -> Any:
    """Residual blocks with batch normalization."""
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for filters in (16, 32):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(
            layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        )
        if filters != x.shape[-1]:
            x = layers.Conv2D(filters, 1, use_bias=False)(x)
        x = layers.MaxPooling2D(2)(layers.ReLU()(layers.Add()([x, y])))
    return layers.GlobalAveragePooling2D()(x)


def recurrent(layers: Any, x: Any) -> Any:
    """A recurrent layer over a sequence."""
    return layers.LSTM(48)(x)


def attention(layers: Any, x: Any) -> Any:
    """One block of a transformer."""
    x = layers.LayerNormalization()(
        layers.Add()([x, layers.MultiHeadAttention(num_heads=4, key_dim=12)(x, x)])
    )
    y = layers.Dense(48)(layers.Dense(192, activation="relu")(x))
    return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(layers.Add()([x, y])))


def separable(layers: Any, x: Any) -> Any:
    """Depthwise convolutions with batch normalization."""
    x = layers.Conv2D(24, 3, padding="same", use_bias=False)(x)
    for filters in (48, 96):
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.GlobalAveragePooling2D()(x)


def regularized(layers: Any, x: Any) -> Any:
    """Dense layers with batch normalization and dropout."""
    for units in (256, 128):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units)(x)))
        x = layers.Dropout(0.3)(x)
    return x


def pairs(layers: Any, x: Any) -> Any:
    """Convolutions two by two, as in VGG, with dropout."""
    for filters in (32, 64):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.Dropout(0.25)(layers.MaxPooling2D()(x))
    return layers.Dense(128, activation="relu")(layers.Flatten()(x))


def down_and_up(layers: Any, x: Any) -> Any:
    """Strided convolutions and transposed ones, as in an autoencoder."""
    for filters in (16, 32):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    for filters in (32, 16):
        x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same", activation="relu")(x)
    return layers.GlobalAveragePooling2D()(x)


def bridged(layers: Any, x: Any) -> Any:
    """Down, up and a bridge across, as in a U-Net."""
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    y = layers.Conv2D(32, 3, padding="same", activation="relu")(layers.MaxPooling2D()(x))
    x = layers.Concatenate()([x, layers.UpSampling2D()(y)])
    return layers.GlobalAveragePooling2D()(
        layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    )


def over_time(layers: Any, x: Any) -> Any:
    """Convolutions along a sequence."""
    x = layers.MaxPooling1D(2)(layers.Conv1D(64, 5, activation="relu")(x))
    return layers.GlobalMaxPooling1D()(layers.Conv1D(64, 5, activation="relu")(x))


def gated(layers: Any, x: Any) -> Any:
    """A GRU."""
    return layers.GRU(64)(x)


def both_ways(layers: Any, x: Any) -> Any:
    """A bidirectional LSTM below another one."""
    x = layers.Bidirectional(layers.LSTM(32, return_sequences=True))(x)
    return layers.LSTM(32)(x)


def encoder(layers: Any, x: Any) -> Any:
    """Two transformer blocks with dropout and GELU."""
    x = layers.Dense(64)(x)
    for _ in range(2):
        y = layers.LayerNormalization()(x)
        y = layers.MultiHeadAttention(num_heads=4, key_dim=16, dropout=0.1)(y, y)
        x = layers.Add()([x, layers.Dropout(0.1)(y)])
        y = layers.Dense(128, activation="gelu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dropout(0.1)(layers.Dense(64)(y))])
    return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))


WORKLOADS = {
    "dense": Workload((48,), 32, 48, dense),
    "wide": Workload((784,), 128, 12, wide),
    "convolutions": Workload((28, 28, 1), 64, 6, convolutions),
    "residual": Workload((24, 24, 3), 48, 3, residual),
    "recurrent": Workload((60, 24), 32, 8, recurrent),
    "attention": Workload((48, 48), 32, 8, attention),
    "separable": Workload((24, 24, 3), 48, 2, separable),
    "regularized": Workload((128,), 64, 32, regularized),
    "pairs": Workload((32, 32, 3), 32, 3, pairs),
    "down and up": Workload((28, 28, 1), 64, 4, down_and_up),
    "bridged": Workload((32, 32, 3), 16, 4, bridged),
    "over time": Workload((128, 16), 64, 6, over_time),
    "gated": Workload((60, 24), 32, 8, gated),
    "both ways": Workload((50, 24), 32, 8, both_ways),
    "encoder": Workload((32, 32), 32, 8, encoder),
}


def tasks(library: Any, workload: Workload) -> dict[str, Callable[[], Any]]:
    """What is measured of a model in a library: an epoch, predictions, one call."""
    numbers = np.random.default_rng(0)
    count = workload.batch * workload.batches
    x = numbers.standard_normal((count, *workload.shape)).astype("float32")
    y = numbers.integers(0, 10, count)
    inputs = library.Input(workload.shape)
    outputs = library.layers.Dense(10, activation="softmax")(
        workload.layers(library.layers, inputs)
    )
    model = library.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy")
    size, one = workload.batch, x[:1]
    return {
        "train": lambda: model.fit(x, y, batch_size=size, epochs=1, verbose=0),
        "predict": lambda: model.predict(x, batch_size=size, verbose=0),
        "call": lambda: np.asarray(model(one)),
    }
