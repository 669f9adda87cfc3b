"""Layers that turn numbers into categories, and categories into vectors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.layer import Layer
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import Spec, is_float

FAMILY = "Preprocessing"

Encoding = Literal["one_hot", "multi_hot", "count"]


def encoded(x: Any, mode: str, depth: int, dtype: str, weights: Any = None) -> Any:
    """Categories, which are whole numbers, as vectors of this depth.

    Args:
        x: The categories; those outside of the range count nowhere.
        mode: ``"one_hot"`` gives one vector for each, ``"multi_hot"`` says which there are along
            the last axis, ``"count"`` how often.
        depth: How many categories there are.
        dtype: The dtype of the vectors.
        weights: How much each counts, instead of one.
    """
    sizes = Spec.of(x).sizes
    if not sizes:
        x = ops.reshape(x, (1,))
        sizes = (1,)
    elif mode == "one_hot" and sizes[-1] == 1 and len(sizes) > 1:
        x = ops.squeeze(x, axis=-1)
    vectors = ops.one_hot(x, depth, dtype=dtype)
    if mode == "one_hot":
        return vectors
    if mode == "multi_hot":
        return ops.max(vectors, axis=-2)
    if weights is not None:
        vectors = vectors * ops.expand_dims(ops.cast(weights, dtype), -1)
    return ops.sum(vectors, axis=-2)


def refuse_sparse(layer: Any) -> None:
    """Say that results are whole arrays here."""
    if layer.sparse:
        raise ValueError(
            f"{type(layer).__name__}: `sparse=True` is not available, results are whole arrays "
            "here: leave it out."
        )


def vector_dtype(layer: Any) -> str:
    """The dtype of encoded categories: that of the layer, where it has fractions."""
    return layer.compute_dtype if is_float(layer.compute_dtype) else "float32"


@public("keras.layers")
@declared
class CategoryEncoding(Layer):
    """Turns categories, which are whole numbers, into vectors of zeros and ones.

    Args:
        num_tokens: How many categories there are: numbers are below it.
        output_mode: ``"one_hot"``: a vector for each; ``"multi_hot"``: which there are in the
            last axis; ``"count"``: how often each is there.
        sparse: Must be false: results are whole arrays here.
    """

    num_tokens: int | None = setting(None, minimum=1)
    output_mode: Encoding = "multi_hot"
    sparse: bool = setting(False, config=False)

    def __post_init__(self):
        refuse_sparse(self)
        if self.num_tokens is None:
            raise ValueError("CategoryEncoding: `num_tokens` must be a whole number, not None.")

    def build(self, input_shape):
        """Nothing has to be made."""

    def call(self, inputs, count_weights=None):
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                f"CategoryEncoding {self.name!r}: `count_weights` goes with output_mode='count', "
                f"but the mode is {self.output_mode!r}."
            )
        x = ops.cast(inputs, "int32")
        depth = self.num_tokens or 0
        return encoded(x, self.output_mode, depth, self.compute_dtype, count_weights)


def _boundaries(x: Any) -> list[float]:
    if isinstance(x, str) or not hasattr(x, "__iter__"):
        raise ValueError(f"must be numbers, but is {x!r}.")
    found = np.asarray(list(x), dtype="float64")
    if found.ndim != 1 or not len(found):
        raise ValueError(f"must be one or more numbers, but is {x!r}.")
    if (np.diff(found) < 0).any():
        raise ValueError(f"must go up from number to number, but is {x!r}.")
    return found.tolist()


Boundaries = Annotated[list[float], Kind("numbers", _boundaries, list)]


@public("keras.layers")
@declared
class Discretization(Layer):
    """Says in which range each number is: below the first boundary 0, up to the second 1, ...

    Either ``bin_boundaries`` are given, or ``adapt(data)`` finds ``num_bins - 1`` of them so that
    the ranges hold equally many numbers.

    Args:
        bin_boundaries: Where ranges begin.
        num_bins: How many ranges to find.
        epsilon: How exact, as a share of the data, the ranges that are found have to be.
        output_mode: ``"int"``: the number of the range; ``"one_hot"``, ``"multi_hot"`` or
            ``"count"``: vectors, as ``CategoryEncoding`` gives them.
        sparse: Must be false: results are whole arrays here.
        dtype: The dtype of the computation.
        name: The name of the layer.
    """

    bin_boundaries: Boundaries | None = None
    num_bins: int | None = setting(None, minimum=1)
    epsilon: float = setting(0.01, minimum=0)
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: bool = False
    dtype: Any = None
    name: str | None = None

    def __post_init__(self):
        refuse_sparse(self)
        if self.bin_boundaries is None and self.num_bins is None:
            raise ValueError("Discretization: give `bin_boundaries`, or `num_bins` and `adapt` it.")
        if self.bin_boundaries is not None and self.num_bins is not None:
            raise ValueError("Discretization: give `bin_boundaries` or `num_bins`, not both.")
        self._seen: list[np.ndarray] = []

    def build(self, input_shape):
        """Nothing has to be made."""

    def call(self, inputs):
        if self.bin_boundaries is None:
            raise ValueError(
                f"Discretization {self.name!r} has no boundaries yet: call `adapt(data)` first, "
                "or give it `bin_boundaries`."
            )
        found = ops.digitize(inputs, np.asarray(self.bin_boundaries, "float32"))
        found = ops.cast(found, "int32")
        if self.output_mode == "int":
            return found
        depth = len(self.bin_boundaries) + 1
        return encoded(found, self.output_mode, depth, vector_dtype(self))

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find boundaries between ranges that hold equally many numbers of a data set.

        Args:
            data: An array, or an iterable of batches.
            steps: How many batches to take; all, if not given.

        Raises:
            ValueError: When the boundaries were given to the constructor.
        """
        self.reset_state()
        for batch in batches_in(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Take note of a batch."""
        if self.num_bins is None:
            raise ValueError(
                f"Discretization {self.name!r} was given its `bin_boundaries`, "
                "so it cannot be adapted."
            )
        self._seen.append(np.asarray(data, dtype="float64").ravel())

    def finalize_state(self) -> None:
        """Find the boundaries from all that was noted."""
        numbers = np.concatenate([np.empty(0), *self._seen])
        if not len(numbers):
            raise ValueError(f"Discretization {self.name!r}: `adapt` was given no data.")
        assert self.num_bins is not None  # or it would have refused the data
        shares = np.linspace(0, 1, self.num_bins + 1)[1:-1]
        self.bin_boundaries = np.quantile(
            numbers, shares, method="interpolated_inverted_cdf"
        ).tolist()
        self._seen = []

    def reset_state(self) -> None:
        """Forget what was noted, and the boundaries that were found."""
        self._seen = []
        if self.num_bins is not None:
            self.bin_boundaries = None

    def get_config(self):
        config = super().get_config()
        for key in ("name", "trainable", "dtype"):
            config.pop(key)
        own = ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse")
        found = {key: getattr(self, key) for key in own}
        return {**config, **found, "name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        boundaries = config.get("bin_boundaries")
        if boundaries is not None and config.get("num_bins") is not None:
            del config["bin_boundaries"]
            layer = super().from_config(config)
            layer.bin_boundaries = _boundaries(boundaries)
            return layer
        return super().from_config(config)


def batches_in(data: Any, steps: int | None = None) -> Any:
    """The batches of a data set that a layer is adapted to; an array is one batch."""
    if hasattr(data, "shape") or isinstance(data, list | tuple | str):
        yield data
        return
    for number, batch in enumerate(data):
        if steps is not None and number >= steps:
            return
        yield batch[0] if isinstance(batch, tuple) else batch
