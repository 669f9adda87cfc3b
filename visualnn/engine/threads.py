"""Running a plan in several threads, each on a part of the examples.

numpy computes outside Python's lock, so threads of Python run side by side; the linear-algebra
library is held at one thread meanwhile.  Each thread has its own memory and its own gradients,
which are added up in a fixed order: with the same number of threads the same numbers come out.
"""

from __future__ import annotations

import contextvars
import itertools
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from visualnn.engine.flat_update import Row
from visualnn.engine.memory import Workbench
from visualnn.engine.needs import Memory, kept_bytes, size_of
from visualnn.engine.passes import leaving_out, left_out
from visualnn.engine.program import Program
from visualnn.engine.sharding import SHARE, NotShardedError, Part, Partition
from visualnn.engine.sharding_rules import WHOLE
from visualnn.engine.specialize import live_nodes, specialize
from visualnn.graph.graph import Graph, Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import Spec
from visualnn.variable import Variable

_WORTH_A_THREAD = 15_000_000
"""So many multiplications and results take about half a millisecond: less is quicker together."""

_WORTH_A_CUT = 20
"""As much as for so many threads has to be done between two sums over all examples, where threads
wait for each other and find in memory what would have been in the cache."""


def _found_processors() -> int:
    """How many processors this process may use; a page in a browser has no threads of Python."""
    if sys.platform == "emscripten":
        return 1
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


_processors = _found_processors()
_threads: int | None = None
_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    """Let a process that was forked make threads of its own: those of its parent are not there."""
    global _pool
    _pool = None


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing is forked
    os.register_at_fork(after_in_child=_forget_pool)


def set_num_threads(count: int | None) -> None:
    """Let training, evaluation and prediction use so many threads.

    With another number of threads sums are rounded otherwise; with the same number, results repeat
    bit for bit.  Short steps run in one thread whatever it says.

    Args:
        count: How many; ``None`` for one for each processor that this process may use.

    Raises:
        ValueError: When it is less than one.
    """
    global _threads
    if count is not None and (not isinstance(count, int) or count < 1):
        raise ValueError(f"The number of threads is 1 or more, or None, not {count!r}.")
    _threads = count


def num_threads() -> int:
    """How many threads long steps are run in."""
    return _processors if _threads is None else _threads


def side_by_side(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of all tasks; the first runs in this thread, the others in threads beside it.

    All have ended when it returns, also after a problem or an interrupt.
    """
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(max_workers=64, thread_name_prefix="visualnn")
    context = contextvars.copy_context
    others: list[Future] = [_pool.submit(context().run, task) for task in tasks[1:]]
    try:
        first = tasks[0]()
    finally:
        wait(others)
    return [first, *(future.result() for future in others)]


class ShardedProgram:
    """A graph for inputs of known shapes, run by several threads.

    It is called like a :class:`visualnn.engine.program.Program`.

    Raises:
        NotShardedError: When it cannot be, or is not worth while.
    """

    def __init__(
        self,
        graph: Graph,
        specs: Sequence[Spec],
        outputs: Sequence[Value],
        updates: dict[Variable, Value],
        rows: dict[Any, Row],
    ):
        threads, work = _useful_threads(graph, specs, outputs, updates)
        examples = _examples(graph, specs)
        counts = set(examples.values())
        if threads == 1 or len(counts) != 1 or max(counts) < threads:
            raise NotShardedError
        [self._count] = counts
        self._inputs = list(graph.inputs)
        self._rows = rows
        partition = Partition(graph, examples, outputs, updates, threads)
        self._threads = threads
        self._segments, self._joints = partition.segments, partition.joints
        if len(self._segments) > 1 and work < len(self._segments) * _WORTH_A_CUT * _WORTH_A_THREAD:
            raise NotShardedError
        ends = [self._count * t // threads for t in range(threads + 1)]
        self._bounds = list(itertools.pairwise(ends))
        self._programs: dict[Any, Program] = {}
        self._fixed: dict[int, np.ndarray] = {}  # what lies in the same array in every run
        self._cut: dict[Any, np.ndarray] = {}
        self._benches = [Workbench() for _ in range(threads)]
        self._bench_of_joints = Workbench()
        self._without = left_out()
        self.memory = self._prepared(specs, sum(size_of(v.storage) for v in graph.variables))

    def _prepared(self, specs: Sequence[Spec], variables: int) -> Memory:
        """Compile all parts, in the order in which they run; how much memory they take together."""
        whole = {
            x: np.empty(spec.numbers, numpy_dtype(spec.dtype))
            for x, spec in zip(self._inputs, specs, strict=True)
        }
        made: list[dict[Value, np.ndarray]] = [{} for _ in self._bounds]
        keeps: list[object] = []
        passing = results = 0
        for k, joint in enumerate(self._joints):
            at_once = 0
            for t in range(self._threads if k else 0):
                part = self._segments[k - 1]
                program = self._program(k, t, part, self._inputs_of(part, t, whole, made[t]))
                blank = program.blank()
                made[t].update(zip(part.gives, blank, strict=True))
                keeps += [program.keeps, blank]
                at_once += program.memory.passing
            if joint.graph.outputs or joint.graph.updates:
                program = self._program(k, None, joint, self._given(joint, whole, made))
                keeps.append(program.keeps)
                at_once = max(at_once, program.memory.passing)
                results = program.memory.results
                if k < len(self._segments):
                    keeps.append(blank := program.blank())
                    whole.update(zip(joint.gives, blank, strict=True))
            passing = max(passing, at_once)
        inputs = sum(map(size_of, specs))
        return Memory(variables, inputs, kept_bytes(keeps), passing, results)

    def __call__(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Run, for inputs, and give the variables their new values: all at once."""
        whole = dict(zip(self._inputs, arrays, strict=True))
        made: list[dict[Value, np.ndarray]] = [{} for _ in self._bounds]
        results = self._join(0, whole, made)
        for k, segment in enumerate(self._segments, start=1):
            side_by_side([self._task(k, segment, t, whole, made[t]) for t in range(self._threads)])
            results = self._join(k, whole, made)
        return results

    @property
    def bytes(self) -> int:
        """How much memory its parts hold between runs."""
        return sum(program.bytes for program in self._programs.values())

    @property
    def source(self) -> str:
        """What a thread and the joints run, in order."""
        parts = [(k, t) for k, t in self._programs if t in (0, None)]
        ordered = sorted(parts, key=lambda key: (key[0], key[1] is None))
        return "\n\n".join(self._programs[key].source for key in ordered)

    def _task(
        self, k: int, part: Part, t: int, whole: dict, mine: dict[Value, np.ndarray]
    ) -> Callable[[], None]:
        def run() -> None:
            arrays = self._inputs_of(part, t, whole, mine)
            program = self._program(k, t, part, arrays)
            mine.update(zip(part.gives, program.lend(arrays), strict=True))

        return run

    def _inputs_of(self, part: Part, t: int, whole: dict, mine: dict) -> list[np.ndarray]:
        return [self._taken(x, state, t, whole, mine) for x, state in part.takes]

    def _given(self, joint: Part, whole: dict, made: list[dict]) -> list[np.ndarray]:
        return [whole[x] if t is None else made[t][x] for x, t in joint.takes]

    def _taken(self, x: Value, state: Any, t: int, whole: dict, mine: dict) -> np.ndarray:
        """What a thread takes of a value."""
        if x is SHARE:
            return np.array(float(t == 0), "float32")
        if state == WHOLE:
            return whole[x]
        if x in mine:
            return mine[x]
        array = whole[x]
        is_fixed = id(array) in self._fixed
        if is_fixed and (x, state, t) in self._cut:
            return self._cut[x, state, t]
        length = array.shape[state]
        first, last = (end * length // self._count for end in self._bounds[t])
        part = array[(slice(None),) * state + (slice(first, last),)]
        if is_fixed:
            self._cut[x, state, t] = self._fixed[id(part)] = part
        return part

    def _join(self, k: int, whole: dict, made: list[dict]) -> list[np.ndarray]:
        part = self._joints[k]
        arrays = self._given(part, whole, made)
        if not part.graph.outputs and not part.graph.updates:
            return []
        program = self._program(k, None, part, arrays)
        if k == len(self._segments):
            return program(arrays)
        whole.update(zip(part.gives, program.lend(arrays), strict=True))
        return []

    def _program(self, k: int, t: int | None, part: Part, arrays: list[np.ndarray]) -> Program:
        if (k, t) not in self._programs:
            last = t is None and k == len(self._segments)
            what = part.graph, [*map(Spec.of, arrays)], part.graph.outputs, part.graph.updates
            with leaving_out(self._without):
                rows = self._rows if last else None
                there = {i: x for i, x in enumerate(arrays) if id(x) in self._fixed}
                bench = self._bench_of_joints if t is None else self._benches[t]
                made = Program(*what, rows, None if last else bench, there)
                self._programs[k, t] = made
            if not last:
                self._fixed.update((id(x), x) for x in made.lent)
        return self._programs[k, t]


def _examples(graph: Graph, specs: Sequence[Spec]) -> dict[Value, int]:
    """The inputs that have examples along their first axis, and how many these are."""
    return {
        x: spec.numbers[0]
        for x, spec in zip(graph.inputs, specs, strict=True)
        if x.spec.shape[:1] == (None,)
    }


def _useful_threads(
    graph: Graph,
    specs: Sequence[Spec],
    outputs: Sequence[Value],
    updates: dict[Variable, Value],
) -> tuple[int, int]:
    """How many threads have enough to do in a step, and how much there is to do.

    Steps of loops that are short do not count: two threads that call something every microsecond
    wait for Python's lock.
    """
    special = specialize(graph, specs, [*outputs, *updates.values()])
    nodes = live_nodes(special)
    work = work_of(nodes)
    short = sum(_work(x) for x in nodes if x.primitive.name == "scan" and _has_short_steps(x))
    if 4 * short > work:
        return 1, work
    return max(1, min(num_threads(), work // _WORTH_A_THREAD)), work


def _has_short_steps(scan: Any) -> bool:
    return work_of(getattr(scan.settings["body"], "nodes", ())) < _WORTH_A_THREAD // 3


def work_of(nodes: Sequence[Any]) -> int:
    """About how many multiplications and results some nodes are, all sizes known."""
    return sum(_work(node) for node in nodes)


def _work(node: Any) -> int:
    size = max((_size(y.spec) for y in node.outputs), default=0)
    if node.primitive.name in ("matmul", "einsum", "conv", "conv_kernel", "conv_transpose"):
        a, b = (max(1, _size(x.spec)) for x in node.inputs[:2])
        return max(size, int((float(a) * b * max(1, size)) ** 0.5))  # exact for matrices
    if node.primitive.name == "scan":
        steps = (node.inputs[node.settings["carries"]].spec.sizes or (1,))[0]
        body = node.settings["body"]
        return int(steps) * work_of(getattr(body, "nodes", ())) if isinstance(steps, int) else size
    return size


def _size(spec: Spec) -> int:
    return int(np.prod([size or 1 for size in spec.shape], dtype=np.int64))
