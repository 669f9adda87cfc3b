"""One flat Python function for one graph and one set of shapes.

The function is written as source, one statement a line, over arrays that are there before it runs,
and compiled.  It can be read: ``print(plan.source())``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from visualnn.engine.accelerator import NotCompiledError, gave_up
from visualnn.engine.flat_update import FlatUpdate, Row, flatten_updates
from visualnn.engine.memory import Workbench
from visualnn.engine.needs import Memory, kept_bytes, most_at_once, size_of
from visualnn.engine.passes import leaving_out, left_out
from visualnn.engine.short_calls import shorten
from visualnn.engine.specialize import live_nodes, specialize
from visualnn.engine.stages import staged
from visualnn.engine.writer import Line, Writer
from visualnn.graph.graph import Graph, Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import ShapeError, Spec
from visualnn.variable import Variable, current_arrays, step_boundary


class Program:
    """A graph compiled for inputs of known shapes.

    Args:
        graph: The graph.
        specs: The specs of its inputs, then of its captured values, without unknown sizes.
        outputs: The values to compute.
        updates: The new value of each variable that is assigned.
        rows: The rows of variables that lie together already; new ones are added.
        bench: Where there is memory to work in, for a program whose results may be written over by
            its next run; by default, it has memory of its own, and gives its results away.
        there: The inputs that are the same array in every run, by their number.
    """

    def __init__(
        self,
        graph: Graph,
        specs: Sequence[Spec],
        outputs: Sequence[Value],
        updates: dict[Variable, Value] | None = None,
        rows: dict[Any, Row] | None = None,
        bench: Workbench | None = None,
        there: Mapping[int, np.ndarray] | None = None,
    ):
        updates = updates or {}
        special = specialize(graph, specs, [*outputs, *updates.values()])
        known = dict(zip(updates, special.outputs[len(outputs) :], strict=True))
        flat = [] if rows is None else flatten_updates(special, known, rows)
        self.updated = list(known)
        self.rows = [row for update in flat for row in update.rows]
        wanted = [*special.outputs[: len(outputs)], *known.values()]
        special.outputs = [*wanted, *(x for update in flat for x in update.new)]
        ordered, stages = staged(live_nodes(special), set(wanted), bench is not None)
        self.nodes = _last_together(ordered, flat)
        read = {x for node in self.nodes for x in node.inputs} | set(wanted)
        held = [(v, x) for v, x in special.variables.items() if x in read]
        self.variables, self.held = [v for v, _ in held], dict(held)
        fixed = {special.inputs[i]: array for i, array in (there or {}).items()}
        what = special, self.nodes, wanted, [x for _, x in held], flat, stages, bench, fixed
        try:
            writer = Writer(*what)
        except NotCompiledError as problem:
            gave_up(problem)
            with leaving_out({*left_out(), "compiled"}):
                writer = Writer(*what)
        self.loop: Any = None  # over batches, once there is one
        shorten(writer.lines, writer.globals, writer.values)
        self.writer, self.wanted, self.inputs = writer, wanted, len(special.inputs)
        self._arguments, self._returned = writer.arguments, writer.returned
        self._row_arguments, self._passed_on = writer.row_arguments, writer.passed_on
        self.may_overwrite = [u.can_overwrite(i) for u in flat for i in range(len(u.rows))]
        self.inside = {node for update in flat for node in update.nodes}
        self._globals = writer.globals
        self.bytes = writer.bytes
        self.keeps = [*writer.globals.values(), *special.constants.values()]
        self.memory = Memory(
            variables=sum(size_of(v.storage) for v in graph.variables),
            inputs=sum(map(size_of, specs)),
            kept=kept_bytes(self.keeps),
            passing=most_at_once(self.nodes, writer.made, wanted, writer.passing),
            results=sum(size_of(x.spec) for x in wanted),
        )
        self._functions = writer.functions
        self.source = self._source(graph.name)
        self._run, self._update = self._compiled(self.source, f"<plan of {graph.name}>")

    def __call__(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Run, for inputs, and give the variables their new values: all at once.

        Returns:
            Arrays for the outputs, which belong to the caller.
        """
        # only what writes over variables itself may look at them without saying so
        held = current_arrays(self.variables) if self.rows else [v.stored() for v in self.variables]
        given = [*arrays, *held]
        try:
            results, passed_on = self._run(*given)
        except (ValueError, IndexError, TypeError) as problem:
            raise explained(problem, self._line_of) from problem
        results = _owned(results, given)
        if not self.updated and not self.rows:
            return results
        count = len(results) - len(self.updated)
        with step_boundary:
            if self.rows:
                old = [row.array() for row in self.rows]
                new = [
                    row.target(x) if may else np.empty_like(x)
                    for row, x, may in zip(self.rows, old, self.may_overwrite, strict=True)
                ]
                self._update(*old, *new, *passed_on)
                for row, array in zip(self.rows, new, strict=True):
                    row.keep(array)
            for variable, array in zip(self.updated, results[count:], strict=True):
                variable.store(array)
        return results[:count]

    @property
    def lent(self) -> list[np.ndarray]:
        """The results that lie in the same array after every run."""
        found = [self.writer.array_of(x) for x in self.wanted]
        return [array for array in found if array is not None]

    def blank(self) -> list[np.ndarray]:
        """Arrays like the results, without a run; what lies in one array in every run is that."""
        found = [self.writer.array_of(x) for x in self.wanted]
        return [
            np.empty(x.spec.numbers, numpy_dtype(x.dtype)) if array is None else array
            for x, array in zip(self.wanted, found, strict=True)
        ]

    def lend(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Run, for inputs; the results are good until the next run, and no variable is changed."""
        return self._run(*arrays, *current_arrays(self.variables))[0]

    def profile(self, arrays: Sequence[np.ndarray]) -> dict[str, float]:
        """The seconds that each node takes, by its name.  No variable is changed."""
        seconds = dict.fromkeys((node.name for node in self.nodes), 0.0)
        names = list(seconds)
        numbers = {node.name: i for i, node in enumerate(self.nodes)}
        spent = [0.0] * len(names)
        begun = [0.0]

        def passed(i: int) -> None:
            now = time.perf_counter()
            spent[i] += now - begun[0]
            begun[0] = time.perf_counter()

        self._globals["passed"] = passed
        source = self._source("profile", lambda line: _passed(line.text, numbers[line.node.name]))
        run, update = self._compiled(source, "<profile>")
        held = [v.stored() for v in self.variables]
        rows = [row.array() for row in self.rows]
        begun[0] = time.perf_counter()
        _, passed_on = run(*arrays, *held)
        if rows:
            update(*rows, *(np.empty_like(row) for row in rows), *passed_on)
        return dict(zip(names, spent, strict=True))

    def _compiled(self, source: str, file: str) -> tuple[Any, Any]:
        exec(compile(source, file, "exec"), self._globals)
        return self._globals["run"], self._globals.get("update")

    def _source(self, name: str, after: Any = lambda line: "") -> str:
        self._line_of: dict[int, Line] = {}
        lines = [*self._functions, f"def run({', '.join(self._arguments)}):"]
        lines.append(f'    """{name}: {len(self.nodes)} operations."""')
        lines += [f"    {number} = {number}[()]" for number in self.writer.opened]
        self._statements(
            lines, [x for x in self.writer.lines if x.node not in self.inside], name, after
        )
        passed = f"({', '.join(self._passed_on)}{',' if len(self._passed_on) == 1 else ''})"
        lines.append(f"    return [{', '.join(self._returned)}], {passed}")
        if self.rows:
            lines += ["", f"def update({', '.join([*self._row_arguments, *self._passed_on])}):"]
            lines.append('    """What is done alike to all weights."""')
            inside = [x for x in self.writer.lines if x.node in self.inside]
            self._statements(lines, inside, name, after)
        return "\n".join(lines) + "\n"

    def _statements(self, lines: list[str], written: list[Line], name: str, after: Any) -> None:
        for text, line in statements(written, name):
            done = f"; del {', '.join(line.done)}" if line and line.done else ""
            lines.append(f"    {text}{done}{after(line) if line else ''}")
            if line:
                self._line_of[len(lines)] = line


def statements(written: list[Line], name: str) -> Iterator[tuple[str, Line | None]]:
    """The statements of a plan, with the scopes that they come from as comments.

    Args:
        written: The statements.
        name: What scope those have that are in none.
    """
    place, head = None, None
    for line in written:
        here = line.node.name.rpartition("/")[0] or name
        if line.head != head:
            head = line.head
            yield from ((part, None) for part in (head or "").splitlines())
        indent = "    " if head else ""
        if here != place:
            yield f"{indent}# {here}", None
            place = here
        yield f"{indent}{line.text}", line


def explained(problem: Exception, line_of: dict[int, Line]) -> Exception:
    """The same problem, with the operation in which it came up.

    Args:
        problem: The problem.
        line_of: The statements by their numbers in the source of the plan.
    """
    trail = problem.__traceback__
    while trail is not None and not trail.tb_frame.f_code.co_filename.startswith("<plan of"):
        trail = trail.tb_next
    line = trail and line_of.get(trail.tb_lineno)
    return ShapeError(f"{line.node.name}: {problem}") if line else problem


def _last_together(nodes: list, flat: list[FlatUpdate]) -> list:
    """The nodes with those of each update of rows side by side at the end."""
    alive = set(nodes)
    parts = [[node for node in update.nodes if node in alive] for update in flat]
    for update, part in zip(flat, parts, strict=True):
        update.nodes = part
    inside = {node for part in parts for node in part}
    return [*(node for node in nodes if node not in inside), *(n for part in parts for n in part)]


def _passed(text: str, number: int) -> str:
    return "" if text.endswith(":") else f"; passed({number})"


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
        return self._program(arrays)


def _owned(results: list, given: Iterable[np.ndarray]) -> list[np.ndarray]:
    """The results as arrays that nobody else holds or looks into."""
    shared = set(map(id, given))
    owned = []
    for x in results:
        if type(x) is not np.ndarray or x.base is not None or id(x) in shared:
            x = np.array(x)
        shared.add(id(x))
        owned.append(x)
    return owned
