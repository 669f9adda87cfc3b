"""Layers that make numbers of about the same size, each example by itself."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import check_axis, known_features
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.regularizers import Regularizer
from visualnn.serialization import public
from visualnn.settings import Kind

FAMILY = "Normalization"


def axes_of(x: Any) -> list[int]:
    """One axis or several, as a list."""
    axes = list(x) if isinstance(x, list | tuple) else [x]
    if not axes or not all(isinstance(a, int) and not isinstance(a, bool) for a in axes):
        raise ValueError(f"must be a whole number or several, but is {x!r}.")
    return axes


Axes = Annotated[list[int], Kind("axes", axes_of)]


def _as_given(x: Any) -> Any:
    axes = axes_of(x)
    return axes if isinstance(x, list | tuple) else x


AxesAsGiven = Annotated[list[int], Kind("axes", _as_given)]
"""One axis or several, which become a sorted list when the layer is built."""


def in_single(x):
    """The numbers in at least single precision, which sums of squares need."""
    return ops.cast(x, "float32") if str(x.dtype) in ("float16", "bfloat16") else x


def arranged(weight: Any, axes: tuple[int, ...], rank: int, dtype: Any) -> Any:
    """A weight for some axes of an input, with size one along the others."""
    sizes = dict(zip(axes, weight.shape, strict=True))
    shape = tuple(sizes.get(axis, 1) for axis in range(rank))
    return ops.reshape(ops.cast(weight, dtype), shape)


def sizes_along(layer: Layer, input_shape, axes: list[int]) -> tuple[int, ...]:
    """The sizes of an input along some axes, which must be known."""
    for axis in axes:
        check_axis(layer, input_shape, axis)
    return tuple(known_features(layer, input_shape, axis) for axis in axes)


@public("keras.layers")
@declared
class LayerNormalization(Layer):
    """Shifts and scales the features of each example to mean zero and deviation one.

    Ba et al., "Layer normalization", 2016.

    Args:
        axis: The axis, or axes, of the features.
        epsilon: Added to the variance, so that nothing is divided by zero.
        center: Whether to add a learned number to each feature.
        scale: Whether to multiply each feature by a learned number.
        beta_initializer: Makes the first numbers to add.
        gamma_initializer: Makes the first numbers to multiply by.
        beta_regularizer: Penalises the numbers to add.
        gamma_regularizer: Penalises the numbers to multiply by.
        beta_constraint: Applied to the numbers to add after every step.
        gamma_constraint: Applied to the numbers to multiply by after every step.
        rms_scaling: Whether only to divide by the deviation, with no shift.
    """

    axis: AxesAsGiven = setting(-1, misfit=TypeError)
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = setting("zeros")
    gamma_initializer: Initializer = setting("ones")
    beta_regularizer: Regularizer | None = None
    gamma_regularizer: Regularizer | None = None
    beta_constraint: Constraint | None = None
    gamma_constraint: Constraint | None = None
    rms_scaling: bool = False

    def __post_init__(self):
        self.supports_masking = True
        self.autocast = False

    def build(self, input_shape):
        self.axis = sorted(axes_of(self.axis))
        shape = sizes_along(self, input_shape, self.axis)
        self.gamma = self.beta = None
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(
                name="gamma",
                shape=shape,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                autocast=False,
            )
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(
                name="beta",
                shape=shape,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                autocast=False,
            )

    def call(self, inputs):
        x = in_single(ops.cast(inputs, self.compute_dtype))
        rank = len(inputs.shape)
        axes = tuple(axis % rank for axis in self.axis)
        centred = x - ops.mean(x, axis=axes, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
        outputs = (x if self.rms_scaling else centred) * ops.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            outputs = outputs * arranged(self.gamma, axes, rank, x.dtype)
        if self.beta is not None:
            outputs = outputs + arranged(self.beta, axes, rank, x.dtype)
        return ops.cast(outputs, self.compute_dtype)


@public("keras.layers")
@declared
class RMSNormalization(Layer):
    """Divides the features of each example by the root of their mean square.

    Zhang and Sennrich, "Root mean square layer normalization", 2019.

    Args:
        axis: The axis, or axes, of the features.
        epsilon: Added to the mean square, so that nothing is divided by zero.
    """

    axis: AxesAsGiven = setting(-1)
    epsilon: float = 1e-6

    def build(self, input_shape):
        self.axis = sorted(axes_of(self.axis))
        shape = sizes_along(self, input_shape, self.axis)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")

    def call(self, x):
        inputs = in_single(x)
        rank = len(x.shape)
        axes = tuple(axis % rank for axis in self.axis)
        mean_square = ops.mean(ops.square(inputs), axis=axes, keepdims=True)
        outputs = inputs * ops.rsqrt(mean_square + self.epsilon)
        scale = arranged(self.scale, axes, rank, outputs.dtype)
        return ops.cast(outputs * scale, self.compute_dtype)


@public("keras.layers")
@declared
class GroupNormalization(Layer):
    """Shifts and scales groups of channels of each example to mean zero and deviation one.

    Wu and He, "Group normalization", 2018.

    Args:
        groups: How many groups; -1 makes every channel a group.
        axis: The axis of the channels.
        epsilon: Added to the variance, so that nothing is divided by zero.
        center: Whether to add a learned number to each channel.
        scale: Whether to multiply each channel by a learned number.
        beta_initializer: Makes the first numbers to add.
        gamma_initializer: Makes the first numbers to multiply by.
        beta_regularizer: Penalises the numbers to add.
        gamma_regularizer: Penalises the numbers to multiply by.
        beta_constraint: Applied to the numbers to add after every step.
        gamma_constraint: Applied to the numbers to multiply by after every step.
    """

    groups: int = 32
    axis: int = -1
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = setting("zeros")
    gamma_initializer: Initializer = setting("ones")
    beta_regularizer: Regularizer | None = None
    gamma_regularizer: Regularizer | None = None
    beta_constraint: Constraint | None = None
    gamma_constraint: Constraint | None = None

    def __post_init__(self):
        self.supports_masking = True
        if self.groups < 1 and self.groups != -1:
            raise ValueError(
                "GroupNormalization: `groups` must be 1 or more, or -1 for a group of each "
                f"channel, but is {self.groups}."
            )

    def build(self, input_shape):
        channels = known_features(self, input_shape, self.axis)
        if self.groups == -1:
            self.groups = channels
        if self.groups < 1 or channels % self.groups:
            raise ValueError(
                f"GroupNormalization {self.name!r}: the {channels} channels of its input "
                f"{tuple(input_shape)} cannot be divided into {self.groups} groups."
            )
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(channels,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(channels,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs):
        rank = len(inputs.shape)
        axis = self.axis % rank
        sizes = list(ops.shape(inputs))
        members = inputs.shape[axis] // self.groups
        divided = (*sizes[:axis], self.groups, members, *sizes[axis + 1 :])
        x = ops.reshape(in_single(inputs), divided)
        axes = tuple(i for i in range(1, rank + 1) if i != axis)
        centred = x - ops.mean(x, axis=axes, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
        outputs = ops.reshape(centred * ops.rsqrt(variance + self.epsilon), sizes)
        shape = tuple(-1 if i == axis else 1 for i in range(rank))
        if self.gamma is not None:
            outputs = outputs * ops.reshape(self.gamma, shape)
        if self.beta is not None:
            outputs = outputs + ops.reshape(self.beta, shape)
        return ops.cast(outputs, self.compute_dtype)


@public("keras.layers")
@declared
class UnitNormalization(Layer):
    """Divides the features of each example by their length, so that it becomes one.

    Args:
        axis: The axis, or axes, of the features.
    """

    axis: int | tuple[int, ...] = setting(-1, misfit=TypeError)

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True

    def call(self, inputs):
        square = ops.sum(ops.square(inputs), axis=self.axis, keepdims=True)
        nothing = ops.equal(square, 0)
        return inputs * ops.rsqrt(ops.where(nothing, ops.ones_like(square), square))
