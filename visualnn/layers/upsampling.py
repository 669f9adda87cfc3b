"""Layers that make sequences, images and volumes larger."""

from __future__ import annotations

from typing import Literal

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
        rows, columns = (
            n * size for n, size in zip(self.size, (inputs.shape[a] for a in axes), strict=True)
        )
        return ops.image.resize(
            inputs, (rows, columns), self.interpolation, data_format=self.data_format
        )


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


def repeated(x, axes: tuple[int, ...], counts: tuple[int, ...]):
    """A tensor with every element repeated along some axes."""
    for axis, count in zip(axes, counts, strict=True):
        x = ops.repeat(x, count, axis=axis)
    return x
