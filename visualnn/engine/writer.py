"""Writing the statements of a plan: for every node where its result lies and which calls make it.

The result of a node is one of four things:

* a single number, computed by Python's operators (numbers.py),
* another view of an array that is there already (views.py),
* an array in the arena, written by a kernel (kernels.py, memory.py),
* whatever its primitive makes: correct for every primitive, but memory of its own each time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine.flat_update import FlatUpdate
from visualnn.engine.image_blocks import blocks_of
from visualnn.engine.kernels import KERNELS, UFUNCS, call_by_rows, has_known_sizes
from visualnn.engine.layout import Layout
from visualnn.engine.memory import Rooms
from visualnn.engine.names import Names, is_literal
from visualnn.engine.numbers import TYPES, expression, single_numbers
from visualnn.engine.parts import chain_from, write_chain
from visualnn.engine.rolling import Roll, is_same
from visualnn.engine.stage_writer import StageWriter
from visualnn.engine.stages import Stage
from visualnn.engine.views import VIEWS, view_of
from visualnn.graph.graph import Graph, Node, Value

_FUNCTIONS = {
    **{f.__name__: f for f in UFUNCS.values()},
    "bitwise_xor": np.bitwise_xor,
    "add.reduce": np.add.reduce,
    "maximum.reduce": np.maximum.reduce,
    "copyto": np.copyto,
    "broadcast_to": np.broadcast_to,
    "matmul": np.matmul,
    "true_divide": np.true_divide,
    **TYPES,
}


_WORDS = (
    *("asarray", "columns", "first", "free", "hit", "image", "largest", "made", "others", "pack"),
    *("painted", "part", "passed", "place", "rows", "second", "seen", "slope", "strength", "taps"),
    *("weights", "windows", "zip"),
)
"""What kernels call things, so that values are called otherwise."""


@dataclass
class Line:
    """One statement: the node that it belongs to, and the loop that it is in, if any."""

    node: Node
    text: str
    head: str | None = None


class Writer:
    """Writes the statements of a graph.

    Args:
        graph: The graph, specialized.
        nodes: Its nodes in running order.
        wanted: The values that are returned.
        held: The values of variables, which come as arguments after the inputs.
        flat: The updates of rows; the rows, and arrays for their next values, come last.
        stages: The operations that go through the batch block by block.
    """

    def __init__(
        self,
        graph: Graph,
        nodes: list[Node],
        wanted: list[Value],
        held: list[Value],
        flat: list[FlatUpdate],
        stages: Sequence[Stage] = (),
    ):
        self.graph, self.nodes, self.wanted = graph, nodes, set(wanted)
        self.lines: list[Line] = []
        self.made: list[Node] = []  # whose results are memory of their own each time
        self.functions: list[str] = []  # the source of the functions that are called
        self._head: str | None = None
        self.roll: Roll | None = None  # the loop over blocks that is written just now
        self._rooms = Rooms()
        self._copies: dict[str, np.ndarray] = {}
        self._counts: dict[str, int] = {}
        self.globals: dict[str, Any] = {"add": np.add, "maximum": np.maximum, **_FUNCTIONS}
        self._names = Names({*self.globals, *_WORDS})
        self._arrays: dict[Value, np.ndarray] = {}  # what is there before the plan runs
        self._named: dict[int, str] = {}
        self._kept: list[Any] = []  # so that no two arrays have one id
        self._fields: dict[Any, np.ndarray] = {}
        self._read = {x for node in nodes for x in node.inputs} | self.wanted
        given = [*graph.inputs, *held]
        self.arguments = [self._names.of(x) for x in given]
        self._rows = {x for update in flat for x in update.old}
        self._next = {x for update in flat for x in update.new}
        self.row_arguments = [self._names.of(x) for update in flat for x in update.old]
        self.row_arguments += [self._names.of(x) for update in flat for x in update.new]
        for x, array in graph.constants.items():
            if x in self._read:
                self._set(x, array)
        self._numbers = single_numbers(nodes)
        self._layout = Layout(nodes, self.wanted, self._numbers, flat, stages)
        self._chunk_of = self._layout.chunk_of
        self.bytes = self._layout.bytes
        inside = {x for stage in stages for x in stage.inside}
        for x, array in self._layout.arrays.items():
            if x in inside:  # the name is for what its block is
                self._arrays[x] = array
            else:
                self._set(x, array)
        self._local = {self._names.of(x) for x in given}
        self._write(nodes, {node: stage for stage in stages for node in stage.nodes})
        self.returned = [
            f"{self._shown(x)}.copy()" if x in self._arrays else self._names.of(x) for x in wanted
        ]

        crossing = [x for update in flat for node in update.nodes for x in node.inputs]
        self.passed_on = list(
            dict.fromkeys(
                self._names.of(x)
                for x in crossing
                if x not in self._arrays and x not in self._rows and x.node not in self._chunk_of
            )
        )

    # ------------------------------------------------------------------ for kernels

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
            self._fields[key] = field = np.full(shape, number, dtype)
            self._name(field, f"{'zeros' if number == 0 else 'ones'}_{'_'.join(map(str, shape))}")
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
            self._fields[key] = field = np.zeros(shape, dtype)
            self._name(field, f"framed_{'_'.join(map(str, shape))}")
        return self._fields[key]

    def once(self, text: str) -> None:
        """Write a statement that all blocks of a stage need only once."""
        if self.roll is None:
            self.line(text)
        else:
            self.roll.once(self.node, text)

    @property
    def is_in_parts(self) -> bool:
        """Whether sums have to be added to what other blocks of a stage came to."""
        return self.roll is not None and len(self.roll.stage.blocks) > 1

    def blocks(self, images: int, bytes_each: int) -> list[slice]:
        """The parts in which a kernel goes through images: one, in a stage."""
        return blocks_of(images, bytes_each) if self.roll is None else [slice(0, images)]

    def copied(self, x: Value) -> np.ndarray:
        """What comes when the plan runs, in an array that is there before."""
        name = self._names.of(x)
        if name not in self._copies:
            self._copies[name] = array = np.empty(x.spec.numbers, x.dtype)
            self._name(array, f"{name}_copied")
            self.copy(name, array)
        return self._copies[name]

    def _again(self, key: tuple, make: Callable) -> Any:
        """What every block of a stage makes anew, made for the first of them only."""
        if self.roll is None:
            return make()
        count = self._counts[key[0]] = self._counts.get(key[0], 0) + 1
        return self.roll.kept((self.node.name, count, *key), make)

    # ------------------------------------------------------------------ statements

    def _write(self, nodes: list[Node], stage_of: dict[Node, Stage]) -> None:
        last_reader = {x: node for node in nodes for x in node.inputs}
        readers = Counter(x for node in nodes for x in node.inputs)
        readers.update(self.wanted)
        chained: set[Node] = set()
        for i, node in enumerate(nodes):
            if node in chained:
                continue
            if node in stage_of:
                stage = stage_of[node]
                if node is next(iter(stage.nodes)):
                    self.start(node)
                    StageWriter(self, self._arrays, stage).write()
                continue
            self.start(node)
            before = len(self.lines)
            ahead = itertools.islice(nodes, i, None)
            if chain := chain_from(node, ahead, self._arrays, readers):
                write_chain(self, chain)
                chained.update(chain.nodes)
            elif not node.is_tuple and node.output in self._numbers:
                self._write_number(node)
            elif self._layout.is_mask(node) and node.inputs[0] in self._arrays:
                self._arrays[node.output] = self._arrays[node.inputs[0]]
            elif node.primitive.name in VIEWS and has_known_sizes(node) and self._write_view(node):
                pass
            elif node in self._chunk_of:
                self._write_chunk(node, self._chunk_of[node])
            elif not node.is_tuple and node.output in self._arrays:
                self._write_into(node)
            else:
                self._write_made(node)
            done = dict.fromkeys(
                self._names.of(x)
                for x in node.inputs
                if last_reader[x] is node
                and x not in self.wanted
                and x not in self._arrays
                and self._names.of(x) in self._local
                and x.spec.sizes
                and node not in self._chunk_of
            )
            if done and len(self.lines) > before and self.lines[-1].head is None:
                self.lines[-1].text += f"; del {', '.join(done)}"

    def _write_number(self, node: Node) -> None:
        text = expression(node, [self._number(x) for x in node.inputs])
        self.line(f"{self._names.of(node.output)} = {text}")

    def _number(self, x: Value) -> str:
        """A single number as one of numpy's numbers, not as an array."""
        if x in self.graph.constants:
            number = self.graph.constants[x][()]
            key = (number.dtype.name, repr(number))
            if key not in self._fields:
                self._fields[key] = number
                name = f"number_{number}"
                self._named[id(number)] = unique = self._names.new(name)
                self._kept.append(number)
                self.globals[unique] = number
            return self._named[id(self._fields[key])]
        return self._names.of(x) if x in self._numbers else f"{self._shown(x)}[()]"

    def _write_view(self, node: Node) -> bool:
        """A view of what is there; ``False`` if elements have to be copied."""
        x = node.inputs[0]
        if x in self._numbers:
            return False
        if x in self._arrays:
            seen = view_of(node, self._arrays[x])
            if seen is not None and node.output not in self.wanted:
                self._set(node.output, seen)
                return True
            if seen is None and node.output not in self.wanted:  # as it lies, there are gaps
                self._set(node.output, np.empty(node.output.spec.numbers, node.output.dtype))
                self.copy(self._arrays[x], self._arrays[node.output].reshape(x.spec.numbers))
                return True
        text = VIEWS[node.primitive.name](node).format(x=self._shown(x))
        self._made(node, text)
        return True

    def _write_into(self, node: Node) -> None:
        """Calls that write into the array that is there for the result."""
        out = self._arrays[node.output]
        self.write_calls(node, out, [self._arrays.get(x, x) for x in node.inputs])

    def write_calls(self, node: Node, out: np.ndarray, inputs: list) -> None:
        """The calls of a node; inputs are arrays that are there, or values that come."""
        name = node.primitive.name
        given = [self._names.of(x) if isinstance(x, Value) else x for x in inputs]
        if name in UFUNCS:
            function = UFUNCS[name].__name__
            if len(given) != 2 or not call_by_rows(self, node, function, out, given):
                self.call(function, *given, out=out)
        else:
            KERNELS[name](self, node, out, *given, **node.settings)

    def _write_chunk(self, node: Node, update: FlatUpdate) -> None:
        """One step of an update of rows, on one part of them."""
        size = update.rows[0].size
        parts = self._parts(size, update)

        def part(x: Value) -> str:
            if x in self._numbers:
                return self._number_for_arrays(x)
            whole = x in self._rows or x in self._next or x.node not in self._chunk_of
            name = self._shown(x)
            return f"{name}[part]" if whole and x.spec.sizes and parts else name

        given = [part(x) for x in node.inputs]
        out = part(node.output)
        text = f"{UFUNCS[node.primitive.name].__name__}({', '.join(given)}, out={out})"
        self.lines.append(Line(node, text, f"for part in {parts}:" if parts else None))

    def _parts(self, size: int, update: FlatUpdate) -> str:
        """The name of the parts of a row, or nothing if it is one part."""
        if size == update.chunk:
            return ""
        if id(update) not in self._named:
            self._named[id(update)] = name = self._names.new(
                f"{self._names.of(update.old[0])}_parts"
            )
            parts = [slice(i, i + update.chunk) for i in range(0, size, update.chunk)]
            self.globals[name] = parts
        return self._named[id(update)]

    def _number_for_arrays(self, x: Value) -> str:
        if x in self._arrays:
            return self.text(self._arrays[x])
        return self._names.of(x)

    def _write_made(self, node: Node) -> None:
        """The result is what the primitive makes."""
        from visualnn.engine.program import Body  # which is written by this
        from visualnn.engine.steps import can_write_steps

        if can_write_steps(node):
            self._write_steps(node)
            return
        name = node.primitive.name
        function = UFUNCS.get(name, node.primitive.forward)
        called = f"make_{name}" if _FUNCTIONS.get(name, function) is not function else name
        self.globals[called] = function
        settings = {k: Body(v) if isinstance(v, Graph) else v for k, v in node.settings.items()}
        if name == "scan":
            settings["wanted"] = tuple(y in self._read for y in node.outputs)
        given = [self._as_array(x) for x in node.inputs]
        given += [f"{key}={self._setting(key, value)}" for key, value in settings.items()]
        self._made(node, f"{called}({', '.join(given)})")

    def _write_steps(self, node: Node) -> None:
        """A loop over steps, which is a function of its own."""
        from visualnn.engine.steps import StepLoop

        loop = StepLoop(node, self._arrays, self._read, self._names, self.globals)
        self.functions += loop.lines
        self.line(f"{loop.name}({', '.join(self._as_array(x) for x in loop.parameters)})")
        for y, array in loop.outputs.items():
            self._set(y, array)

    def _made(self, node: Node, text: str) -> None:
        self.made.append(node)
        names = ", ".join(self._names.of(y) if y in self._read else "_" for y in node.outputs)
        self.line(f"{names}{',' if node.is_tuple else ''} = {text}")
        self._local.update(self._names.of(y) for y in node.outputs)

    def _as_array(self, x: Value) -> str:
        """For primitives, which expect arrays: a single number as one."""
        if x in self._numbers and x not in self._arrays and x.node is not None:
            self.globals["asarray"] = np.asarray
            return f"asarray({self._names.of(x)})"
        return self._shown(x)

    def _setting(self, key: str, value: Any) -> str:
        """A setting in the source: as it is, if that can be read, else by a name."""
        if is_literal(value):
            return repr(value)
        name = self._names.new(key)
        self.globals[name] = value
        return name

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

    def start(self, node: Node) -> None:
        """What is written from here on belongs to this node."""
        self.node = node
        self._counts = {}
        self._rooms.begin()

    def is_mask(self, node: Node) -> bool:
        """Whether truth values become numbers only to be multiplied."""
        return self._layout.is_mask(node)

    def name_of(self, x: Value) -> str:
        """The name of a value."""
        return self._names.of(x)

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

    def _set(self, x: Value, array: np.ndarray) -> None:
        """An array is there for a value before the plan runs."""
        self._arrays[x] = array
        self._kept.append(array)
        self._named[id(array)] = name = self._names.of(x)
        self.globals[name] = array

    def _name(self, array: np.ndarray, name: str) -> str:
        self._kept.append(array)
        self._named[id(array)] = unique = self._names.new(name)
        self.globals[unique] = array
        return unique

    def _shown(self, x: Value) -> str:
        return self.text(self._arrays[x]) if x in self._arrays else self._names.of(x)

    def text(self, x: Any) -> str:
        """How an array, or a name, is written."""
        if not isinstance(x, np.ndarray):
            return str(x)
        if self.roll is not None:
            return self.roll.token(x)
        if id(x) not in self._named:
            self._name(x, f"{self.node.name}_view")
        return self._named[id(x)]
