"""Writing compiled loops into a plan: where a run of operations begins, one call stands for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np

from visualnn.engine.accelerator import Kernels
from visualnn.engine.compiled_runs import Run, Runs, in_order, loop_of_update
from visualnn.engine.flat_update import FlatUpdate
from visualnn.engine.passes import uses
from visualnn.graph.graph import Node, Value


class Source(Protocol):
    """A function that is compiled.

    Attributes:
        name: What it is called in its source.
        source: The source.
        shown: The source as it is shown.
        signature: The dtypes of its arguments.
        calls: The sources of the functions that it calls.
    """

    name: str
    source: str
    shown: str
    signature: str
    calls: list[str]


class CompiledFunctions:
    """The compiled functions of a plan, each of which is there once.

    Args:
        writer: The writer of the plan.
    """

    def __init__(self, writer: Any):
        self._writer = writer
        self._kernels = Kernels()
        self._names: dict[tuple[str, str], str] = {}
        self._shown: set[str] = set()

    def name_of(self, function: Source) -> str:
        """What a function is called in the plan, to which it is added if it is not there."""
        key = function.source, function.signature
        if key not in self._names:
            self._names[key] = name = self._writer.new_name(function.name)
            self._writer.globals["compiled"] = self._kernels
            self._kernels.add(name, function.source, function.signature, function.calls)
            shown = function.shown.replace(f"def {function.name}(", f"def {name}(", 1)
            self._show([*function.calls, f'@compiled("{function.signature}")\n{shown}'])
        return self._names[key]

    def _show(self, texts: Iterable[str]) -> None:
        for text in texts:
            if text not in self._shown:
                self._shown.add(text)
                self._writer.functions += [*text.split("\n"), ""]


class CompiledWriter:
    """Writes the compiled loops of a plan.

    Args:
        writer: The writer of the plan, or of a loop over steps.
        runs: Finds what goes together.
        functions: The compiled functions of the plan.

    Attributes:
        functions: The same.
    """

    def __init__(self, writer: Any, runs: Runs, functions: CompiledFunctions):
        self._writer, self._runs, self.functions = writer, runs, functions

    def run_from(self, node: Node, nodes: Iterable[Node]) -> list[Node]:
        """Write the run that begins with a node, if there is one.

        Returns:
            The nodes that are written with it.
        """
        run = self._runs.run_from(node, nodes)
        if run is None:
            return []
        self.write(run, self._writer.there)
        return run.nodes

    def write(self, run: Run, there: Callable[[Value], Any]) -> None:
        """Write the call of a loop, and what comes before it.

        Args:
            run: The operations.
            there: Tells what stands for a value: an array, or the name of what comes.
        """
        writer, texts = self._writer, []
        for x in run.loop.parameters:
            array = run.given.spread[x] if x in run.given.spread else there(x)
            if x in run.given.numbers:
                texts.append(writer.number_text(x, array))
                continue
            if x in run.given.rows:
                shape = (x.spec.numbers[-1],)
            else:
                array = in_order(array)
                shape = (-1,)
            plain = isinstance(array, np.ndarray) and array.ndim == 1
            texts.append(writer.text(array) if plain else writer.view(array, "reshape", shape))
            if x in run.given.totals:
                writer.once(f"{texts[-1]}[...] = 0")
        writer.line(f"{self.functions.name_of(run.loop)}({', '.join(texts)})")

    def update_from(self, node: Node, update: FlatUpdate) -> list[Node]:
        """Write the update of whole rows that begins with a node, if it can be one loop.

        Returns:
            The nodes that are written with it.
        """
        if node is not update.nodes[0] or not uses("compiled"):
            return []
        writer = self._writer
        loop = loop_of_update(update, writer.is_number, writer.constants)
        if loop is None:
            return []
        update.is_one_loop = True
        writer.globals["copy_unless_there"] = copy_unless_there
        for old, new in zip(update.old, update.new, strict=True):
            writer.line(f"copy_unless_there({writer.name_of(old)}, {writer.name_of(new)})")
        texts = [
            writer.text(array) if isinstance(array, np.ndarray) else array
            for array in map(writer.there, loop.parameters)
        ]
        writer.line(f"{self.functions.name_of(loop)}({', '.join(texts)})")
        return update.nodes

    def call(self, function: Source, *inputs: Any) -> None:
        """Write the call of a compiled function; inputs are arrays that are there, or names."""
        texts = ", ".join(map(self._writer.text, inputs))
        self._writer.line(f"{self.functions.name_of(function)}({texts})")


def readers_of(nodes: Iterable[Node], wanted: Iterable[Value]) -> Counter[Value]:
    """How many inputs and results each value is."""
    readers = Counter(x for node in nodes for x in node.inputs)
    readers.update(wanted)
    return readers


def copy_unless_there(old: np.ndarray, new: np.ndarray) -> None:
    """Copy what is to be written over, unless it lies there."""
    if new is not old:
        np.copyto(new, old)
