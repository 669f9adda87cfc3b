"""One step of a recurrent layer: from an input and a state to an output and the next state."""

from __future__ import annotations

from typing import Any

from visualnn import ops, random
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import known_features
from visualnn.layers.layer import Layer
from visualnn.layers.regularization import generator_of
from visualnn.random import SeedGenerator
from visualnn.regularizers import Regularizer
from visualnn.serialization import public
from visualnn.structure import flatten

FAMILY = "Recurrent"


class RecurrentCell(Layer):
    """The base of our cells.

    A step has two halves.  ``project`` looks at the input only, so a layer can do it for all steps
    at once, in one large product; ``step`` looks at the state too.
    """

    gates = 1
    """How many sets of ``units`` numbers the kernels make."""

    state_axis = -1
    """The axis of a state along which its size is."""

    def __post_init__(self):
        self.seed_generator = generator_of(self.seed)
        self.output_size = self.units
        self.state_size = self.units
        object.__setattr__(self, "_masks", {})

    def build(self, input_shape):
        features = known_features(self, input_shape)
        size = self.gates * self.units
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, size),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, size),
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=self.bias_shape(size),
                initializer=self.first_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def bias_shape(self, size: int) -> tuple[int, ...]:
        """The shape of the bias, for so many numbers."""
        return (size,)

    def first_bias(self, shape, dtype=None):
        """The first bias."""
        return self.bias_initializer(shape, dtype=dtype)

    def call(self, inputs, states, training=False):
        nested = isinstance(states, list | tuple)
        states = list(states) if nested else [states]
        projected = self.project(self.with_dropout(inputs, training))
        output, states = self.step(projected, states, training)
        return output, states if nested else states[0]

    def project(self, inputs: Any) -> Any:
        """The part of the gates that comes from the inputs, (..., gates * units)."""
        outputs = ops.matmul(inputs, self.kernel)
        return outputs if self.bias is None else outputs + self.bias

    def step(self, projected: Any, states: list, training: bool | None) -> tuple[Any, list]:
        """The output and the next states, from the part that comes from the inputs."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it steps.")

    # ------------------------------------------------------------------ dropout

    def with_dropout(self, inputs: Any, training: bool | None) -> Any:
        """The inputs, with gaps in training; they are the same at every step."""
        if not training or not self.dropout:
            return inputs
        return inputs * self.get_dropout_mask(inputs)

    def state_with_dropout(self, state: Any, training: bool | None) -> Any:
        """The state, with gaps in training; they are the same at every step."""
        if not training or not self.recurrent_dropout:
            return state
        return state * self.get_recurrent_dropout_mask(state)

    def get_dropout_mask(self, step_input: Any) -> Any:
        """The factors of the inputs: zero, or greater than one."""
        return self._mask("input", step_input, self.dropout)

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """The factors of the state: zero, or greater than one."""
        return self._mask("state", step_input, self.recurrent_dropout)

    def _mask(self, which: str, like: Any, rate: float) -> Any:
        if which in self._masks:
            return self._masks[which]
        return random.dropout(ops.ones_like(like), rate, seed=self.seed_generator)

    def hold_masks(self, first_input: Any, first_state: Any) -> None:
        """Draw the gaps once, for all steps until they are reset."""
        if self.dropout:
            self._masks["input"] = self.get_dropout_mask(first_input)
        if self.recurrent_dropout:
            self._masks["state"] = self.get_recurrent_dropout_mask(first_state)

    def reset_dropout_mask(self) -> None:
        """Draw other gaps in the inputs from now on."""
        self._masks.pop("input", None)

    def reset_recurrent_dropout_mask(self) -> None:
        """Draw other gaps in the state from now on."""
        self._masks.pop("state", None)

    def get_initial_state(self, batch_size: Any = None) -> list:
        """Zeros for every state."""
        return [
            ops.zeros((batch_size, size), dtype=self.compute_dtype)
            for size in flatten(self.state_size)
        ]


@public("keras.layers")
@declared
class SimpleRNNCell(RecurrentCell):
    """One step of the simplest recurrent layer: the output is the next state.

    Computes ``activation(inputs @ kernel + state @ recurrent_kernel + bias)``.

    Args:
        units: The size of the state, and of the output.
        activation: Applied to the result.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (input features, units).
        recurrent_initializer: Makes the first kernel for the state, (units, units).
        bias_initializer: Makes the first bias, (units,).
        kernel_regularizer: Penalises the kernel.
        recurrent_regularizer: Penalises the kernel for the state.
        bias_regularizer: Penalises the bias.
        kernel_constraint: Applied to the kernel after every training step.
        recurrent_constraint: Applied to the kernel for the state after every training step.
        bias_constraint: Applied to the bias after every training step.
        dropout: The share of the inputs that become zero in training.
        recurrent_dropout: The share of the state that becomes zero in training.
        seed: Makes the random choices repeatable.
    """

    units: int = setting(minimum=1)
    activation: Activation = setting("tanh")
    use_bias: bool = True
    kernel_initializer: Initializer = setting("glorot_uniform")
    recurrent_initializer: Initializer = setting("orthogonal")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    recurrent_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: float = setting(0.0, minimum=0, maximum=1)
    recurrent_dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    def call(self, sequence, states, training=False):
        return super().call(sequence, states, training)

    def step(self, projected, states, training):
        (state,) = states
        state = self.state_with_dropout(state, training)
        output = self.activation(projected + ops.matmul(state, self.recurrent_kernel))
        return output, [output]


@public("keras.layers")
@declared
class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit: gates decide how much of the state is renewed.

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
        kernel_constraint: Applied to the kernel after every training step.
        recurrent_constraint: Applied to the kernel for the state after every training step.
        bias_constraint: Applied to the bias after every training step.
        dropout: The share of the inputs that become zero in training.
        recurrent_dropout: The share of the state that becomes zero in training.
        reset_after: Whether the reset gate works after the state's kernel, with a second bias.
        seed: Makes the random choices repeatable.
    """

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
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: float = setting(0.0, minimum=0, maximum=1)
    recurrent_dropout: float = setting(0.0, minimum=0, maximum=1)
    reset_after: bool = True
    seed: int | SeedGenerator | None = None

    _outdated_arguments = {"implementation": None}

    gates = 3

    def bias_shape(self, size):
        return (2, size) if self.reset_after else (size,)

    def project(self, inputs):
        outputs = ops.matmul(inputs, self.kernel)
        if self.bias is None:
            return outputs
        return outputs + (self.bias[0] if self.reset_after else self.bias)

    def step(self, projected, states, training):
        (state,) = states
        used = self.state_with_dropout(state, training)
        new_update, new_reset, new_news = ops.split(projected, 3, axis=-1)
        if self.reset_after:
            recurrent = ops.matmul(used, self.recurrent_kernel)
            if self.bias is not None:
                recurrent = recurrent + self.bias[1]
            old_update, old_reset, old_news = ops.split(recurrent, 3, axis=-1)
            update = self.recurrent_activation(new_update + old_update)
            reset = self.recurrent_activation(new_reset + old_reset)
            news = self.activation(new_news + reset * old_news)
        else:
            gates = ops.matmul(used, self.recurrent_kernel[:, : 2 * self.units])
            old_update, old_reset = ops.split(gates, 2, axis=-1)
            update = self.recurrent_activation(new_update + old_update)
            reset = self.recurrent_activation(new_reset + old_reset)
            old_news = ops.matmul(reset * used, self.recurrent_kernel[:, 2 * self.units :])
            news = self.activation(new_news + old_news)
        output = update * state + (1 - update) * news
        return output, [output]


@public("keras.layers")
@declared
class LSTMCell(RecurrentCell):
    """One step of a long short-term memory: gates decide what to store, to forget and to show.

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
        kernel_constraint: Applied to the kernel after every training step.
        recurrent_constraint: Applied to the kernel for the state after every training step.
        bias_constraint: Applied to the bias after every training step.
        dropout: The share of the inputs that become zero in training.
        recurrent_dropout: The share of the state that becomes zero in training.
        seed: Makes the random choices repeatable.
    """

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
    kernel_constraint: Constraint | None = None
    recurrent_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    dropout: float = setting(0.0, minimum=0, maximum=1)
    recurrent_dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    _outdated_arguments = {"implementation": None}

    gates = 4

    def __post_init__(self):
        super().__post_init__()
        self.state_size = [self.units, self.units]

    def first_bias(self, shape, dtype=None):
        if not self.unit_forget_bias:
            return super().first_bias(shape, dtype)
        units = self.units
        parts = [
            self.bias_initializer((units,), dtype=dtype),
            ops.ones((units,), dtype=dtype),
            self.bias_initializer((2 * units,), dtype=dtype),
        ]
        return ops.concatenate(parts, axis=0)

    def step(self, projected, states, training):
        shown, stored = states
        used = self.state_with_dropout(shown, training)
        gates = projected + ops.matmul(used, self.recurrent_kernel)
        store, forget, news, show = ops.split(gates, 4, axis=-1)
        stored = self.recurrent_activation(forget) * stored + self.recurrent_activation(
            store
        ) * self.activation(news)
        shown = self.recurrent_activation(show) * self.activation(stored)
        return shown, [shown, stored]
