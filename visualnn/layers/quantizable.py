"""Layers whose large weights can be whole numbers of eight bits.

A weight is kept as whole numbers and, for every output, the scale by which it was multiplied.  The
inputs are made into whole numbers, too, while the layer computes; the product of both is divided
by both scales.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from visualnn import ops, quantizers
from visualnn.layers.low_rank import LowRank
from visualnn.serialization import serialize_keras_object
from visualnn.settings import Kind
from visualnn.variable import Variable


def _config_of(x: Any) -> Any:
    if isinstance(x, dict):
        x = quantizers.deserialize(x)
    if x is not None and not isinstance(x, quantizers.QuantizationConfig):
        raise ValueError(
            f"must be a QuantizationConfig, such as `Int8QuantizationConfig()`, but is {x!r}."
        )
    return x


def _record_of(x: Any) -> Any:
    return None if x is None else serialize_keras_object(x)


QuantizationSetting = Annotated[Any, Kind("quantization", _config_of, _record_of)]
"""The type of a setting that says how weights are quantized, or nothing."""


class Quantizable(LowRank):
    """A layer whose large weights can be whole numbers of eight bits."""

    quantization_config: Any
    inputs_quantizer: Any = None

    reduced: tuple[tuple[str, int], ...] = (("kernel", 0),)
    """The weights that are quantized, and the axis that each of their scales is for all of."""

    @property
    def is_quantized(self) -> bool:
        """Whether the weights are whole numbers."""
        return f"{self.reduced[0][0]}_scale" in vars(self)

    @property
    def merges_change(self) -> bool:
        return self.lora_enabled and not self.is_quantized

    def add_large_weight(self, name: str, shape: tuple, **settings: Any) -> Variable:
        """A new weight that is made of whole numbers where the dtype policy says so."""
        if self.quantization_mode is None:
            return self.add_weight(name=name, shape=shape, **settings)
        config = self.quantization_config or quantizers.Int8QuantizationConfig()
        self.inputs_quantizer = config.activation_quantizer
        return self._add_whole(name, shape)

    def _add_whole(self, name: str, shape: tuple) -> Variable:
        weight = self.add_weight(
            name=name, shape=shape, initializer="zeros", dtype="int8", trainable=False
        )
        scale = self.add_weight(
            name=f"{name}_scale",
            shape=self.scale_shape(name, shape),
            initializer="ones",
            trainable=False,
        )
        setattr(self, f"{name}_scale", scale)
        return weight

    def quantize_weights(self, config: Any) -> None:
        """Put whole numbers and scales in the place of the weights."""
        made = {}
        for name, _ in self.reduced:  # all of them before any is replaced: it may fail
            made[name] = self._whole(name, vars(self)[f"_{name}"].stored(), config)
        self.quantization_config = config
        self.inputs_quantizer = config.activation_quantizer
        for name, (whole, scale) in made.items():
            delattr(self, f"_{name}")
            weight = self._add_whole(name, whole.shape)
            setattr(self, f"_{name}", weight)
            weight.assign(whole)
            vars(self)[f"{name}_scale"].assign(scale)

    def _whole(self, name: str, values: Any, config: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """The whole numbers of a weight, and their scales as they are kept."""
        config = config or self.quantization_config
        axes = self.reduced_axes(name)
        usual = quantizers.AbsMaxQuantizer(axis=axes)
        quantizer = quantizers.QuantizationConfig.weight_quantizer_or_default(config, usual)
        given = {} if getattr(quantizer, "axis", axes) is not None else {"axis": axes}
        whole, scale = quantizer(np.asarray(values), to_numpy=True, **given)
        wanted = tuple(1 if i in axes else n for i, n in enumerate(np.shape(values)))
        if tuple(scale.shape) != wanted:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: the quantizer of `{name}` gives scales of "
                f"the shape {tuple(scale.shape)}, but the layer uses {wanted}. Give it the axes "
                f"{axes}."
            )
        return np.asarray(whole), np.asarray(self.kept_scale(name, scale))

    # what follows is for weights whose scales differ along all axes but one

    def reduced_axes(self, name: str) -> tuple[int, ...]:
        """The axes of a weight over which it has one scale."""
        return (dict(self.reduced)[name],)

    def scale_shape(self, name: str, shape: tuple) -> tuple[int, ...]:
        """The shape of the scales of a weight of this shape."""
        return tuple(n for i, n in enumerate(shape) if i not in self.reduced_axes(name))

    def kept_scale(self, name: str, scale: Any) -> Any:
        """The scales of a weight, which have all of its axes, as they are kept."""
        return ops.squeeze(scale, axis=self.reduced_axes(name))

    def spread_scale(self, name: str) -> Any:
        """The scales of a weight with all of its axes, as they multiplied it."""
        return ops.expand_dims(vars(self)[f"{name}_scale"], axis=self.reduced_axes(name))

    def as_fractions(self, name: str) -> Any:
        """The numbers that a quantized weight stands for."""
        return ops.cast(vars(self)[f"_{name}"], self.compute_dtype) / self.spread_scale(name)

    # ------------------------------------------------------------------ computing

    def product(
        self,
        name: str,
        inputs: Any,
        forward: Callable[[Any, Any], Any],
        backward: Callable[[Any, Any], Any],
        axis: int | tuple[int, ...] = -1,
        aligned: Callable[[Any], Any] = lambda scale: scale,
        weight: Callable[[Any], Any] = lambda weight: weight,
    ) -> Any:
        """The product of the inputs and a quantized weight.

        Args:
            name: The weight.
            inputs: The inputs.
            forward: The product of inputs and weight.
            backward: From the gradient of the product and the weight to that of the inputs.
            axis: The axes of the inputs that have one scale together.
            aligned: Turns the scales of the inputs to the axes of the product.
            weight: Turns the weight as the product takes it.
        """
        kept, scale = vars(self)[f"_{name}"], vars(self)[f"{name}_scale"]
        quantizer, dtype = self.inputs_quantizer, self.compute_dtype
        if quantizer is None:
            return forward(inputs, weight(ops.cast(kept, dtype))) / scale

        @ops.custom_gradient
        def rounded(x: Any) -> Any:
            # fractions of 32 bits hold the sums of some thousand products of bytes exactly, and
            # unlike whole numbers they are multiplied by fast programs
            whole, inputs_scale = quantizer(x, axis=axis)
            y = forward(ops.cast(whole, "float32"), weight(ops.cast(kept, "float32")))
            y = ops.cast(y, dtype) / (aligned(inputs_scale) * scale)
            return y, lambda upstream: backward(upstream, weight(self.as_fractions(name)))

        return rounded(inputs)

    # ------------------------------------------------------------------ files

    def saved_variables(self) -> list[Variable]:
        scales = [vars(self).get(f"{self.adapted}_scale")]
        return [*super().saved_variables(), *(scale for scale in scales if scale is not None)]

    def changed_values(self) -> dict[int, Any]:
        if not (self.is_quantized and self.lora_enabled):
            return super().changed_values()
        values = np.asarray(self.as_fractions(self.adapted)) + np.asarray(self.low_rank_change())
        whole, scale = self._whole(self.adapted, values)
        return {id(self._large): whole, id(vars(self)[f"{self.adapted}_scale"]): scale}
