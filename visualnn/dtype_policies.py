"""Which dtype weights are kept in, and which one layers compute in."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.defaults import floatx
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object

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


@public("keras", "FloatDTypePolicy", "Policy", also=("keras.dtype_policies",))
class DTypePolicy:
    """The dtypes of a layer: that of its weights, and that of its computation.

    Args:
        name: A dtype, for both; or ``mixed_float16`` or ``mixed_bfloat16``, which keep the weights
            in float32 and compute in half of the precision.  By default the global policy.
    """

    def __init__(self, name: str | None = None):
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"The name of a dtype policy is a text, not {name!r}.")
        self._name = name
        if name in _MIXED:
            self._compute_dtype, self._variable_dtype = _MIXED[name], "float32"
        else:
            try:
                self._compute_dtype = self._variable_dtype = standardize_dtype(name)
            except ValueError as problem:
                raise ValueError(
                    f"{name!r} is not a dtype policy. Use a dtype, such as 'float32', "
                    "or 'mixed_float16' or 'mixed_bfloat16'."
                ) from problem

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
    def quantization_mode(self) -> None:
        """Weights are never quantized here."""
        return None

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
        return f'<DTypePolicy "{self._name}">'


FloatDTypePolicy = DTypePolicy

_global: list[DTypePolicy | None] = [None]


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none."""
    return _global[0] or DTypePolicy(floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are given none; ``None`` sets it back."""
    _global[0] = None if policy is None else get(policy)


def get(identifier: Any) -> DTypePolicy:
    """The policy that a name, a dtype or a record stands for; by default the global one.

    Raises:
        ValueError: When there is none.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, dict):
        found = deserialize(identifier)
        if not isinstance(found, DTypePolicy):
            raise ValueError(f"{identifier!r} is not the record of a dtype policy.")
        return found
    if hasattr(identifier, "compute_dtype") and hasattr(identifier, "variable_dtype"):
        return identifier
    return DTypePolicy(identifier if isinstance(identifier, str) else standardize_dtype(identifier))


def serialize(policy: DTypePolicy) -> dict[str, Any]:
    """The record of a policy."""
    return serialize_keras_object(policy)


def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The policy that a record describes."""
    return deserialize_keras_object(config, custom_objects, namespace="dtype_policies")
