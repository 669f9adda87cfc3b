"""Writing the statements of a plan: for every node where its result lies and which calls make it.

The result of a node is one of four things:

* a single number, computed by Python's operators (numbers.py),
* another view of an array that is there already (views.py),
* an array in the arena, written by a kernel (kernels.py, memory.py),
* whatever its primitive makes: correct for every primitive, but memory of its own each time.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visualnn.engine.calls import Calls, Line
from visualnn.engine.compiled_runs import Runs
from visualnn.engine.compiled_writer import CompiledFunctions, CompiledWriter, readers_of
from visualnn.engine.flat_update import FlatUpdate
from visualnn.engine.kernels import KERNELS, UFUNCS, call_by_rows, has_known_sizes, long_enough
from visualnn.engine.layout import Layout
from visualnn.engine.memory import Workbench
from visualnn.engine.names import is_literal
from visualnn.engine.needs import size_of
from visualnn.engine.numbers import TYPES, expression, single_numbers
from visualnn.engine.parts import chain_from, write_chain
from visualnn.engine.stage_writer import StageWriter
from visualnn.engine.stages import Stage
from visualnn.engine.steps import StepLoop, can_write_steps
from visualnn.engine.views import VIEWS, view_of
from visualnn.graph.graph import Graph, Node, Value

_FUNCTIONS = {
    **{f.__name__: f for f in UFUNCS.values()},
    "bitwise_xor": np.bitwise_xor,
    "add.reduce": np.add.reduce,
    "maximum.reduce": np.maximum.reduce,
    "copyto": np.copyto,
    "broadcast_to": np.broadcast_to,
    "dot": np.dot,
    "matmul": np.matmul,
    "true_divide": np.true_divide,
    **TYPES,
}


_WORDS = (
    *("asarray", "columns", "first", "free", "hit", "image", "largest", "made", "ones", "others"),
    *(
        "pack",
        "painted",
        "part",
        "passed",
        "piece",
        "pieces",
        "pieces_flat",
        "place",
        "rows",
        "second",
        "seen",
        "slope",
        "strength",
        "taps",
    ),
    *("weights", "windows", "zip"),
)
"""What kernels call things, so that values are called otherwise."""

_LARGE = 1 << 12  # elements


class Writer(Calls):
    """Writes the statements of a graph.

    Args:
        graph: The graph, specialized.
        nodes: Its nodes in running order.
        wanted: The values that are returned.
        held: The values of variables, which come as arguments after the inputs.
        flat: The updates of rows; the rows, and arrays for their next values, come last.
        stages: The operations that go through the batch block by block.
        bench: Where there is memory to work in, if what is returned may lie in that of the plan.
        fixed: The inputs that are there before the plan runs.
    """

    def __init__(
        self,
        graph: Graph,
        nodes: list[Node],
        wanted: list[Value],
        held: list[Value],
        flat: list[FlatUpdate],
        stages: Sequence[Stage] = (),
        bench: Workbench | None = None,
        fixed: Mapping[Value, np.ndarray] | None = None,
    ):
        self.graph, self.nodes, self.wanted = graph, nodes, set(wanted)
        self._given_away = self.wanted if bench is None else set()
        functions = {"add": np.add, "maximum": np.maximum, **_FUNCTIONS}
        super().__init__(functions, set(_WORDS))
        if bench is not None:
            self._rooms, self._shared = bench.rooms, bench.fields
        self.made: list[Node] = []  # whose results are memory of their own each time
        self.passing: dict[Node, int] = {}  # what is made in steps of loops, and for other calls
        self.functions: list[str] = []  # the source of the functions that are called
        self._copies: dict[str, np.ndarray] = {}
        self._arrays: dict[Value, np.ndarray] = {}  # what is there before the plan runs
        self._read = {x for node in nodes for x in node.inputs} | self.wanted
        self.constants = graph.constants
        given = [*graph.inputs, *held]
        self._given = given
        self.arguments = [self._names.of(x) for x in given]
        self._rows = {x for update in flat for x in update.old}
        self._next = {x for update in flat for x in update.new}
        self.row_arguments = [self._names.of(x) for update in flat for x in update.old]
        self.row_arguments += [self._names.of(x) for update in flat for x in update.new]
        for x, array in graph.constants.items():
            if x in self._read:
                self._set(x, array)
        for x, array in (fixed or {}).items():
            if x in self._read and x.spec.sizes:
                self._set(x, array)
        self._numbers = single_numbers(nodes)
        read = {x for node in nodes if node.output in self._numbers for x in node.inputs}
        self._opened = {x for x in given if x in read}
        self.opened = [self._names.of(x) for x in given if x in read]
        self._layout = Layout(nodes, self.wanted, self._numbers, flat, stages, bench)
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
            self._shown(x) + ".copy()" * (x in self._arrays and bench is None) for x in wanted
        ]

        crossing = [x for update in flat for node in update.nodes for x in node.inputs]
        self.passed_on = list(
            dict.fromkeys(
                self._names.of(x)
                for x in crossing
                if x not in self._arrays and x not in self._rows and x.node not in self._chunk_of
            )
        )

    # ------------------------------------------------------------------ statements

    def _write(self, nodes: list[Node], stage_of: dict[Node, Stage]) -> None:
        last_reader = {x: node for node in nodes for x in node.inputs}
        readers = readers_of(nodes, self.wanted)
        self.runs = Runs(self._arrays, readers, self.constants, self._numbers)
        self.compiled = CompiledWriter(self, self.runs, CompiledFunctions(self))
        for node in nodes:
            if self._layout.is_mask(node) and node.inputs[0] in self._arrays:
                self._arrays[node.output] = self._arrays[node.inputs[0]]
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
            following = itertools.islice(nodes, i, None)
            ahead = list(itertools.takewhile(lambda other: other not in stage_of, following))
            if written := self._write_compiled(node, ahead):
                chained.update(written)
            elif chain := chain_from(node, ahead, self._arrays, readers):
                write_chain(self, chain)
                chained.update(chain.nodes)
            elif not node.is_tuple and node.output in self._numbers:
                self._write_number(node)
            elif self._layout.is_mask(node) and node.output in self._arrays:
                pass  # it is there as truth values
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
                self.lines[-1].done = tuple(done)

    def _write_compiled(self, node: Node, ahead: list[Node]) -> list[Node]:
        """Write one compiled loop for a node and some that follow; which these are, if any."""
        if node in self._chunk_of:
            return self.compiled.update_from(node, self._chunk_of[node])
        others = itertools.takewhile(lambda other: other not in self._chunk_of, ahead)
        return self.compiled.run_from(node, others)

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
        known = x in self._numbers or x in self._opened
        return self._names.of(x) if known else f"{self._shown(x)}[()]"

    def _write_view(self, node: Node) -> bool:
        """A view of what is there; ``False`` if elements have to be copied."""
        x = node.inputs[0]
        if x in self._numbers:
            return False
        if x in self._arrays:
            seen = view_of(node, self._arrays[x])
            if seen is not None and node.output not in self._given_away:
                self._set(node.output, seen)
                return True
            if seen is None and node.output not in self._given_away:  # as it lies, there are gaps
                there = np.empty(node.output.spec.numbers, node.output.dtype)
                self.bytes += there.nbytes
                self._set(node.output, there)
                self.copy(self._arrays[x], there.reshape(x.spec.numbers))
                return True
        text = VIEWS[node.primitive.name](node).format(x=self._shown(x))
        self._made(node, text)
        return True

    def _write_into(self, node: Node) -> None:
        """Calls that write into the array that is there for the result."""
        out = self._arrays[node.output]
        turned = [x for x in node.inputs if x not in self._arrays and _is_turned(x)]
        self.passing[node] = sum(size_of(x.spec) for x in turned)  # they may have to be copied
        self.write_calls(node, out, [self._arrays.get(x, x) for x in node.inputs])

    def write_calls(self, node: Node, out: np.ndarray, inputs: list) -> None:
        """The calls of a node; inputs are arrays that are there, or values that come."""
        name = node.primitive.name
        given = [self._names.of(x) if isinstance(x, Value) else x for x in inputs]
        if name in UFUNCS:
            function = UFUNCS[name].__name__
            if name in ("maximum", "minimum"):
                given = [
                    self._field(x, out, there) for x, there in zip(node.inputs, given, strict=True)
                ]
            if len(given) != 2 or not call_by_rows(self, node, function, out, given):
                self.call(function, *given, out=out)
        else:
            KERNELS[name](self, node, out, *given, **node.settings)

    def _field(self, x: Value, out: np.ndarray, given: Any) -> Any:
        """A limit as a field of it, with which numbers are compared four times as fast."""
        number = self.graph.constants.get(x)
        if number is None or number.shape != () or out.size < _LARGE:
            return given
        return self.filled(float(number), long_enough(out.shape), out.dtype)

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
        what = self._arrays, self._read, self._names, self.globals
        loop = StepLoop(node, *what, self.compiled.functions)
        self.functions += loop.lines
        self.bytes += loop.bytes
        self.passing[node] = loop.passing
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
        if x in self._opened or (x in self._numbers and x not in self._arrays):
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

    def copied(self, x: Value) -> np.ndarray:
        """What comes when the plan runs, in an array that is there before."""
        name = self._names.of(x)
        if name not in self._copies:
            self._copies[name] = array = np.empty(x.spec.numbers, x.dtype)
            self._name(array, f"{name}_copied")
            self.copy(name, array)
        return self._copies[name]

    def start(self, node: Node) -> None:
        """What is written from here on belongs to this node."""
        self.node = node
        self._counts = {}
        self._rooms.begin()

    def is_mask(self, node: Node) -> bool:
        """Whether truth values become numbers only to be multiplied."""
        return self._layout.is_mask(node)

    @property
    def values(self) -> dict[str, Value]:
        """What comes when the plan runs, by its name."""
        values = [y for node in self.nodes for y in node.outputs]
        return {self._names.of(x): x for x in (*self._given, *values) if x not in self._arrays}

    def is_number(self, x: Value) -> bool:
        """Whether a value is a single number, computed by Python's operators."""
        return x in self._numbers

    def there(self, x: Value) -> Any:
        """What stands for a value: an array that is there, or the name of what comes."""
        if x.spec.sizes == () and (x in self.constants or x in self._numbers):
            return self._number(x)
        return self._arrays.get(x, self._names.of(x))

    def number_text(self, x: Value, there: Any) -> str:
        """A single number as one of numpy's numbers."""
        if isinstance(there, np.ndarray):
            return f"{self.text(there)}.item()"
        return there

    def array_of(self, x: Value) -> np.ndarray | None:
        """The array in which a value lies after every run, if there is one."""
        return self._arrays.get(x)

    def name_of(self, x: Value) -> str:
        """The name of a value."""
        return self._names.of(x)

    def _set(self, x: Value, array: np.ndarray) -> None:
        """An array is there for a value before the plan runs."""
        self._arrays[x] = array
        self._kept.append(array)
        self._named[id(array)] = name = self._names.of(x)
        self.globals[name] = array

    def _shown(self, x: Value) -> str:
        return self.text(self._arrays[x]) if x in self._arrays else self._names.of(x)


def _is_turned(x: Value) -> bool:
    """Whether the last axis of what comes when the plan runs is another than in memory."""
    return x.node is not None and x.node.primitive.name == "transpose"
