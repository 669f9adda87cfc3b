"""Layers that look up vectors for whole numbers."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import matmul_by_transposed
from visualnn.layers.low_rank import adapted_weight
from visualnn.layers.quantizable import Quantizable, QuantizationSetting
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Core"


@public("keras.layers")
@declared
class Embedding(Quantizable):
    """Replaces every whole number by a vector that is learned: (...) to (..., output_dim).

    Args:
        input_dim: How many numbers there are; the greatest is one less.
        output_dim: The size of the vectors.
        embeddings_initializer: Makes the first vectors, (input_dim, output_dim).
        embeddings_regularizer: Penalises the vectors.
        embeddings_constraint: Applied to the vectors after every step.
        mask_zero: Whether 0 stands for a step that does not count, such as padding.
        weights: The first vectors, in place of the initializer, as a list of one array.
        lora_rank: The rank of a change by two small weights (see ``enable_lora``).
        lora_alpha: That change is multiplied by this number over its rank; by default by one.
        quantization_config: How the weights are quantized, where the dtype policy says that they
            are, or by ``quantize``.
    """

    input_dim: int = setting(minimum=1)
    output_dim: int = setting(minimum=1)
    embeddings_initializer: Initializer = setting("uniform")
    embeddings_regularizer: Regularizer | None = None
    embeddings_constraint: Constraint | None = None
    mask_zero: bool = False
    weights: Any = setting(None, config=False, attribute="_first_weights")
    lora_rank: int | None = setting(None, minimum=1, config=False)
    lora_alpha: float | None = setting(None, config=False)
    quantization_config: QuantizationSetting = None

    _always_in_config = ("activity_regularizer",)
    _outdated_arguments = {"input_length": None}

    adapted = "embeddings"
    reduced = (("embeddings", 1),)
    embeddings = adapted_weight("embeddings")

    def __post_init__(self):
        self.autocast = False
        self.supports_masking = self.mask_zero

    def build(self, input_shape=None):
        self.embeddings = self.add_large_weight(
            "embeddings",
            (self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        if self._first_weights is not None:
            self.set_weights(self._first_weights)
        self.add_low_rank()

    def call(self, inputs):
        if not str(inputs.dtype).startswith(("int", "uint")):
            inputs = ops.cast(inputs, "int32")
        dtype = self.compute_dtype
        outputs = ops.cast(ops.take(self._embeddings, inputs, axis=0), dtype)
        if self.is_quantized:
            scale = ops.cast(ops.take(self.embeddings_scale, inputs, axis=0), dtype)
            outputs = outputs / ops.expand_dims(scale, axis=-1)
        if self.lora_enabled:
            vectors = ops.take(self.lora_embeddings_a, inputs, axis=0)
            change = ops.matmul(vectors, self.lora_embeddings_b) * self.low_rank_factor
            outputs = outputs + ops.cast(change, dtype)
        return outputs

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

    def __post_init__(self):
        super().__post_init__()
        if not self.tie_weights:
            self.reduced = (*Embedding.reduced, ("reverse_embeddings", 0))

    @property
    def reverse_embeddings(self) -> Any:
        """The vectors of the way back, where they are others."""
        return self._reverse_embeddings

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self._reverse_embeddings = self.add_large_weight(
                "reverse_embeddings",
                (self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def saved_variables(self):
        names = ["_embeddings", "embeddings_scale"]
        names += ["_reverse_embeddings", "reverse_embeddings_scale"]
        return [vars(self)[name] for name in names if vars(self).get(name) is not None]

    def call(self, inputs, reverse=False):
        if not reverse:
            return super().call(inputs)
        scores = self._quantized_scores(inputs) if self.is_quantized else self._scores(inputs)
        if self.logit_soft_cap is not None:
            scores = ops.tanh(scores / self.logit_soft_cap) * self.logit_soft_cap
        return scores

    def _scores(self, inputs):
        if self.tie_weights:
            kernel = ops.transpose(ops.convert_to_tensor(self.embeddings))
        else:
            kernel = ops.convert_to_tensor(self.reverse_embeddings)
        dtype = self.reverse_dtype or self.compute_dtype
        return ops.matmul(ops.cast(inputs, dtype), ops.cast(kernel, dtype))

    def _quantized_scores(self, inputs):
        name = "embeddings" if self.tie_weights else "reverse_embeddings"
        turned = ops.transpose if self.tie_weights else lambda kernel: kernel
        scores = self.product(name, inputs, ops.matmul, matmul_by_transposed, weight=turned)
        if self.lora_enabled and self.tie_weights:
            scores = scores + ops.matmul(inputs, ops.transpose(self.low_rank_change()))
        return ops.cast(scores, self.reverse_dtype or self.compute_dtype)

    def compute_mask(self, inputs, mask=None):
        whole = str(inputs.dtype).startswith(("int", "uint"))
        return super().compute_mask(inputs, mask) if whole else mask
