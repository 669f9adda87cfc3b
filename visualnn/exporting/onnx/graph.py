"""The ONNX graph that is being written: nodes, constants, and in which order axes lie.

Convolutions of ONNX want the channels in front, and ours have them behind.  So what stands for one
of our values may have its axes in another order, which is noted; everything that works element by
element goes on in that order, and the axes are put back where an operation needs them.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.graph.graph import Value
from visualnn.spec import Spec

Axes = tuple[int, ...]


def channels_first(rank: int) -> Axes:
    """The order of axes that convolutions of ONNX want."""
    return (0, rank - 1, *range(1, rank - 1))


@dataclasses.dataclass
class OnnxNode:
    """One node: its operator, the names it takes and makes, and its attributes."""

    op: str
    inputs: list[str]
    outputs: list[str]
    name: str
    attributes: dict[str, Any]


class Held:
    """What stands for one of our values.

    Attributes:
        spec: The spec of our value.
        names: The names it has, by the order of axes: axis ``i`` of what is called
            ``names[axes]`` is axis ``axes[i]`` of our value.
        home: The order in which it was made.
        constant: Its numbers, if they are always the same.
    """

    __slots__ = ("constant", "home", "names", "spec")

    def __init__(
        self, spec: Spec, name: str = "", axes: Axes | None = None, constant: Any = None
    ) -> None:
        self.spec = spec
        self.home: Axes = tuple(range(spec.ndim)) if axes is None else axes
        self.names: dict[Axes, str] = {self.home: name} if constant is None else {}
        self.constant: Constant | None = constant

    @property
    def ndim(self) -> int:
        return self.spec.ndim

    @property
    def dtype(self) -> str:
        return self.spec.dtype

    @property
    def plain(self) -> Axes:
        """The order of our own axes."""
        return tuple(range(self.spec.ndim))


class OnnxGraph:
    """Nodes in running order; the constants and the names are those of the whole model.

    Args:
        opset: The version of the operators.
        around: The graph around it, if it is the body of a loop or a branch.
    """

    def __init__(self, opset: int, around: OnnxGraph | None = None):
        self.opset = opset
        self.around = around
        self.nodes: list[OnnxNode] = []
        self.scope = ""
        """Where names of new nodes begin: the path of the layer."""
        self.wanted: set[Value] = set()
        """Our values that something reads."""
        self.held: dict[Value, Held] = {}
        """What stands for our values."""
        self.initializers: dict[str, Constant] = around.initializers if around else {}
        self._small: dict[Any, str] = around._small if around else {}
        self._kept: dict[tuple[int, Axes, tuple], str] = around._kept if around else {}
        self._alive: list[Constant] = around._alive if around else []
        self._counts: Counter[str] = around._counts if around else Counter()
        self.vectors: dict[str, str] = {}
        """Whole numbers (a name) that are also there as vectors of one 64-bit number."""
        self._before_reshape: dict[str, str] = {}

    def body(self) -> OnnxGraph:
        """A new graph inside this one."""
        inner = OnnxGraph(self.opset, self)
        inner.scope = self.scope
        return inner

    # ------------------------------------------------------------------ names and nodes

    def unique(self, name: str) -> str:
        """A name that nothing else has."""
        name = name.lstrip("/") or "value"
        while True:
            count = self._counts[name]
            self._counts[name] += 1
            found = name if count == 0 else f"{name}_{count}"
            if count == 0 or found not in self._counts:
                self._counts[found] += count > 0
                return found

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Write a node and return the name of what it makes."""
        return self.add_several(op, inputs, 1, **attributes)[0]

    def add_several(
        self, op: str, inputs: Iterable[str], count: int, **attributes: Any
    ) -> list[str]:
        """Write a node that makes several tensors."""
        name = self.unique(f"{self.scope}/{op}")
        outputs = [name] if count == 1 else [f"{name}:{i}" for i in range(count)]
        kept = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(OnnxNode(op, list(inputs), outputs, name, kept))
        return outputs

    def cast(self, name: str, dtype: str, wanted: str) -> str:
        """The same numbers in another dtype."""
        return name if dtype == wanted else self.add("Cast", name, to=dtype_number(wanted))

    # ------------------------------------------------------------------ constants

    def constant(self, array: Any, name: str = "") -> str:
        """The name of an array; small ones that are equal are there once."""
        array = np.asarray(array)
        key = (array.dtype.str, array.shape, array.tobytes()) if array.size <= 64 else None
        if key is None or key not in self._small:
            made = self.unique(name or f"{self.scope}/constant")
            self.initializers[made] = Constant.of(array, made)
            if key is None:
                return made
            self._small[key] = made
        return self._small[key]

    def whole(self, *numbers: int) -> str:
        """The name of a vector of 64-bit whole numbers, as ONNX wants shapes and axes."""
        return self.constant(np.array(numbers, np.int64))

    def number(self, value: float, dtype: str) -> str:
        """The name of a single number."""
        return self.constant(Constant.of(np.asarray(value)).array().astype(_numpy(dtype)))

    def held_constant(self, constant: Constant, axes: Axes, shape: tuple[int, ...]) -> str:
        """The name of a constant in some shape and then with its axes in some order."""
        key = (id(constant), axes, shape)
        if key not in self._kept:
            made = constant.reshaped(shape).turned(axes)
            if made.size <= 64 and made.dtype != "string":
                self._kept[key] = self.constant(made.array(), constant.name)
            else:
                self._kept[key] = self.unique(constant.name)
                self.initializers[self._kept[key]] = made
            self._alive.append(constant)  # its id is the key
        return self._kept[key]

    # ------------------------------------------------------------------ values

    def plain(self, x: Held) -> str:
        """The name of a value with its own order of axes."""
        return self.turned(x, x.plain)

    def turned(self, x: Held, axes: Axes) -> str:
        """The name of a value with its axes in some order."""
        if x.constant is not None:
            return self.held_constant(x.constant, axes, x.constant.shape)
        if axes not in x.names:
            name = x.names[x.home]
            order = [x.home.index(axis) for axis in axes]
            x.names[axes] = self._moved(name, x.spec, x.home, order)
        return x.names[axes]

    def _moved(self, name: str, spec: Spec, home: Axes, order: list[int]) -> str:
        """A tensor with another order of axes: a reshape where only axes of size one move."""
        sizes = [spec.sizes[axis] for axis in home]
        long = [axis for axis in order if sizes[axis] != 1]
        if long == sorted(long):
            found = (sizes[axis] for axis in order)
            shape = [size if isinstance(size, int) else -1 for size in found]
            if shape.count(-1) <= 1 and 0 not in shape:
                return self.reshape(name, self.whole(*shape))
        return self.add("Transpose", name, perm=order)

    def reshape(self, name: str, shape: str) -> str:
        """A tensor in another shape; of two reshapes in a row, the second one is enough."""
        before = self._before_reshape.get(name, name)
        made = self.add("Reshape", before, shape)
        self._before_reshape[made] = before
        return made

    def aligned(self, xs: Sequence[Held], rank: int) -> tuple[list[str], Axes]:
        """The names of values that meet element by element, and the order of axes they share."""
        homes = {x.home for x in xs if x.constant is None and x.ndim == rank}
        axes = tuple(range(rank))
        if rank >= 3 and channels_first(rank) in homes:
            axes = channels_first(rank)
        elif len(homes) == 1 and all(x.ndim == rank for x in xs if x.constant is None):
            axes = homes.pop()
        return [self._aligned_to(x, axes) for x in xs], axes

    def _aligned_to(self, x: Held, axes: Axes) -> str:
        missing = len(axes) - x.ndim
        if axes == tuple(range(len(axes))) or x.ndim == 0:
            return self.plain(x)
        if not missing:
            return self.turned(x, axes)
        if x.constant is not None:
            return self.held_constant(x.constant, axes, (1,) * missing + x.constant.shape)
        longer = self.add("Unsqueeze", self.plain(x), self.whole(*range(missing)))
        return self.turned(Held(Spec((1,) * missing + x.spec.sizes, x.dtype), longer), axes)

    def made(self, spec: Spec, op: str, names: Sequence[str], axes: Axes, **how: Any) -> Held:
        """Write a node that works element by element."""
        return Held(spec, self.add(op, *names, **how), axes)

    # ------------------------------------------------------------------ sizes

    def size(self, x: Held, axis: int) -> str:
        """A size as a vector of one 64-bit number."""
        at = x.home.index(axis)
        return self.add("Shape", self.turned(x, x.home), start=at, end=at + 1)

    def shape(self, x: Held) -> str:
        """The shape of a value, as a vector."""
        if all(isinstance(size, int) for size in x.spec.sizes):
            return self.whole(*x.spec.numbers)
        return self.add("Shape", self.plain(x))

    def vector(self, x: Held) -> str:
        """A single whole number as a vector of one 64-bit number."""
        if x.constant is not None:
            return self.whole(int(x.constant.array()))
        name = self.plain(x)
        if name not in self.vectors:
            wide = self.cast(name, x.dtype, "int64")
            self.vectors[name] = self.add("Reshape", wide, self.whole(1))
        return self.vectors[name]

    def sizes(self, shape: Sequence[Any], unknown: Sequence[Held]) -> list[int | str]:
        """A ``shape`` setting with the names of the sizes that are not numbers."""
        given = iter(unknown)
        found: list[int | str] = []
        for size in shape:
            if isinstance(size, int | np.integer):
                found.append(int(size))
                continue
            held = next(given)
            number = held.constant
            found.append(self.vector(held) if number is None else int(number.array()))
        return found

    def joined(self, sizes: Sequence[int | str]) -> str:
        """Sizes, numbers or vectors of one, as one vector."""
        parts: list[Any] = []
        for size in sizes:
            if isinstance(size, int) and parts and isinstance(parts[-1], list):
                parts[-1].append(size)
            else:
                parts.append([size] if isinstance(size, int) else size)
        names = [self.whole(*part) if isinstance(part, list) else part for part in parts]
        if not names:
            return self.whole()
        return names[0] if len(names) == 1 else self.add("Concat", *names, axis=0)


def _numpy(dtype: str) -> Any:
    from visualnn.primitives.conversion import numpy_dtype

    return numpy_dtype(dtype)
