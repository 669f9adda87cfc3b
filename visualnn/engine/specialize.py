"""A graph made ready for inputs of known shapes, with all work removed that is not needed.

The graph is recorded again, node by node, into one that

* knows every size, so sizes become constants,
* computes at once what depends on constants only,
* records nothing twice,
* leaves away operations that would change nothing,
* begins second runs of what is computed twice, which were kept apart until then.

Nodes that no output needs are dropped before and after.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine.chains import chains_of
from visualnn.engine.identities import BROADCASTING, IDENTITIES, without_broadcasts
from visualnn.graph.checkpoints import AGAIN
from visualnn.graph.graph import Graph, Node, Value
from visualnn.graph.replay import replay
from visualnn.primitives.primitive import Primitive
from visualnn.primitives.rules import filled
from visualnn.spec import Spec, known

_LARGEST_FOLDED = 4096  # elements; larger constants are cheaper to compute than to keep


class SpecializedGraph(Graph):
    """A graph that records only what has to be computed when it runs."""

    def __init__(self, name: str):
        super().__init__(name)
        self.loops: list[Any] = []  # see loops.py
        self._recorded: dict[Any, Any] = {}
        self._constant_of: dict[Any, Value] = {}
        self.chains = chains_of(self)

    def add(self, primitive: Primitive, inputs: tuple, settings: dict[str, Any]) -> Any:
        dtype = next((Spec.of(x).dtype for x in inputs if hasattr(x, "dtype")), None)
        values = tuple(self.lift(x, dtype) for x in inputs)
        values, settings = self._with_sizes(values, settings)
        if primitive.name in ("size", "broadcast_like"):
            folded = self._of_shape(primitive, values, settings)
            if folded is not None:
                return folded
        if primitive.name in BROADCASTING:
            values = without_broadcasts(values)
        if (same := self._identity(primitive, values, settings)) is not None:
            return same
        if values and all(x in self.constants for x in values):
            folded = self._folded(primitive, values, settings)
            if folded is not None:
                return folded
        if self.chains is not None:
            part = self.chains.recorded(primitive, values, settings)
            if part is not None:
                return part
        return self.record(primitive, values, settings)

    def record(self, primitive: Primitive, values: tuple, settings: dict[str, Any]) -> Any:
        """Record an operation as it is, unless the same was recorded before."""
        key = self._key(primitive, values, settings)
        if key is not None and key in self._recorded:
            return self._recorded[key]
        made = super().add(primitive, values, settings)
        if key is not None:
            self._recorded[key] = made
        return made

    def lift(self, x: Any, dtype: str | None = None) -> Value:
        """Small constants that are alike become one."""
        if isinstance(x, Value) and x.graph is self:
            return x
        array = np.asarray(x, None if hasattr(x, "dtype") else dtype)
        if array.size > 16:
            return super().lift(array)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constant_of:
            self._constant_of[key] = super().lift(array)
        return self._constant_of[key]

    def _with_sizes(self, values: tuple, settings: dict) -> tuple[tuple, dict]:
        """Sizes that are constants by now as part of the shape that they are given for."""
        count = sum(not known(size) for size in settings.get("shape", ()))
        sizes = [self.constants.get(x) for x in values[len(values) - count :]]
        if count == 0 or any(size is None for size in sizes):
            return values, settings
        shape = filled(settings["shape"], sizes)
        return values[: len(values) - count], {**settings, "shape": shape}

    def _of_shape(self, primitive: Primitive, values: tuple, settings: dict) -> Value | None:
        """What depends on a shape that is known, and not on the numbers that have it."""
        sizes = values[-1].spec.sizes
        if primitive.name == "size":
            length = sizes[settings["axis"]]
            return self.lift(np.int32(length)) if isinstance(length, int) else None
        array = self.constants.get(values[0])
        if array is None or not all(map(known, sizes)) or math.prod(sizes) > _LARGEST_FOLDED:
            return None
        return self.lift(np.array(np.broadcast_to(array, sizes)))

    def _identity(self, primitive: Primitive, values: tuple, settings: dict) -> Value | None:
        rule = IDENTITIES.get(primitive.name)
        return rule(self, *values, **settings) if rule else None

    def _folded(self, primitive: Primitive, values: tuple, settings: dict) -> Any:
        specs = primitive.infer_all(*(x.spec for x in values), **settings)
        if not all(known(size) for spec in specs for size in spec.sizes):
            return None
        if any(math.prod(spec.numbers) > _LARGEST_FOLDED for spec in specs):
            return None
        with np.errstate(all="ignore"):
            result = primitive.forward(*(self.constants[x] for x in values), **settings)
        if isinstance(result, tuple):
            return tuple(self.lift(np.asarray(x)) for x in result)
        return self.lift(np.asarray(result))

    def _key(self, primitive: Primitive, values: tuple, settings: dict) -> Any:
        try:
            key = (primitive.name, values, tuple(sorted(settings.items())))
            hash(key)
        except TypeError:  # a setting that cannot be compared, such as a body
            return None
        return (primitive.name, tuple(map(id, values)), key[2])


def specialize(graph: Graph, specs: Sequence[Spec], outputs: Sequence[Value]) -> SpecializedGraph:
    """The graph for inputs of these specs.

    Args:
        graph: The graph.
        specs: The specs of its inputs, then of its captured values, without unknown sizes.
        outputs: The values that are wanted.
    """
    special = SpecializedGraph(graph.name)
    inputs = [*graph.inputs, *graph.captures.values()]
    now: dict[Value, Value] = {}
    for x, spec in zip(inputs, specs, strict=True):
        now[x] = special.input(spec, x.name)
    for variable, value in graph.variables.items():
        special.variables[variable] = now[value] = Value(value.name, value.spec, special)
    for value, array in graph.constants.items():
        now[value] = special.lift(array)
    replay(graph.needed_for(outputs), special, now)
    special.outputs = [now[x] for x in outputs]
    if special.chains is not None:
        special.outputs = [special.chains.settled(x) for x in special.outputs]
    _begin_at_once(special)
    return special


def _begin_at_once(graph: Graph) -> None:
    """Leave out what only kept second runs from being found to be the same as the first ones."""
    now: dict[Value, Value] = {}
    for node in graph.nodes:
        node.inputs = tuple(now.get(x, x) for x in node.inputs)
        if node.primitive is AGAIN:
            now[node.output] = node.inputs[0]
    graph.outputs = [now.get(x, x) for x in graph.outputs]


def live_nodes(graph: Graph) -> list[Node]:
    """The nodes that are still needed."""
    return graph.needed_for(graph.outputs)
