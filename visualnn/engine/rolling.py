"""The statements of a stage, written for every block of images and rolled up into one loop.

A kernel writes its calls for one block as if there was no other.  What it writes for the next block
differs only in the arrays: those become the variables of the loop.  So no kernel has to know that
it is part of a loop; only what is to happen once, before it, has to be said (``Writer.once``).
Two blocks tell how far apart the arrays of any two are: what the third and all others would write
need not be written to be known.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np

from visualnn.engine.stages import Stage
from visualnn.graph.graph import Node

Statement = tuple[Node, str, str | None]
"""A statement of an operation, and the head of the loop that it is in."""

_TOKEN = re.compile(r"<(\d+)>")


class Roll:
    """Collects what is written for each block of a stage.

    Args:
        stage: The operations that go through the batch together.

    Attributes:
        before: What is to be done once, before the loop.
        behind: What is to be done once, after it.
    """

    def __init__(self, stage: Stage):
        self.stage = stage
        self.before: list[tuple[Node, str]] = []
        self.behind: list[tuple[Node, str]] = []
        self._turns: list[list[tuple[Node, str]]] = []
        self._more: dict[int, int] = {}  # how many blocks follow a turn alike
        self._operands: list[Any] = []
        self._tokens: dict[int, str] = {}
        self._hints: dict[int, str] = {}
        self._at: dict[int, str] = {}  # what lies at an address at the moment
        self._words: dict[str, Any] = {}
        self._kept: dict[Any, Any] = {}
        self._taken: set[str] = set()
        self.names: set[str] = set()  # of values: nobody else has them

    def begin(self) -> None:
        """What is written from here on is for the next block."""
        self._turns.append([])

    def repeat(self, count: int) -> bool:
        """Let so many blocks follow the last two, and be like them.

        Returns:
            Whether the last two blocks are alike, as they have to be for that.
        """
        first, second = ([_TOKEN.sub("<>", text) for _, text in turn] for turn in self._turns[-2:])
        if first == second:
            self._more[len(self._turns) - 1] = count
        return first == second

    def line(self, node: Node, text: str) -> None:
        """A statement for this block."""
        self._turns[-1].append((node, self._with_words(text)))

    def once(self, node: Node, text: str) -> None:
        """A statement for all blocks."""
        text = self._with_words(text)
        operands = [_identity(self._operand(number)) for number in _TOKEN.findall(text)]
        key = (node.name, _TOKEN.sub("<>", text), *operands)
        if key not in self._kept:
            self._kept[key] = True
            self.before.append((node, text))

    def finally_once(self, node: Node, text: str) -> None:
        """A statement that comes after all blocks."""
        if not any(known is node for known, _ in self.behind):
            self.behind.append((node, self._with_words(text)))

    def token(self, operand: Any, hint: str = "", like: str = "block") -> str:
        """What stands for an array, or a list of arrays, until it gets a name.

        Args:
            operand: The array, or the list.
            hint: Its name.
            like: Its name, if it is no other view of what has one.
        """
        if id(operand) not in self._tokens:
            self._tokens[id(operand)] = f"<{len(self._operands)}>"
            self._operands.append(operand)
        if hint:
            self._hints.setdefault(id(operand), hint)
            if isinstance(operand, np.ndarray):
                self._at[_identity(operand)[0]] = hint
        elif isinstance(operand, np.ndarray):  # another view of it
            self._hints.setdefault(id(operand), self._at.get(_identity(operand)[0], like))
        return self._tokens[id(operand)]

    def kept(self, key: Any, make: Any) -> Any:
        """What is made for the first block, and used again for the others."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def use_words(self, words: dict[str, Any]) -> None:
        """Let these words stand for operands in what is written next."""
        self._words = words

    def _with_words(self, text: str) -> str:
        for word, operand in self._words.items():
            text = re.sub(rf"\b{word}\b", self.token(operand, word), text)
        return text

    # ------------------------------------------------------------------ rolling up

    def loops(self, writer: Any) -> list[Statement]:
        """The statements, each with the head of the loop that it is in.

        Blocks for which the very same calls were written become one loop: usually all of them, or
        all but a smaller last one.
        """
        lines: list[Statement] = [
            (node, self._resolved(writer, text), None) for node, text in self.before
        ]
        shape, turns, more = None, [], 0
        for i, turn in enumerate(self._turns):
            plain = [_TOKEN.sub("<>", text) for _, text in turn]
            if turns and (plain != shape or more):
                lines += self._loop(writer, turns, more)
                turns = []
            shape, more = plain, self._more.get(i, 0)
            turns.append(turn)
        behind = [(node, self._resolved(writer, text), None) for node, text in self.behind]
        return lines + self._loop(writer, turns, more) + behind

    def _loop(self, writer: Any, turns: list[list[tuple[Node, str]]], more: int) -> list:
        named: dict[Any, str] = {}
        columns: list[list[Any]] = []
        lines = []
        for statement in zip(*turns, strict=True):
            node, text = statement[0]
            found = [[self._operand(t) for t in _TOKEN.findall(text)] for _, text in statement]
            names = []
            for operands in zip(*found, strict=True):
                if all(is_same(x, operands[0]) for x in operands[1:]):
                    names.append(self._global_name(writer, operands[0]))
                    continue
                key = (self._hints.get(id(operands[0])), *map(_identity, operands))
                if key not in named:
                    named[key] = self._name(writer, operands[0])
                    a, b = operands[0], operands[-1]
                    following = (_after(a, b, i + 1) for i in range(more))
                    columns.append([*operands, *following])
                names.append(named[key])
            given = iter(names)
            lines.append((node, _TOKEN.sub(lambda _, given=given: next(given), text)))
        if not columns:
            return [(node, text, None) for node, text in lines]
        blocks = writer.new_global(
            f"{turns[0][0][0].name}_blocks", list(zip(*columns, strict=True))
        )
        head = _head(list(named.values()), blocks)
        return [(node, text, head) for node, text in lines]

    def _operand(self, number: str) -> Any:
        return self._operands[int(number)]

    def _name(self, writer: Any, operand: Any) -> str:
        """A name for the variable of a loop: that of the value, if it stands for one."""
        hint = self._hints.get(id(operand), "block")
        is_free = hint in self.names and hint not in self._taken
        self._taken.add(hint)
        return hint if is_free else writer.new_name(hint)

    def _global_name(self, writer: Any, operand: Any) -> str:
        """The name of what is the same for every block."""
        key = ("named", _identity(operand), self._hints.get(id(operand)))
        if isinstance(operand, np.ndarray):
            return self.kept(key, lambda: writer.global_text(operand, self._name(writer, operand)))
        return self.kept(key, lambda: writer.new_global(self._name(writer, operand), operand))

    def _resolved(self, writer: Any, text: str) -> str:
        return _TOKEN.sub(lambda t: self._global_name(writer, self._operand(t.group(1))), text)


def _head(names: list[str], blocks: str) -> str:
    """The head of a loop, in several lines if it is long."""
    head = f"for {', '.join(names)}{',' if len(names) == 1 else ''} in {blocks}:"
    if len(head) <= 92:
        return head
    inner = textwrap.wrap(", ".join(names), 84, break_long_words=False)
    return "\n".join(["for (", *(f"    {line}" for line in inner), f") in {blocks}:"])


def _after(a: Any, b: Any, count: int) -> Any:
    """What comes so many blocks after the second of two, if it goes on like this."""
    if not isinstance(a, np.ndarray):
        return tuple(_after(x, y, count) for x, y in zip(a, b, strict=True))
    owner, begin = b, _address(b)
    while getattr(owner, "base", None) is not None:
        owner = owner.base
    place = begin + count * (begin - _address(a)) - _address(owner)
    return np.ndarray(b.shape, b.dtype, owner, place, b.strides)


def _address(x: np.ndarray) -> int:
    return x.__array_interface__["data"][0]


def _identity(operand: Any) -> Any:
    """What two operands have in common if they are the same views of the same memory."""
    if isinstance(operand, np.ndarray):
        return _address(operand), operand.shape, operand.strides, operand.dtype.str
    return tuple(map(_identity, operand))


def is_same(a: Any, b: Any) -> bool:
    """Whether two arrays, or lists of arrays, are the same views of the same memory."""
    return a is b or _identity(a) == _identity(b)
