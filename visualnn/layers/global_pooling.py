"""Layers that keep one number for each channel: the greatest, or the average, of all places."""

from __future__ import annotations

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat, spatial_axes
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.serialization import public

FAMILY = "Pooling"


@declared
class GlobalPooling(Layer):
    """The base of global pooling of any rank.

    Args:
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the axes that are gone stay, with a size of one.
    """

    data_format: DataFormat = setting(None)
    keepdims: bool = False

    _needs_no_build = True

    rank = 0

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes that are reduced to one number."""
        return spatial_axes(self.data_format, self.rank)


class GlobalMaxPooling(GlobalPooling):
    """The base of layers that keep the greatest number."""

    def call(self, inputs):
        return ops.max(inputs, axis=self.axes, keepdims=self.keepdims)


class GlobalAveragePooling(GlobalPooling):
    """The base of layers that keep the average."""

    def call(self, inputs):
        return ops.mean(inputs, axis=self.axes, keepdims=self.keepdims)


@public("keras.layers", "GlobalMaxPool1D")
@declared
class GlobalMaxPooling1D(GlobalMaxPooling):
    """Keeps the greatest number of each channel of a sequence, (batch, steps, channels)."""

    rank = 1


@public("keras.layers", "GlobalMaxPool2D")
@declared
class GlobalMaxPooling2D(GlobalMaxPooling):
    """Keeps the greatest number of each channel of an image, (batch, rows, columns, channels)."""

    rank = 2


@public("keras.layers", "GlobalMaxPool3D")
@declared
class GlobalMaxPooling3D(GlobalMaxPooling):
    """Keeps the greatest number of each channel of a volume."""

    rank = 3


@public("keras.layers", "GlobalAvgPool1D")
@declared
class GlobalAveragePooling1D(GlobalAveragePooling):
    """Keeps the average of each channel of a sequence, (batch, steps, channels).

    Steps that are masked do not count.
    """

    rank = 1

    def __post_init__(self):
        super().__post_init__()
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return super().call(inputs)
        step = self.axes[0]
        weights = ops.expand_dims(ops.cast(mask, inputs.dtype), 2 if step == 1 else 1)
        total = ops.sum(inputs * weights, axis=step, keepdims=self.keepdims)
        return total / ops.sum(weights, axis=step, keepdims=self.keepdims)

    def compute_mask(self, inputs, previous_mask=None):
        return None


@public("keras.layers", "GlobalAvgPool2D")
@declared
class GlobalAveragePooling2D(GlobalAveragePooling):
    """Keeps the average of each channel of an image, (batch, rows, columns, channels)."""

    rank = 2


@public("keras.layers", "GlobalAvgPool3D")
@declared
class GlobalAveragePooling3D(GlobalAveragePooling):
    """Keeps the average of each channel of a volume."""

    rank = 3
