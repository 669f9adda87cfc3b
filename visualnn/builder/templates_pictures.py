"""Models to begin with for pictures."""

from __future__ import annotations

from typing import Any

from visualnn.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from visualnn.models import Functional, Model


def lenet() -> Model:
    """Classifies small grey pictures such as digits (LeCun et al., 1998)."""
    x = digits = Input((28, 28, 1), name="digits")
    for filters, padding in ((6, "same"), (16, "valid")):
        x = Conv2D(filters, 5, padding=padding, activation="tanh", name=f"conv_{filters}")(x)
        x = AveragePooling2D(2, name=f"pool_{filters}")(x)
    x = Flatten(name="flatten")(x)
    for units in (120, 84):
        x = Dense(units, activation="tanh", name=f"dense_{units}")(x)
    return Functional(digits, Dense(10, activation="softmax", name="classes")(x), name="lenet")


def vgg() -> Model:
    """Classifies small pictures by blocks of two convolutions (Simonyan and Zisserman, 2014)."""
    x = picture = Input((32, 32, 3), name="picture")
    for block, filters in enumerate((32, 64), 1):
        for i in (1, 2):
            name = f"block{block}_conv{i}"
            x = Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
        x = MaxPooling2D(name=f"block{block}_pool")(x)
    x = Flatten(name="flatten")(x)
    x = Dense(128, activation="relu", name="dense")(x)
    x = Dropout(0.5, name="dropout")(x)
    return Functional(picture, Dense(10, activation="softmax", name="classes")(x), name="vgg")


def resnet() -> Model:
    """Classifies small pictures by blocks that add to what came in (He et al., 2015)."""
    picture = Input((32, 32, 3), name="picture")
    x = Conv2D(16, 3, padding="same", use_bias=False, name="stem")(picture)
    x = Activation("relu", name="stem_relu")(BatchNormalization(name="stem_norm")(x))
    for i, (filters, strides) in enumerate(((16, 1), (32, 2), (64, 2)), 1):
        x = _residual(x, filters, strides, f"block{i}")
    x = GlobalAveragePooling2D(name="features")(x)
    return Functional(picture, Dense(10, activation="softmax", name="classes")(x), name="resnet")


def _residual(x: Any, filters: int, strides: int, name: str) -> Any:
    shortcut = x
    if strides > 1:
        shortcut = Conv2D(filters, 1, strides=strides, name=f"{name}_shortcut")(x)
    for i, step in ((1, strides), (2, 1)):
        settings: Any = {"padding": "same", "use_bias": False}
        x = Conv2D(filters, 3, strides=step, name=f"{name}_conv{i}", **settings)(x)
        x = BatchNormalization(name=f"{name}_norm{i}")(x)
        if i == 1:
            x = Activation("relu", name=f"{name}_relu1")(x)
    x = Add(name=f"{name}_add")([x, shortcut])
    return Activation("relu", name=f"{name}_relu2")(x)


def unet() -> Model:
    """Marks what belongs to an object, point by point (Ronneberger et al., 2015)."""
    x = picture = Input((64, 64, 1), name="picture")
    kept: list[Any] = []
    for filters in (16, 32):
        x = _twice(x, filters, f"down_{filters}")
        kept.append(x)
        x = MaxPooling2D(name=f"pool_{filters}")(x)
    x = _twice(x, 64, "bottom")
    for filters in (32, 16):
        x = Conv2DTranspose(filters, 2, strides=2, name=f"grow_{filters}")(x)
        x = Concatenate(name=f"join_{filters}")([kept.pop(), x])
        x = _twice(x, filters, f"up_{filters}")
    return Functional(picture, Conv2D(1, 1, activation="sigmoid", name="mask")(x), name="unet")


def _twice(x: Any, filters: int, name: str) -> Any:
    for i in (1, 2):
        x = Conv2D(filters, 3, padding="same", activation="relu", name=f"{name}_conv{i}")(x)
    return x


def gan() -> Model:
    """A generator makes pictures of noise, a discriminator tells them from true ones.

    Both are submodels; train the discriminator on pictures, then freeze it and train the pair.
    """
    noise = Input((64,), name="noise")
    picture = _discriminator()(_generator()(noise))
    return Functional(noise, picture, name="gan")


def _generator() -> Model:
    x = noise = Input((64,), name="noise")
    x = Dense(7 * 7 * 32, activation="relu", name="project")(x)
    x = Reshape((7, 7, 32), name="as_picture")(x)
    x = Conv2DTranspose(32, 4, strides=2, padding="same", name="grow_1")(x)
    x = LeakyReLU(0.2, name="leaky_1")(BatchNormalization(name="norm_1")(x))
    x = Conv2DTranspose(
        1, 4, strides=2, padding="same", activation="sigmoid", name="picture"
    )(x)  # fmt: skip
    return Functional(noise, x, name="generator")


def _discriminator() -> Model:
    x = picture = Input((28, 28, 1), name="picture")
    for filters in (32, 64):
        x = Conv2D(filters, 4, strides=2, padding="same", name=f"conv_{filters}")(x)
        x = LeakyReLU(0.2, name=f"leaky_{filters}")(x)
    x = Dropout(0.3, name="dropout")(Flatten(name="flatten")(x))
    true = Dense(1, activation="sigmoid", name="true")(x)
    return Functional(picture, true, name="discriminator")
