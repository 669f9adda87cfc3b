"""Layers that make sequences, images and volumes larger."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat, spatial_axes
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.serialization import public

FAMILY = "Reshape"


@public("keras.layers")
@declared
class UpSampling1D(Layer):
    """Repeats every step of a sequence, (batch, steps, channels).

    Args:
        size: How often.
    """

    size: int = setting(2, minimum=1)

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs):
        return ops.repeat(inputs, self.size, axis=1)


@public("keras.layers")
@declared
class UpSampling2D(Layer):
    """Makes an image larger by a whole factor.

    Args:
        size: How many times larger, in rows and columns.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        interpolation: How new pixels are made: ``"nearest"`` repeats pixels, the others go
            smoothly from one to the next.
    """

    size: tuple[int, int] = setting((2, 2), minimum=1)
    data_format: DataFormat = setting(None)
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] = "nearest"

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs):
        axes = spatial_axes(self.data_format, 2)
        if self.interpolation == "nearest":
            return repeated(inputs, axes, self.size)
        for axis, factor in zip(axes, self.size, strict=True):
            inputs = interpolated(inputs, axis, factor, self.interpolation)
        return inputs


@public("keras.layers")
@declared
class UpSampling3D(Layer):
    """Repeats every point of a volume.

    Args:
        size: How often along each axis.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    size: tuple[int, int, int] = setting((2, 2, 2), minimum=1)
    data_format: DataFormat = setting(None)

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=5)

    def call(self, inputs):
        return repeated(inputs, spatial_axes(self.data_format, 3), self.size)


def interpolated(x, axis: int, factor: int, kind: str):
    """A tensor that is longer along one axis, with the new elements between the old ones."""
    letters = "abcdefgh"[: len(x.shape)]
    size = ops.shape(x)[axis]
    matrix = ops.cast(interpolation(size, factor, kind), x.dtype)
    equation = f"{letters},z{letters[axis]}->{letters.replace(letters[axis], 'z')}"
    return ops.einsum(equation, x, matrix)


def interpolation(size: Any, factor: int, kind: str) -> Any:
    """How much each of ``size`` elements counts for each of ``size * factor`` new ones.

    The old elements lie in the middle of ``factor`` new ones; what a new one would take from
    beyond the border is shared by the others.
    """
    new, old = ops.arange(size * factor), ops.arange(size)
    place = (ops.cast(new, "float32") + 0.5) / factor - 0.5
    distance = ops.expand_dims(place, axis=1) - ops.cast(old, "float32")
    weights = CURVES[kind](ops.absolute(distance))
    return weights / ops.sum(weights, axis=1, keepdims=True)


def _cubic(x: Any) -> Any:
    """Keys, "Cubic convolution interpolation for digital image processing", 1981."""
    near = (1.5 * x - 2.5) * x**2 + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return ops.where(x <= 1, near, ops.where(x < 2, far, 0.0))


def _lanczos(radius: int) -> Callable[[Any], Any]:
    def curve(x: Any) -> Any:
        angle = math.pi * ops.maximum(x, 1e-6)  # at zero the curve is flat
        found = radius * ops.sin(angle) * ops.sin(angle / radius) / ops.square(angle)
        return ops.where(x < radius, found, 0.0)

    return curve


CURVES: dict[str, Callable[[Any], Any]] = {
    "bilinear": lambda x: ops.maximum(1 - x, 0.0),
    "bicubic": _cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}
"""How much an element counts at some distance."""


def repeated(x, axes: tuple[int, ...], counts: tuple[int, ...]):
    """A tensor with every element repeated along some axes."""
    for axis, count in zip(axes, counts, strict=True):
        x = ops.repeat(x, count, axis=axis)
    return x
