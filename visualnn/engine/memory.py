"""Where results lie: which bytes of one arena hold each of them, and from when until when.

Asking the system for memory costs more than adding numbers, so a plan does it once.  Results that
are never needed together lie in the same place, and an elementwise operation writes over an input
that nobody reads any more.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from visualnn.engine.needs import require
from visualnn.graph.graph import Node, Value

_LEAST_ROOM = 1 << 20
_LINE = 64  # bytes: a cache line, and what the vector units like results to begin at


class Lifetimes:
    """When the memory of each value is needed for the first and for the last time.

    Values that may lie in the same memory are one group, which lives as long as any of them.

    Args:
        nodes: The nodes in running order.
        outputs: The values that are still needed at the end.
        shares: The inputs in whose memory the results of a node may lie.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        outputs: Iterable[Value],
        shares: Callable[[Node], Iterable[Value]],
    ):
        self._above: dict[Value, Value] = {}
        self._first: dict[Value, int] = {}
        self._last: dict[Value, int] = {}
        for i, node in enumerate(nodes):
            for x in node.inputs:
                self._enter(x, -1)
            for y in node.outputs:
                self._enter(y, i)
            for x in shares(node):
                for y in node.outputs:
                    self._join(x, y)
        for i, node in enumerate(nodes):
            for x in (*node.inputs, *node.outputs):
                self.extend(x, i)
        for x in outputs:
            self._enter(x, -1)
            self.extend(x, len(nodes))

    def group(self, x: Value) -> Value:
        """The value that stands for all that may lie in the same memory."""
        while self._above[x] is not x:
            self._above[x] = x = self._above[self._above[x]]
        return x

    def first(self, x: Value) -> int:
        """The number of the node that makes the first of the group; -1 if it is given."""
        return self._first[self.group(x)]

    def last(self, x: Value) -> int:
        """The number of the last node that needs one of the group."""
        return self._last[self.group(x)]

    def _enter(self, x: Value, first: int) -> None:
        if x not in self._above:
            self._above[x], self._first[x], self._last[x] = x, first, first

    def _join(self, x: Value, y: Value) -> None:
        a, b = self.group(x), self.group(y)
        if a is not b:
            self._above[b] = a
            self._first[a] = min(self._first[a], self._first[b])
            self._last[a] = max(self._last[a], self._last[b])

    def extend(self, x: Value, place: int) -> None:
        """Keep the memory of a value at least until this node."""
        group = self.group(x)
        self._last[group] = max(self._last[group], place)


class Arena:
    """Bytes that are handed out and taken back while a plan is made.

    Nothing is allocated before :meth:`array` is called, when the size of all is known.

    Args:
        bench: Where the memory comes from; by default it is the arena's own.
    """

    def __init__(self, bench: Workbench | None = None) -> None:
        self.size = 0
        self._bench = bench
        self._free: list[tuple[int, int]] = []  # (start, stop), in order, never touching
        self._used: dict[int, tuple[int, int]] = {}  # by start: last use and stop
        self._bytes: np.ndarray | None = None

    def place(self, nbytes: int, now: int, last: int) -> int:
        """Where a piece may lie that is needed from now until ``last``."""
        for start in [start for start, (end, _) in self._used.items() if end < now]:
            self._give_back(start, self._used.pop(start)[1])
        need = max(_LINE, -(-nbytes // _LINE) * _LINE)
        fitting = [
            (stop - start, start, stop) for start, stop in self._free if stop - start >= need
        ]
        if fitting:
            _, start, stop = min(fitting)
            self._free.remove((start, stop))
            if stop - start > need:
                bisect.insort(self._free, (start + need, stop))
        else:
            start = self.size
            if self._free and self._free[-1][1] == self.size:  # the last piece can be made longer
                start = self._free.pop()[0]
            self.size = start + need
        self._used[start] = (last, start + need)
        return start

    def keep(self, start: int, last: int) -> None:
        """Something else lies in a piece, and needs it until ``last``."""
        before, stop = self._used[start]
        self._used[start] = (max(before, last), stop)

    def _give_back(self, start: int, stop: int) -> None:
        at = bisect.bisect(self._free, (start, stop))
        if at < len(self._free) and self._free[at][0] == stop:
            stop = self._free.pop(at)[1]
        if at and self._free[at - 1][1] == start:
            start = self._free.pop(at - 1)[0]
        bisect.insort(self._free, (start, stop))

    def array(self, start: int, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """The array that lies there."""
        if self._bytes is None:
            self._bytes = (
                aligned(self.size) if self._bench is None else self._bench.bytes(self.size)
            )
        count = int(np.prod(shape))
        piece = self._bytes[start : start + count * dtype.itemsize]
        return piece.view(dtype).reshape(shape)


class Rooms:
    """Memory that operations use one after the other, for what only their own calls need."""

    def __init__(self) -> None:
        self._pieces: list[np.ndarray] = []
        self._piece = self._used = 0

    def begin(self) -> None:
        """Another operation begins: it may have all of it."""
        self._piece = self._used = 0

    def array(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """An array beside those that were asked for since the operation began."""
        count = int(np.prod(shape))
        need = -(-count * dtype.itemsize // _LINE) * _LINE
        while self._piece < len(self._pieces):
            if self._used + need <= self._pieces[self._piece].size:
                break
            self._piece, self._used = self._piece + 1, 0
        else:
            self._pieces.append(aligned(max(need, _LEAST_ROOM)))
        start, self._used = self._used, self._used + need
        piece = self._pieces[self._piece][start : start + count * dtype.itemsize]
        return piece.view(dtype).reshape(shape)


class Workbench:
    """Memory that programs use one after the other, each for what it needs only while it runs.

    Attributes:
        rooms: For what the calls of one operation need.
        fields: Arrays of one number, and such with a frame of zeros.
    """

    def __init__(self) -> None:
        self.rooms = Rooms()
        self.fields: dict[Any, np.ndarray] = {}
        self._bytes: np.ndarray | None = None

    def bytes(self, size: int) -> np.ndarray:
        """At least so many bytes, which others may have, too."""
        if self._bytes is None or self._bytes.size < size:
            self._bytes = aligned(size)
        return self._bytes


def aligned(size: int) -> np.ndarray:
    """Bytes that begin at a multiple of a cache line.

    Raises:
        NotEnoughMemory: When there are not so many.
    """
    require(size)
    raw = np.empty(size + _LINE, "uint8")
    start = -raw.ctypes.data % _LINE
    return raw[start : start + size]
