"""Convolutions the other way round: every input pixel spreads over a window of output pixels."""

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
class TransposedConvolution(Windowed):
    """The base of transposed convolutions of any rank.

    Args:
        filters: How many output channels.
        kernel_size: The size of the window along each axis.
        strides: How far apart the windows are: how many times larger the output is.
        padding: ``"valid"`` keeps all that the windows cover, ``"same"`` makes the output as large
            as the input times the strides.
        output_padding: How much larger the output is made along each axis; by default worked out.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: How far apart the elements of the window are along each axis.
        activation: Applied to the result.
        use_bias: Whether to add a bias to each channel.
        kernel_initializer: Makes the first kernel, (*window, filters, input channels).
        bias_initializer: Makes the first bias, (filters,).
        kernel_regularizer: Penalises the kernel.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        kernel_constraint: Applied to the kernel after every step.
        bias_constraint: Applied to the bias after every step.
    """

    filters: int = setting(minimum=1)
    kernel_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] = setting(1, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    output_padding: tuple[int, ...] | None = setting(None, minimum=0)
    data_format: DataFormat = setting(None)
    dilation_rate: tuple[int, ...] = setting(1, minimum=1)
    activation: Activation = setting(None)
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None

    def __post_init__(self):
        super().__post_init__()
        pairs = zip(self.output_padding or (), self.strides, strict=False)
        if any(padding >= stride for padding, stride in pairs):
            raise ValueError(
                f"{type(self).__name__}: `output_padding` {self.output_padding} must be smaller "
                f"than `strides` {self.strides} along every axis."
            )

    def build(self, input_shape):
        channels = self.known_channels(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, self.filters, channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.add_bias(self.filters)

    def call(self, inputs):
        outputs = ops.conv_transpose(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self.finished(outputs)


@public("keras.layers", "Convolution1DTranspose")
@declared
class Conv1DTranspose(TransposedConvolution):
    """Spreads every step of a sequence over a window of output steps.

    The input is (batch, steps, channels).
    """

    kernel_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] = setting(1, minimum=1)
    output_padding: tuple[int] | None = setting(None, minimum=0)
    dilation_rate: tuple[int] = setting(1, minimum=1)

    rank = 1


@public("keras.layers", "Convolution2DTranspose")
@declared
class Conv2DTranspose(TransposedConvolution):
    """Spreads every pixel over a window of output pixels, as a decoder does to enlarge an image.

    The input is (batch, rows, columns, channels).
    """

    kernel_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] = setting((1, 1), minimum=1)
    output_padding: tuple[int, int] | None = setting(None, minimum=0)
    dilation_rate: tuple[int, int] = setting((1, 1), minimum=1)

    rank = 2


@public("keras.layers", "Convolution3DTranspose")
@declared(order=("filters", "kernel_size", "strides", "padding", "data_format"))
class Conv3DTranspose(TransposedConvolution):
    """Spreads every point of a volume over a window of output points.

    The input is (batch, depth, rows, columns, channels).
    """

    kernel_size: tuple[int, int, int] = setting(minimum=1)
    strides: tuple[int, int, int] = setting((1, 1, 1), minimum=1)
    output_padding: tuple[int, int, int] | None = setting(None, minimum=0)
    dilation_rate: tuple[int, int, int] = setting((1, 1, 1), minimum=1)

    rank = 3
