"""What a layer takes: the rank, sizes and dtype of its inputs."""

from __future__ import annotations

from typing import Any

from visualnn.dtype_policies import standardize_dtype
from visualnn.layers.arguments import is_tensor
from visualnn.serialization import public
from visualnn.spec import ShapeError, Spec
from visualnn.structure import flatten


@public("keras.layers", also=("keras",))
class InputSpec:
    """The rank, sizes and dtype that an input must have.

    Args:
        dtype: The dtype it must have.
        shape: The shape it must have, with ``None`` for any size.
        ndim: How many axes it must have.
        max_ndim: How many axes it may have at most.
        min_ndim: How many axes it must have at least.
        axes: The sizes it must have along some axes.
        allow_last_axis_squeeze: Whether a last axis of size one may be missing or too much.
        name: The key of the input where several are given as a dict.
        optional: Whether ``None`` may stand for it.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ):
        self.dtype = None if dtype is None else standardize_dtype(dtype)
        self.shape = None if shape is None else tuple(shape)
        self.ndim = ndim if shape is None else len(tuple(shape))
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        if axes is not None and not isinstance(axes, dict):
            raise TypeError(f"InputSpec: `axes` must be a dict of sizes by axis, not {axes!r}.")
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def get_config(self) -> dict[str, Any]:
        """The requirements, as a saved file keeps them."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        return cls(**config)

    def misfit(self, spec: Spec) -> str | None:
        """What is wrong with an input of this spec, in words, or ``None``."""
        shape, rank = spec.shape, spec.ndim
        if self.dtype is not None and spec.dtype != self.dtype:
            return f"must have the dtype {self.dtype}, but has {spec.dtype}"
        if self.shape is not None and self.allow_last_axis_squeeze and rank != self.ndim:
            return _misfit_of_shape(_squeezed(shape), _squeezed(self.shape))
        if self.ndim is not None and rank != self.ndim:
            return f"must have {_axes(self.ndim)}, but has {_axes(rank)}: {spec}"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"must have at most {_axes(self.max_ndim)}, but has {_axes(rank)}: {spec}"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"must have at least {_axes(self.min_ndim)}, but has {_axes(rank)}: {spec}"
        for axis, size in self.axes.items():
            if not -rank <= axis < rank:
                return f"must have an axis {axis}, but has {_axes(rank)}: {spec}"
            if size is not None and shape[axis] not in (size, None):
                place = "the last axis" if axis == -1 else f"axis {axis}"
                return f"must have the size {size} along {place}, but has {shape[axis]}: {spec}"
        return None if self.shape is None else _misfit_of_shape(shape, self.shape)

    def __repr__(self) -> str:
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        said = [f"{n}={getattr(self, n)}" for n in names if getattr(self, n) not in (None, {})]
        return f"InputSpec({', '.join(said)})"


def check(layer: Any, wanted: Any, given: Any) -> None:
    """Compare what a layer is given with what it takes.

    Args:
        layer: The layer, to be named.
        wanted: An ``InputSpec``, or several, nested in any way.
        given: The tensors, nested likewise.

    Raises:
        ShapeError: When something does not fit.
    """
    specs = [x for x in flatten(wanted) if x is not None]
    if isinstance(given, dict) and all(spec.name for spec in specs):
        given = [given.get(spec.name) for spec in specs]
    inputs = flatten(given)
    if len(inputs) != len(specs):
        raise ShapeError(
            f"It takes {len(specs)} input{'s' * (len(specs) > 1)}, but {len(inputs)} were given."
        )
    for i, (x, spec) in enumerate(zip(inputs, specs, strict=True)):
        if x is None and spec.optional:
            continue
        which = "Its input" if len(specs) == 1 else f"Its input {i}"
        if not is_tensor(x):
            raise ShapeError(f"{which} must be a tensor, but is {x!r}.")
        problem = spec.misfit(Spec.of(x))
        if problem is not None:
            raise ShapeError(f"{which} {problem}.")


def _axes(count: int) -> str:
    return f"{count} ax{'i' if count == 1 else 'e'}s"


def _squeezed(shape: tuple) -> tuple:
    return shape[:-1] if shape and shape[-1] == 1 else shape


def _misfit_of_shape(shape: tuple, wanted: tuple) -> str | None:
    same = len(shape) == len(wanted) and all(
        a == b or a is None or b is None for a, b in zip(shape, wanted, strict=True)
    )
    return None if same else f"must have the shape {wanted}, but has {shape}"
