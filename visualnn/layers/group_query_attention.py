"""Attention in which several heads of queries share keys and values."""

from __future__ import annotations

import math
from typing import Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.multi_head_attention import Heads, to_heads
from visualnn.random import SeedGenerator
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Attention"


@public("keras.layers", name="GroupQueryAttention")
@declared
class GroupedQueryAttention(Heads):
    """Multi-head attention in which several heads of queries share keys and values.

    Ainslie et al., "GQA: training generalized multi-query transformer models", 2023.

    Args:
        head_dim: The size of the queries, keys and values of each head.
        num_query_heads: How many heads of queries.
        num_key_value_heads: How many heads of keys and values; they divide those of queries.
        dropout: The share of the weights that become zero in training.
        use_bias: Whether the dense layers inside have biases.
        sliding_window: How far away a key may be from the query, if there is a limit.
        flash_attention: Accepted for Keras's sake; there is no such kernel here.
        kernel_initializer: Makes the first kernels.
        bias_initializer: Makes the first biases.
        kernel_regularizer: Penalises the kernels.
        bias_regularizer: Penalises the biases.
        activity_regularizer: Penalises the outputs of the dense layers inside.
        kernel_constraint: Applied to the kernels after every step.
        bias_constraint: Applied to the biases after every step.
        use_gate: Whether the result of each head is multiplied by a gate that the query opens.
        seed: Makes the random choices repeatable.
    """

    head_dim: int = setting(minimum=1)
    num_query_heads: int = setting(minimum=1)
    num_key_value_heads: int = setting(minimum=1)
    dropout: float = setting(0.0, minimum=0, maximum=1)
    use_bias: bool = True
    sliding_window: int | None = setting(None, minimum=1)
    flash_attention: Any = setting(None, config=False)
    kernel_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    use_gate: bool = False
    seed: int | SeedGenerator | None = None

    def __post_init__(self):
        self.supports_masking = True
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                f"GroupQueryAttention: {self.num_query_heads} heads of queries cannot share "
                f"{self.num_key_value_heads} heads of keys and values evenly."
            )

    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        many = (self.num_query_heads, self.head_dim)
        few = (self.num_key_value_heads, self.head_dim)
        self._query_dense = self.projection(*to_heads(3, many), name="query")
        self._query_dense.build(query_shape)
        self._key_dense = self.projection(*to_heads(3, few), name="key")
        self._key_dense.build(key_shape)
        if self.use_gate:
            self._gate_dense = self.projection(*to_heads(3, many), name="gate")
            self._gate_dense.build(query_shape)
        self._value_dense = self.projection(*to_heads(3, few), name="value")
        self._value_dense.build(value_shape)
        self.add_softmax_and_dropout(-1)
        self._output_dense = self.projection(
            "abhd,hdu->abu", (None, query_shape[-1]), "u", name="attention_output"
        )
        self._output_dense.build((*query_shape[:-1], *many))

    def call(
        self,
        query,
        value,
        key=None,
        query_mask=None,
        value_mask=None,
        key_mask=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        mask = self.combined_mask(
            (query_mask, value_mask, key_mask),
            attention_mask,
            use_causal_mask,
            (ops.shape(query)[1], ops.shape(value)[1]),
        )
        shared = self.num_query_heads // self.num_key_value_heads
        queries = self._query_dense(query) * (1.0 / math.sqrt(self.head_dim))
        keys = ops.repeat(self._key_dense(value if key is None else key), shared, axis=2)
        values = ops.repeat(self._value_dense(value), shared, axis=2)
        scores = ops.einsum("bqhd,bkhd->bhqk", queries, keys)
        if mask is not None:
            mask = ops.expand_dims(mask, axis=1)
        weights = self.weighed(scores, mask, return_attention_scores)
        dropped = self._dropout_layer(weights, training=training) if self.dropout else weights
        results = ops.einsum("bhqk,bkhd->bqhd", dropped, values)
        if self.use_gate:
            results = results * ops.sigmoid(self._gate_dense(query))
        output = self._output_dense(results)
        return (output, weights) if return_attention_scores else output
