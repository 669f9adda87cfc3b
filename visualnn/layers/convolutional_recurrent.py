"""Recurrent layers whose states are sequences, images or volumes, and whose kernels slide."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import known_features
from visualnn.layers.formats import DataFormat, channel_axis, spatial_axes
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.recurrent import RNN
from visualnn.layers.recurrent_cells import LSTMCell
from visualnn.random import SeedGenerator
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Recurrent"


class ConvLSTMCell(LSTMCell):
    """One step of a long short-term memory whose products are convolutions.

    Args:
        layer: The layer whose settings it takes over.
    """

    gates = 4

    def __init__(self, layer: ConvLSTM):
        Layer.__init__(
            self, dtype=layer.dtype_policy, trainable=layer.trainable, name="conv_lstm_cell"
        )
        for name in (*ConvLSTM.__declaration__.fields, "rank"):
            if name not in ("cell", "activity_regularizer"):
                setattr(self, name, getattr(layer, name))
        self.units = self.filters
        self.__post_init__()
        self.state_size = [self.filters, self.filters]
        self.state_axis = channel_axis(self.data_format)

    def build(self, input_shape):
        channels = known_features(self, input_shape, self.state_axis)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, channels, 4 * self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(*self.kernel_size, self.filters, 4 * self.filters),
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(4 * self.filters,),
                initializer=self.first_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def project(self, inputs):
        """The part of the gates that comes from the inputs, of one step or of all."""
        sizes = ops.shape(inputs)
        several = len(sizes) == self.rank + 3
        if several:
            inputs = ops.reshape(inputs, (-1, *sizes[2:]))
        outputs = ops.conv(
            inputs,
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        if self.bias is not None:
            shape = [1] * (self.rank + 2)
            shape[self.state_axis] = -1
            outputs = outputs + ops.reshape(self.bias, shape)
        if several:
            outputs = ops.reshape(outputs, (sizes[0], sizes[1], *ops.shape(outputs)[1:]))
        return outputs

    def step(self, projected, states, training):
        shown, stored = states
        used = self.state_with_dropout(shown, training)
        gates = projected + ops.conv(
            used, self.recurrent_kernel, padding="same", data_format=self.data_format
        )
        store, forget, news, show = ops.split(gates, 4, axis=self.state_axis)
        stored = self.recurrent_activation(forget) * stored + self.recurrent_activation(
            store
        ) * self.activation(news)
        shown = self.recurrent_activation(show) * self.activation(stored)
        return shown, [shown, stored]


@declared(
    order=(
        *("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"),
        *("activation", "recurrent_activation", "use_bias", "kernel_initializer"),
        *("recurrent_initializer", "bias_initializer", "unit_forget_bias", "kernel_regularizer"),
        *("recurrent_regularizer", "bias_regularizer", "activity_regularizer"),
        *("kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout"),
        *("recurrent_dropout", "seed"),
        *("return_sequences", "return_state", "go_backwards", "stateful"),
    )
)
class ConvLSTM(RNN):
    """The base of convolutional LSTMs of any rank.

    Shi et al., "Convolutional LSTM network", 2015.

    Args:
        filters: How many output channels.
        kernel_size: The size of the window along each axis.
        strides: How far the window moves along each axis of the input.
        padding: ``"valid"`` keeps the window inside the input, ``"same"`` surrounds it by zeros.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: How far apart the elements of the window are along each axis.
        activation: Applied to what is stored and to what is shown.
        recurrent_activation: Applied to the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (*window, channels, 4 * filters).
        recurrent_initializer: Makes the first kernel for the state.
        bias_initializer: Makes the first bias, (4 * filters,).
        unit_forget_bias: Whether the bias of the forget gate begins with one: to remember.
        kernel_regularizer: Penalises the kernel.
        recurrent_regularizer: Penalises the kernel for the state.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        kernel_constraint: Applied to the kernel after every training step.
        recurrent_constraint: Applied to the kernel for the state after every training step.
        bias_constraint: Applied to the bias after every training step.
        dropout: The share of the inputs that become zero in training.
        recurrent_dropout: The share of the state that becomes zero in training.
        seed: Makes the random choices repeatable.
    """

    cell: ClassVar[Any]
    filters: int = setting(minimum=1)
    kernel_size: tuple[int, ...] = setting(minimum=1)
    strides: tuple[int, ...] = setting(1, minimum=1)
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat = setting(None)
    dilation_rate: tuple[int, ...] = setting(1, minimum=1)
    activation: Activation = setting("tanh")
    recurrent_activation: Activation = setting("sigmoid")
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    recurrent_initializer: Initializer = setting("orthogonal")
    bias_initializer: Initializer = setting("zeros")
    unit_forget_bias: bool = True
    kernel_regularizer: Regularizer | None = None
    recurrent_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: float = setting(0.0, minimum=0, maximum=1)
    recurrent_dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    rank = 0

    _always_in_config = ("activity_regularizer",)

    def __post_init__(self):
        self.cell = ConvLSTMCell(self)  # type: ignore[misc] - no setting of this class, but held
        super().__post_init__()
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def first_states(self, sequences, given):
        if given is None and not (self.stateful and self.states is not None):
            given = self.zero_states(sequences)
        return super().first_states(sequences, given)

    def zero_states(self, sequences) -> list:
        """Zeros of the shape that the convolution makes."""
        one = self.cell.project(sequences[:, 0])
        zeros = ops.zeros_like(ops.split(one, 4, axis=self.cell.state_axis)[0])
        return [zeros, zeros]

    def get_initial_state(self, batch_size):
        """The states before the first step: zeros of the shape that the convolution makes."""
        sizes = _output_sizes(self, self.cell.spatial_sizes)
        shape = [batch_size, *sizes]
        shape.insert(len(shape) if self.data_format == "channels_last" else 1, self.filters)
        return [ops.zeros(shape, dtype=self.compute_dtype) for _ in range(2)]

    def build(self, sequences_shape, initial_state_shape=None):
        axes = spatial_axes(self.data_format, self.rank)
        self.cell.spatial_sizes = tuple(sequences_shape[1 + axis] for axis in axes)
        super().build(sequences_shape, initial_state_shape)


def _output_sizes(layer: ConvLSTM, sizes: tuple) -> list:
    """The spatial sizes that the convolution of the input makes."""
    found = []
    for size, window, stride, gap in zip(
        sizes, layer.kernel_size, layer.strides, layer.dilation_rate, strict=True
    ):
        if size is None:
            raise ValueError(
                f"{type(layer).__name__} {layer.name!r}: the sizes of its input are not known, so "
                "neither are those of its states. Give the `Input` known sizes."
            )
        covered = 1 if layer.padding == "same" else gap * (window - 1) + 1
        found.append((size - covered) // stride + 1)
    return found


@public("keras.layers")
@declared
class ConvLSTM1D(ConvLSTM):
    """Reads a sequence of sequences, (batch, time, steps, channels), with sliding kernels."""

    kernel_size: tuple[int] = setting(minimum=1)
    strides: tuple[int] = setting(1, minimum=1)
    dilation_rate: tuple[int] = setting(1, minimum=1)

    rank = 1


@public("keras.layers")
@declared
class ConvLSTM2D(ConvLSTM):
    """Reads a sequence of images, (batch, time, rows, columns, channels), with sliding kernels."""

    kernel_size: tuple[int, int] = setting(minimum=1)
    strides: tuple[int, int] = setting(1, minimum=1)
    dilation_rate: tuple[int, int] = setting(1, minimum=1)

    rank = 2


@public("keras.layers")
@declared
class ConvLSTM3D(ConvLSTM):
    """Reads a sequence of volumes, (batch, time, depth, rows, columns, channels)."""

    kernel_size: tuple[int, int, int] = setting(minimum=1)
    strides: tuple[int, int, int] = setting(1, minimum=1)
    dilation_rate: tuple[int, int, int] = setting(1, minimum=1)

    rank = 3
