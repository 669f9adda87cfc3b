"""One flat Python function for one graph and one set of shapes.

The function is written as source, one statement for each operation, and compiled.  It can be
read: ``print(plan.source())``.
"""

from __future__ import annotations

import keyword
import re
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine.reuse import UFUNCS, overwritten_inputs
from visualnn.engine.specialize import live_nodes, specialize
from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives.primitive import PRIMITIVES
from visualnn.spec import ShapeError, Spec


class Program:
    """A graph compiled for inputs of known shapes.

    Args:
        graph: The graph.
        specs: The specs of its inputs, then of its captured values, without unknown sizes.
        outputs: The values to compute.
    """

    def __init__(self, graph: Graph, specs: Sequence[Spec], outputs: Sequence[Value]):
        special = specialize(graph, specs, outputs)
        self.nodes = live_nodes(special)
        self.variables = list(special.variables)
        self.outputs = special.outputs
        read = {x for node in self.nodes for x in node.inputs} | set(self.outputs)
        names = _Names()
        self._given = [names.of(x) for x in special.inputs]
        self._held = [names.of(x) for x in special.variables.values()]
        constants = {names.of(x): a for x, a in special.constants.items() if x in read}
        self._constants = constants
        self._names = names
        self._constant_ids = set(map(id, constants.values()))
        self._globals: dict[str, Any] = dict(constants)
        self._local = {*self._given, *self._held}
        self._lines = self._write(read)
        self._returned = [names.of(x) for x in self.outputs]
        self.source = self._source(graph.name)
        code = compile(self.source, f"<plan of {graph.name}>", "exec")
        exec(code, self._globals)
        self._function = self._globals["run"]

    def __call__(self, arrays: Sequence[np.ndarray], held: Sequence[np.ndarray]) -> list:
        """Run: the inputs, and the arrays of ``variables``, to fresh arrays for the outputs."""
        try:
            results = self._function(*arrays, *held)
        except (ValueError, IndexError, TypeError) as problem:
            raise self._explained(problem) from problem
        return _owned(results, {*map(id, arrays), *map(id, held), *self._constant_ids})

    def profile(self, arrays: Sequence[np.ndarray], held: Sequence[np.ndarray]) -> dict[str, float]:
        """The seconds that each node takes, by its name."""
        memory = dict(zip([*self._given, *self._held], [*arrays, *held], strict=True))
        memory.update(self._constants)
        seconds = {}
        for node, _, calls in self._lines:
            function, settings = self._globals[calls[0]], calls[1]
            start = time.perf_counter()
            made = function(*(memory[self._names.of(x)] for x in node.inputs), **settings)
            seconds[node.name] = time.perf_counter() - start
            results = made if node.is_tuple else (made,)
            memory.update(zip(map(self._names.of, node.outputs), results, strict=True))
        return seconds

    # ------------------------------------------------------------------ writing

    def _write(self, read: set[Value]) -> list[tuple[Node, str, tuple[str, dict]]]:
        """A statement for each node, and which function it calls with which settings."""
        foreign = [x for x in self._names.known() if x.node is None]
        overwritten = overwritten_inputs(self.nodes, self.outputs, foreign)
        last_reader = {x: node for node in self.nodes for x in node.inputs}
        kept = {*self.outputs, *self._constants}
        lines = []
        for node in self.nodes:
            function, settings = self._callable(node, read)
            made = ", ".join(self._names.of(y) if y in read else "_" for y in node.outputs)
            given = [self._names.of(x) for x in node.inputs]
            given += [f"{key}={self._written(key, value)}" for key, value in settings.items()]
            if node in overwritten:
                given.append(f"out={given[overwritten[node]]}")
            statement = f"{made}{',' if node.is_tuple else ''} = {function}({', '.join(given)})"
            done = dict.fromkeys(
                self._names.of(x)
                for x in node.inputs
                if last_reader[x] is node and x not in kept and self._names.of(x) in self._local
            )
            if done:
                statement += f"; del {', '.join(done)}"
            self._local.update(self._names.of(y) for y in node.outputs if y in read)
            lines.append((node, statement, (function, settings)))
        return lines

    def _callable(self, node: Node, read: set[Value]) -> tuple[str, dict[str, Any]]:
        name = node.primitive.name
        self._globals[name] = UFUNCS.get(name, node.primitive.forward)
        settings = {
            key: Body(value) if isinstance(value, Graph) else value
            for key, value in node.settings.items()
        }
        if node.primitive.name == "scan":
            settings["wanted"] = tuple(y in read for y in node.outputs)
        return name, settings

    def _written(self, key: str, value: Any) -> str:
        """A setting in the source: as it is, if that can be read, else by a name."""
        if _is_literal(value):
            return repr(value)
        name = self._names.new(key)
        self._globals[name] = value
        return name

    def _source(self, name: str) -> str:
        lines = [f"def run({', '.join([*self._given, *self._held])}):"]
        lines.append(f'    """{name}: {len(self.nodes)} operations."""')
        place = None
        for node, statement, _ in self._lines:
            here = node.name.rpartition("/")[0]
            if here != place:
                lines.append(f"    # {here or name}")
                place = here
            lines.append(f"    {statement}")
        lines.append(f"    return [{', '.join(self._returned)}]")
        return "\n".join(lines) + "\n"

    def _explained(self, problem: Exception) -> Exception:
        """The same problem, with the operation in which it came up."""
        trail = problem.__traceback__
        while trail is not None and not trail.tb_frame.f_code.co_filename.startswith("<plan of"):
            trail = trail.tb_next
        if trail is None:
            return problem
        statement = self.source.splitlines()[trail.tb_lineno - 1].strip()
        for node, line, _ in self._lines:
            if line == statement:
                return ShapeError(f"{node.name}: {problem}")
        return problem


def _is_literal(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_literal, value))
    return (
        value is None
        or type(value) in (bool, int, str)
        or (type(value) is float and value == value and abs(value) != float("inf"))
    )


class Body:
    """The body of a loop or branch, compiled for the shapes it meets."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self._shapes: tuple | None = None
        self._program: Program | None = None

    @property
    def outputs(self) -> list[Value]:
        return self.graph.outputs

    def infer(self, *specs: Spec) -> list[Spec]:
        return self.graph.infer(*specs)

    def run(self, *arrays: np.ndarray) -> list[np.ndarray]:
        """Compute the outputs of the body."""
        shapes = tuple(x.shape for x in arrays)
        if shapes != self._shapes or self._program is None:
            specs = [Spec.of(x) for x in arrays]
            self._program = Program(self.graph, specs, self.graph.outputs)
            self._shapes = shapes
        return self._program(arrays, [v.stored() for v in self._program.variables])


def _owned(results: list, shared: set[int]) -> list[np.ndarray]:
    """The results as arrays that nobody else holds or looks into."""
    owned = []
    for x in results:
        if type(x) is not np.ndarray or x.base is not None or id(x) in shared:
            x = np.array(x)
        shared.add(id(x))
        owned.append(x)
    return owned


class _Names:
    """Short, readable and different Python names for values."""

    def __init__(self) -> None:
        self._of: dict[Value, str] = {}
        self._used: set[str] = {"run", "_", *PRIMITIVES}  # a value must not hide a function
        self._counts: dict[str, int] = {}

    def of(self, value: Value) -> str:
        if value not in self._of:
            self._of[value] = self.new(value.name)
        return self._of[value]

    def known(self) -> list[Value]:
        """The values that have a name."""
        return list(self._of)

    def new(self, name: str) -> str:
        parts = [part for part in name.split("/") if part != "gradients"]
        short = _identifier("_".join(parts[-2:]))
        unique, count = short, self._counts.get(short, 1)
        while unique in self._used:
            count += 1
            unique = f"{short}_{count}"
        self._counts[short] = count
        self._used.add(unique)
        return unique


def _identifier(text: str) -> str:
    text = re.sub(r"\W", "_", text)
    return f"{text}_" if keyword.iskeyword(text) or not text or text[0].isdigit() else text
