"""Models to begin with for texts and other sequences."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.layers import (
    GRU,
    LSTM,
    Add,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    GlobalAveragePooling1D,
    Input,
    LayerNormalization,
    MultiHeadAttention,
)
from visualnn.models import Functional, Model

WORDS = 10_000
"""How many words a text may be made of."""


def lstm_classifier() -> Model:
    """Sorts texts into two kinds, reading them from both ends; words are numbers, 0 is padding."""
    words = Input((100,), dtype="int32", name="words")
    x = Embedding(WORDS, 64, mask_zero=True, name="embedding")(words)
    x = Bidirectional(LSTM(32, name="lstm"), name="both_ways")(x)
    x = Dropout(0.4, name="dropout")(x)
    kind = Dense(1, activation="sigmoid", name="kind")(x)
    return Functional(words, kind, name="lstm_classifier")


def gru_sequence_to_sequence() -> Model:
    """Turns one sequence into another: one GRU reads it to a state, from which another writes."""
    source = Input((None,), dtype="int32", name="source")
    x = Embedding(WORDS, 64, name="source_embedding")(source)
    _, state = GRU(128, return_state=True, name="encoder")(x)
    target = Input((None,), dtype="int32", name="target")
    y = Embedding(WORDS, 64, name="target_embedding")(target)
    y = GRU(128, return_sequences=True, name="decoder")(y, initial_state=state)
    words = Dense(WORDS, activation="softmax", name="next_words")(y)
    return Functional([source, target], words, name="gru_sequence_to_sequence")


def transformer_encoder() -> Model:
    """Sorts texts by two blocks of self-attention (Vaswani et al., 2017)."""
    length, width = 64, 64
    words = Input((length,), dtype="int32", name="words")
    places = ops.cumsum(ops.ones_like(words), axis=1)
    x = Embedding(WORDS, width, name="word_embedding")(words)
    x = Add(name="embedding")([x, Embedding(length + 1, width, name="place_embedding")(places)])
    for i in (1, 2):
        x = _attention_block(x, width, f"block{i}")
    x = GlobalAveragePooling1D(name="features")(x)
    kinds = Dense(4, activation="softmax", name="kinds")(x)
    return Functional(words, kinds, name="transformer_encoder")


def _attention_block(x: Any, width: int, name: str) -> Any:
    seen = MultiHeadAttention(4, width // 4, name=f"{name}_attention")(x, x)
    x = Add(name=f"{name}_add1")([x, Dropout(0.1, name=f"{name}_dropout")(seen)])
    x = LayerNormalization(name=f"{name}_norm1")(x)
    y = Dense(2 * width, activation="gelu", name=f"{name}_wide")(x)
    y = Dense(width, name=f"{name}_narrow")(y)
    return LayerNormalization(name=f"{name}_norm2")(Add(name=f"{name}_add2")([x, y]))
