"""What a layer with a vocabulary does: learns it, looks up places in it, keeps it in files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.layers.categories import batches_in, refuse_sparse, vector_dtype
from visualnn.layers.fingerprints import fingerprint, keyed
from visualnn.layers.layer import Layer
from visualnn.serialization import InvalidModelFile
from visualnn.spec import Spec

VOCABULARY = "vocabulary.txt"


class Lookup(Layer):
    """The base of layers with a vocabulary.

    In the vocabulary come, in this order: the mask token, if there is one and the places are
    wanted; the token for unknown words, as often as there are places for them; the words.
    """

    vocabulary_is_text = True

    max_tokens: int | None
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    idf_weights: Any
    invert: bool
    output_mode: str
    pad_to_max_tokens: bool
    sparse: bool
    oov_method: str
    salt: Any

    def __post_init__(self):
        refuse_sparse(self)
        if self.max_tokens is not None and self.max_tokens <= self.num_oov_indices:
            raise ValueError(
                f"{self._title}: `max_tokens` is {self.max_tokens}, which leaves no place for "
                f"words beside {self.num_oov_indices} for unknown ones."
            )
        if self.invert and self.output_mode != "int":
            raise ValueError(
                f"{self._title}: with `invert` the `output_mode` must be 'int', but it is "
                f"{self.output_mode!r}."
            )
        if self.invert and self.num_oov_indices > 1:
            raise ValueError(
                f"{self._title}: with `invert` there can be one place for unknown words at most, "
                f"but `num_oov_indices` is {self.num_oov_indices}."
            )
        if self.oov_token is None and (self.num_oov_indices == 1 or self.invert):
            raise ValueError(f"{self._title}: the `oov_token` cannot be None.")
        if self.idf_weights is not None and self.output_mode != "tf_idf":
            raise ValueError(
                f"{self._title}: `idf_weights` go with output_mode='tf_idf', but the mode is "
                f"{self.output_mode!r}."
            )
        self._words: list[Any] = []
        self._places: dict[Any, int] = {}
        self._weights_of_words: np.ndarray | None = None
        self._given = False
        self.reset_state()
        if self.vocabulary is not None:
            self.set_vocabulary(self.vocabulary, self.idf_weights)
            self._given = True

    @property
    def _title(self) -> str:
        return f"{type(self).__name__} {self.name!r}"

    def build(self, input_shape=None):
        """Nothing has to be made."""

    # ------------------------------------------------------------------ the vocabulary

    @property
    def _front(self) -> list[Any]:
        """What comes in front of the words."""
        masked = self.mask_token is not None and self.output_mode == "int"
        return [self.mask_token] * masked + [self.oov_token] * self.num_oov_indices

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The words in the order of their places.

        Args:
            include_special_tokens: Whether with the mask token and those for unknown words.
        """
        return [*self._front, *self._words] if include_special_tokens else list(self._words)

    def vocabulary_size(self) -> int:
        """How many places there are, with the special tokens."""
        return len(self._front) + len(self._words)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Give the layer its words.

        Args:
            vocabulary: The words, with or without the special tokens in front; or the path of a
                text file with one in each line.
            idf_weights: For ``"tf_idf"``: how much each word counts.

        Raises:
            ValueError: When the words cannot be a vocabulary.
        """
        if isinstance(vocabulary, str | Path):
            vocabulary = _lines(Path(vocabulary).read_text(self._encoding), self._encoding)
        words = [self._word(x) for x in np.asarray(vocabulary).ravel().tolist()]
        front = self._front
        with_front = bool(front) and words[: len(front)] == front
        if with_front:
            words = words[len(front) :]
        self._check(words)
        self._words = words
        self._places = {word: len(front) + i for i, word in enumerate(words)}
        self._given = False
        if self.output_mode == "tf_idf":
            self._weigh(idf_weights, len(front), with_front)
        elif idf_weights is not None:
            raise ValueError(f"{self._title}: `idf_weights` go with output_mode='tf_idf'.")

    def _check(self, words: list[Any]) -> None:
        if not words:
            raise ValueError(f"{self._title}: the vocabulary is empty.")
        twice = [word for word, count in Counter(words).items() if count > 1]
        if twice:
            raise ValueError(f"{self._title}: the vocabulary has {twice[:5]} more than once.")
        special = {x for x in (self.oov_token, self.mask_token) if x is not None}
        found = [word for word in words if word in special]
        if found:
            raise ValueError(
                f"{self._title}: the vocabulary has the special token {found[0]!r} among the "
                f"words; special tokens may only come first, as {self._front}."
            )
        if self.max_tokens is not None and len(words) + len(self._front) > self.max_tokens:
            raise ValueError(
                f"{self._title}: the vocabulary has {len(words)} words, which with "
                f"{len(self._front)} special tokens are more than `max_tokens`, "
                f"{self.max_tokens}."
            )

    def _weigh(self, weights: Any, front: int, with_front: bool) -> None:
        if weights is None:
            raise ValueError(f"{self._title}: with output_mode='tf_idf' give `idf_weights`, too.")
        found = np.asarray(weights, "float32").ravel()
        expected = len(self._words) + (front if with_front else 0)
        if len(found) != expected:
            raise ValueError(
                f"{self._title}: there are {len(found)} `idf_weights` for {expected} words."
            )
        if not with_front:
            found = np.concatenate([np.full(front, found.mean(), "float32"), found])
        self._weights_of_words = found

    @property
    def _encoding(self) -> str:
        return getattr(self, "encoding", None) or "utf-8"

    def _word(self, x: Any) -> Any:
        """An element as the vocabulary has it."""
        if isinstance(x, bytes):
            return x.decode(self._encoding)
        return x if isinstance(x, str) else str(x)

    # ------------------------------------------------------------------ learning it

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Make the vocabulary of what is in a data set, the most frequent first.

        Args:
            data: An array, or an iterable of batches.
            steps: How many batches to take; all, if not given.
        """
        self.reset_state()
        for batch in batches_in(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the words of a batch."""
        array = np.asarray(data)
        if array.ndim == 0:
            array = array.reshape(1)
        documents = array.reshape(len(array), -1) if array.ndim > 1 else array[:, None]
        if array.ndim == 1 and self.output_mode == "tf_idf":
            documents = array[None]
        self._documents += len(documents)
        for document in documents.tolist():
            words = [self._word(x) for x in document]
            self._counts.update(words)
            self._documents_with.update(set(words))

    def count_documents(self, documents: Iterable[list[Any]]) -> None:
        """Count words that come as one list for each document."""
        for words in documents:
            self._documents += 1
            self._counts.update(words)
            self._documents_with.update(set(words))

    def finalize_state(self) -> None:
        """Make the vocabulary of all that was counted."""
        special = {self.mask_token, self.oov_token}
        counts = [(count, word) for word, count in self._counts.items() if word not in special]
        words = [word for _, word in sorted(counts, reverse=True)]
        if self.max_tokens is not None:
            words = words[: self.max_tokens - len(self._front)]
        weights = None
        if self.output_mode == "tf_idf":
            having = np.array([self._documents_with[word] for word in words], "float64")
            weights = np.log(1 + self._documents / (1 + having))
        self.set_vocabulary(words, weights)

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._counts: Counter[Any] = Counter()
        self._documents_with: Counter[Any] = Counter()
        self._documents = 0

    # ------------------------------------------------------------------ looking up

    def check_ready(self) -> None:
        """Refuse to compute without words.

        Being connected is fine: when a file is read, its words come later.
        """
        if not self._words:
            raise ValueError(
                f"{self._title} has no vocabulary yet: call `adapt(data)` or `set_vocabulary`."
            )

    def call(self, inputs):
        x = inputs if hasattr(inputs, "dtype") else np.asarray(inputs)
        rank = len(Spec.of(x).sizes)
        if self.invert:
            dtype = "string" if self.vocabulary_is_text else self.vocabulary_dtype
            return p.by_function(x, function=self._named, dtype=dtype, kept=rank, tail=())
        if self.output_mode == "int":
            return p.by_function(x, function=self._placed, dtype="int64", kept=rank, tail=())
        kept = rank - 1
        if self.output_mode == "one_hot" and (rank == 1 or (rank and Spec.of(x).sizes[-1] != 1)):
            kept = rank
        dtype = vector_dtype(self)
        depth = self._depth
        function = self._as_vectors
        return p.by_function(x, function=function, dtype=dtype, kept=max(kept, 0), tail=(depth,))

    @property
    def _depth(self) -> Any:
        """How long vectors are."""
        padded = self.pad_to_max_tokens and self.max_tokens is not None
        if padded:
            return self.max_tokens
        said = getattr(self, "_size_in_file", None)
        return said if said is not None and not self._words else self.vocabulary_size()

    def _placed(self, x: np.ndarray) -> np.ndarray:
        """The place of each element; -1 for what counts nowhere."""
        self.check_ready()
        found, inverse = np.unique(x, return_inverse=True)
        places = [self._place(self._word(word)) for word in found.tolist()]
        return np.asarray(places, "int64")[inverse].reshape(x.shape)

    def _place(self, word: Any) -> int:
        place = self._places.get(word)
        if place is not None:
            return place
        masked = self.mask_token is not None and self.output_mode == "int"
        if self.mask_token is not None and word == self.mask_token:
            return 0 if masked else -1
        if self.num_oov_indices == 0:
            raise ValueError(
                f"{self._title}: {word!r} is not in the vocabulary, and `num_oov_indices` is 0, so "
                "there is no place for unknown words."
            )
        return masked + (self._bucket(word) if self.num_oov_indices > 1 else 0)

    def _bucket(self, word: Any) -> int:
        """The place of an unknown word among several."""
        if isinstance(word, int) and self.oov_method == "floormod" and self.salt is None:
            return word % self.num_oov_indices
        text = str(word).encode("utf-8")
        if self.salt is None:
            return fingerprint(text) % self.num_oov_indices
        return keyed(text, salt_pair(self.salt)) % self.num_oov_indices

    def _named(self, x: np.ndarray) -> np.ndarray:
        """The word at each place."""
        self.check_ready()
        words = np.array(self.get_vocabulary())
        known = (x >= 0) & (x < len(words))
        return np.where(known, words[np.where(known, x, 0).astype("int64")], self.oov_token)

    def _as_vectors(self, x: np.ndarray) -> np.ndarray:
        if x.ndim == 0:
            x = x.reshape(1)
        if self.output_mode == "one_hot" and x.ndim > 1 and x.shape[-1] == 1:
            x = x[..., 0]
        return self.vectors(self._placed(x))

    def vectors(self, places: np.ndarray) -> np.ndarray:
        """Places as vectors; along the last axis they are put together, but for one-hot ones."""
        alone = self.output_mode == "one_hot"
        rows = places.reshape(-1, 1 if alone else places.shape[-1])
        found = np.zeros((len(rows), self._depth), vector_dtype(self))
        where, _ = np.nonzero(rows >= 0)
        np.add.at(found, (where, rows[rows >= 0]), 1)
        if self.output_mode == "multi_hot":
            found = np.minimum(found, 1)
        if self.output_mode == "tf_idf":
            assert self._weights_of_words is not None
            found[:, : len(self._weights_of_words)] *= self._weights_of_words
        shape = places.shape if alone else places.shape[:-1]
        return found.reshape(*shape, self._depth)

    # ------------------------------------------------------------------ saving

    def assets(self) -> dict[str, str]:
        """The texts that a saved file keeps beside the weights, by their file names.

        A vocabulary that was given to the constructor is in the config instead.
        """
        if not self._words or self._given:
            return {}
        return {VOCABULARY: "\n".join(map(str, self.get_vocabulary()))}

    asset_names = (VOCABULARY,)

    def take_assets(self, texts: dict[str, str]) -> None:
        """Give the layer what ``assets`` of another one gave."""
        self.set_vocabulary(_lines(texts[VOCABULARY], self._encoding), self._weights_of_words)

    def save_own_variables(self, store: Any) -> None:
        """Keep how much each word counts, which no text says."""
        if self._weights_of_words is not None:
            store["idf_weights"] = self._weights_of_words

    def load_own_variables(self, store: Any) -> None:
        """Read how much each word counts; which words there are is read after it."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            weights = np.asarray(store["idf_weights"], "float32")
            if self._words:  # given, so that only a file with as many weights fits
                given = self._given
                self.set_vocabulary(self.get_vocabulary(), weights)
                self._given = given
            self._weights_of_words = weights

    def save_assets(self, dir_path: Any) -> None:
        """Write the vocabulary to a folder."""
        for name, text in self.assets().items():
            Path(dir_path, name).write_text(text, self._encoding, newline="")

    def load_assets(self, dir_path: Any) -> None:
        """Read the vocabulary from a folder."""
        if self.asset_names:
            file = Path(dir_path, VOCABULARY)
            self.take_assets({VOCABULARY: file.read_bytes().decode(self._encoding)})

    def _recorded(self) -> dict[str, Any]:
        """The vocabulary as a config holds it, if it was given."""
        if not self._words or not self._given:
            return {"vocabulary": None, "idf_weights": None}
        weights = self._weights_of_words
        if weights is not None:
            weights = weights[len(self._front) :].tolist()
        return {"vocabulary": list(self._words), "idf_weights": weights}

    def get_config(self):
        config = super().get_config()
        known = {**{key: getattr(self, key, None) for key in self.recorded}, **self._recorded()}
        known["vocabulary_size"] = self.vocabulary_size() if self._words else None
        return {**config, **{key: known[key] for key in self.recorded}}

    recorded: tuple[str, ...] = ()

    @classmethod
    def from_config(cls, config):
        refuse_path(cls, config)
        return super().from_config(config)


def refuse_path(cls: type, config: dict[str, Any]) -> None:
    """Refuse a vocabulary that is a path: files must not make us read other files."""
    for key in ("vocabulary", "idf_weights"):
        if isinstance(config.get(key), str | Path):
            raise InvalidModelFile(
                f"{cls.__name__}: its `{key}` is the path {config[key]!r}, and what a config says "
                "must not open files. Give the list itself."
            )


def salt_pair(salt: Any) -> tuple[int, int]:
    """The key that a salt stands for: one number counts twice."""
    return (salt, salt) if isinstance(salt, int) else (int(salt[0]), int(salt[1]))


def _lines(text: str, encoding: str) -> list[str]:
    """The words in a text file; empty lines at its end are none."""
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return lines
