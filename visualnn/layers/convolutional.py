"""Layers that slide a small window of weights over sequences, images and volumes."""

from __future__ import annotations

from typing import Literal

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import known_features
from visualnn.layers.formats import DataFormat, channel_axis, spatial_axes
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.low_rank import LowRank, adapted_weight
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Convolution"


class Windowed(Layer):
    """What all convolutions have in common: a bias and an activation for each channel."""

    rank: int
    """How many axes the window slides along."""

    _always_in_config = ("activity_regularizer",)

    steps_and_gaps = False
    """Whether the window may be dilated and move by several steps, both at once."""

    def __post_init__(self):
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        if self.steps_and_gaps:
            return
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: `strides` {self.strides} and "
                f"`dilation_rate` {self.dilation_rate} cannot both be greater than one."
            )

    def known_channels(self, input_shape) -> int:
        """The number of input channels; from now on, every input must have as many."""
        axis = channel_axis(self.data_format)
        channels = known_features(self, input_shape, axis)
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})
        return channels

    def add_bias(self, channels: int) -> None:
        """Make the bias, if there is to be one."""
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(channels,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def finished(self, outputs):
        """The output with bias and activation."""
        if self.bias is not None:
            bias = self.bias
            if self.data_format == "channels_first":
                bias = ops.reshape(bias, (1, -1) + (1,) * self.rank)
            outputs = outputs + bias
        return self.activation(outputs)


@declared
class Convolution(LowRank, Windowed):
    """The base of convolutions of any rank.

    Args:
        filters: How many output channels.
        kernel_size: The size of the window along each axis.
        strides: How far the window moves along each axis.
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` surrounds the input by
            zeros so that with strides of one the output is as large as the input.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: How far apart the elements of the window are along each axis.
        groups: Into how many groups the channels are divided, each with filters of its own.
        activation: Applied to the result.
        use_bias: Whether to add a bias to each channel.
        kernel_initializer: Makes the first kernel, (*window, input channels, filters).
        bias_initializer: Makes the first bias, (filters,).
        kernel_regularizer: Penalises the kernel.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        kernel_constraint: Applied to the kernel after every step.
        bias_constraint: Applied to the bias after every step.
        lora_rank: The rank of a change by two small weights (see ``enable_lora``).
        lora_alpha: That change is multiplied by this number over its rank; by default by one.
    """

    filters: int = setting(minimum=1)
    kernel_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] = setting(1, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = setting(None)
    dilation_rate: tuple[int, ...] = setting(1, minimum=1)
    groups: int = setting(1, minimum=1)
    activation: Activation = setting(None)
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    lora_rank: int | None = setting(None, minimum=1, config=False)
    lora_alpha: float | None = setting(None, config=False)

    kernel = adapted_weight("kernel")

    def __post_init__(self):
        super().__post_init__()
        if self.filters % self.groups:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: its {self.filters} filters cannot be "
                f"divided into {self.groups} groups."
            )

    def build(self, input_shape):
        channels = self.known_channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: the {channels} channels of its input "
                f"{tuple(input_shape)} cannot be divided into {self.groups} groups."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels // self.groups, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.add_bias(self.filters)
        self.add_low_rank()

    def call(self, inputs):
        outputs = ops.conv(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self.finished(outputs)


@public("keras.layers", "Convolution1D")
@declared
class Conv1D(Convolution):
    """Makes every step of a sequence a weighted sum of a window of input steps.

    The input is (batch, steps, channels).

    Args:
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` surrounds the input by
            zeros so that the output is as long as the input, ``"causal"`` puts the zeros in front,
            so that no step sees later ones.
    """

    kernel_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] = setting(1, minimum=1)
    padding: Literal["valid", "same", "causal"] = "valid"
    dilation_rate: tuple[int] = setting(1, minimum=1)

    rank = 1

    def call(self, inputs):
        if self.padding != "causal":
            return super().call(inputs)
        missing = self.dilation_rate[0] * (self.kernel_size[0] - 1)
        padding = [(0, 0), (0, 0), (0, 0)]
        padding[spatial_axes(self.data_format, 1)[0]] = (missing, 0)
        outputs = ops.conv(
            ops.pad(inputs, padding),
            self.kernel,
            strides=self.strides,
            padding="valid",
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self.finished(outputs)


@public("keras.layers", "Convolution2D")
@declared
class Conv2D(Convolution):
    """Makes every pixel of the output a weighted sum of a window of input pixels.

    The input is (batch, rows, columns, channels).
    """

    kernel_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] = setting((1, 1), minimum=1)
    dilation_rate: tuple[int, int] = setting((1, 1), minimum=1)

    rank = 2


@public("keras.layers", "Convolution3D")
@declared
class Conv3D(Convolution):
    """Makes every point of a volume a weighted sum of a window of input points.

    The input is (batch, depth, rows, columns, channels).
    """

    kernel_size: tuple[int, int, int] = setting(minimum=1)
    strides: tuple[int, int, int] = setting((1, 1, 1), minimum=1)
    dilation_rate: tuple[int, int, int] = setting((1, 1, 1), minimum=1)

    rank = 3
