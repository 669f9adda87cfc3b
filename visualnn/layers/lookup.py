"""Layers that turn words and numbers into their places in a vocabulary."""

from __future__ import annotations

from typing import Any, Literal

from visualnn.declaration import declared, setting
from visualnn.layers.vocabulary import Lookup
from visualnn.serialization import public

FAMILY = "Preprocessing"

LookupMode = Literal["int", "one_hot", "multi_hot", "count", "tf_idf"]


@public("keras.layers")
@declared(config=())
class StringLookup(Lookup):
    """Turns words into their places in a vocabulary, or into vectors; or places into words.

    Args:
        max_tokens: How large the vocabulary may be, with the special tokens.
        num_oov_indices: How many places there are for unknown words.
        mask_token: What stands for nothing; it gets the place 0.
        oov_token: What stands for unknown words.
        vocabulary: The words, or the path of a text file with one in each line.
        idf_weights: For ``"tf_idf"``: how much each word counts.
        invert: Whether to turn places into words instead.
        output_mode: ``"int"``: the places; ``"one_hot"``, ``"multi_hot"``, ``"count"``: vectors;
            ``"tf_idf"``: counts, where frequent words count less.
        pad_to_max_tokens: Whether vectors have the length ``max_tokens``, even if there are fewer
            words.
        sparse: Must be false: results are whole arrays here.
        encoding: The encoding of texts that come as bytes.
        name: The name of the layer.
        salt: Makes the places of unknown words others; for more than one place for them.
        oov_method: How places for several unknown words are chosen.
        vocabulary_size: What a saved file says; not needed.
    """

    max_tokens: int | None = setting(None, minimum=1)
    num_oov_indices: int = setting(1, minimum=0)
    mask_token: str | None = None
    oov_token: str | None = "[UNK]"
    vocabulary: Any = None
    idf_weights: Any = None
    invert: bool = False
    output_mode: LookupMode = "int"
    pad_to_max_tokens: bool = False
    sparse: bool = False
    encoding: str = "utf-8"
    name: str | None = None
    salt: Any = None
    oov_method: str = "floormod"
    vocabulary_size: int | None = setting(None, attribute="_size_in_file")

    recorded = (
        "invert", "max_tokens", "num_oov_indices", "oov_token", "mask_token", "output_mode",
        "sparse", "pad_to_max_tokens", "idf_weights", "vocabulary", "vocabulary_size",
        "oov_method", "salt", "encoding",
    )  # fmt: skip


@public("keras.layers")
@declared(config=())
class IntegerLookup(Lookup):
    """Turns whole numbers into their places in a vocabulary, or into vectors; or back.

    Args:
        max_tokens: How large the vocabulary may be, with the special tokens.
        num_oov_indices: How many places there are for unknown numbers.
        mask_token: What stands for nothing; it gets the place 0.
        oov_token: What stands for unknown numbers.
        vocabulary: The numbers, or the path of a text file with one in each line.
        vocabulary_dtype: ``"int64"`` or ``"int32"``.
        idf_weights: For ``"tf_idf"``: how much each number counts.
        invert: Whether to turn places into numbers instead.
        output_mode: ``"int"``: the places; ``"one_hot"``, ``"multi_hot"``, ``"count"``: vectors;
            ``"tf_idf"``: counts, where frequent numbers count less.
        sparse: Must be false: results are whole arrays here.
        pad_to_max_tokens: Whether vectors have the length ``max_tokens``, even if there are fewer
            numbers.
        oov_method: How places for several unknown numbers are chosen: ``"floormod"`` is the
            remainder, ``"farmhash"`` a fingerprint.
        salt: Makes the places of unknown numbers others; for more than one place for them.
        name: The name of the layer.
        vocabulary_size: What a saved file says; not needed.
    """

    max_tokens: int | None = setting(None, minimum=1)
    num_oov_indices: int = setting(1, minimum=0)
    mask_token: int | None = None
    oov_token: int | None = -1
    vocabulary: Any = None
    vocabulary_dtype: Literal["int64", "int32"] = "int64"
    idf_weights: Any = None
    invert: bool = False
    output_mode: LookupMode = "int"
    sparse: bool = False
    pad_to_max_tokens: bool = False
    oov_method: Literal["floormod", "farmhash"] = "floormod"
    salt: Any = None
    name: str | None = None
    vocabulary_size: int | None = setting(None, attribute="_size_in_file")

    vocabulary_is_text = False
    recorded = (
        "invert", "max_tokens", "num_oov_indices", "oov_token", "mask_token", "output_mode",
        "sparse", "pad_to_max_tokens", "vocabulary_dtype", "idf_weights", "vocabulary",
        "vocabulary_size", "oov_method", "salt",
    )  # fmt: skip

    def _word(self, x: Any) -> int:
        try:
            return int(x)
        except (TypeError, ValueError):
            raise ValueError(f"{self._title}: {x!r} is not a whole number.") from None
