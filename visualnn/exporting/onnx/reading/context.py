"""Where a node is read: what its inputs are in the form that a function needs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.reading.file import FileGraph, FileNode
from visualnn.exporting.onnx.reading.readers import NeedsLayerError, refused
from visualnn.exporting.onnx.reading.values import (
    Axes,
    Held,
    Size,
    Sizes,
    channels_behind,
    rank_of,
    shape_of,
)
from visualnn.layers.reshaping import Permute, Reshape
from visualnn.spec import Spec

_MOST = 1 << 26  # elements of what is computed while a file is read


class Context:
    """What readers of nodes work with.

    Attributes:
        opset: The version of the operators.
        connects: Whether tensors are those of a layer graph; if not, they are values of a trace.
        values: What stands for each name.
    """

    def __init__(self, opset: int, connects: bool, values: dict[str, Any]):
        self.opset = opset
        self.connects = connects
        self.values = values
        self.names: set[str] = set()
        self.folded = 0

    # ------------------------------------------------------------------ arrays and numbers

    def array(self, node: FileNode, x: Any, what: str) -> np.ndarray:
        """An input that must be always the same.

        Raises:
            InvalidModelFile: When it is not.
        """
        if not isinstance(x, np.ndarray):
            raise refused(node, f"its {what} must be a constant.")
        return x

    def numbers(self, node: FileNode, x: Any, what: str) -> list[int]:
        """Whole numbers that are always the same."""
        return [int(n) for n in self.array(node, x, what).reshape(-1)]

    def setting(
        self, node: FileNode, name: str, xs: Sequence[Any], place: int, default: Any = None
    ) -> Any:
        """Whole numbers that newer versions take as an input, and older ones as an attribute."""
        if name in node.attributes:
            found = node.attributes[name]
            return list(found) if isinstance(found, list) else found
        if place < len(xs) and xs[place] is not None:
            return self.numbers(node, xs[place], name)
        return default

    def limited(self, node: FileNode, *counts: Any) -> None:
        """Refuse to make more numbers than anybody needs.

        Raises:
            InvalidModelFile: When the product of the counts is too large.
        """
        total = math.prod(abs(int(n)) for n in counts if isinstance(n, int | np.integer))
        if total > _MOST:
            raise refused(node, f"it makes {total} numbers, more than {_MOST}, of nothing.")

    # ------------------------------------------------------------------ tensors

    def tensor(self, x: Any) -> Any:
        """A tensor, or an array, with the axes of the file."""
        if isinstance(x, Held):
            return self.ordered(x, tuple(range(x.rank)))
        if isinstance(x, Sizes):
            return self._vector(x)
        return x

    def _vector(self, x: Sizes) -> Any:
        if self.connects:
            raise NeedsLayerError
        parts = [ops.cast(self.size(entry), "int64") for entry in x.entries]
        return parts[0] if x.single else ops.stack(parts)

    def size(self, entry: Any) -> Any:
        """A size as functions of ``ops`` take it."""
        if not isinstance(entry, Size):
            return entry
        if self.connects:
            raise NeedsLayerError
        return ops.shape(entry.tensor)[entry.axis]

    def sizes(self, x: Any) -> list[Any]:
        """The numbers of a shape: whole numbers, ``Size``, or tensors."""
        if isinstance(x, np.ndarray):
            return [int(n) for n in x.reshape(-1)]
        if isinstance(x, Sizes):
            return list(x.entries)
        (count,) = x.shape if x.rank else (1,)
        if self.connects or count is None:
            raise NeedsLayerError
        vector = ops.reshape(self.tensor(x), (count,))
        return [vector[i] for i in range(count)]

    def ordered(self, x: Held, wanted: tuple[int, ...]) -> Any:
        """A tensor whose axis ``wanted[i]`` is axis ``i`` of the file."""
        if x.axes == wanted:
            return x.tensor
        if wanted not in x.kept:
            source: list[int | None] = [None] * len(wanted)
            for own, place in zip(x.axes, wanted, strict=True):
                source[place] = own
            present = [axis for axis in source if axis is not None]
            made = x.tensor
            if present != sorted(present):
                made = self._transposed(made, present)
            ones = [place for place, axis in enumerate(source) if axis is None]
            x.kept[wanted] = self._expanded(made, ones) if ones else made
        return x.kept[wanted]

    def _transposed(self, tensor: Any, order: list[int]) -> Any:
        if self.connects and order[0] == 0:
            return Permute(tuple(order[1:]))(tensor)
        return ops.transpose(tensor, tuple(order))

    def _expanded(self, tensor: Any, ones: list[int]) -> Any:
        sizes = list(Spec.of(tensor).shape)
        for place in ones:
            sizes.insert(place, 1)
        if self.connects and 0 not in ones and None not in sizes[1:]:
            return Reshape(tuple(sizes[1:]))(tensor)
        for place in ones:
            tensor = ops.expand_dims(tensor, axis=place)
        return tensor

    def behind(self, x: Any) -> Any:
        """An image with its channels behind."""
        if isinstance(x, Held):
            return self.ordered(x, channels_behind(x.rank))  # type: ignore[arg-type]
        return np.moveaxis(x, 1, -1)

    def image(self, tensor: Any) -> Held:
        """What has its channels behind, as the file sees it."""
        return Held(tensor, channels_behind(Spec.of(tensor).ndim))

    # ------------------------------------------------------------------ element by element

    def aligned(self, node: FileNode, xs: Sequence[Any]) -> tuple[list[Any], Axes]:
        """Tensors that meet element by element, all in the same order, and that order."""
        rank = max(map(rank_of, xs))
        xs = [self.tensor(x) if isinstance(x, Sizes) else x for x in xs]
        xs = [x if isinstance(x, np.ndarray | Held) else Held(x) for x in xs]
        held = [x for x in xs if isinstance(x, Held)]
        if not held:
            self.limited(node, *np.broadcast_shapes(*(x.shape for x in xs)))
            return xs, tuple(range(rank))
        axes = _common(held, [x for x in xs if not isinstance(x, Held)], rank)
        return [self._fitted(x, axes) for x in xs], axes

    def _fitted(self, x: Any, axes: Axes) -> Any:
        missing = len(axes) - rank_of(x)
        if isinstance(x, Held):
            if x.axes == axes:
                return x.tensor
            if missing and axes == tuple(range(len(axes))):
                return self.tensor(x)
            return self.ordered(Held(x.tensor, (None,) * missing + x.axes), axes)  # type: ignore[arg-type]
        if x.ndim == 0 or axes == tuple(range(len(axes))):
            return x
        whole = x.reshape((1,) * missing + x.shape)
        whole = whole.reshape(
            [n for n, axis in zip(whole.shape, axes, strict=True) if axis is not None]
        )
        order = [axis for axis in axes if axis is not None]
        return whole.transpose([order.index(place) for place in range(len(order))])

    def each(self, node: FileNode, function: Callable, *xs: Any, **settings: Any) -> Any:
        """Apply a function that works element by element."""
        if self.opset < 7 and "axis" in node.attributes and len(xs) == 2:
            xs = (xs[0], self._beginning_at(node, xs[0], xs[1]))
        tensors, axes = self.aligned(node, xs)
        made = function(*tensors, **settings)
        if any(isinstance(x, Held) for x in xs) or any(isinstance(x, Sizes) for x in xs):
            return Held(made, axes)
        return np.asarray(made)

    def _beginning_at(self, node: FileNode, x: Any, y: Any) -> Any:
        """A tensor whose first axis meets some axis of another one, as of old."""
        after = rank_of(x) - node.attributes["axis"] % max(rank_of(x), 1) - rank_of(y)
        if isinstance(y, Sizes) or after < 0:
            raise refused(node, "the tensors that it combines do not fit.")
        if isinstance(y, Held):
            return Held(y.tensor, y.axes + (None,) * after)
        return y.reshape(y.shape + (1,) * after)

    # ------------------------------------------------------------------ the rest

    def name(self, node: FileNode) -> str:
        """A name for the layer of a node, that no other layer has."""
        text = node.name or (node.outputs[0] if node.outputs else "")
        parts = [part for part in text.split("/") if part]
        if len(parts) > 1 and re.fullmatch(rf"{re.escape(node.op)}(_\d+)?", parts[-1]):
            parts.pop()  # the path of the layer is left
        base = "_".join(parts) or node.op.lower()
        if base in self.names:
            base = f"{base}_{node.op.lower()}"
        found, count = base, 0
        while found in self.names:
            count += 1
            found = f"{base}_{count}"
        self.names.add(found)
        return found

    def inside(self, body: FileGraph, given: dict[str, Any]) -> list[Any]:
        """The outputs of a body, given its inputs; it sees the names around it."""
        raise NeedsLayerError


def _common(held: list[Held], arrays: list[np.ndarray], rank: int) -> Axes:
    """The order of axes in which tensors meet."""
    full = [x.axes for x in held if x.rank == rank]
    behind = channels_behind(rank) if rank >= 3 else None
    if behind in full:
        return behind  # type: ignore[return-value]
    same = len(set(full)) == 1 and len(full) == len(held)
    if same and all(_drops_ones(x, full[0]) for x in arrays):
        return full[0]
    return tuple(range(rank))


def _drops_ones(x: np.ndarray, axes: Axes) -> bool:
    """Whether an array has size one along every axis that a tensor does without."""
    shape = (1,) * (len(axes) - x.ndim) + shape_of(x)
    return all(size == 1 for size, axis in zip(shape, axes, strict=True) if axis is None)
