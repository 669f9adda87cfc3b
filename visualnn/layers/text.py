"""The layer that takes texts apart into words, and turns these into places in a vocabulary."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from visualnn import primitives as p
from visualnn.declaration import declared, setting
from visualnn.layers.categories import batches_in, refuse_sparse, vector_dtype
from visualnn.layers.layer import Layer
from visualnn.layers.lookup import StringLookup
from visualnn.layers.vocabulary import VOCABULARY, refuse_path
from visualnn.serialization import public, serialize_keras_object
from visualnn.spec import ShapeError, Spec

FAMILY = "Preprocessing"

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
_STANDARDS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "strip_punctuation": lambda text: _PUNCTUATION.sub("", text),
    "lower_and_strip_punctuation": lambda text: _PUNCTUATION.sub("", text.lower()),
}
_SPLITS: dict[str, Callable[[str], list[str]]] = {"whitespace": str.split, "character": list}


class WithVocabulary(Layer):
    """The base of what has its vocabulary in a layer inside."""

    _lookup_layer: StringLookup

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The words in the order of their places.

        Args:
            include_special_tokens: Whether with those for nothing and for unknown words.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many places there are, with the special tokens."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Give the layer its words, and for ``"tf_idf"`` how much each counts."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Make the vocabulary of the words in a data set, the most frequent first.

        Args:
            data: An array or list of texts, or an iterable of batches of them.
            batch_size: Accepted for Keras's sake.
            steps: How many batches to take; all, if not given.
        """
        self.reset_state()
        for batch in batches_in(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the words of a batch."""
        self._lookup_layer.count_documents(self._words_of(np.asarray(data).ravel()))

    def finalize_state(self) -> None:
        """Make the vocabulary of all that was counted."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._lookup_layer.reset_state()

    def _words_of(self, texts: np.ndarray) -> list[list[str]]:
        """The words of each text."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it finds words.")


@public("keras.layers")
@declared(config=())
class TextVectorization(WithVocabulary):
    """Takes texts apart into words and turns these into their places in a vocabulary.

    Args:
        max_tokens: How large the vocabulary may be, with the special tokens.
        standardize: What happens to texts first: ``"lower_and_strip_punctuation"``, ``"lower"``,
            ``"strip_punctuation"``, ``None`` or a function of an array of texts.
        split: Where texts are cut: ``"whitespace"``, ``"character"``, ``None`` or a function from
            an array of texts to a list of words for each.
        ngrams: How many neighbouring words to join, too: up to a number, or these numbers.
        output_mode: ``"int"``: the places of the words; ``"multi_hot"``, ``"count"``: vectors;
            ``"tf_idf"``: counts, where frequent words count less.
        output_sequence_length: How many places to give for each text; others are cut off, or
            filled up with 0.
        pad_to_max_tokens: Whether vectors have the length ``max_tokens``, even if there are fewer
            words.
        vocabulary: The words, or the path of a text file with one in each line.
        idf_weights: For ``"tf_idf"``: how much each word counts.
        sparse: Must be false: results are whole arrays here.
        ragged: Must be false: results are whole arrays here.
        encoding: The encoding of texts that come as bytes.
        name: The name of the layer.
        vocabulary_size: What a saved file says; not needed.
    """

    max_tokens: int | None = setting(None, minimum=1)
    standardize: Any = "lower_and_strip_punctuation"
    split: Any = "whitespace"
    ngrams: Any = None
    output_mode: Literal["int", "multi_hot", "count", "tf_idf"] = "int"
    output_sequence_length: int | None = setting(None, minimum=1)
    pad_to_max_tokens: bool = False
    vocabulary: Any = None
    idf_weights: Any = None
    sparse: bool = False
    ragged: bool = False
    encoding: str = "utf-8"
    name: str | None = None
    vocabulary_size: int | None = setting(None, attribute="_size_in_file")

    asset_names = (VOCABULARY,)

    def __post_init__(self):
        refuse_sparse(self)
        if self.ragged:
            raise ValueError(
                "TextVectorization: `ragged=True` is not available, results are whole arrays here: "
                "leave it out."
            )
        self._known("standardize", self.standardize, _STANDARDS)
        self._known("split", self.split, _SPLITS)
        if isinstance(self.ngrams, list):
            self.ngrams = tuple(self.ngrams)
        several = isinstance(self.ngrams, tuple) and all(
            isinstance(n, int) and n > 0 for n in self.ngrams
        )
        if not (self.ngrams is None or several or (isinstance(self.ngrams, int) and self.ngrams)):
            raise ValueError(
                "TextVectorization: `ngrams` must be a whole number or several, but is "
                f"{self.ngrams!r}."
            )
        if self.output_sequence_length is not None and self.output_mode != "int":
            raise ValueError(
                "TextVectorization: `output_sequence_length` goes with output_mode='int', but the "
                f"mode is {self.output_mode!r}."
            )
        self._lookup_layer = StringLookup(
            max_tokens=self.max_tokens,
            mask_token="",
            vocabulary=self.vocabulary,
            idf_weights=self.idf_weights,
            output_mode=self.output_mode,
            pad_to_max_tokens=self.pad_to_max_tokens,
            encoding=self.encoding,
            vocabulary_size=self._size_in_file,
        )

    def _known(self, what: str, x: Any, choices: dict) -> None:
        if not (x is None or callable(x) or x in choices):
            raise ValueError(
                f"TextVectorization: `{what}` must be one of {', '.join(map(repr, choices))}, None "
                f"or a function, but is {x!r}."
            )

    def build(self, input_shape):
        """Nothing has to be made."""

    # ------------------------------------------------------------------ texts

    def _words_of(self, texts: np.ndarray) -> list[list[str]]:
        """The words of each text."""
        plain = [x.decode(self.encoding) if isinstance(x, bytes) else str(x) for x in texts]
        if callable(self.standardize):
            plain = [str(x) for x in np.asarray(self.standardize(np.array(plain))).tolist()]
        elif self.standardize is not None:
            plain = [_STANDARDS[self.standardize](text) for text in plain]
        cut: Any = self.split
        if cut is None:
            parts = [[text] for text in plain]
        elif not isinstance(cut, str):
            parts = [[str(word) for word in words] for words in cut(np.array(plain))]
        else:
            parts = [_SPLITS[cut](text) for text in plain]
        if self.ngrams is None:
            return parts
        ngrams: Any = self.ngrams
        widths = range(1, ngrams + 1) if isinstance(ngrams, int) else ngrams
        return [
            [
                " ".join(words[place : place + width])
                for width in widths
                for place in range(len(words) - width + 1)
            ]
            for words in parts
        ]

    def call(self, inputs):
        x = inputs if hasattr(inputs, "dtype") else np.asarray(inputs)
        sizes = Spec.of(x).sizes
        if len(sizes) > 2 or (len(sizes) == 2 and sizes[1] != 1):
            raise ShapeError(
                "It takes texts of the shape (batch,) or (batch, 1), but got "
                f"{Spec.of(x)}: give one text for each example."
            )
        kept = min(len(sizes), 1)
        if self.output_mode == "int":
            dtype = "int64"
            length = 1 if self.split is None and self.ngrams is None else None
            tail = (self.output_sequence_length or length,)
        else:
            dtype, tail = vector_dtype(self), (self._lookup_layer._depth,)
        return p.by_function(x, function=self._vectorized, dtype=dtype, kept=kept, tail=tail)

    def _vectorized(self, x: np.ndarray) -> np.ndarray:
        self._lookup_layer.check_ready()
        rows = self._words_of(x.ravel())
        longest = max(map(len, rows), default=0)
        length = self.output_sequence_length or longest
        table = np.zeros((len(rows), length), "int64")
        if self.output_mode != "int":
            table -= 1  # what counts nowhere
        place = self._lookup_layer._place
        for row, words in zip(table, rows, strict=True):
            row[: len(words)] = [place(word) for word in words[:length]]
        if self.output_mode != "int":
            table = self._lookup_layer.vectors(table)
        return table if x.ndim else table[0]

    # ------------------------------------------------------------------ saving

    def assets(self) -> dict[str, str]:
        """The texts that a saved file keeps beside the weights, by their file names."""
        return self._lookup_layer.assets()

    def take_assets(self, texts: dict[str, str]) -> None:
        """Give the layer what ``assets`` of another one gave."""
        self._lookup_layer.take_assets(texts)

    def save_own_variables(self, store: Any) -> None:
        """Keep how much each word counts, which no text says."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Read how much each word counts; which words there are is read after it."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path: Any) -> None:
        """Write the vocabulary to a folder."""
        self._lookup_layer.save_assets(Path(dir_path))

    def load_assets(self, dir_path: Any) -> None:
        """Read the vocabulary from a folder."""
        self._lookup_layer.load_assets(Path(dir_path))

    def get_config(self):
        config = super().get_config()
        lookup = self._lookup_layer.get_config()
        for key in ("max_tokens", "standardize", "split", "ngrams", "output_mode"):
            config[key] = serialize_keras_object(getattr(self, key))
        for key in ("output_sequence_length", "pad_to_max_tokens", "sparse", "ragged"):
            config[key] = getattr(self, key)
        for key in ("vocabulary", "idf_weights", "encoding", "vocabulary_size"):
            config[key] = lookup[key]
        return config

    @classmethod
    def from_config(cls, config):
        from visualnn.serialization import deserialize_keras_object

        refuse_path(cls, config)
        config = dict(config)
        for key in ("standardize", "split", "ngrams"):
            if isinstance(config.get(key), dict):
                config[key] = deserialize_keras_object(config[key])
        return super().from_config(config)
