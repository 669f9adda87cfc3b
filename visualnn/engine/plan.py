"""A graph made ready to run: for each set of input shapes, one program."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine import (  # noqa: F401 - they fill IDENTITIES
    clipping_rules,
    gaussian_rules,
    loops,
    pool_rules,
    products,
    turning_rules,
)
from visualnn.engine.accelerator import Pace, compiles_at_once, is_accelerated
from visualnn.engine.batch_loop import BatchLoop, can_run_now
from visualnn.engine.flat_update import Row
from visualnn.engine.needs import Memory, require
from visualnn.engine.passes import is_exact, leaving_out, uses
from visualnn.engine.program import Program
from visualnn.engine.sharding import NotShardedError
from visualnn.engine.threads import ShardedProgram, num_threads
from visualnn.engine.watching import watchers
from visualnn.graph.graph import Graph, Value
from visualnn.spec import ShapeError, Spec
from visualnn.variable import step_boundary

_MOST_PROGRAMS = 16
_MOST_BYTES = 1 << 20  # beyond, results do not stay in the second cache
_SHORT_RUNS = 1024
"""numpy copies what does not lie in one piece through a buffer, unless runs are longer than it: a
short buffer leaves the rows of images alone, which makes operations on them twice as fast."""


class Plan:
    """Runs the part of a graph that is needed for its outputs and its variables.

    A call computes everything from the values that the variables have when it begins, and then
    writes the new values of all variables at once: nobody ever sees half a training step, and
    the arrays that come out belong to the caller.

    Args:
        graph: The graph; what is added to it later does not count.
        outputs: The values to compute, by default the outputs of the graph.
        engine: ``"plan"``, or ``"reference"`` to run the primitives one by one.
        without: The names of passes to leave out, see ``visualnn.engine.passes``.
    """

    def __init__(
        self,
        graph: Graph,
        outputs: Sequence[Value] | None = None,
        engine: str = "plan",
        without: Sequence[str] = (),
    ):
        self.engine = engine
        self._without = without
        self.graph = graph
        self.outputs = list(graph.outputs if outputs is None else outputs)
        self._updates = dict(graph.updates)
        self._inputs = list(graph.inputs)
        self._dtypes = [None if x.dtype == "string" else np.dtype(x.dtype) for x in self._inputs]
        self._programs: dict[Any, Program | ShardedProgram] = {}
        self._rows: dict[Any, Row] = {}
        self._last: tuple[Any, Any] = ((), None)
        self._running = threading.Lock()
        self._pace = Pace()

    def __call__(self, *inputs: Any) -> list[np.ndarray]:
        arrays = self._arrays(inputs)
        if watchers:
            for watcher in tuple(watchers):
                watcher(self, arrays)
        if self.engine == "reference" or not all(x.size for x in arrays):
            return self._by_primitives(arrays)  # also of no examples: there is nothing to plan
        alone = self._running.acquire(blocking=False)
        try:  # two threads must not write into the same memory
            program = self._program(arrays) if alone else self._new_program(arrays)
            with np.errstate(all="ignore"):  # infinities and NaN are results, not warnings
                before = np.setbufsize(_SHORT_RUNS) if program.bytes > _MOST_BYTES else None
                begun = time.perf_counter()
                try:
                    return program(arrays)
                finally:
                    self._pace.ran(time.perf_counter() - begun, program)
                    if before is not None:
                        np.setbufsize(before)
        finally:
            if alone:
                self._running.release()

    def most_steps(self, *inputs: Any) -> int:
        """How many batches like this one :meth:`steps` should run for in one call.

        It is one where steps are long or in several threads, or where somebody wants to see each:
        then it is as good to call the plan for each.
        """
        if self.engine == "reference" or watchers or not can_run_now():
            return 1
        program = self._program(self._arrays(inputs))
        return self._loop(program).most if isinstance(program, Program) else 1

    def steps(self, *stacks: np.ndarray) -> list[np.ndarray]:
        """Run for several batches, one after the other.

        Args:
            *stacks: Each input of all batches, along a new first axis.

        Returns:
            What comes out for the last of them.
        """
        program = self._program([x[0] for x in stacks])
        assert isinstance(program, Program)
        with self._running, np.errstate(all="ignore"):
            begun = time.perf_counter()
            try:
                return self._loop(program)(stacks)
            finally:
                self._pace.ran(time.perf_counter() - begun, program)

    def _loop(self, program: Program) -> BatchLoop:
        if program.loop is None:
            program.loop = BatchLoop(program, self.graph.name)
        return program.loop

    def _by_primitives(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        """The meaning of the graph, which the programs compute faster."""
        self._specs(arrays)  # says what does not fit
        results = self.graph.evaluate([*self.outputs, *self._updates.values()], *arrays)
        with step_boundary:
            for variable, array in zip(self._updates, results[len(self.outputs) :], strict=True):
                variable.store(np.array(array))
        return [np.array(x) for x in results[: len(self.outputs)]]

    def profile(self, *inputs: Any) -> dict[str, float]:
        """The seconds that each operation takes, by its name.  No variable is changed."""
        arrays = self._arrays(inputs)
        program = self._in_one_thread(arrays)
        with np.errstate(all="ignore"), self._running:
            return program.profile(arrays)

    def specs(self, *inputs: Any) -> dict[str, list[Spec]]:
        """What each operation makes of inputs like these, all sizes known, by its name."""
        nodes = self._in_one_thread(self._arrays(inputs)).nodes
        return {node.name: [x.spec for x in node.outputs] for node in nodes}

    def memory(self, *specs: Spec) -> Memory:
        """How many bytes a run on inputs of these specs takes.  Nothing is run for that.

        Raises:
            NotEnoughMemory: When it is more than there is.
        """
        rows = dict(self._rows)
        with leaving_out(self._left_out()):
            program = self._sharded(specs, rows) or self._compiled(specs, rows)
        require(program.memory.total - program.memory.variables)
        return program.memory

    def source(self, *inputs: Any) -> str:
        """The Python function that runs for inputs like these, or for those that came first last.

        Of steps that run for one batch after the other, it is the loop.
        """
        if inputs or not self._programs:
            program = self._program(self._arrays(inputs))
        else:
            program = next(reversed(self._programs.values()))
        loop = getattr(program, "loop", None)
        return program.source if loop is None else loop.source

    def _arrays(self, inputs: Sequence[Any]) -> list[np.ndarray]:
        if len(inputs) != len(self._inputs):
            raise ValueError(
                f"{self.graph.name} takes {len(self._inputs)} inputs, but {len(inputs)} were given."
            )
        return [
            x if type(x) is np.ndarray and x.dtype == dtype else _plain(x, dtype)
            for x, dtype in zip(inputs, self._dtypes, strict=True)
        ]

    def _in_one_thread(self, arrays: list[np.ndarray]) -> Program:
        """The program that does what several threads do together."""
        program = self._program(arrays)
        if isinstance(program, Program):
            return program
        with leaving_out({*self._left_out(), "threads"}):
            return self._compiled(self._specs(arrays), self._rows)

    def _program(self, arrays: list[np.ndarray]) -> Program | ShardedProgram:
        left_out = self._left_out()
        key = (num_threads(), is_exact(), left_out, *(x.shape for x in arrays))
        program = self._programs.get(key)
        if program is None:
            if "compiled" not in left_out:  # then nobody needs the memory of the others any more
                others = [k for k in self._programs if "compiled" in k[2]]
                for other in others:
                    del self._programs[other]
            if len(self._programs) >= _MOST_PROGRAMS:
                self._programs.pop(next(iter(self._programs)))
            program = self._programs[key] = self._new_program(arrays)
        return program

    def _left_out(self) -> frozenset[str]:
        """The passes to leave out now: one of them waits until the plan has run for a while."""
        now = (self._pace.is_over or compiles_at_once()) and is_accelerated()
        return frozenset(self._without if now else (*self._without, "compiled"))

    def _new_program(self, arrays: list[np.ndarray]) -> Program | ShardedProgram:
        with leaving_out(self._left_out()):
            specs = self._specs(arrays)
            made = self._sharded(specs, self._rows) or self._compiled(specs, self._rows)
        needed = made.memory
        require(needed.kept + needed.passing + needed.results)  # of which nothing is used so far
        return made

    def _specs(self, arrays: list[np.ndarray]) -> list[Spec]:
        return [self._checked(x, a) for x, a in zip(self._inputs, arrays, strict=True)]

    def _compiled(self, specs: Sequence[Spec], rows: dict[Any, Row]) -> Program:
        return Program(self.graph, specs, self.outputs, self._updates, rows)

    def _sharded(self, specs: Sequence[Spec], rows: dict[Any, Row]) -> ShardedProgram | None:
        """A program for several threads, if that is worth while."""
        if num_threads() == 1 or not uses("threads"):
            return None
        try:
            return ShardedProgram(self.graph, specs, self.outputs, self._updates, rows)
        except NotShardedError:
            return None

    def _checked(self, x: Value, array: np.ndarray) -> Spec:
        sizes = x.shape
        fits = len(sizes) == array.ndim and all(
            size in (None, length) for size, length in zip(sizes, array.shape, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"{self.graph.name}: the input {x.name!r} is {x.spec}, "
                f"but an array of shape {array.shape} was given."
            )
        return Spec.of(array)


def _plain(x: Any, dtype: np.dtype | None) -> np.ndarray:
    return np.asarray(x, dtype).view(np.ndarray)
