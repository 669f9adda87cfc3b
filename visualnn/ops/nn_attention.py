"""Attention: every query looks at all keys, and takes a mixture of their values."""

from __future__ import annotations

import math

import numpy as np

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    cast_to,
    dtype_of,
    known_size,
    promoted,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


@operation("nn", "DotProductAttention", "is_causal", "flash_attention", "attn_logits_soft_cap")
def dot_product_attention(
    query,
    key,
    value,
    bias=None,
    mask=None,
    scale=None,
    is_causal=False,
    flash_attention=None,
    attn_logits_soft_cap=None,
):
    """Mix the values of all places, by how well their keys fit the queries.

    ``query`` is (batch, places, heads, features), ``key`` and ``value`` have places and heads of
    their own (as many heads, or a divisor).  The mask is true where a query may look; causal
    attention looks back only.

    Raises:
        ShapeError: When the tensors do not have four axes.
    """
    query, key, value = promoted(*(as_fraction(x) for x in (query, key, value)))
    for x in (query, key, value):
        if rank_of(x) != 4:
            raise ShapeError(
                "ops.dot_product_attention takes (batch, places, heads, features), "
                f"but got {Spec.of(x)}."
            )
    name = "dot_product_attention"
    heads, shared = known_size(query, 2, name), known_size(key, 2, name)
    if heads != shared:
        key, value = (p.take(x, _partners(heads, shared), axis=2) for x in (key, value))
    scale = 1 / math.sqrt(known_size(query, 3, name)) if scale is None else scale
    inner = "float32" if dtype_of(query) in ("float16", "bfloat16") else dtype_of(query)
    scores = p.einsum(query, key, equation="btnh,bsnh->bnts")
    scores = p.multiply(*promoted(cast_to(scores, inner), scale))
    if bias is not None:
        scores = p.add(*promoted(scores, as_tensor(bias)))
    if attn_logits_soft_cap is not None:
        scores = p.multiply(p.tanh(p.divide(scores, attn_logits_soft_cap)), attn_logits_soft_cap)
    allowed = _allowed(scores, mask, is_causal)
    if allowed is not None:
        lowest = np.finfo(p.numpy_dtype(dtype_of(scores))).min * 0.7
        scores = p.where(allowed, scores, np.asarray(lowest, dtype_of(scores)))
    weights = cast_to(p.softmax(scores, axes=(3,)), dtype_of(value))
    return p.einsum(weights, value, equation="bnts,bsnh->btnh")


def _partners(heads, shared):
    """Which of fewer heads of keys each head of queries looks at."""
    if not shared or heads % shared:
        raise ShapeError(
            f"ops.dot_product_attention: {heads} heads of queries cannot share {shared} of keys."
        )
    return np.repeat(np.arange(shared, dtype="int32"), heads // shared)


def _allowed(scores, mask, is_causal):
    """Where a query may look, (batch, heads, queries, keys), or ``None`` for everywhere."""
    allowed = None if mask is None else cast_to(as_tensor(mask), "bool")
    if is_causal:
        rows, columns = (_count(size, axis) for axis, size in enumerate(p.sizes_of(scores)[2:]))
        back = p.greater_equal(rows, columns)
        allowed = back if allowed is None else p.logical_and(allowed, back)
    return allowed


def _count(size, axis):
    shape, unknown = p.as_setting((size,))
    return p.expand_dims(p.iota(*unknown, shape=shape), axes=(1 - axis,))
