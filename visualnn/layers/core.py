"""The layers that most models are made of."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers import inference
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.low_rank import adapted_weight
from visualnn.layers.quantizable import Quantizable, QuantizationSetting
from visualnn.regularizers import Regularizer
from visualnn.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)

FAMILY = "Core"


@public("keras.layers")
@declared
class Dense(Quantizable):
    """Makes every output feature a weighted sum of all input features.

    Computes ``activation(inputs @ kernel + bias)`` on the last axis.

    Args:
        units: How many output features.
        activation: Applied to the result, for example ``"relu"``.
        use_bias: Whether to add a bias.
        kernel_initializer: Makes the first kernel, (input features, units).
        bias_initializer: Makes the first bias, (units,).
        kernel_regularizer: Penalises the kernel.
        bias_regularizer: Penalises the bias.
        activity_regularizer: Penalises the output.
        kernel_constraint: Applied to the kernel after every step.
        bias_constraint: Applied to the bias after every step.
        lora_rank: The rank of a change by two small weights (see ``enable_lora``).
        lora_alpha: That change is multiplied by this number over its rank; by default by one.
        quantization_config: How the weights are quantized, where the dtype policy says that they
            are, or by ``quantize``.
    """

    units: int = setting(minimum=1)
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
    quantization_config: QuantizationSetting = None

    kernel = adapted_weight("kernel")

    def __post_init__(self):
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape):
        features = known_features(self, input_shape)
        self.kernel = self.add_large_weight(
            "kernel",
            (features, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.add_low_rank()
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs, training=None):
        if self.is_quantized:
            outputs = self.product("kernel", inputs, ops.matmul, matmul_by_transposed)
            if self.lora_enabled:
                outputs = outputs + ops.matmul(inputs, self.low_rank_change())
        else:
            outputs = ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return self.activation(outputs)


def matmul_by_transposed(upstream: Any, kernel: Any) -> Any:
    """The gradient of a matrix product for its first matrix."""
    return ops.matmul(upstream, ops.transpose(kernel))


def known_features(layer: Layer, shape: Any, axis: int = -1) -> int:
    """The number of features of an input, on which the weights depend.

    Raises:
        ValueError: When it is not known.
        IndexError: When there is no such axis.
    """
    check_axis(layer, shape, axis, IndexError)
    if shape[axis] is None:
        place = "last axis" if axis == -1 else f"axis {axis}"
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r}: the {place} of its input {tuple(shape)} has "
            "no known size, but its weights depend on it. Give the `Input` a size there."
        )
    return shape[axis]


def check_axis(layer: Layer, shape: Any, axis: int, error: type[Exception] = ValueError) -> None:
    """Refuse an axis that an input does not have, by the error that Keras refuses it by."""
    if not -len(shape) <= axis < len(shape):
        raise error(
            f"{type(layer).__name__} {layer.name!r}: its input {tuple(shape)} has no axis {axis}."
        )


@public("keras.layers")
@declared
class Identity(Layer):
    """Gives its inputs back unchanged."""

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True

    def call(self, inputs):
        return inputs


@public("keras.layers")
@declared
class Masking(Layer):
    """Masks the time steps in which every feature has a certain value, and makes them zero.

    Args:
        mask_value: The value that marks a step to be left out.
    """

    mask_value: float = 0.0

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True

    def compute_mask(self, inputs, previous_mask=None):
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs):
        counts = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        outputs = inputs * ops.cast(counts, dtype=inputs.dtype)
        mask = ops.squeeze(counts, axis=-1)
        if mask is not outputs:
            outputs._keras_mask = mask
        return outputs


@public("keras.layers")
@declared
class Lambda(Layer):
    """Applies a Python function.

    A function with a name can be saved when it is registered; the code of a lambda is never
    written to a file nor run from one.

    Args:
        function: Called with the inputs, and with ``mask`` and ``training`` if it takes them.
        output_shape: The shape of one output, or a function from the input's to it; by default
            found by a trial.
        mask: The mask of the outputs, or a function that makes it from inputs and mask.
        arguments: Further keyword arguments for the function.
    """

    function: Callable
    output_shape: Any = None
    mask: Any = None
    arguments: dict[str, Any] | None = None

    def __post_init__(self):
        if not callable(self.function):
            raise TypeError(f"Lambda: `function` must be a function, but is {self.function!r}.")
        self.arguments = self.arguments or {}
        self.supports_masking = self.mask is not None

    def call(self, inputs, mask=None, training=None):
        takes = inspect.signature(self.function).parameters
        given = {"mask": mask, "training": training}
        known = {name: value for name, value in given.items() if name in takes}
        return self.function(inputs, **{**known, **(self.arguments or {})})

    def compute_output_spec(self, *args, **kwargs):
        if self.output_shape is None:
            return super().compute_output_spec(*args, **kwargs)
        return inference.by_own_rule(self, args, kwargs)

    def compute_output_shape(self, input_shape):
        """The shape of the outputs: as ``output_shape`` says, else found by tracing."""
        if self.output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self.output_shape):
            return self.output_shape(input_shape)
        several = isinstance(input_shape[0], list | tuple)
        batch = input_shape[0][0] if several else input_shape[0]
        return (batch, *self.output_shape)

    def compute_mask(self, inputs, previous_mask=None):
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def get_config(self):
        config = super().get_config()
        config["function"] = serialize_keras_object(self.function)
        config["arguments"] = dict(self.arguments or {})
        for name in ("output_shape", "mask"):
            value = getattr(self, name)
            if value is not None:
                config[name] = serialize_keras_object(value) if callable(value) else value
        return config

    @classmethod
    def from_config(cls, config):
        """A layer with a function that is known by its name; code in a file is refused."""
        functions = {
            name: deserialize_keras_object(config[name])
            for name in ("function", "output_shape", "mask")
            if isinstance(config.get(name), dict)
        }
        return super().from_config({**config, **functions})
