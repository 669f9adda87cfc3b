"""Layers that turn words and numbers into categories by fingerprints, without a vocabulary."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from visualnn import primitives as p
from visualnn.declaration import declared, setting
from visualnn.layers.categories import encoded, refuse_sparse, vector_dtype
from visualnn.layers.fingerprints import combined, fingerprint, keyed
from visualnn.layers.layer import Layer
from visualnn.layers.vocabulary import salt_pair
from visualnn.serialization import public
from visualnn.spec import ShapeError, Spec

FAMILY = "Preprocessing"

_ALL = 2**64 - 1
_FIRST = 0xDECAFCAFFE
"""What crossing begins with."""

_PLACE_OF_DTYPE = 5
"""How many arguments without names there must be for the dtype to be among them."""


def _text(x: Any) -> bytes:
    return x if isinstance(x, bytes) else str(x).encode("utf-8")


def _one_by_one(function: Any, x: np.ndarray) -> np.ndarray:
    """A function of each different element, applied to all."""
    found, inverse = np.unique(x, return_inverse=True)
    return np.asarray([function(word) for word in found.tolist()])[inverse].reshape(x.shape)


class Hashed(Layer):
    """The base of layers that count on fingerprints."""

    num_bins: int
    output_mode: str
    sparse: bool

    def __post_init__(self):
        refuse_sparse(self)
        if self.output_mode != "int":
            return
        args, kwargs = self._constructor
        if kwargs.get("dtype") is None and len(args) < _PLACE_OF_DTYPE:
            self.dtype_policy = self.dtype_policy.__class__("int64")
        if not self.compute_dtype.startswith(("int", "uint")):
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: with output_mode='int' the dtype must be "
                f"one of whole numbers, but it is {self.compute_dtype!r}."
            )

    def build(self, input_shape):
        """Nothing has to be made."""

    def _result(self, bins: Any) -> Any:
        if self.output_mode == "int":
            return bins
        return encoded(bins, self.output_mode, self.num_bins, vector_dtype(self))


@public("keras.layers")
@declared(config=("num_bins", "salt", "mask_value", "output_mode", "sparse"))
class Hashing(Hashed):
    """Puts words and numbers into bins by their fingerprints.

    Args:
        num_bins: How many bins there are.
        mask_value: What stands for nothing: it gets the bin 0, which nothing else gets then.
        salt: One or two numbers that make the bins others.
        output_mode: ``"int"``: the bins; ``"one_hot"``, ``"multi_hot"``, ``"count"``: vectors.
        sparse: Must be false: results are whole arrays here.
    """

    num_bins: int = setting(minimum=1)
    mask_value: Any = None
    salt: Any = None
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: bool = False

    def __post_init__(self):
        super().__post_init__()
        if self.salt is not None:
            several = isinstance(self.salt, list | tuple)
            if not (isinstance(self.salt, int) or (several and len(self.salt) == 2)):
                raise ValueError(f"Hashing: `salt` must be one or two numbers, not {self.salt!r}.")
            self.salt = list(salt_pair(self.salt))
        if self.mask_value is not None and self.num_bins < 2:
            raise ValueError("Hashing: with a `mask_value` there must be two bins at least.")

    def call(self, inputs):
        x = inputs if hasattr(inputs, "dtype") else np.asarray(inputs)
        if Spec.of(x).dtype.startswith(("float", "bfloat")):
            raise TypeError(
                f"Hashing {self.name!r} takes texts and whole numbers, not {Spec.of(x).dtype}."
            )
        whole = self.compute_dtype if self.output_mode == "int" else "int64"
        rank = len(Spec.of(x).sizes)
        bins = p.by_function(
            x,
            function=lambda array: _one_by_one(self._bin, array).astype(whole),
            dtype=whole,
            kept=rank,
            tail=(),
        )
        return self._result(bins)

    def _bin(self, word: Any) -> int:
        bins, first = self.num_bins, 0
        if self.mask_value is not None:
            if word == self.mask_value:
                return 0
            bins, first = bins - 1, 1
        text = _text(word)
        number = fingerprint(text) if self.salt is None else keyed(text, salt_pair(self.salt))
        return first + number % bins


@public("keras.layers")
@declared(config=())
class HashedCrossing(Hashed):
    """Puts combinations of categories into bins by their fingerprints.

    Args:
        num_bins: How many bins there are.
        output_mode: ``"int"``: the bins; ``"one_hot"``: vectors.
        sparse: Must be false: results are whole arrays here.
        name: The name of the layer.
        dtype: The dtype of the result.
    """

    num_bins: int = setting(minimum=1)
    output_mode: Literal["int", "one_hot"] = "int"
    sparse: bool = False
    name: str | None = None
    dtype: Any = None

    def call(self, inputs):
        if not isinstance(inputs, list | tuple) or len(inputs) < 2:
            raise ValueError(
                f"HashedCrossing {self.name!r} takes a list of two or more features, "
                f"but got {inputs!r}."
            )
        features = [x if hasattr(x, "dtype") else np.asarray(x) for x in inputs]
        sizes = [Spec.of(x).sizes for x in features]
        if any(len(size) > 2 or (len(size) == 2 and size[1] != 1) for size in sizes):
            raise ShapeError(
                "It takes features of the shape (batch,) or (batch, 1), but got "
                + ", ".join(str(Spec.of(x)) for x in features)
                + "."
            )
        whole = self.compute_dtype if self.output_mode == "int" else "int64"
        bins = p.by_function(
            *features,
            function=lambda *arrays: self._crossed(arrays).astype(whole),
            dtype=whole,
            kept=len(sizes[0]),
            tail=(),
        )
        return self._result(bins)

    def _crossed(self, arrays: tuple[np.ndarray, ...]) -> np.ndarray:
        columns = [[_number(x) for x in array.ravel().tolist()] for array in arrays]
        found = []
        for numbers in zip(*columns, strict=True):
            total = _FIRST
            for number in numbers:
                total = combined(total, number)
            found.append(total % self.num_bins)
        return np.asarray(found, "int64").reshape(arrays[0].shape)

    def get_config(self):
        own = {key: getattr(self, key) for key in ("num_bins", "output_mode", "sparse")}
        return {**own, "name": self.name, "dtype": self.dtype}


def _number(x: Any) -> int:
    if isinstance(x, float):
        raise TypeError("HashedCrossing takes texts and whole numbers, not fractions.")
    return x & _ALL if isinstance(x, int) else fingerprint(_text(x))
