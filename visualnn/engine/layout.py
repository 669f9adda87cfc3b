"""Which results of a plan lie in its arena, and where: see memory.py for how they share it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from visualnn.engine import (  # noqa: F401 - fill KERNELS
    choice_kernels,
    image_kernels,
    random_kernels,
    row_kernels,
)
from visualnn.engine.flat_update import FlatUpdate
from visualnn.engine.homes import Home, find_homes
from visualnn.engine.kernels import KERNELS, UFUNCS, can_write_into, has_known_sizes
from visualnn.engine.memory import Arena, Lifetimes, Workbench
from visualnn.engine.stages import Stage
from visualnn.engine.views import VIEWS
from visualnn.graph.graph import Node, Value

_FEW = 1 << 12  # truth values: as numbers they are multiplied faster

_FRESH = {*UFUNCS, *KERNELS}
"""Primitives whose result is never part of an input."""


class Layout:
    """Finds a place for every result that a kernel writes.

    Args:
        nodes: The nodes in running order.
        wanted: The values that are returned.
        numbers: The single numbers, which need none.
        flat: The updates of rows.
        stages: The operations that go through the batch block by block.
        bench: Where there is memory to work in, if values that are returned lie in an arena.

    Attributes:
        arrays: The arrays for results.
        chunk_of: The update of rows that a node is part of.
    """

    def __init__(
        self,
        nodes: list[Node],
        wanted: set[Value],
        numbers: set[Value],
        flat: list[FlatUpdate],
        stages: Sequence[Stage] = (),
        bench: Workbench | None = None,
    ):
        self.arrays: dict[Value, np.ndarray] = {}
        self.chunk_of = {node: update for update in flat for node in update.nodes}
        self._wanted, self._numbers = wanted, numbers
        self._given_away = wanted if bench is None else set()
        self._next = {x for update in flat for x in update.new}
        self._readers: dict[Value, list[Node]] = {}
        for node in nodes:
            for x in node.inputs:
                self._readers.setdefault(x, []).append(node)
        self._stage_of = {node: stage for stage in stages for node in stage.nodes}
        self._inside = {x: stage for stage in stages for x in stage.inside}
        self._number = {node: i for i, node in enumerate(nodes)}
        self._natural: dict[Value, int] = {}
        self._lives = self._lifetimes(nodes, flat)
        self._arena, self._lasting = Arena(bench), Arena()
        self._end = None if bench is None else len(nodes)
        self._starts: dict[Value, tuple[int, Value]] = {}  # and the row that it is part of, if any
        self._homes = find_homes(nodes, wanted)
        for i, node in enumerate(nodes):
            stage = self._stage_of.get(node)
            if stage is not None and node is next(iter(stage.nodes)):
                self._place_outside(stage, i)
            if self._is_placed(node) and node.output not in self._starts:
                self._place(node, i)
        for y, (start, row) in self._starts.items():
            self.arrays[y] = self._array(y, start, row)

    @property
    def bytes(self) -> int:
        """How large the arena is."""
        return self._arena.size + self._lasting.size

    def is_mask(self, node: Node) -> bool:
        """Whether truth values become numbers only to be multiplied: they can be, as they are."""
        if node.primitive.name != "cast" or node.inputs[0].dtype != "bool":
            return False
        y, readers = node.output, self._readers.get(node.output, [])
        if y in self._wanted or (has_known_sizes(node) and math.prod(y.spec.numbers) <= _FEW):
            return False
        return all(
            reader.primitive.name == "multiply"
            and any(x is not y and x.spec.sizes == reader.output.spec.sizes for x in reader.inputs)
            for reader in readers
        )

    def _lifetimes(self, nodes: list[Node], flat: list[FlatUpdate]) -> Lifetimes:
        lives = Lifetimes(nodes, self._wanted, self._shared)
        index = {node: i for i, node in enumerate(nodes)}
        for update in flat:  # what a loop reads is read again in its next turn
            for node in update.nodes:
                for x in node.inputs:
                    if x.node not in self.chunk_of:
                        lives.extend(x, index[update.nodes[-1]])
        self._natural = {x: lives.last(x) for node in nodes for x in (*node.inputs, *node.outputs)}
        for node, stage in self._stage_of.items():
            for x in (*node.inputs, node.output):
                if x not in stage.inside:
                    lives.extend(x, index[next(reversed(stage.nodes))])
        return lives

    def _place_outside(self, stage: Stage, i: int) -> None:
        """What is needed after a stage exists from its first block on."""
        for node in stage.nodes:
            if node.output not in stage.inside and self._is_placed(node):
                self._place(node, i)

    def _shared(self, node: Node) -> Sequence[Value]:
        """The inputs in whose memory the results of a node may lie."""
        if node.primitive.name == "pack" or self.is_mask(node):
            return node.inputs
        if node.output in self._numbers or node.primitive.name in _FRESH:
            return ()
        return node.inputs

    def _is_placed(self, node: Node) -> bool:
        return (
            not node.is_tuple
            and node.output not in self._given_away
            and node.output not in self._numbers
            and node.output not in self._next
            and node.primitive.name not in VIEWS
            and not self.is_mask(node)
            and can_write_into(node)
        )

    def _arena_of(self, y: Value) -> Arena:
        """Where a value lies; what others look at after the plan is kept apart."""
        return self._lasting if self._lives.last(y) == self._end else self._arena

    def _place(self, node: Node, i: int) -> None:
        y = node.output
        last = self._lives.last(y)
        home = self._homes.get(y, Home())
        over = self._overwritten(node, i, home.axes) if home.row is None else None
        if over is not None:
            start = self._starts[over][0]
            self._arena_of(y).keep(start, last)
            self._starts[y] = start, y
        elif home.row is not None:  # right where it is needed
            if home.row not in self._starts:
                start = self._arena_of(home.row).place(_bytes(home.row), i, last)
                self._starts[home.row] = start, home.row
            self._starts[y] = self._starts[home.row]
        elif y not in self._starts:
            update = self.chunk_of.get(node)
            size = _bytes(y) if update is None else update.chunk * np.dtype(y.dtype).itemsize
            if y in self._inside:
                size = size // self._inside[y].images * self._inside[y].longest
            self._starts[y] = self._arena_of(y).place(size, i, last), y

    def _overwritten(self, node: Node, i: int, axes: tuple | None) -> Value | None:
        """An input that nobody reads any more, which an elementwise node may write over."""
        if node.primitive.name not in UFUNCS and node.primitive.name not in ("relu", "softmax"):
            return None
        for x in node.inputs:
            if (
                x in self._starts
                and self._starts[x][1] is x
                and self._homes.get(x, Home()).axes == axes
                and x.spec.sizes == node.output.spec.sizes
                and x.dtype == node.output.dtype
                and self._natural[x] <= self._number[node]
                and (x.node in self.chunk_of) == (node in self.chunk_of)
                and self._inside.get(x) is self._inside.get(node.output)
                and self._arena_of(x) is self._arena_of(node.output)
            ):
                return x
        return None

    def _array(self, y: Value, start: int, row: Value) -> np.ndarray:
        shape = y.spec.numbers
        assert y.node is not None
        if y.node in self.chunk_of:
            shape = (self.chunk_of[y.node].chunk,)
        if y in self._inside:
            shape = (self._inside[y].longest, *shape[1:])
        home = self._homes.get(y, Home())
        if row is not y:
            start += home.start * np.dtype(y.dtype).itemsize
        axes = home.axes or tuple(range(len(shape)))
        there = self._arena_of(row).array(start, tuple(shape[i] for i in axes), np.dtype(y.dtype))
        array = there if home.axes is None else there.transpose(np.argsort(axes))
        if y.node.primitive.name == "pack":
            array[...] = 0
        return array


def _bytes(x: Value) -> int:
    return math.prod(x.spec.numbers) * np.dtype(x.dtype).itemsize
