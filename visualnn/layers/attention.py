"""Attention: every query takes a weighted average of values, by how well their keys fit it."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from visualnn import ops, random
from visualnn.declaration import declared, setting
from visualnn.layers.layer import Layer
from visualnn.layers.regularization import generator_of
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.spec import ShapeError

FAMILY = "Attention"


@public("keras.layers")
@declared
class Attention(Layer):
    """Gives every query a weighted average of the values, by dot products with their keys.

    It is called on ``[query, value]`` or ``[query, value, key]``, of the shapes (batch, queries,
    features), (batch, values, features) and (batch, values, features).  Luong et al., "Effective
    approaches to attention-based neural machine translation", 2015.

    Args:
        use_scale: Whether the scores are multiplied by a number that is learned.
        score_mode: How a query and a key are compared: ``"dot"`` by their product, ``"concat"``
            by the tanh of their sum.
        dropout: The share of the weights that become zero in training.
        seed: Makes the random choices repeatable.
    """

    use_scale: bool = False
    score_mode: Literal["dot", "concat"] = "dot"
    dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    def __post_init__(self):
        self.supports_masking = True
        if self.dropout > 0:
            self.seed_generator = generator_of(self.seed)

    def build(self, input_shape):
        check_inputs(input_shape)
        self.scale = self.concat_score_weight = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )

    def scores(self, query: Any, key: Any) -> Any:
        """How well each key fits each query, (batch, queries, values)."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.transpose(key, (0, 2, 1)))
            return scores if self.scale is None else scores * self.scale
        together = ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3)
        if self.scale is not None:
            together = self.scale * together
        return self.concat_score_weight * ops.sum(ops.tanh(together), axis=-1)

    def call(
        self,
        inputs,
        mask=None,
        training=False,
        return_attention_scores=False,
        use_causal_mask=False,
    ):
        check_inputs(inputs)
        query, value = inputs[0], inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        query_mask, value_mask = checked_masks(mask)
        scores = self.scores(query, key)
        counts = None if value_mask is None else ops.expand_dims(value_mask, axis=-2)
        if use_causal_mask:
            earlier = causal_mask(scores)
            counts = earlier if counts is None else ops.logical_and(counts, earlier)
        if counts is not None:
            low = 65504.0 if str(scores.dtype) == "float16" else 1e9
            scores = scores - low * ops.cast(ops.logical_not(counts), scores.dtype)
        weights = ops.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        result = ops.matmul(weights, value)
        if query_mask is not None:
            result = result * ops.cast(ops.expand_dims(query_mask, axis=-1), result.dtype)
        return (result, weights) if return_attention_scores else result

    def compute_mask(self, inputs, previous_mask=None):
        query_mask, _ = checked_masks(previous_mask)
        return query_mask


@public("keras.layers")
@declared
class AdditiveAttention(Attention):
    """Gives every query a weighted average of the values, by the tanh of its sums with their keys.

    Bahdanau et al., "Neural machine translation by jointly learning to align and translate", 2015.

    Args:
        use_scale: Whether the features of the tanh are weighted by numbers that are learned.
        dropout: The share of the weights that become zero in training.
        seed: Makes the random choices repeatable.
    """

    score_mode: ClassVar[str] = "dot"
    use_scale: bool = True
    dropout: float = setting(0.0, minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    def build(self, input_shape):
        check_inputs(input_shape)
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight(
                name="scale", shape=(input_shape[0][-1],), initializer="glorot_uniform"
            )

    def scores(self, query, key):
        together = ops.expand_dims(query, axis=-2) + ops.expand_dims(key, axis=-3)
        features = ops.tanh(together)
        return ops.sum(features if self.scale is None else self.scale * features, axis=-1)


def check_inputs(inputs: Any) -> None:
    """Refuse what is not a list of a query, a value and perhaps a key.

    Raises:
        ShapeError: Saying what came.
    """
    if not isinstance(inputs, list | tuple) or not all(
        hasattr(x, "shape") or isinstance(x, list | tuple) for x in inputs
    ):
        raise ShapeError("It is called on a list: [query, value] or [query, value, key].")
    if len(inputs) not in (2, 3):
        raise ShapeError(
            f"It is called on [query, value] or [query, value, key], but got {len(inputs)} tensors."
        )


def checked_masks(mask: Any) -> tuple[Any, Any]:
    """The masks of the query and of the value."""
    if mask is None:
        return None, None
    if not isinstance(mask, list | tuple) or len(mask) not in (2, 3):
        raise ShapeError(
            "Its `mask` is a list for [query, value] or [query, value, key], in which one that is "
            f"missing is None, but is {mask!r}."
        )
    return mask[0], mask[1]


def causal_mask(scores: Any) -> Any:
    """Which values a query may see: those that are not later, (1, queries, values)."""
    queries, values = ops.shape(scores)[-2:]
    rows = ops.expand_dims(ops.arange(queries), axis=1)
    columns = ops.expand_dims(ops.arange(values), axis=0)
    return ops.expand_dims(ops.greater_equal(rows, columns), axis=0)
