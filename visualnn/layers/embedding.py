"""Layers that look up vectors for whole numbers."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.layer import Layer
from visualnn.layers.refusal import refuse
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Core"


@public("keras.layers")
@declared
class Embedding(Layer):
    """Replaces every whole number by a vector that is learned: (...) to (..., output_dim).

    Args:
        input_dim: How many numbers there are; the greatest is one less.
        output_dim: The size of the vectors.
        embeddings_initializer: Makes the first vectors, (input_dim, output_dim).
        embeddings_regularizer: Penalises the vectors.
        embeddings_constraint: Applied to the vectors after every step.
        mask_zero: Whether 0 stands for a step that does not count, such as padding.
        weights: The first vectors, in place of the initializer, as a list of one array.
        lora_rank: Accepted as ``None``; low-rank adaptation is not supported.
        lora_alpha: Accepted as ``None``; low-rank adaptation is not supported.
        quantization_config: Accepted as ``None``; quantization is not supported.
    """

    input_dim: int = setting(minimum=1)
    output_dim: int = setting(minimum=1)
    embeddings_initializer: Initializer = setting("uniform")
    embeddings_regularizer: Regularizer | None = None
    embeddings_constraint: Constraint | None = None
    mask_zero: bool = False
    weights: Any = setting(None, config=False, attribute="_first_weights")
    lora_rank: Any = setting(None, config=False)
    lora_alpha: Any = setting(None, config=False)
    quantization_config: Any = None

    _always_in_config = ("activity_regularizer",)

    def __post_init__(self):
        refuse(self, "lora_rank", "lora_alpha", "quantization_config")
        self.autocast = False
        self.supports_masking = self.mask_zero

    def build(self, input_shape=None):
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def call(self, inputs):
        if not str(inputs.dtype).startswith(("int", "uint")):
            inputs = ops.cast(inputs, "int32")
        outputs = ops.take(self.embeddings, inputs, axis=0)
        return ops.cast(outputs, self.compute_dtype)

    def compute_mask(self, inputs, mask=None):
        return ops.not_equal(inputs, 0) if self.mask_zero else None


@public("keras.layers")
@declared(
    order=(
        *("input_dim", "output_dim", "tie_weights", "embeddings_initializer"),
        *("embeddings_regularizer", "embeddings_constraint", "mask_zero"),
        *("reverse_dtype", "logit_soft_cap"),
    )
)
class ReversibleEmbedding(Embedding):
    """Replaces whole numbers by vectors, and vectors back by a score for every number.

    Called with ``reverse=True`` it goes back: (..., output_dim) to (..., input_dim).

    Args:
        tie_weights: Whether the same vectors serve both ways.
        reverse_dtype: The dtype in which the scores are computed.
        logit_soft_cap: Keeps the scores smoothly between plus and minus this number.
    """

    tie_weights: bool = True
    reverse_dtype: Any = None
    logit_soft_cap: float | None = None

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def call(self, inputs, reverse=False):
        if not reverse:
            return super().call(inputs)
        if self.tie_weights:
            kernel = ops.transpose(ops.convert_to_tensor(self.embeddings))
        else:
            kernel = ops.convert_to_tensor(self.reverse_embeddings)
        dtype = self.reverse_dtype or self.compute_dtype
        scores = ops.matmul(ops.cast(inputs, dtype), ops.cast(kernel, dtype))
        if self.logit_soft_cap is not None:
            scores = ops.tanh(scores / self.logit_soft_cap) * self.logit_soft_cap
        return scores

    def compute_mask(self, inputs, mask=None):
        whole = str(inputs.dtype).startswith(("int", "uint"))
        return super().compute_mask(inputs, mask) if whole else mask
