"""The recurrent layers that models use: a cell of ours with its settings."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.recurrent import RNN
from visualnn.layers.recurrent_cells import GRUCell, LSTMCell, RecurrentCell, SimpleRNNCell
from visualnn.random import SeedGenerator
from visualnn.regularizers import Regularizer
from visualnn.serialization import public, to_snake_case

FAMILY = "Recurrent"

_LOOP = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")
_WEIGHTS = (
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "recurrent_regularizer",
    "bias_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "recurrent_constraint",
    "bias_constraint",
    "dropout",
    "recurrent_dropout",
)


class OfOneCell(RNN):
    """The base of layers that make their cell from settings of their own."""

    cell_type: type[RecurrentCell]

    _always_in_config = ("activity_regularizer",)

    def __post_init__(self):
        kind = self.cell_type
        self.cell = kind(
            **{name: getattr(self, name) for name in kind.__declaration__.fields},
            dtype=self.dtype_policy,
            trainable=self.trainable,
            name=to_snake_case(kind.__name__),
        )
        super().__post_init__()


@public("keras.layers")
@declared(order=("units", "activation", "use_bias", *_WEIGHTS, *_LOOP, "seed"))
class SimpleRNN(OfOneCell):
    """Reads a sequence with a state that is also the output: (batch, steps, features).

    Args:
        units: The size of the state, and of the output.
        activation: Applied to the result of each step.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (input features, units).
        recurrent_initializer: Makes the first kernel for the state, (units, units).
        bias_initializer: Makes the first bias, (units,).
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
    units: int = setting(minimum=1)
    activation: Activation = setting("tanh")
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    recurrent_initializer: Initializer = setting("orthogonal")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    recurrent_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: float = setting(0.0, minimum=0, maximum=1)
    recurrent_dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = setting(None, config=False)

    cell_type = SimpleRNNCell


@public("keras.layers")
@declared(
    order=(
        *("units", "activation", "recurrent_activation", "use_bias"),
        *_WEIGHTS,
        "seed",
        *_LOOP,
        *("reset_after", "use_cudnn"),
    )
)
class GRU(OfOneCell):
    """Reads a sequence with gates that decide how much of the state each step renews.

    Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.

    Args:
        units: The size of the state, and of the output.
        activation: Applied to the news.
        recurrent_activation: Applied to the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (input features, 3 * units), for the update
            gate, the reset gate and the news.
        recurrent_initializer: Makes the first kernel for the state, (units, 3 * units).
        bias_initializer: Makes the first bias.
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
        reset_after: Whether the reset gate works after the state's kernel, with a second bias.
        use_cudnn: Accepted for Keras's sake; there is no GPU here.
    """

    cell: ClassVar[Any]
    units: int = setting(minimum=1)
    activation: Activation = setting("tanh")
    recurrent_activation: Activation = setting("sigmoid")
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    recurrent_initializer: Initializer = setting("orthogonal")
    bias_initializer: Initializer = setting("zeros")
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
    reset_after: bool = True
    use_cudnn: Literal["auto", True, False] = setting("auto", config=False)

    _outdated_arguments = {"implementation": None}

    cell_type = GRUCell


@public("keras.layers")
@declared(
    order=(
        *("units", "activation", "recurrent_activation", "use_bias"),
        *_WEIGHTS[:3],
        "unit_forget_bias",
        *_WEIGHTS[3:],
        "seed",
        *_LOOP,
        "use_cudnn",
    )
)
class LSTM(OfOneCell):
    """Reads a sequence with a memory: gates decide what to store, to forget and to show.

    Hochreiter and Schmidhuber, "Long short-term memory", 1997.

    Args:
        units: The size of the memory, and of the output.
        activation: Applied to what is stored and to what is shown.
        recurrent_activation: Applied to the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (input features, 4 * units), for the input
            gate, the forget gate, the news and the output gate.
        recurrent_initializer: Makes the first kernel for the state, (units, 4 * units).
        bias_initializer: Makes the first bias, (4 * units,).
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
        use_cudnn: Accepted for Keras's sake; there is no GPU here.
    """

    cell: ClassVar[Any]
    units: int = setting(minimum=1)
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
    use_cudnn: Literal["auto", True, False] = setting("auto", config=False)

    _outdated_arguments = {"implementation": None}

    cell_type = LSTMCell
