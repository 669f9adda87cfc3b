"""Which operations become one compiled loop: elementwise ones that come one after the other.

They go through arrays of one shape.  Vectors for the channels, single numbers, and sums over all
places are part of the loop, too: those of batch normalization are taken while its elements are at
hand.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine.compiled_loops import (
    EXPONENTIALS,
    EXPRESSIONS,
    Fields,
    LoopSource,
    literal,
)
from visualnn.engine.flat_update import FlatUpdate
from visualnn.engine.passes import is_exact, uses
from visualnn.graph.graph import Node, Value

_MANY = 1 << 14  # elements times operations: in fewer of them, little is gained
_MOST_CHANNELS = 1 << 12
_MOST = 40  # operations in one loop, of which each takes time to compile
_SPREAD = 1 << 15  # elements
_SUMS = ("sum", "sum_like")


@dataclass(eq=False)
class Run:
    """Operations that become one loop.

    Attributes:
        nodes: The operations.
        given: What they work on.
        loop: The source.
    """

    nodes: list[Node]
    given: Fields
    loop: LoopSource


class Runs:
    """Finds runs.

    Args:
        arrays: What lies in memory that is there before the plan runs.
        readers: How many inputs and results each value is.
        constants: The values that are always the same.
        numbers: What is a single number when the plan runs, not an array.
        least: How many elements, times operations, are worth a loop.
    """

    def __init__(
        self,
        arrays: Mapping[Value, np.ndarray],
        readers: Counter[Value],
        constants: Mapping[Value, np.ndarray],
        numbers: Iterable[Value] = (),
        least: int | None = None,
    ):
        self._arrays, self._readers, self._constants = arrays, readers, constants
        self._numbers = numbers
        self._least = _MANY if least is None else min(least, _MANY)

    def run_from(self, begin: Node, nodes: Iterable[Node]) -> Run | None:
        """The run that begins with a node, if there is one.

        Args:
            begin: The node.
            nodes: It, and those that come after it, in running order.
        """
        if not uses("compiled") or not self._can_begin(begin):
            return None
        like = begin.inputs[0] if begin.primitive.name in _SUMS else begin.output
        found: list[Node] = []
        totals: set[Value] = set()
        for node in nodes:
            if len(found) == _MOST or not self._is_alike(node, like, totals, found):
                break
            found.append(node)
            if node.primitive.name in _SUMS:
                totals.add(node.output)
        while self._is_worth(found, like):
            given = self._given(found, like)
            if not self._is_in_the_way(given):
                channels = bool(given.rows or given.totals)
                return Run(found, given, LoopSource(found, given, _number(like, found), channels))
            found.pop()
        return None

    def _is_worth(self, nodes: list[Node], like: Value) -> bool:
        steps = sum(node.primitive.name != "cast" for node in nodes)
        return steps > 1 and steps * math.prod(like.spec.numbers) >= self._least

    # ------------------------------------------------------------------ which are alike

    def _can_begin(self, node: Node) -> bool:
        x = node.inputs[0] if node.primitive.name in _SUMS and node.inputs else None
        x = node.outputs[0] if x is None else x
        return not node.is_tuple and x in self._arrays and math.prod(x.spec.numbers) > 1

    def _is_alike(self, node: Node, like: Value, totals: set[Value], before: list[Node]) -> bool:
        """Whether an operation goes through arrays of one shape, and they lie alike."""
        if node.is_tuple or totals & set(node.inputs):
            return False
        if node.primitive.name in _SUMS:
            return self._is_total(node, like, before)
        if not _is_known(node) or not self._is_field(node.output, like):
            return False
        return all(
            self._is_field(x, like)
            or self._is_row(x, like)
            or self._is_number(x)
            or self._is_spread(x, like)
            for x in node.inputs
        )

    def _is_field(self, x: Value, like: Value) -> bool:
        if x.spec.sizes != like.spec.sizes or x not in self._arrays:
            return False
        if x.dtype not in ("bool", _float(like, self._arrays)):
            return False
        a, b = self._arrays[x], self._arrays[like]
        steps = [[n // z.itemsize for n in z.strides] for z in (a, b)]
        return steps[0] == steps[1] and in_order(a).flags.c_contiguous

    def _is_row(self, x: Value, like: Value) -> bool:
        """Whether there is an element for each channel, and channels come last in memory."""
        if like.ndim < 2 or not self._arrays[like].flags.c_contiguous:
            return False
        channels = like.spec.numbers[-1]
        is_vector = 1 < channels == math.prod(x.spec.numbers) and x.spec.numbers[-1] == channels
        there = self._arrays.get(x)
        return (
            is_vector
            and channels <= _MOST_CHANNELS
            and x.dtype == _float(like, self._arrays)
            and (there is None or there.flags.c_contiguous)
        )

    def _is_spread(self, x: Value, like: Value) -> bool:
        """Whether a constant can be repeated to be as large as what it is used with."""
        if x not in self._constants or math.prod(like.spec.numbers) > _SPREAD:
            return False
        small, large = x.spec.numbers, like.spec.numbers
        fits = all(m in (1, n) for m, n in zip(small[::-1], large[::-1], strict=False))
        same = x.dtype == like.dtype == _float(like, self._arrays)
        return same and fits and len(small) <= len(large)

    def _is_number(self, x: Value) -> bool:
        if x.dtype not in ("float32", "float64") or math.prod(x.spec.numbers) != 1:
            return False
        return x in self._constants or x in self._arrays or x in self._numbers

    def _is_total(self, node: Node, like: Value, before: list[Node]) -> bool:
        x, y = node.inputs[0], node.output
        channels = like.spec.numbers[-1]
        shape = y.spec.numbers
        is_vector = 1 < channels == math.prod(shape) and shape[-1] == channels
        made = any(x is other.output for other in before)
        return (
            is_vector
            and like.ndim >= 2
            and channels <= _MOST_CHANNELS
            and y.dtype == x.dtype == _float(like, self._arrays)
            and (made or self._is_field(x, like))
            and x.spec.sizes == like.spec.sizes
            and self._arrays[like].flags.c_contiguous
            and y in self._arrays
            and self._arrays[y].flags.c_contiguous
        )

    # ------------------------------------------------------------------ what they work on

    def _given(self, nodes: list[Node], like: Value) -> Fields:
        given = Fields()
        made = {node.output for node in nodes}
        read = Counter(x for node in nodes for x in node.inputs)
        places: dict[Any, Value] = {}

        def enter(x: Value) -> None:
            array = self._arrays[x]
            given.fields[x] = places.setdefault(_place(array), x)
            if array.dtype == bool and x.dtype != "bool":
                given.masks.add(x)

        for node in nodes:
            if node.primitive.name in _SUMS:
                given.totals[node.output] = None
            for x in node.inputs[: 1 if node.primitive.name in _SUMS else None]:
                if x in made:
                    continue
                if self._is_field(x, like):
                    enter(x)
                elif self._is_number(x):
                    self._enter_number(given, x)
                elif not self._is_row(x, like):
                    given.fields[x] = x
                    given.spread[x] = _repeated(self._constants[x], self._arrays[like])
                else:
                    given.rows[x] = None
        for node in nodes:
            y = node.output
            if node.primitive.name in _SUMS:
                continue
            if self._arrays[y].dtype == bool and y.dtype != "bool":
                given.masks.add(y)
            if self._readers[y] > read[y]:
                given.kept[y] = None
                enter(y)
        return given

    def _enter_number(self, given: Fields, x: Value) -> None:
        number = literal(self._constants[x].reshape(-1)[0]) if x in self._constants else None
        if number is not None:
            given.literals[x] = number
        else:
            given.numbers[x] = None

    def _is_in_the_way(self, given: Fields) -> bool:
        """Whether something is written where something else is still to be read."""
        stored = {given.fields[x] for x in given.kept}
        written = [*stored, *given.totals]
        others = {*given.fields.values(), *given.rows, *given.totals}
        numbers = [x for x in given.numbers if x in self._arrays]
        bounds = {
            x: np.lib.array_utils.byte_bounds(self._arrays[x])
            for x in (*others, *numbers)
            if x in self._arrays and x not in given.spread
        }
        return any(
            x is not y and x in bounds and bounds[x][0] < stop and start < bounds[x][1]
            for y in written
            for start, stop in [bounds[y]]
            for x in bounds
        )


def loop_of_update(
    update: FlatUpdate,
    is_number: Callable[[Value], bool],
    constants: Mapping[Value, np.ndarray],
) -> LoopSource | None:
    """The loop that updates whole rows, if there is one.

    Rows are written over: what they were has to be copied there before, unless it is there.

    Args:
        update: The update.
        is_number: Which values are single numbers.
        constants: The values that are always the same.
    """
    rows = dict(zip(update.old, update.new, strict=True))
    made = {node.output for node in update.nodes}
    first = update.old[0]
    is_worth = len(update.nodes) * math.prod(first.spec.numbers) >= _MANY
    if not uses("compiled") or not is_worth or not all(map(_is_known, update.nodes)):
        return None
    given = Fields(kept={x: None for x in update.new if x in made})
    given.fields.update({x: x for x in given.kept})
    given.words = {new: old.name.rpartition("/")[2] for old, new in rows.items()}
    for x in (x for node in update.nodes for x in node.inputs if x not in made):
        if x.spec.sizes == first.spec.sizes and x.dtype == first.dtype:
            given.fields[x] = rows.get(x, x)
        elif x in constants and x.spec.sizes == ():
            number = literal(constants[x])
            if number is None:
                given.numbers[x] = None
            else:
                given.literals[x] = number
        elif not is_number(x):
            return None
        else:
            given.numbers[x] = None
    return LoopSource(update.nodes, given, first.dtype, channels=False)


def _is_known(node: Node) -> bool:
    name = node.primitive.name
    if name == "cast":
        return node.inputs[0].dtype == "bool"
    if name in EXPONENTIALS:
        return node.output.dtype == "float32" and not is_exact()
    if name in ("bitwise_and", "bitwise_or", "bitwise_not"):
        return all(x.dtype == "bool" for x in node.inputs)
    return name in EXPRESSIONS


def _float(like: Value, arrays: Mapping[Value, np.ndarray]) -> str:
    """The dtype of numbers that go with an array, which may hold truth values."""
    return "float64" if like.dtype == "float64" else "float32"


def _number(like: Value, nodes: list[Node]) -> str:
    kinds = {x.dtype for node in nodes for x in (*node.inputs, node.output)}
    return "float64" if "float64" in kinds else "float32"


def _place(x: np.ndarray) -> Any:
    return x.__array_interface__["data"][0], x.nbytes, x.dtype.str


def in_order(x: np.ndarray) -> np.ndarray:
    """An array with its axes as they lie in memory."""
    return x.transpose(sorted(range(x.ndim), key=lambda i: -x.strides[i]))


def _repeated(x: np.ndarray, like: np.ndarray) -> np.ndarray:
    """An array with the shape of another one, which lies in memory as that does."""
    there = np.empty_like(in_order(like), dtype=x.dtype)
    order = sorted(range(like.ndim), key=lambda i: -like.strides[i])
    there[...] = np.broadcast_to(x, like.shape).transpose(order)
    return there.reshape(-1)
