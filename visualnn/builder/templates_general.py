"""Models to begin with for numbers, pairs and mixed data."""

from __future__ import annotations

from visualnn import ops
from visualnn.layers import (
    Add,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    GaussianNoise,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Multiply,
    Subtract,
)
from visualnn.models import Functional, Model


def mlp() -> Model:
    """Classifies rows of numbers: two dense layers, each with some of its outputs dropped."""
    x = numbers = Input((64,), name="numbers")
    for units in (128, 64):
        x = Dense(units, activation="relu", name=f"hidden_{units}")(x)
        x = Dropout(0.3, name=f"dropout_{units}")(x)
    return Functional(numbers, Dense(10, activation="softmax", name="classes")(x), name="mlp")


def autoencoder() -> Model:
    """Squeezes 784 numbers through 32 and makes them again; what it cannot make is unusual."""
    x = numbers = Input((784,), name="numbers")
    x = Dense(128, activation="relu", name="encode_1")(x)
    x = Dense(32, activation="relu", name="code")(x)
    x = Dense(128, activation="relu", name="decode_1")(x)
    decoded = Dense(784, activation="sigmoid", name="decoded")(x)
    return Functional(numbers, decoded, name="autoencoder")


def variational_autoencoder() -> Model:
    """Learns a normal distribution of codes from which new examples can be drawn.

    While training, ``mean + exp(log_variance / 2) * noise`` goes on; otherwise the mean. The
    penalties on both outputs are the divergence from a standard normal distribution, to the second
    order: ``mean**2 / 2 + log_variance**2 / 4``.
    """
    numbers = Input((784,), name="numbers")
    x = Dense(128, activation="relu", name="encode")(numbers)
    weight = 1e-3
    mean = Dense(
        8, activity_regularizer={"class_name": "L2", "config": {"l2": weight / 2}}, name="mean"
    )(x)
    log_variance = Dense(
        8,
        activity_regularizer={"class_name": "L2", "config": {"l2": weight / 4}},
        name="log_variance",
    )(x)
    noise = GaussianNoise(1.0, name="noise")(ops.zeros_like(mean))
    spread = ops.exp(log_variance * 0.5)
    code = Add(name="code")([mean, Multiply(name="scaled_noise")([spread, noise])])
    x = Dense(128, activation="relu", name="decode")(code)
    decoded = Dense(784, activation="sigmoid", name="decoded")(x)
    return Functional(numbers, decoded, name="variational_autoencoder")


def siamese() -> Model:
    """Says whether two rows of numbers belong together: one encoder looks at both."""
    left, right = Input((64,), name="left"), Input((64,), name="right")
    hidden = Dense(64, activation="relu", name="encoder_hidden")
    code = Dense(16, name="encoder_code")
    codes = [code(hidden(x)) for x in (left, right)]
    distance = ops.absolute(Subtract(name="difference")(codes))
    same = Dense(1, activation="sigmoid", name="same")(distance)
    return Functional([left, right], same, name="siamese")


def multi_input() -> Model:
    """Classifies pictures together with numbers about them: two branches that are joined."""
    x = picture = Input((32, 32, 3), name="picture")
    for filters in (16, 32):
        x = Conv2D(filters, 3, padding="same", activation="relu", name=f"conv_{filters}")(x)
        x = MaxPooling2D(name=f"pool_{filters}")(x)
    x = GlobalAveragePooling2D(name="picture_features")(x)
    numbers = Input((8,), name="numbers")
    y = Dense(16, activation="relu", name="number_features")(numbers)
    joined = Concatenate(name="joined")([x, y])
    x = Dense(32, activation="relu", name="hidden")(joined)
    classes = Dense(5, activation="softmax", name="classes")(x)
    return Functional([picture, numbers], classes, name="multi_input")
