"""One step of a loop as a graph, and how it is recorded again with something changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.engine.over_steps import Outside
from visualnn.engine.specialize import SpecializedGraph
from visualnn.graph.graph import Node, Value
from visualnn.graph.replay import replay_node
from visualnn.primitives import PRIMITIVES
from visualnn.primitives.primitive import Primitive
from visualnn.scope import absolute_scope, origin

_LIKE = {"broadcast_like", "cast_like", "put_slice", "reshape_like", "sum_like"}
"""Primitives that ask all their inputs but the first for their shape or dtype only."""


class StepGraph(SpecializedGraph):
    """One step of a loop; it knows which values wait for the step before.

    Attributes:
        waiting: Those that depend on the carried state.
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.waiting: set[Value] = set()

    def add(self, primitive: Primitive, inputs: tuple, settings: dict[str, Any]) -> Any:
        if primitive.name == "multiply" and len(inputs) == 2:
            inputs = self._regrouped(*inputs)
        made = super().add(primitive, inputs, settings)
        for y in made if isinstance(made, tuple) else (made,):
            if y.node is not None and not self.waiting.isdisjoint(y.node.inputs):
                self.waiting.add(y)
        return made

    def _regrouped(self, a: Any, b: Any) -> tuple[Any, Any]:
        """``(waiting * p) * q`` as ``waiting * (p * q)``, whose second part waits for nothing."""
        if not isinstance(a, Value) or not isinstance(b, Value) or a.spec != b.spec:
            return a, b
        for x, q in ((a, b), (b, a)):
            if x not in self.waiting or q in self.waiting or x.node is None:
                continue
            if x.node.primitive.name != "multiply" or any(y.spec != q.spec for y in x.node.inputs):
                continue
            first, second = x.node.inputs
            if (first in self.waiting) != (second in self.waiting):
                slow, p = (first, second) if first in self.waiting else (second, first)
                return slow, self.add(PRIMITIVES["multiply"], (p, q), {})
        return a, b


Sources = dict[Value, Outside]
"""What stands outside for each input of a step that is no state."""

Change = Callable[[Node, StepGraph, dict[Value, Value], Sources], Value | None]
"""What is recorded instead of a node, if anything: it gets the new graph, what stands there for the
values of the old one, and the new sources, to which it may add."""


def rewritten(step: StepGraph, sources: Sources, change: Change) -> tuple[StepGraph, Sources]:
    """Record a step again, with some nodes replaced."""
    again = StepGraph(step.name)
    now: dict[Value, Value] = {}
    there: Sources = {}
    with absolute_scope(""):  # names say where they come from
        for x in step.inputs:
            now[x] = again.input(x.spec, x.name)
            if x in sources:
                there[now[x]] = sources[x]
            else:
                again.waiting.add(now[x])
    for x, array in step.constants.items():
        now[x] = again.lift(array)
    for node in step.needed_for(step.outputs):
        with absolute_scope(node.name.rpartition("/")[0]), origin(**vars(node.origin)):
            made = change(node, again, now, there)
        if made is None:
            replay_node(node, again, now)
        else:
            now[node.output] = made
    again.outputs = [now[x] for x in step.outputs]
    return again, there


def readers_of(step: StepGraph) -> dict[Value, list[Node | None]]:
    """The nodes that read the numbers of each value; ``None`` stands for those after the step."""
    readers: dict[Value, list[Node | None]] = {}
    for node in step.needed_for(step.outputs):
        name = node.primitive.name
        for x in node.inputs[:1] if name in _LIKE else node.inputs:
            readers.setdefault(x, []).append(node)
    for x in step.outputs:
        readers.setdefault(x, []).append(None)
    return readers


def key_of(step: StepGraph, node: Node, same: dict[Value, Value] | None) -> Any:
    """What is equal for nodes that compute the same; ``None`` if that cannot be known."""
    tokens: list[Any] = []
    for x in node.inputs:
        if x in step.constants:
            array = step.constants[x]
            tokens.append((array.dtype.str, array.shape, array.tobytes()))
        elif same is None:
            tokens.append(id(x))
        elif x in same:
            tokens.append(id(same[x]))
        else:
            return None
    try:
        key = (node.primitive.name, tuple(tokens), tuple(sorted(node.settings.items())))
        hash(key)
    except TypeError:  # a setting that cannot be compared
        return None
    return key
