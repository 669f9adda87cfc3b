"""Convolutions that look at every channel by itself, which costs much less."""

from __future__ import annotations

from typing import Literal

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.convolutional import Windowed
from visualnn.layers.formats import DataFormat
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Convolution"


@declared
class DepthwiseConvolution(Windowed):
    """The base of depthwise convolutions of any rank.

    Args:
        kernel_size: The size of the window along each axis.
        strides: How far the window moves along each axis.
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` surrounds the input by
            zeros so that with strides of one the output is as large as the input.
        depth_multiplier: How many output channels each input channel gets.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: How far apart the elements of the window are along each axis.
        activation: Applied to the result.
        use_bias: Whether to add a bias to each channel.
        depthwise_initializer: Makes the first kernel, (*window, channels, depth multiplier).
        bias_initializer: Makes the first bias, one number for each output channel.
        depthwise_regularizer: Penalises the kernel.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        depthwise_constraint: Applied to the kernel after every step.
        bias_constraint: Applied to the bias after every step.
    """

    kernel_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] = setting(1, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    depth_multiplier: int = setting(1, minimum=1)
    data_format: DataFormat = setting(None)
    dilation_rate: tuple[int, ...] = setting(1, minimum=1)
    activation: Activation = setting(None)
    use_bias: bool = True
    depthwise_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    depthwise_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    depthwise_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None

    steps_and_gaps = True

    def build(self, input_shape):
        channels = self.known_channels(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.add_bias(channels * self.depth_multiplier)

    def call(self, inputs):
        outputs = ops.depthwise_conv(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self.finished(outputs)


@public("keras.layers")
@declared
class DepthwiseConv1D(DepthwiseConvolution):
    """Slides a window of its own over every channel of a sequence, (batch, steps, channels)."""

    kernel_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] = setting(1, minimum=1)
    dilation_rate: tuple[int] = setting(1, minimum=1)

    rank = 1


@public("keras.layers")
@declared
class DepthwiseConv2D(DepthwiseConvolution):
    """Slides a window of its own over every channel of an image.

    The input is (batch, rows, columns, channels).
    """

    kernel_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] = setting((1, 1), minimum=1)
    dilation_rate: tuple[int, int] = setting((1, 1), minimum=1)

    rank = 2


@declared
class SeparableConvolution(Windowed):
    """The base of separable convolutions of any rank.

    Args:
        filters: How many output channels.
        kernel_size: The size of the window along each axis.
        strides: How far the window moves along each axis.
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` surrounds the input by
            zeros so that with strides of one the output is as large as the input.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: How far apart the elements of the window are along each axis.
        depth_multiplier: How many channels the first step makes of each input channel.
        activation: Applied to the result.
        use_bias: Whether to add a bias to each channel.
        depthwise_initializer: Makes the first kernel of the windows, (*window, input channels,
            depth multiplier).
        pointwise_initializer: Makes the first kernel that mixes the channels.
        bias_initializer: Makes the first bias, (filters,).
        depthwise_regularizer: Penalises the kernel of the windows.
        pointwise_regularizer: Penalises the kernel that mixes the channels.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        depthwise_constraint: Applied to the kernel of the windows after every step.
        pointwise_constraint: Applied to the kernel that mixes the channels after every step.
        bias_constraint: Applied to the bias after every step.
    """

    filters: int = setting(minimum=1)
    kernel_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] = setting(1, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = setting(None)
    dilation_rate: tuple[int, ...] = setting(1, minimum=1)
    depth_multiplier: int = setting(1, minimum=1)
    activation: Activation = setting(None)
    use_bias: bool = True
    depthwise_initializer: Initializer = setting("glorot_uniform")
    pointwise_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    depthwise_regularizer: Regularizer | None = None
    pointwise_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    depthwise_constraint: Constraint | None = None
    pointwise_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None

    steps_and_gaps = True

    def build(self, input_shape):
        channels = self.known_channels(input_shape)
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel",
            shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel",
            shape=(*(1,) * self.rank, channels * self.depth_multiplier, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self.add_bias(self.filters)

    def call(self, inputs):
        outputs = ops.separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self.finished(outputs)


@public("keras.layers", "SeparableConvolution1D")
@declared
class SeparableConv1D(SeparableConvolution):
    """Slides a window over every channel of a sequence by itself, then mixes the channels."""

    kernel_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] = setting(1, minimum=1)
    dilation_rate: tuple[int] = setting(1, minimum=1)

    rank = 1


@public("keras.layers", "SeparableConvolution2D")
@declared
class SeparableConv2D(SeparableConvolution):
    """Slides a window over every channel of an image by itself, then mixes the channels.

    Chollet, "Xception: deep learning with depthwise separable convolutions", 2017.
    """

    kernel_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] = setting((1, 1), minimum=1)
    dilation_rate: tuple[int, int] = setting((1, 1), minimum=1)

    rank = 2
