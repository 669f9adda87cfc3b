"""What kernels write calls with: names for arrays, room for what lies between, and loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine.image_blocks import blocks_of
from visualnn.engine.memory import Rooms
from visualnn.engine.names import Names
from visualnn.engine.rolling import Roll, is_same
from visualnn.graph.graph import Node


@dataclass
class Line:
    """One statement.

    Attributes:
        node: The node that it belongs to.
        text: What is written.
        head: The loop that it is in, if any.
        done: What nobody needs any more after it.
    """

    node: Node
    text: str
    head: str | None = None
    done: tuple[str, ...] = ()


class Calls:
    """Collects the statements of a plan, and what they name.

    Attributes:
        lines: The statements.
        globals: What is there before the plan runs, by its name.
        node: The operation that is written just now.
        roll: The loop over blocks of images that is written just now, if any.
    """

    node: Node

    def __init__(self, functions: dict[str, Any], taken: set[str]):
        self.lines: list[Line] = []
        self.globals: dict[str, Any] = dict(functions)
        self.roll: Roll | None = None
        self._head: str | None = None
        self._rooms = Rooms()
        self._counts: dict[str, int] = {}
        self._names = Names({*self.globals, *taken})
        self._named: dict[int, str] = {}
        self._kept: list[Any] = []  # so that no two arrays have one id
        self._fields: dict[Any, np.ndarray] = {}
        self._shared: dict[Any, np.ndarray] = {}  # fields of other programs, too

    def call(self, function: str, *inputs: Any, out: Any, more: str = "") -> None:
        """Write one call; inputs are arrays that are there, or names."""
        given = [self.text(x) for x in inputs]
        self.line(f"{function}({', '.join(given)}{more}, out={self.text(out)})")

    def copy(self, x: Any, there: np.ndarray) -> None:
        """Write that elements are copied, unless they lie there already."""
        if isinstance(x, np.ndarray) and is_same(x, there):
            return
        shaped = x.reshape(there.shape) if isinstance(x, np.ndarray) else f"{x}"
        unsafe = not isinstance(x, np.ndarray) or x.dtype != there.dtype
        more = ", casting='unsafe'" if unsafe else ""
        self.line(f"copyto({self.text(there)}, {self.text(shaped)}{more})")

    def filled(self, number: float, shape: tuple, dtype: Any) -> np.ndarray:
        """An array in which every element is this number."""
        key = (number, tuple(shape), np.dtype(dtype).name)
        if key not in self._fields:
            field = self._shared.get(key)
            if field is None:
                field = self._shared[key] = np.full(shape, number, dtype)
            self._fields[key] = field
            words = {0.0: "zeros", 1.0: "ones"}.get(number, "field")
            self._name(field, f"{words}_{'_'.join(map(str, shape))}")
        return self._fields[key]

    def view(self, x: Any, method: str, argument: tuple) -> str:
        """The name of a view of an array, or of what comes when the plan runs."""
        if isinstance(x, np.ndarray):
            return self.text(getattr(x, method)(argument))

        def written() -> str:
            name = self._names.new(f"{self.node.name}_{method}d")
            self.once(f"{name} = {x}.{method}({argument})")
            return name

        return self._again((x, method, argument), written)

    @contextmanager
    def loop(self, **views: list) -> Iterator[None]:
        """What is written inside is done for each of these views in turn."""
        turns = list(zip(*views.values(), strict=True))
        if self.roll is not None:  # which is a loop already
            [only] = turns
            self.roll.use_words(dict(zip(views, only, strict=True)))
            yield
            self.roll.use_words({})
            return
        name = self._names.new(f"{self.node.name}_blocks")
        self.globals[name] = turns
        self._head = f"for {', '.join(views)} in {name}:"
        yield
        self._head = None

    def scratch(self, shape: tuple, dtype: Any, name: str) -> np.ndarray:
        """An array for this node alone."""

        def made() -> np.ndarray:
            array = np.empty(shape, dtype)
            self._name(array, f"{self.node.name}_{name}")
            return array

        return self._again((name, shape), made)

    def room(self, shape: tuple, dtype: Any) -> np.ndarray:
        """An array for the calls of this node, in memory that others use before and after."""
        return self._rooms.array(shape, np.dtype(dtype))

    def frame(self, shape: tuple, dtype: Any, padding: tuple) -> np.ndarray:
        """An array with a frame of zeros; what is inside is for the calls of this node only."""
        key = ("frame", shape, np.dtype(dtype).name, padding)
        if key not in self._fields:
            field = self._shared.get(key)
            if field is None:
                field = self._shared[key] = np.zeros(shape, dtype)
            self._fields[key] = field
            self._name(field, f"framed_{'_'.join(map(str, shape))}")
        return self._fields[key]

    def once(self, text: str) -> None:
        """Write a statement that all blocks of a stage need only once."""
        if self.roll is None:
            self.line(text)
        else:
            self.roll.once(self.node, text)

    def finally_once(self, text: str) -> None:
        """Write a statement that comes after all blocks of a stage."""
        if self.roll is None:
            self.line(text)
        else:
            self.roll.finally_once(self.node, text)

    def constant(self, name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
        """An array of numbers that are always the same, made once for all who use it."""
        if name not in self._fields:
            self._fields[name] = array = make()
            self._name(array, name)
        return self._fields[name]

    @property
    def is_in_parts(self) -> bool:
        """Whether sums have to be added to what other blocks of a stage came to."""
        return self.roll is not None and len(self.roll.stage.blocks) > 1

    def blocks(self, images: int, bytes_each: int) -> list[slice]:
        """The parts in which a kernel goes through images: one, in a stage."""
        return blocks_of(images, bytes_each) if self.roll is None else [slice(0, images)]

    def _again(self, key: tuple, make: Callable) -> Any:
        """What every block of a stage makes anew, made for the first of them only."""
        if self.roll is None:
            return make()
        count = self._counts[key[0]] = self._counts.get(key[0], 0) + 1
        return self.roll.kept((self.node.name, count, *key), make)

    # ------------------------------------------------------------------ names

    def line(self, text: str) -> None:
        """Write a statement."""
        if self.roll is None:
            self.lines.append(Line(self.node, text, self._head))
        else:
            self.roll.line(self.node, text)

    def add_line(self, node: Node, text: str, head: str | None) -> None:
        """Enter a statement of a loop."""
        self.lines.append(Line(node, text, head))

    def new_name(self, like: str) -> str:
        """A name that nothing else has."""
        return self._names.new(like)

    def new_global(self, like: str, thing: Any) -> str:
        """The name of something that is there before the plan runs."""
        name = self._names.new(like)
        self.globals[name] = thing
        return name

    def global_text(self, array: np.ndarray, like: str) -> str:
        """The name of an array that is there before the plan runs."""
        if id(array) not in self._named:
            self._kept.append(array)
            self._named[id(array)] = like
            self.globals[like] = array
        return self._named[id(array)]

    def _name(self, array: np.ndarray, name: str) -> str:
        self._kept.append(array)
        self._named[id(array)] = unique = self._names.new(name)
        self.globals[unique] = array
        return unique

    def text(self, x: Any) -> str:
        """How an array, or a name, is written."""
        if not isinstance(x, np.ndarray):
            return str(x)
        if self.roll is not None:
            return self.roll.token(x, like=f"{self.node.name}_work")
        if id(x) not in self._named:
            self._name(x, f"{self.node.name}_view")
        return self._named[id(x)]
