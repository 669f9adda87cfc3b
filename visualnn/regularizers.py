"""Penalties on weights or outputs, added to the loss, so that they stay small."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import floatx
from visualnn.serialization import Namespace, public
from visualnn.settings import settings_of

regularizers = Namespace("keras.regularizers", "regularizer")


@public("keras", also=("keras.regularizers",))
class Regularizer:
    """The base of all penalties: a function of a tensor that gives one number."""

    def __call__(self, x: Any) -> Any:
        """The penalty of a tensor."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        if type(self).get_config is Regularizer.get_config and vars(self):
            raise NotImplementedError(
                f"{type(self).__name__} cannot be saved: give it a method `get_config` that "
                "returns the arguments of its constructor."
            )
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@regularizers.public("l1_l2")
@declared
class L1L2(Regularizer):
    """The sum of absolute values and the sum of squares, each with a factor.

    Args:
        l1: The factor of the absolute values.
        l2: The factor of the squares.
    """

    l1: float | None = setting(0.0, minimum=0)
    l2: float | None = setting(0.0, minimum=0)

    def __post_init__(self):
        self.l1 = self.l1 or 0.0
        self.l2 = self.l2 or 0.0

    def __call__(self, x):
        penalty = ops.zeros((), floatx())
        if self.l1:
            penalty = penalty + self.l1 * ops.sum(ops.absolute(x))
        if self.l2:
            penalty = penalty + self.l2 * ops.sum(ops.square(x))
        return penalty


@regularizers.public()
@declared
class L1(Regularizer):
    """The sum of absolute values: makes weights zero.

    Args:
        l1: Its factor.
    """

    l1: float | None = setting(0.01, minimum=0)

    def __post_init__(self):
        self.l1 = 0.01 if self.l1 is None else self.l1

    def __call__(self, x):
        return self.l1 * ops.sum(ops.absolute(x))


@regularizers.public()
@declared
class L2(Regularizer):
    """The sum of squares: makes weights small.

    Args:
        l2: Its factor.
    """

    l2: float | None = setting(0.01, minimum=0)

    def __post_init__(self):
        self.l2 = 0.01 if self.l2 is None else self.l2

    def __call__(self, x):
        return self.l2 * ops.sum(ops.square(x))


@regularizers.public()
@declared
class OrthogonalRegularizer(Regularizer):
    """How far the rows, or columns, of a matrix are from being at right angles.

    Args:
        factor: Its factor.
        mode: ``rows`` or ``columns``.
    """

    factor: float = setting(0.01, minimum=0)
    mode: Literal["rows", "columns"] = "rows"

    def __call__(self, inputs):
        inputs = ops.convert_to_tensor(inputs)
        if len(inputs.shape) != 2:
            raise ValueError(
                "OrthogonalRegularizer takes a matrix, but the tensor has the shape "
                f"{tuple(inputs.shape)}."
            )
        axis = 1 if self.mode == "rows" else 0
        length = ops.sqrt(ops.maximum(ops.sum(ops.square(inputs), axis, keepdims=True), 1e-12))
        unit = inputs / length
        across = ops.transpose(unit)
        products = ops.matmul(unit, across) if axis else ops.matmul(across, unit)
        size = inputs.shape[1 - axis]
        others = ops.absolute(products * (1.0 - ops.eye(size, dtype=products.dtype)))
        pairs = size * (size - 1.0) / 2.0
        return self.factor * 0.5 * ops.sum(others) / pairs


l1 = L1
l2 = L2
l1l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer
l1_l2 = L1L2

get = regularizers.get
serialize = regularizers.serialize
deserialize = regularizers.deserialize
settings_of(Regularizer, regularizers)
