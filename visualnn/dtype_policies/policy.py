"""Which dtype weights are kept in, and which one layers compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from visualnn import ops
from visualnn.defaults import floatx
from visualnn.serialization import public
from visualnn.spec import is_float

_PYTHON_TYPES: dict[Any, str] = {int: "int32", float: "float32", bool: "bool", str: "string"}
_OTHER_NAMES = {"half": "float16", "float": "float32", "double": "float64", "str": "string"}
_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
_DTYPES = (
    "bfloat16",
    "float16",
    "float32",
    "float64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "bool",
    "complex64",
    "complex128",
    "string",
)


def standardize_dtype(dtype: Any) -> str:
    """The name of a dtype; of ``None``, that of floating-point numbers.

    Raises:
        ValueError: When there is no such dtype.
    """
    if dtype is None:
        return floatx()
    name: Any = _PYTHON_TYPES.get(dtype, dtype)
    if not isinstance(name, str):
        try:
            name = np.dtype(name).name
        except TypeError:
            name = getattr(name, "name", name)
    name = _OTHER_NAMES.get(name, name)
    if name not in _DTYPES:
        raise ValueError(f"{dtype!r} is not a dtype. There are {', '.join(_DTYPES)}.")
    return name


def is_float_dtype(dtype: Any) -> bool:
    """Whether numbers of a dtype can be fractions.

    Raises:
        ValueError: When there is no such dtype.
    """
    return is_float(standardize_dtype(dtype))


def is_int_dtype(dtype: Any) -> bool:
    """Whether numbers of a dtype are whole numbers.

    Raises:
        ValueError: When there is no such dtype.
    """
    return standardize_dtype(dtype).startswith(("int", "uint"))


@public("keras", "FloatDTypePolicy", "Policy", also=("keras.dtype_policies",))
class DTypePolicy:
    """The dtypes of a layer: that of its weights, and that of its computation.

    Args:
        name: A dtype, for both; or ``mixed_float16`` or ``mixed_bfloat16``, which keep the weights
            in float32 and compute in half of the precision.  By default the global policy.
    """

    def __init__(self, name: str | None = None):
        self._name = dtype_policy().name if name is None else name
        self._compute_dtype, self._variable_dtype = dtypes_of(self._name)
        self._quantization_mode: str | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype that layers compute in."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype that weights are kept in."""
        return self._variable_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How weights are made whole numbers of few bits; ``None`` where they are not."""
        return self._quantization_mode

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """The tensor ``x`` in this dtype, if it holds floating-point numbers and is to be cast."""
        name = standardize_dtype(getattr(x, "dtype", "string"))
        wanted = standardize_dtype(dtype)
        if not (autocast and is_float(wanted) and is_float(name)) or name == wanted:
            return x
        return ops.cast(x, wanted)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), self._name))

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self._name}">'


def dtypes_of(name: Any) -> tuple[str, str]:
    """The dtypes that layers compute in, and keep their weights in, under a policy of this name.

    Raises:
        TypeError: When it is not a text.
        ValueError: When there is no such policy.
    """
    if not isinstance(name, str):
        raise TypeError(f"The name of a dtype policy is a text, not {name!r}.")
    if name in _MIXED:
        return _MIXED[name], "float32"
    if name in _OTHER_NAMES:  # dtypes have them, but policies do not
        raise _no_policy(name)
    try:
        return standardize_dtype(name), standardize_dtype(name)
    except ValueError as problem:
        raise _no_policy(name) from problem


def _no_policy(name: str) -> ValueError:
    return ValueError(
        f"{name!r} is not a dtype policy. Use a dtype, such as 'float32', "
        "or 'mixed_float16', 'mixed_bfloat16' or 'int8_from_float32'."
    )


FloatDTypePolicy = DTypePolicy

_global: list[DTypePolicy | None] = [None]


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none."""
    return _global[0] or DTypePolicy(floatx())


@contextmanager
def with_dtype_policy(policy: DTypePolicy) -> Iterator[None]:
    """What layers that are made inside have, if they are given no policy."""
    before = _global[0]
    _global[0] = policy
    try:
        yield
    finally:
        _global[0] = before


def note_dtype_policy(policy: DTypePolicy | None) -> None:
    """Keep the policy of layers that are given none; ``None`` for the usual one."""
    _global[0] = policy
