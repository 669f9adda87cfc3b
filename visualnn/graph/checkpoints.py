"""Computing a part of a computation again, so that its values need not be kept for the gradients.

Between its two runs only what goes into a part is kept, and what comes out.  The second run takes
its inputs through ``again``, which changes nothing, but

* whatever is computed from it is another value than in the first run, which no simplification
  finds to be the same;
* it waits for the gradients that arrive at the part, so nothing is computed before it is needed.

Numbers that were random are the same again, as they are computed from seeds, and variables are
assigned in the first run only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualnn.graph.graph import Graph, Node, Value
from visualnn.graph.segments import bytes_of, divided
from visualnn.primitives.primitive import Primitive
from visualnn.scope import absolute_scope, origin

_SMALL = 32
"""What is so many times smaller than the largest value of a part is kept: statistics, factors."""

_LABORIOUS = {"conv", "conv_transpose", "cond", "einsum", "matmul", "scan", "while_loop"}


def _again(x: Any, *after: Any, run: int) -> Any:
    return x


AGAIN = Primitive(_again)
AGAIN.name = "again"
AGAIN.__doc__ = """``x``, to begin a second run with, once the tensors that follow are there."""
AGAIN.shape(lambda x, *after, run: x.sizes)
AGAIN.gradient(lambda g, y, x, *after, run: (g, *(None for _ in after)))


def is_second_run(node: Node) -> bool:
    """Whether a node computes something for the second time."""
    return node.origin.phase == "backward" and node.origin.checkpoint is not None


@dataclass(eq=False)
class _Run:
    """A part that is computed a second time.

    Attributes:
        nodes: Its operations in running order.
        kept: What is not computed again.
        found: The values of the second run, when there are any.
    """

    nodes: list[Node]
    kept: set[Value]
    found: dict[Value, Value] = field(default_factory=dict)
    is_done: bool = False


class SecondRuns:
    """What is computed again of a graph while its gradients are recorded.

    Args:
        graph: The graph, in which checkpoints mark the parts.
        results: What is differentiated.
        saved: Tells which values the gradients need, if nothing is computed again.
    """

    def __init__(self, graph: Graph, results: Sequence[Value], saved: Callable[[], set[Value]]):
        self._graph = graph
        self._run_of: dict[Node, _Run] = {}
        parts: dict[Any, list[Node]] = {}
        for node in graph.nodes:
            if node.origin.checkpoint is not None and node.origin.phase != "backward":
                parts.setdefault(node.origin.checkpoint, []).append(node)
        if not parts or any(x.array is not None for x in results):  # values of a tape are there
            return
        self._given = {*graph.constants, *graph.variables.values()}
        self._readers: dict[Value, list[Node]] = {}
        for node in graph.nodes:
            for x in node.inputs:
                self._readers.setdefault(x, []).append(node)
        self._final = {*results, *graph.updates.values()}
        for checkpoint, nodes in parts.items():
            if checkpoint.mode == "by_scope":
                pieces = divided(nodes, saved(), self._outputs(nodes))[:-1]
            else:
                pieces = [nodes] if self._is_meant(checkpoint, nodes) else []
            for piece in pieces:
                run = _Run(piece, self._kept(piece, checkpoint.mode))
                self._run_of.update(dict.fromkeys(piece, run))

    def tensors_of(
        self, node: Node, slopes: dict[Value, Value]
    ) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """The outputs and the inputs that the gradient of a node is computed from."""
        run = self._run_of.get(node)
        if run is None:
            return node.outputs, node.inputs
        if not run.is_done:
            self._compute(run, slopes)
        return (
            tuple(run.found.get(y, y) for y in node.outputs),
            tuple(run.found.get(x, x) for x in node.inputs),
        )

    def _outputs(self, nodes: Collection[Node]) -> set[Value]:
        """What some operations make for others."""
        inside = set(nodes)
        made = (y for node in nodes for y in node.outputs)
        return {
            y
            for y in made
            if y in self._final or any(n not in inside for n in self._readers.get(y, ()))
        }

    def _is_meant(self, checkpoint: Any, nodes: list[Node]) -> bool:
        if checkpoint.mode != "larger_than":
            return True
        sizes = [bytes_of(y, 1) // np.dtype(y.dtype).itemsize for y in self._outputs(nodes)]
        return max(sizes, default=0) > checkpoint.threshold

    def _kept(self, nodes: list[Node], mode: str) -> set[Value]:
        made = [y for node in nodes for y in node.outputs]
        largest = max(map(bytes_of, made))
        kept = self._outputs(nodes) | {y for y in made if bytes_of(y) * _SMALL <= largest}
        if mode == "activations":
            kept.update(y for n in nodes if n.primitive.name in _LABORIOUS for y in n.outputs)
        return kept

    def _compute(self, run: _Run, slopes: dict[Value, Value]) -> None:
        """Record the second run of a part, whose outputs have got their gradients."""
        run.is_done = True
        number = len(self._graph.nodes)
        after = [slopes[y] for node in run.nodes for y in node.outputs if y in slopes]
        inside = {y for node in run.nodes for y in node.outputs} - run.kept
        begun: dict[Value, Value] = {}

        def begin(x: Value) -> Value:
            if x not in begun:
                largest = max(map(bytes_of, inside))
                waits = after if bytes_of(x) * _SMALL > largest else ()
                with absolute_scope(f"again/{x.name.partition(':')[0]}".rpartition("/")[0]):
                    begun[x] = self._graph.add(AGAIN, (x, *waits), {"run": number})
            return begun[x]

        def taken(x: Value) -> Value:
            if x in inside:
                return run.found[x]
            is_size = x.node is not None and x.node.primitive.name == "size"
            return x if x in self._given or is_size else begin(x)

        for node in run.nodes:
            if inside.isdisjoint(node.outputs):
                continue
            with origin(call=node.origin.call, checkpoint=node.origin.checkpoint, forward=node):
                known = {x: taken(x) for x in node.inputs}
                first = next((x for x in node.inputs if x not in self._graph.constants), None)
                if first is not None and all(known[x] is x for x in known):  # as random numbers
                    known[first] = begin(first)
                _record(node, self._graph, known)
            run.found.update((y, known[y]) for y in node.outputs if y in inside)


def _record(node: Node, graph: Graph, known: dict[Value, Value]) -> None:
    """Record a node of the forward part once more, as a node of the backward part."""
    path = node.name.rpartition("/")[0]
    with absolute_scope(f"again/{path}" if path else "again"):
        inputs = tuple(known[x] for x in node.inputs)
        made = graph.add(node.primitive, inputs, node.settings)
    known.update(zip(node.outputs, made if node.is_tuple else (made,), strict=True))
