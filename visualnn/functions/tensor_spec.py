"""``TensorSpec``: what an argument of a traced function is: a shape, a dtype and a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visualnn.spec import Spec


class TensorSpec(Spec):
    """The shape and dtype of a tensor, which stands for it where a function is traced.

    Args:
        shape: The sizes; ``None`` for those that may be any.
        dtype: The dtype.
        name: What the argument is called, where the function is saved.

    Raises:
        ValueError: When not even the number of axes is said.
    """

    __slots__ = ("name",)

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None):
        if shape is None:
            raise ValueError(
                "A TensorSpec says how many axes there are: give a shape such as (None, 3)."
            )
        sizes = shape if isinstance(shape, Iterable) else (shape,)
        super().__init__(sizes, dtype)
        self.name = name

    @classmethod
    def of(cls, array: Any) -> TensorSpec:
        """The spec of an array, or of anything that has one."""
        spec = Spec.of(array)
        return cls(spec.sizes, spec.dtype, getattr(array, "name", None))

    from_tensor = of

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor, or all tensors of a spec, have this dtype and fit this shape."""
        spec = Spec.of(other)
        return (
            spec.dtype == self.dtype
            and len(spec.shape) == len(self.shape)
            and all(a in (None, b) for a, b in zip(self.shape, spec.shape, strict=True))
        )

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}{name})"
