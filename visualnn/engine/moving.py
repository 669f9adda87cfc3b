"""Arrays that are another part of a stack in every turn of a loop."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.names import Names


class Moving:
    """The parts of stacks that a loop over steps goes through.

    The loop is written for its first turn.  Whatever array lies within a stack stands, in the
    other turns, for the one that lies in the same place of the next step.

    Args:
        steps: How many turns there are.
        reverse: Whether the last step comes first.
    """

    def __init__(self, steps: int, reverse: bool):
        self._steps, self._reverse = steps, reverse
        self._stacks: list[tuple[int, int, int, str]] = []  # first and last byte, step, name
        self._names: dict[Any, str] = {}
        self._hints: dict[Any, str] = {}
        self._views: dict[str, list[np.ndarray]] = {}

    def part_of(self, stack: np.ndarray, name: str, whole: np.ndarray | None = None) -> np.ndarray:
        """The part of a stack in the first turn.

        Args:
            stack: Something of every step.
            name: What a part is called.
            whole: The memory that it lies in, if it is larger than the stack.
        """
        part = stack[-1 if self._reverse else 0, ...]
        step = -stack.strides[0] if self._reverse else stack.strides[0]
        first, last = np.lib.array_utils.byte_bounds(stack if whole is None else whole)
        self._stacks.append((first, last, step, name))
        self._hints.setdefault(self.key(part), name)
        return part

    def overlaps(self, stack: np.ndarray) -> bool:
        """Whether some of this memory belongs to a stack already that moves otherwise."""
        first, last = np.lib.array_utils.byte_bounds(stack)
        step = -stack.strides[0] if self._reverse else stack.strides[0]
        return any(
            first < stop and start < last and step != known
            for start, stop, known, _ in self._stacks
        )

    def key(self, x: np.ndarray) -> Any:
        """What is equal for the same view of the same memory."""
        return x.__array_interface__["data"][0], x.shape, x.strides, x.dtype.str

    def name(self, x: np.ndarray, names: Names) -> str | None:
        """What an array is called in the loop; ``None`` if it does not move."""
        key = self.key(x)
        if key in self._names:
            return self._names[key]
        for first, last, step, like in self._stacks:
            if first <= key[0] < last and x.size:
                name = self._names[key] = names.new(self._hints.get(key, f"{like}_part"))
                self._views[name] = [_moved(x, i * step) for i in range(self._steps)]
                return name
        return None

    def head(self, names: Names, known: dict[str, Any], name: str) -> str:
        """The statement that begins the loop; its views become known."""
        if not self._views:
            known["range"] = range
            return f"for _ in range({self._steps}):"
        turns = names.new(f"{name}_steps")
        known[turns] = list(zip(*self._views.values(), strict=True))
        comma = "," if len(self._views) == 1 else ""
        return f"for {', '.join(self._views)}{comma} in {turns}:"


def _moved(x: np.ndarray, distance: int) -> np.ndarray:
    """The view that lies so many bytes behind another one."""
    owner = x
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    start = x.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    return np.ndarray(x.shape, x.dtype, owner, start + distance, x.strides)
