"""Attention with several heads, each of which compares other features."""

from __future__ import annotations

import math
from typing import Annotated, Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.activation import Softmax
from visualnn.layers.einsum_dense import EinsumDense
from visualnn.layers.layer import Layer
from visualnn.layers.masking import mask_of
from visualnn.layers.regularization import Dropout
from visualnn.random import SeedGenerator
from visualnn.regularizers import Regularizer
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError

FAMILY = "Attention"


class Heads(Layer):
    """What both kinds of attention with heads have in common."""

    _always_in_config = ("activity_regularizer",)
    _penalises_outputs = False  # the layers inside do

    def projection(self, equation: str, shape: tuple, bias_axes: str, name: str) -> EinsumDense:
        """A dense layer inside, with the settings of this one."""
        inner = EinsumDense(
            equation,
            output_shape=shape,
            bias_axes=bias_axes if self.use_bias else None,
            kernel_initializer=fresh(self.kernel_initializer),
            bias_initializer=fresh(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            activity_regularizer=self.activity_regularizer,
            dtype=self.dtype_policy,
            name=name,
        )
        inner.supports_masking = True  # this layer looks after the masks
        return inner

    def add_softmax_and_dropout(self, axes: int | tuple[int, ...]) -> None:
        """Make the layers inside that have no weights."""
        self._softmax = Softmax(axis=axes, dtype=self.dtype_policy)
        self._dropout_layer = Dropout(self.dropout, dtype=self.dtype_policy, seed=self.seed)

    def weighed(self, scores: Any, mask: Any, shown: bool) -> Any:
        """How much each key counts for each query.

        A query that may see no key gets nothing where the weights are shown, or thinned out by
        dropout, and else the average of all keys: both are what Keras gives.
        """
        if mask is None or shown or self.dropout:
            return self._softmax(scores, mask=mask)
        low = -4e4 if str(scores.dtype) == "float16" else -1e30
        return ops.softmax(ops.where(mask, scores, low), axis=-1)

    def compute_mask(self, inputs, previous_mask=None):
        return previous_mask

    def combined_mask(
        self, masks: tuple[Any, Any, Any], attention_mask: Any, causal: bool, sizes: tuple[Any, Any]
    ) -> Any:
        """Which keys each query may see, (batch, queries, keys), or ``None`` for all."""
        query_mask, value_mask, key_mask = masks
        found = None if attention_mask is None else ops.cast(attention_mask, "bool")

        def also(mask: Any) -> Any:
            return mask if found is None else ops.logical_and(found, mask)

        if query_mask is not None:
            found = also(ops.expand_dims(ops.cast(query_mask, "bool"), axis=-1))
        for mask in (value_mask, key_mask):
            if mask is not None:
                found = also(ops.expand_dims(ops.cast(mask, "bool"), axis=-2))
        if causal or self.sliding_window is not None:
            rows = ops.expand_dims(ops.arange(sizes[0]), axis=1)
            columns = ops.expand_dims(ops.arange(sizes[1]), axis=0)
            if causal:
                found = also(ops.expand_dims(ops.greater_equal(rows, columns), axis=0))
            if self.sliding_window is not None:
                near = ops.less(ops.absolute(rows - columns), self.sliding_window)
                found = also(ops.expand_dims(near, axis=0))
        return found


def _axes(x: Any) -> tuple[int, ...] | None:
    if x is None or isinstance(x, int):
        return x if x is None else (x,)
    if not isinstance(x, list | tuple):
        raise ValueError(f"must be a whole number or several, but is {x!r}.")
    return tuple(x)


AttentionAxes = Annotated[Any, Kind("axes", _axes, list)]


def fresh(initializer: Any) -> Any:
    """An initializer of the same kind, so that several weights do not begin alike."""
    return type(initializer).from_config(initializer.get_config())


@public("keras.layers")
@declared
class MultiHeadAttention(Heads):
    """Gives every query a weighted average of values, in several heads with features of their own.

    It is called on a query (batch, queries, features), a value (batch, values, features) and
    perhaps a key.  Vaswani et al., "Attention is all you need", 2017.

    Args:
        num_heads: How many heads.
        key_dim: The size of the queries and keys of each head.
        value_dim: The size of the values of each head; by default that of the keys.
        dropout: The share of the weights that become zero in training.
        use_bias: Whether the dense layers inside have biases.
        output_shape: The size of the output; by default that of the query.
        attention_axes: The axes along which queries and values are; by default all but the batch
            and the features.
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

    num_heads: int = setting(minimum=1)
    key_dim: int = setting(minimum=1)
    value_dim: int | None = setting(None, minimum=1)
    dropout: float = setting(0.0, minimum=0, maximum=1)
    use_bias: bool = True
    output_shape: Any = setting(None, attribute="_output_shape")
    attention_axes: AttentionAxes = None
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
        self.value_dim = self.value_dim or self.key_dim
        if not isinstance(self._output_shape, int | list | tuple | None):
            raise ValueError(
                "MultiHeadAttention: `output_shape` must be a whole number or several, but is "
                f"{self._output_shape!r}."
            )
        if self._output_shape is not None and not isinstance(self._output_shape, list | tuple):
            self._output_shape = (self._output_shape,)

    def build(self, query_shape, value_shape, key_shape=None):
        key_shape = value_shape if key_shape is None else key_shape
        if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
            raise ShapeError(
                f"Its value {tuple(value_shape)} and key {tuple(key_shape)} must have the same "
                "sizes, but for the features."
            )
        rank = len(query_shape)
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, rank - 1))
        axes = self.attention_axes
        letters = _projection_letters(rank)
        heads = (self.num_heads, self.key_dim)
        self._query_dense = self.projection(*to_heads(rank, heads), name="query")
        self._query_dense.build(query_shape)
        self._key_dense = self.projection(*to_heads(len(key_shape), heads), name="key")
        self._key_dense.build(key_shape)
        values = (self.num_heads, self.value_dim or self.key_dim)
        if self.use_gate:
            self._gate_dense = self.projection(*to_heads(rank, values), name="gate")
            self._gate_dense.build(query_shape)
        self._value_dense = self.projection(*to_heads(len(value_shape), values), name="value")
        self._value_dense.build(value_shape)
        self._equations = _attention_equations(rank, axes)
        self.add_softmax_and_dropout(tuple(range(-len(axes), 0)))
        shape = tuple(self._output_shape or (query_shape[-1],))
        out = "uvwxyz"[: len(shape)]
        equation = f"{letters}hd,hd{out}->{letters}{out}"
        whole = (*(None for _ in letters[1:]), *shape)
        self._output_dense = self.projection(equation, whole, out, name="attention_output")
        self._output_dense.build((*query_shape[:-1], self.num_heads, self.value_dim))

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
        key = value if key is None else key
        mask = self.combined_mask(
            (mask_of(query), value_mask, key_mask),  # `query_mask` itself is not looked at by Keras
            attention_mask,
            use_causal_mask,
            (ops.shape(query)[1], ops.shape(value)[1]),
        )
        queries = self._query_dense(query) * (1.0 / math.sqrt(self.key_dim))
        compare, combine = self._equations
        scores = ops.einsum(compare, self._key_dense(key), queries)
        shown = return_attention_scores or len(query.shape) != 3
        weights = self.weighed(scores, self._for_heads(mask, scores), shown)
        dropped = self._dropout_layer(weights, training=training) if self.dropout else weights
        results = ops.einsum(combine, dropped, self._value_dense(value))
        if self.use_gate:
            results = results * ops.sigmoid(self._gate_dense(query))
        output = self._output_dense(results)
        return (output, weights) if return_attention_scores else output

    @property
    def query_dense(self) -> EinsumDense:
        """Makes the queries of each head."""
        return self._query_dense

    @property
    def key_dense(self) -> EinsumDense:
        """Makes the keys of each head."""
        return self._key_dense

    @property
    def value_dense(self) -> EinsumDense:
        """Makes the values of each head."""
        return self._value_dense

    @property
    def output_dense(self) -> EinsumDense:
        """Mixes the results of all heads."""
        return self._output_dense

    def _for_heads(self, mask: Any, scores: Any) -> Any:
        """A mask (batch, queries, keys) with axes for the heads."""
        if mask is None:
            return None
        rank = len(mask.shape)
        for _ in range(len(scores.shape) - rank):
            mask = ops.expand_dims(mask, axis=-2 * len(self.attention_axes) - 1)
        return mask

    def compute_mask(self, inputs, previous_mask=None):
        return previous_mask


def _projection_letters(rank: int) -> str:
    """A letter for each axis but the features."""
    return "abcefgijklm"[: rank - 1]


def to_heads(rank: int, heads: tuple[int, int]) -> tuple[str, tuple, str]:
    """The equation, output shape and bias axes of a layer from features to heads."""
    letters = _projection_letters(rank)
    return f"{letters}n,nhd->{letters}hd", (*(None for _ in letters[1:]), *heads), "hd"


def _attention_equations(rank: int, axes: tuple[int, ...]) -> tuple[str, str]:
    """The equations that compare queries with keys, and that combine values.

    Axes that are neither the batch, nor attended to, nor features are treated like the batch.
    """
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    query = "".join(next(letters) for _ in range(rank + 1))  # (batch, ..., heads, features)
    batch = [i for i in range(rank + 1) if i not in (*axes, rank)]
    key = list(query)
    for axis in axes:
        key[axis] = next(letters)
    keys = "".join(key)
    scores = "".join(query[i] for i in batch)
    scores += "".join(query[i] for i in axes) + "".join(key[i] for i in axes)
    return f"{keys},{query}->{scores}", f"{scores},{keys}->{query}"
