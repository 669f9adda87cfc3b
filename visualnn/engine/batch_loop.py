"""A plan that runs for one batch after the other in one call.

Between two short steps, more time would go into calling and returning than into the steps.  Here
the loop over the batches is part of the function: weights lie where they are from step to step and
are written over, single numbers go from one turn to the next as they are.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from visualnn.engine.calls import Line
from visualnn.engine.program import Program, explained, statements
from visualnn.engine.threads import work_of
from visualnn.graph.graph import Node
from visualnn.variable import current_arrays, replaced_values, step_boundary

_SECONDS = 0.03  # a call takes about so long, and readers of the variables wait for it
_CALL, _WORK = 1e-6, 3e-11  # seconds for a statement, and for a multiplication
_SHORTEST = 8  # steps: longer ones gain nothing


class BatchLoop:
    """The steps of a program, one after the other.

    Variables are written in every step, and others wait with reading them until the call is over:
    they find what whole steps have left.

    Args:
        program: The program of one step.
        name: What it is called.

    Attributes:
        most: How many steps a call should take, so that it is over soon; one, if they are long.
        source: The function that runs.
    """

    def __init__(self, program: Program, name: str):
        self._program = program
        self.source, writer = program.source, program.writer
        self._count = len(writer.returned) - len(program.updated)
        wanted = program.wanted
        self._results, self._states = wanted[: self._count], wanted[self._count :]
        self._names = {v: writer.name_of(x) for v, x in program.held.items()}
        seconds = len(writer.lines) * _CALL + work_of(program.nodes) * _WORK
        self.most = max(1, int(_SECONDS / seconds))
        if self.most < _SHORTEST:
            self.most = 1
            return
        rows = writer.row_arguments
        self._next = dict(zip(rows[len(program.rows) :], rows, strict=False))
        self._aside = {
            new: np.empty(row.size, row.dtype)
            for new, row, may in zip(self._next, program.rows, program.may_overwrite, strict=True)
            if not may
        }
        self._line_of: dict[int, Line] = {}
        self.source = self._source(name)
        there = {**writer.globals, **self._aside}
        exec(compile(self.source, f"<plan of {name}, batch by batch>", "exec"), there)
        self._run = there["steps"]

    def __call__(self, stacks: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Run for the batches of a stack, one after the other.

        Args:
            stacks: The inputs of all steps, along a new first axis.

        Returns:
            What came out of the last step.
        """
        program = self._program
        with step_boundary:
            rows = [row.own() for row in program.rows]
            begin = current_arrays(program.updated)
            now: list[Any] = list(begin)
            try:
                held = current_arrays(program.variables)
                results = self._run(zip(*stacks, strict=True), now, *held, *rows)
            except (ValueError, IndexError, TypeError) as problem:
                raise explained(problem, self._line_of) from problem
            finally:  # also after a problem: those of the steps before it
                for variable, before, after in zip(program.updated, begin, now, strict=True):
                    if after is not before:
                        variable.store(_owned(after))
        return [_owned(x) for x in results]

    # ------------------------------------------------------------------ source

    def _source(self, name: str) -> str:
        program, writer = self._program, self._program.writer
        inputs, held = writer.arguments[: program.inputs], writer.arguments[program.inputs :]
        later = self._later()
        once = [x for x in writer.lines if x.node not in program.inside and x.node in later]
        each = [x for x in writer.lines if x.node not in program.inside and x.node not in later]
        update = [self._in_place(x) for x in writer.lines if x.node in program.inside]
        lines = [*writer.functions]
        rows = writer.row_arguments[: len(program.rows)]
        lines.append(f"def steps({', '.join(['batches', 'now', *held, *rows])}):")
        lines.append(f'    """{name}: {len(program.nodes)} operations, batch after batch."""')
        opened = [(name in inputs, f"{name} = {name}[()]") for name in writer.opened]
        lines += [f"    {text}" for comes_each_time, text in opened if not comes_each_time]
        lines.append(f"    for {', '.join(inputs)}{',' if len(inputs) == 1 else ''} in batches:")
        lines += [
            f"        {number} = {number}[()]" for number in writer.opened if number in inputs
        ]
        self._write(lines, each, name, 2)
        results = self._write_results(lines)
        kept = self._write_states(lines)
        self._write(lines, update, name, 2)
        self._write_end(lines, kept)
        self._write(lines, once, name, 1)
        lines.append(f"    return [{', '.join(results)}]")
        return "\n".join(lines) + "\n"

    def _in_place(self, line: Line) -> Line:
        """A statement that writes over the weights themselves."""
        text = line.text
        for new, old in self._next.items():
            if new not in self._aside:
                text = re.sub(rf"\b{new}\b", old, text)
        return replace(line, text=text)

    def _write(self, lines: list[str], written: list[Line], name: str, depth: int) -> None:
        for text, line in statements(written, name):
            lines.append("    " * depth + text)
            if line is not None:
                self._line_of[len(lines)] = line

    def _write_results(self, lines: list[str]) -> list[str]:
        """Write what comes out: numbers as they are, arrays before weights are written over."""
        names = []
        for x, text in zip(self._results, self._program.writer.returned, strict=False):
            if not self._program.writer.is_number(x):
                name = self._program.writer.new_name(f"{x.name}_result")
                lines.append(f"        {name} = {_copy_of(text)}")
                text = name
            names.append(text)
        return names

    def _write_states(self, lines: list[str]) -> list[str]:
        """Write what variables become: numbers as they are, and arrays in memory of their own."""
        writer, kept = self._program.writer, []
        texts = writer.returned[self._count :]
        for variable, x, text in zip(self._program.updated, self._states, texts, strict=True):
            is_opened = self._names.get(variable) in writer.opened
            if not writer.is_number(x):
                name = writer.new_name(f"{variable.name}_next")
                lines.append(f"        {name} = {_copy_of(text)}{'[()]' if is_opened else ''}")
                text = name
            elif not is_opened and variable in self._names:
                writer.globals["asarray"] = np.asarray
                text = f"asarray({text})"
            kept.append(text)
        return kept

    def _write_end(self, lines: list[str], kept: list[str]) -> None:
        """Write what the next step begins with."""
        lines += [f"        copyto({self._next[new]}, {new})" for new in self._aside]
        if kept:
            comma = "," if len(kept) == 1 else ""
            names = [self._names.get(v, "_") for v in self._program.updated]
            lines.append("        # what the next step begins with")
            begin = f"{', '.join(names)}{comma} = "
            begin = begin if any(name != "_" for name in names) else ""
            lines.append(f"        {begin}now[:] = {', '.join(kept)}{comma}")

    def _later(self) -> set[Node]:
        """The nodes that no step waits for: what they make in the last one is all that counts."""
        program, writer = self._program, self._program.writer
        needed = set(self._states)
        for node in reversed(program.nodes):
            if node in program.inside or not needed.isdisjoint(node.outputs):
                needed.update(node.inputs)
        changing = {program.held[v] for v in program.updated if v in program.held}
        return {
            node
            for node in program.nodes
            if needed.isdisjoint(node.outputs)
            and writer.is_number(node.output)
            and changing.isdisjoint(node.inputs)
        }


def give_way() -> None:
    """Let threads in that wait for reading variables, if there are any."""
    global _since
    now = time.monotonic()
    if now - _since > _SECONDS and threading.active_count() > 1:
        time.sleep(1e-4)  # a lock that is taken again at once would never be theirs
        _since = time.monotonic()


_since = 0.0


def can_run_now() -> bool:
    """Whether variables have their own values here."""
    return replaced_values.get() is None


def _copy_of(text: str) -> str:
    return text if text.endswith(".copy()") else f"{text}.copy()"


def _owned(x: Any) -> np.ndarray:
    """A result as an array that looks into no other one."""
    return x if type(x) is np.ndarray and x.base is None else np.array(x)
