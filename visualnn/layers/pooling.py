"""Layers that keep the greatest number, or the average, of each window of the input."""

from __future__ import annotations

from typing import Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat, spatial_axes
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.serialization import public
from visualnn.spec import ShapeError

FAMILY = "Pooling"


@declared
class Pooling(Layer):
    """The base of pooling of any rank.

    Args:
        pool_size: The size of the window along each axis.
        strides: How far the window moves along each axis; by default its size.
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` lets it reach beyond, so
            that no input is left out.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        name: The name of the layer.
    """

    pool_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] | None = setting(None, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = setting(None)
    name: str | None = None

    _needs_no_build = True

    rank = 0  # how many axes the window slides along

    def __post_init__(self):
        self.strides = self.strides or self.pool_size
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def check_size(self, inputs) -> None:
        """Refuse an input that is smaller than the window.

        Raises:
            ShapeError: Saying how large both are.
        """
        sizes = tuple(inputs.shape[axis] for axis in spatial_axes(self.data_format, self.rank))
        if self.padding == "valid" and any(
            size is not None and size < window
            for size, window in zip(sizes, self.pool_size, strict=True)
        ):
            raise ShapeError(
                f"Its window {self.pool_size} is larger than its input {tuple(inputs.shape)}. "
                'Take a smaller `pool_size`, or `padding="same"`.'
            )


class MaxPooling(Pooling):
    """The base of layers that keep the greatest number."""

    def call(self, inputs):
        self.check_size(inputs)
        return ops.max_pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)


class AveragePooling(Pooling):
    """The base of layers that keep the average."""

    def call(self, inputs):
        self.check_size(inputs)
        return ops.average_pool(
            inputs, self.pool_size, self.strides, self.padding, self.data_format
        )


@public("keras.layers", "MaxPool1D")
@declared
class MaxPooling1D(MaxPooling):
    """Keeps the greatest number of each window of steps, (batch, steps, channels)."""

    pool_size: tuple[int] = setting(2, minimum=1)
    strides: tuple[int] | None = setting(None, minimum=1)

    rank = 1


@public("keras.layers", "MaxPool2D")
@declared
class MaxPooling2D(MaxPooling):
    """Keeps the greatest number of each window of pixels, (batch, rows, columns, channels)."""

    pool_size: tuple[int, int] = setting((2, 2), minimum=1)
    strides: tuple[int, int] | None = setting(None, minimum=1)

    rank = 2


@public("keras.layers", "MaxPool3D")
@declared
class MaxPooling3D(MaxPooling):
    """Keeps the greatest number of each window of a volume."""

    pool_size: tuple[int, int, int] = setting((2, 2, 2), minimum=1)
    strides: tuple[int, int, int] | None = setting(None, minimum=1)

    rank = 3


@public("keras.layers", "AvgPool1D")
@declared
class AveragePooling1D(AveragePooling):
    """Keeps the average of each window of steps, (batch, steps, channels)."""

    pool_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] | None = setting(None, minimum=1)

    rank = 1


@public("keras.layers", "AvgPool2D")
@declared
class AveragePooling2D(AveragePooling):
    """Keeps the average of each window of pixels, (batch, rows, columns, channels)."""

    pool_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] | None = setting(None, minimum=1)

    rank = 2


@public("keras.layers", "AvgPool3D")
@declared
class AveragePooling3D(AveragePooling):
    """Keeps the average of each window of a volume."""

    pool_size: tuple[int, int, int] = setting(minimum=1)
    strides: tuple[int, int, int] | None = setting(None, minimum=1)

    rank = 3


# --------------------------------------------------------------------------- adaptive


@declared
class AdaptivePooling(Layer):
    """The base of pooling to a certain size.

    Args:
        output_size: The size of the output along each axis; the windows follow from it.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    output_size: tuple[int, ...] = setting(minimum=1, misfit=TypeError)
    data_format: DataFormat = setting(None)

    rank = 0

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=self.rank + 2)


class AdaptiveMaxPooling(AdaptivePooling):
    """The base of layers that keep the greatest number."""

    def call(self, inputs):
        return ops.adaptive_max_pool(inputs, self.output_size, self.data_format)


class AdaptiveAveragePooling(AdaptivePooling):
    """The base of layers that keep the average."""

    def call(self, inputs):
        return ops.adaptive_average_pool(inputs, self.output_size, self.data_format)


@public("keras.layers")
@declared
class AdaptiveMaxPooling1D(AdaptiveMaxPooling):
    """Divides the steps into a certain number of windows and keeps the greatest of each."""

    output_size: tuple[int] = setting(minimum=1)

    rank = 1


@public("keras.layers")
@declared
class AdaptiveMaxPooling2D(AdaptiveMaxPooling):
    """Divides an image into a certain number of windows and keeps the greatest of each."""

    output_size: tuple[int, int] = setting(minimum=1, misfit=TypeError)

    rank = 2


@public("keras.layers")
@declared
class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    """Divides a volume into a certain number of windows and keeps the greatest of each."""

    output_size: tuple[int, int, int] = setting(minimum=1, misfit=TypeError)

    rank = 3


@public("keras.layers")
@declared
class AdaptiveAveragePooling1D(AdaptiveAveragePooling):
    """Divides the steps into a certain number of windows and keeps the average of each."""

    output_size: tuple[int] = setting(minimum=1)

    rank = 1


@public("keras.layers")
@declared
class AdaptiveAveragePooling2D(AdaptiveAveragePooling):
    """Divides an image into a certain number of windows and keeps the average of each."""

    output_size: tuple[int, int] = setting(minimum=1, misfit=TypeError)

    rank = 2


@public("keras.layers")
@declared
class AdaptiveAveragePooling3D(AdaptiveAveragePooling):
    """Divides a volume into a certain number of windows and keeps the average of each."""

    output_size: tuple[int, int, int] = setting(minimum=1, misfit=TypeError)

    rank = 3
