"""Objects that make tensors into whole numbers."""

from __future__ import annotations

from typing import Any

from visualnn.quantizers.int8 import Axes, abs_max_quantize
from visualnn.serialization import Namespace, public

quantizers = Namespace("keras.quantizers", "quantizer")


@public("keras", also=("keras.quantizers",))
class Quantizer:
    """The base of all quantizers: a function of a tensor that gives numbers of few bits.

    Args:
        output_dtype: The dtype of the numbers.
    """

    def __init__(self, output_dtype: str = "int8"):
        self.output_dtype = output_dtype

    def __call__(self, x: Any) -> Any:
        """The tensor as it is; subclasses quantize it."""
        return x

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them; a subclass says them."""
        raise NotImplementedError(
            f"{type(self).__name__} cannot be saved: give it a method `get_config` that "
            "returns the arguments of its constructor."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A quantizer with these settings."""
        return cls(**config)


@quantizers.public()
class AbsMaxQuantizer(Quantizer):
    """Multiplies by the scale that makes the greatest number the end of a range, and rounds.

    Args:
        axis: The axes over which the greatest number is looked for.
        value_range: The range of the whole numbers.
        epsilon: Added to the greatest number, so that nothing is divided by zero.
        output_dtype: The dtype of the whole numbers.
    """

    def __init__(
        self,
        axis: Any = None,
        value_range: tuple[int, int] = (-127, 127),
        epsilon: float = 1e-7,
        output_dtype: str = "int8",
    ):
        super().__init__(output_dtype)
        if axis is not None:
            axis = (axis,) if isinstance(axis, int) else tuple(axis)
        self.axis: tuple[int, ...] | None = axis
        self.value_range = value_range
        self.epsilon = epsilon

    def __call__(self, x: Any, axis: Axes = None, to_numpy: bool = False) -> tuple[Any, Any]:
        """The whole numbers of a tensor, and their scale.

        Args:
            x: The tensor.
            axis: The axes, if not those of the quantizer; by default the last one.
            to_numpy: Whether to compute with arrays, outside of any graph.
        """
        if axis is None:
            axis = -1 if self.axis is None else self.axis
        low, high = self.value_range
        return abs_max_quantize(x, axis, (low, high), self.output_dtype, self.epsilon, to_numpy)

    def get_config(self) -> dict[str, Any]:
        config = {
            "value_range": self.value_range,
            "epsilon": self.epsilon,
            "output_dtype": self.output_dtype,
        }
        return config if self.axis is None else {**config, "axis": self.axis}


def get(identifier: Any, **kwargs: Any) -> Any:
    """The quantizer that a name, a class or a record stands for.

    Args:
        identifier: It.
        **kwargs: The settings of the quantizer that a name stands for.

    Raises:
        ValueError: When there is none.
    """
    if isinstance(identifier, str) and kwargs:
        found = quantizers.find(identifier)
        if found is not None:
            return found(**kwargs)
    found = quantizers.get(identifier)
    if isinstance(found, Quantizer) or found is None or callable(found):
        return found
    raise ValueError(f"{identifier!r} is not a quantizer.")


serialize = quantizers.serialize
deserialize = quantizers.deserialize
