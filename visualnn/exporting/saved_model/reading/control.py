"""Constants, calls of other functions, loops and branches, and the lists that loops fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import (
    ReadNode,
    is_known,
    number,
    numbers,
    rank_of,
    reads,
    sizes_from,
    tensor,
)
from visualnn.exporting.saved_model.rows.control import SCAN
from visualnn.graph.trace import trace
from visualnn.primitives import control
from visualnn.spec import Spec
from visualnn.variable import Variable

_MOST_STEPS = 10_000


@reads("Const")
def _(node):
    found = node.get("value")
    if not isinstance(found, np.ndarray):
        raise node.refuse("has no value")
    return found


@reads("NoOp")
def _(node):
    return ()


@reads("PartitionedCall", "StatefulPartitionedCall", sizes=True)
def _(node, values):
    return node.library.run(node.get("f", ""), values)


# ---------------------------------------------------------------------- branches


@reads("StatelessIf", "If", sizes=True)
def _(node, predicate, values):
    names = node.get("then_branch", ""), node.get("else_branch", "")
    if is_known(predicate):
        chosen = names[0] if np.all(np.asarray(predicate) != 0) else names[1]
        return node.library.run(chosen, values)

    def branch(name: str) -> Any:
        return lambda: [_plain(node, x) for x in node.library.run(name, values)]

    truth = predicate if Spec.of(predicate).dtype == "bool" else ops.not_equal(predicate, 0)
    return list(ops.cond(truth, branch(names[0]), branch(names[1])))


def _plain(node: ReadNode, x: Any) -> Any:
    if isinstance(x, Listed | Variable):
        raise node.refuse("gives something else than tensors, depending on a tensor")
    return tensor(x)


# ---------------------------------------------------------------------- loops


@reads("StatelessWhile", "While", sizes=True)
def _(node, values):
    if node.get(SCAN) is not None:
        return _scanned(node, list(values))
    test, body = node.get("cond", ""), node.get("body", "")
    state = list(values)
    for _ in range(_MOST_STEPS):
        (holds,) = node.library.run(test, state)
        if not is_known(holds):
            return _looped(node, test, body, state)
        if not np.all(holds):
            return state
        state = node.library.run(body, state)
    raise node.refuse(f"repeats more than {_MOST_STEPS} times")


def _looped(node: ReadNode, test: str, body: str, state: list[Any]) -> list[Any]:
    """A loop whose end is only known when it runs."""
    if any(isinstance(x, Listed) for x in state):
        raise node.refuse("fills lists, and how long they are is only known when it runs")
    carried = [i for i, x in enumerate(state) if not isinstance(x, Variable)]

    def whole(tensors: Sequence[Any]) -> list[Any]:
        found = list(state)
        for i, x in zip(carried, tensors, strict=True):
            found[i] = x
        return found

    def step(*tensors: Any) -> tuple:
        made = node.library.run(body, whole(tensors))
        return tuple(tensor(made[i]) for i in carried)

    def goes_on(*tensors: Any) -> Any:
        return node.library.run(test, whole(tensors))[0]

    made = ops.while_loop(goes_on, step, tuple(tensor(state[i]) for i in carried))
    return whole(made)


def _scanned(node: ReadNode, values: list[Any]) -> list[Any]:
    """A loop that was a scan when it was written: one operation, which has a gradient."""
    said = node.get(SCAN)
    if len(said) < 3 or min(said) < 0 or 2 + said[0] + said[1] > len(values):
        raise node.refuse("is a scan that does not say what it takes")
    carries, sequences, reverse, *lists = said
    step = node.library.called_by(node.get("body", ""))
    places = 2 + carries, 2 + carries + len(lists), 2 + carries + len(lists) + sequences
    states, rest = [tensor(x) for x in values[2 : places[0]]], values[places[2] :]
    xs = [_stacked(node, x) for x in values[places[1] : places[2]]]
    rest = [tensor(x) for x in rest]
    elements = [Spec(Spec.of(x).sizes[1:], Spec.of(x).dtype) for x in xs]
    specs = [*map(Spec.of, states), *elements, *map(Spec.of, rest)]
    body = trace(lambda *xs: node.library.run(step, list(xs)), *specs, name=step)
    if body.variables or body.updates:
        raise node.refuse("is a scan whose step has variables")
    made = control.scan(
        *states,
        *xs,
        *rest,
        body=body,
        carries=carries,
        sequences=sequences,
        reverse=bool(reverse),
        length=None if sequences else number(node, values[1]),
    )
    if any(not 0 <= i < len(made) for i in lists):
        raise node.refuse("names results that its step does not give")
    kept = [Listed(stacked=made[i]) for i in lists]
    return [values[1], values[1], *made[:carries], *kept, *values[places[1] :]]


# ---------------------------------------------------------------------- lists


class Listed:
    """A list of tensors: those of one tensor along its first axis, or one by one.

    Args:
        items: The tensors; ``None`` for those that are not put in yet.
        stacked: The tensor.
        shape: The sizes of one of them, as far as they are known.
    """

    def __init__(self, items: list[Any] | None = None, stacked: Any = None, shape: Any = ()):
        self.items = items
        self.stacked = stacked
        self.shape = shape


def _stacked(node: ReadNode, x: Any) -> Any:
    if not isinstance(x, Listed):
        raise node.refuse("needs a list")
    if x.stacked is not None:
        return x.stacked
    items = x.items or []
    if not items or any(item is None for item in items):
        raise node.refuse("stacks a list of which some elements are missing")
    return ops.stack(items, axis=0)


@reads("TensorListFromTensor", sizes=True)
def _(node, x, shape):
    return Listed(stacked=tensor(x))


@reads("TensorListReserve", sizes=True)
def _(node, shape, count):
    known = numbers(node, count) if is_known(count) else None
    if known is not None and not 0 <= known[0] <= _MOST_STEPS:
        raise node.refuse(f"makes a list of {known[0]} elements")
    items = None if known is None else [None] * known[0]
    return Listed(items=items, shape=sizes_from(shape) if rank_of(shape) else [])


@reads("TensorListGetItem", sizes=True)
def _(node, x, place, shape):
    if not isinstance(x, Listed):
        raise node.refuse("needs a list")
    if x.stacked is not None:
        return p.take(x.stacked, place, axis=0)
    return _items(node, x, place)[number(node, place)]


@reads("TensorListSetItem", sizes=True)
def _(node, x, place, item):
    items = list(_items(node, x, place))
    items[number(node, place)] = tensor(item)
    return Listed(items=items)


def _items(node: ReadNode, x: Any, place: Any) -> list[Any]:
    if not isinstance(x, Listed) or x.items is None or not is_known(place):
        raise node.refuse("needs a list whose length, and a place that, are known before it runs")
    if not 0 <= number(node, place) < len(x.items):
        raise node.refuse(f"has no place {number(node, place)} in a list of {len(x.items)}")
    return x.items


@reads("TensorListStack", sizes=True)
def _(node, x, shape):
    return _stacked(node, x)
