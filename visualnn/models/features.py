"""Columns of a table and combinations of them: how each becomes numbers."""

from __future__ import annotations

from typing import Any

from visualnn import layers, ops
from visualnn.layers.layer import Layer
from visualnn.layers.vocabulary import Lookup
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object

_MODULE = "keras.src.layers.preprocessing.feature_space"

MODES = ("int", "one_hot", "float")
"""What a column may become: the number of a category, a row with a one at it, or a number."""


@public(_MODULE)
class Feature:
    """A column of a table.

    Args:
        dtype: The dtype of what is in it.
        preprocessor: The layer that makes numbers of it.
        output_mode: ``int``, ``one_hot`` or ``float``.

    Raises:
        ValueError: When there is no such mode.
    """

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str):
        check_mode(output_mode, MODES)
        self.dtype = dtype
        if isinstance(preprocessor, dict):
            preprocessor = deserialize_keras_object(preprocessor)
        self.preprocessor = preprocessor
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        return {
            "dtype": self.dtype,
            "preprocessor": serialize_keras_object(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Feature:
        return cls(**config)


@public(_MODULE)
class Cross:
    """A combination of columns: each combination of their values is put into one of some bins.

    Args:
        feature_names: The names of the columns.
        crossing_dim: How many bins there are.
        output_mode: ``int`` or ``one_hot``.

    Raises:
        ValueError: When there is no such mode.
    """

    def __init__(self, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot"):
        check_mode(output_mode, ("int", "one_hot"))
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """What it is called: ``city_X_age``."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Cross:
        return cls(**config)


@public(_MODULE)
class TFDIdentity(Layer):
    """Gives numbers as they are; the name is that of Keras's files."""

    def call(self, x: Any) -> Any:
        return x


@public(_MODULE)
class TFDConcat(Layer):
    """Joins columns into one table of numbers; the name is that of Keras's files.

    Args:
        axis: Along which axis.
    """

    def __init__(self, axis: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, xs: Any) -> Any:
        return ops.concatenate(xs, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


def check_mode(output_mode: str, modes: tuple[str, ...]) -> None:
    """Refuse what is no mode.

    Raises:
        ValueError: With those there are.
    """
    if output_mode not in modes:
        raise ValueError(
            f"`output_mode` must be one of {', '.join(modes)}, but is {output_mode!r}."
        )


# ---------------------------------------------------------------------- the kinds of columns


def plain(name: str) -> Feature:
    """Numbers that are taken as they are."""
    return Feature("float32", TFDIdentity(name=name), "float")


def normalized(name: str) -> Feature:
    """Numbers that are shifted and scaled to mean zero and deviation one."""
    return Feature("float32", layers.Normalization(axis=-1, name=name), "float")


def rescaled(name: str, scale: float, offset: float) -> Feature:
    """Numbers that are scaled and shifted as it is said."""
    return Feature("float32", layers.Rescaling(scale, offset, name=name), "float")


def discretized(name: str, num_bins: int | None, bin_boundaries: Any, output_mode: str) -> Feature:
    """Numbers of which only the range counts that they are in."""
    layer = layers.Discretization(bin_boundaries=bin_boundaries, num_bins=num_bins, name=name)
    return Feature("float32", layer, output_mode)


def categorical(
    name: str, of_texts: bool, max_tokens: int | None, num_oov_indices: int, output_mode: str
) -> Feature:
    """Categories, by texts or whole numbers, that a vocabulary numbers."""
    kind: Any = layers.StringLookup if of_texts else layers.IntegerLookup
    layer = kind(name=name, max_tokens=max_tokens, num_oov_indices=num_oov_indices)
    return Feature("string" if of_texts else "int32", layer, output_mode)


def hashed(name: str, of_texts: bool, num_bins: int, output_mode: str) -> Feature:
    """Categories, by texts or whole numbers, that are put into bins by their fingerprints."""
    layer = layers.Hashing(num_bins, name=name)
    return Feature("string" if of_texts else "int32", layer, output_mode)


# ---------------------------------------------------------------------- what layers know


def is_adaptable(layer: Any) -> bool:
    """Whether a layer finds something out from data that it was not given."""
    if not hasattr(layer, "adapt"):
        return False
    if isinstance(layer, layers.Normalization):
        return layer.input_mean is None
    if isinstance(layer, layers.Discretization):
        return layer.num_bins is not None
    return getattr(layer, "vocabulary", None) is None


def categories(layer: Any) -> int | None:
    """How many categories the numbers of a layer stand for."""
    if isinstance(layer, Lookup):
        return layer.vocabulary_size()
    if isinstance(layer, layers.Discretization):
        return len(layer.bin_boundaries or ()) + 1
    if isinstance(layer, layers.Hashing | layers.HashedCrossing):
        return layer.num_bins
    return None
