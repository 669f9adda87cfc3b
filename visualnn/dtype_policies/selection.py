"""Which policy a name, a dtype or a record stands for."""

from __future__ import annotations

from typing import Any

from visualnn.dtype_policies.policy import (
    DTypePolicy,
    dtype_policy,
    note_dtype_policy,
    standardize_dtype,
)
from visualnn.dtype_policies.quantized import quantized_policy
from visualnn.serialization import deserialize_keras_object, serialize_keras_object


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are given none; ``None`` sets it back."""
    note_dtype_policy(None if policy is None else get(policy))


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
    if isinstance(identifier, str):
        return quantized_policy(identifier) or DTypePolicy(identifier)
    return DTypePolicy(standardize_dtype(identifier))


def serialize(policy: DTypePolicy) -> dict[str, Any]:
    """The record of a policy."""
    return serialize_keras_object(policy)


def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The policy that a record describes."""
    return deserialize_keras_object(config, custom_objects, namespace="dtype_policies")
