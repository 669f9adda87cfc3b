"""How much memory a plan needs, known before it runs."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualnn.graph.graph import Node, Value
from visualnn.spec import Spec, known


@dataclass(frozen=True)
class Memory:
    """How many bytes a step takes at its peak, and what for.

    Attributes:
        variables: Weights, the state of the optimizer, metrics.
        inputs: One batch of data.
        kept: What lies in memory of the plan's own: the values of layers, gradients, scratch.
        passing: What operations make besides, as much as is there at once.
        results: What comes out.
    """

    variables: int
    inputs: int
    kept: int
    passing: int
    results: int

    @property
    def total(self) -> int:
        """All of it together."""
        return self.variables + self.inputs + self.kept + self.passing + self.results

    def __int__(self) -> int:
        return self.total

    def __str__(self) -> str:
        parts = [(name, getattr(self, name)) for name in self.__dataclass_fields__]
        said = ", ".join(f"{name} {bytes_text(size)}" for name, size in parts if size)
        return f"{bytes_text(self.total)} ({said})"


def bytes_text(size: float) -> str:
    """A number of bytes as people say it: ``12.3 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def size_of(spec: Spec) -> int:
    """The bytes of a tensor; those of texts, and of sizes nobody knows, are not counted."""
    if spec.dtype == "string" or not all(map(known, spec.sizes)):
        return 0
    width = 2 if spec.dtype == "bfloat16" else np.dtype(spec.dtype).itemsize
    return math.prod(spec.numbers) * width


def kept_bytes(things: Iterable[object]) -> int:
    """The bytes of the arrays among some things; of views, those of what they look into, once."""
    bases: dict[int, np.ndarray] = {}
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list | tuple):  # such as what a loop goes through
            waiting += thing
        elif isinstance(thing, np.ndarray):
            owner = _owner(thing)
            bases[id(owner)] = owner
    return sum(base.nbytes for base in bases.values())


def _owner(x: np.ndarray) -> np.ndarray:
    """The array that a view looks into; windows look into it through something in between."""
    while x.base is not None:
        base = x.base if isinstance(x.base, np.ndarray) else getattr(x.base, "base", None)
        if not isinstance(base, np.ndarray):
            break
        x = base
    return x


def most_at_once(
    nodes: Sequence[Node],
    made: Iterable[Node],
    wanted: Iterable[Value],
    loops: Mapping[Node, int] | None = None,
) -> int:
    """The bytes of what some of the nodes make, as much as is there at the same time.

    Args:
        nodes: The nodes in running order.
        made: Those whose results are memory of their own each time.
        wanted: What is counted elsewhere.
        loops: What the steps of loops make besides.
    """
    makers, wanted, loops = set(made), set(wanted), loops or {}
    last: dict[Value, int] = {}
    for i, node in reversed(list(enumerate(nodes))):
        seen = last.get(node.outputs[0], i) if node.primitive.name in _VIEWS else i
        for x in node.inputs:
            last[x] = max(last.get(x, i), seen)
    ends: dict[int, int] = {}
    now = most = 0
    for i, node in enumerate(nodes):
        is_made = node in makers and node.primitive.name not in _VIEWS
        if is_made:
            for y in node.outputs:
                if y not in wanted:
                    now += size_of(y.spec)
                    end = last.get(y, i)
                    ends[end] = ends.get(end, 0) + size_of(y.spec)
        within = _working(node) if is_made else loops.get(node, 0)
        most = max(most, now + within)
        now -= ends.pop(i, 0)
    return most


def _working(node: Node) -> int:
    """About how many bytes a primitive takes while it computes, beside inputs and results."""
    largest = max((size_of(x.spec) for x in (*node.inputs, *node.outputs)), default=0)
    kind = node.primitive.name.partition("_")[0]
    return _TIMES_ITS_TENSORS.get(kind, 1) * largest


_VIEWS = {"broadcast_like", "broadcast_to", "reshape", "slice", "transpose"}
"""What makes no memory: it is another view of what is there."""

_TIMES_ITS_TENSORS = {"average": 4, "conv": 4, "max": 4, "random": 8}
"""How many times the largest of its tensors some primitives take, by the begin of their names."""


def available_memory() -> int | None:
    """How many bytes this process may still take, as far as the system tells."""
    found = [_of_container(), _of_linux(), _of_any()]
    return min((size for size in found if size is not None), default=None)


def _of_linux() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(1024 * int(x.split()[1]) for x in lines if x.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None


def _of_container() -> int | None:
    """What the control group of the process leaves, where it has a limit."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text().strip()
        return None if limit == "max" else int(limit) - int((folder / "memory.current").read_text())
    except (OSError, ValueError):
        return None


def _of_any() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None


class NotEnoughMemory(MemoryError):  # noqa: N818 - named as MemoryError is
    """A plan needs more memory than there is."""

    def __init__(self, needed: int, available: int):
        super().__init__(
            f"It needs {bytes_text(needed)}, but {bytes_text(available)} are free. Use a smaller "
            "batch, or smaller layers; `model.memory(batch_size)` tells what a step takes."
        )
        self.needed, self.available = needed, available


def require(size: int) -> None:
    """Refuse to take memory that there is not.

    Raises:
        NotEnoughMemory: When there is less.
    """
    available = available_memory() if size > _WORTH_ASKING else None
    if available is not None and size > available:
        raise NotEnoughMemory(size, available)


_WORTH_ASKING = 1 << 27
"""Smaller amounts are not worth asking the system for."""
