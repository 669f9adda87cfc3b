"""Which dtype weights are kept in, and which one layers compute in."""

from visualnn.dtype_policies.policy import (
    DTypePolicy,
    FloatDTypePolicy,
    dtype_policy,
    is_float_dtype,
    is_int_dtype,
    standardize_dtype,
)
from visualnn.dtype_policies.policy_map import DTypePolicyMap
from visualnn.dtype_policies.quantized import (
    QUANTIZATION_MODES,
    AWQDTypePolicy,
    GPTQDTypePolicy,
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
)
from visualnn.dtype_policies.selection import deserialize, get, serialize, set_dtype_policy

__all__ = [
    "QUANTIZATION_MODES",
    "AWQDTypePolicy",
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "GPTQDTypePolicy",
    "Int4DTypePolicy",
    "QuantizedDTypePolicy",
    "QuantizedFloat8DTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "is_float_dtype",
    "is_int_dtype",
    "serialize",
    "set_dtype_policy",
    "standardize_dtype",
]
