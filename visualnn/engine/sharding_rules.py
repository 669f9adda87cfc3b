"""What each operation makes of tensors of which every thread has a part.

While a step runs in several threads, a tensor is in one of three states:

* ``WHOLE``: all of it is there once, for every thread;
* sharded along an axis, told by the number of the axis: each thread has its examples;
* ``PARTIAL``: each thread has one of as many terms, whose sum is the tensor.

A rule gets a node and the states of its inputs.  It returns the states that it needs them in (a
whole tensor can be cut) and the states of its results, or ``None`` if the operation needs all of
everything, which is then put together before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.graph.graph import Node, Value
from visualnn.spec import known

WHOLE, PARTIAL = "whole", "partial"
State = Any  # one of the two, or the number of an axis
Answer = tuple[list[State], list[State]] | None
Rule = Callable[[Node, list[State]], Answer]

RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """The decorated function is the rule of primitives of these names."""

    def register(found: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, found))
        return found

    return register


def is_axis(state: State) -> bool:
    """Whether a tensor in this state is sharded."""
    return isinstance(state, int)


def _axes(states: list[State]) -> list[int]:
    return [state for state in states if is_axis(state)]


# ---------------------------------------------------------------------- elementwise

_ALONE = (
    *("absolute", "arctan2", "bessel_i", "bitwise_and", "bitwise_not", "bitwise_or", "cos"),
    *("equal", "erf", "erfc", "erfinv", "exp", "expm1", "floor", "floor_divide", "less"),
    *("less_equal", "lgamma", "log", "log1p", "maximum", "minimum", "polygamma", "power"),
    *("relu", "remainder", "round", "sigmoid", "sign", "sin", "sqrt", "tanh", "where"),
)


@rule(*_ALONE)
def _elementwise(node: Node, states: list[State]) -> Answer:
    if PARTIAL in states:
        return None
    return aligned(node, states)


@rule("add", "subtract")
def _(node: Node, states: list[State]) -> Answer:
    if states == [PARTIAL, PARTIAL]:
        return states, [PARTIAL]
    return _elementwise(node, states)


@rule("multiply")
def _(node: Node, states: list[State]) -> Answer:
    if sorted(map(str, states)) == [PARTIAL, WHOLE]:
        return states, [PARTIAL]
    return _elementwise(node, states)


@rule("divide")
def _(node: Node, states: list[State]) -> Answer:
    if states == [PARTIAL, WHOLE]:
        return states, [PARTIAL]
    return _elementwise(node, states)


@rule("negative", "stop_gradient", "cast")
def _(node: Node, states: list[State]) -> Answer:
    if states == [PARTIAL]:
        return states, [PARTIAL]
    return _elementwise(node, states)


def aligned(node: Node, states: list[State]) -> Answer:
    """Operands that are broadcast: the axis of the examples is the same, counted from the end."""
    places = {s - x.ndim for s, x in zip(states, node.inputs, strict=True) if is_axis(s)}
    if len(places) != 1:
        return None
    [place] = places
    needs = [
        s if is_axis(s) else _cut(x, x.ndim + place)
        for s, x in zip(states, node.inputs, strict=True)
    ]
    return needs, [node.output.ndim + place]


def _cut(x: Value, axis: int) -> State:
    """How a whole operand is needed: as it is, if it is the same for all examples."""
    return WHOLE if axis < 0 or _is_one(x, axis) else axis


def _is_one(x: Value, axis: int) -> bool:
    size = x.spec.sizes[axis]
    return known(size) and size == 1


# ---------------------------------------------------------------------- shapes


@rule("reshape")
def _(node: Node, states: list[State]) -> Answer:
    state, given = states[0], states[1:]
    if state == PARTIAL:
        return (states, [PARTIAL]) if all(s == WHOLE for s in given) else None
    if not is_axis(state):
        return None
    before, after = node.inputs[0].spec.sizes, node.output.spec.sizes
    fits = (
        state < len(after)
        and before[:state] == after[:state]
        and all(known(size) for size in after[state + 1 :])
        and not known(after[state])
    )
    # sizes that are given belong to the part if they are counted in it
    return (states, [state]) if fits and all(s == PARTIAL for s in given) else None


@rule("transpose")
def _(node: Node, states: list[State]) -> Answer:
    [state] = states
    return states, [node.settings["axes"].index(state) if is_axis(state) else state]


@rule("broadcast_to")
def _(node: Node, states: list[State]) -> Answer:
    x, shape = node.inputs[0], node.output.spec.sizes
    open_axes = [axis for axis, size in enumerate(node.settings["shape"]) if not known(size)]
    counted = [a for a, s in zip(open_axes, states[1:], strict=True) if s == PARTIAL]
    if len(counted) != 1 or states[0] == PARTIAL or any(is_axis(s) for s in states[1:]):
        return None
    [axis] = counted
    there = axis - (len(shape) - x.ndim)
    if is_axis(states[0]):
        return (states, [axis]) if states[0] == there else None
    return (states, [axis]) if _cut(x, there) == WHOLE else None


@rule("broadcast_like")
def _(node: Node, states: list[State]) -> Answer:
    state, like = states
    if state == PARTIAL:
        return (states, [PARTIAL]) if like == WHOLE else None
    if not is_axis(like):
        return None
    there = like - (node.output.ndim - node.inputs[0].ndim)
    if is_axis(state):
        return (states, [like]) if state == there else None
    return [_cut(node.inputs[0], there), like], [like]


@rule("sum_like")
def _(node: Node, states: list[State]) -> Answer:
    (x, like), (state, given) = node.inputs, states
    if state == PARTIAL:
        return (states, [PARTIAL]) if given == WHOLE else None
    if not is_axis(state):
        return None
    there = state - (x.ndim - like.ndim)
    if there < 0 or _is_one(like, there):
        return (states, [PARTIAL]) if given == WHOLE else None
    return (states, [there]) if given == there else None


@rule("again")
def _(node: Node, states: list[State]) -> Answer:
    return None if states[0] == WHOLE else (states, states[:1])


@rule("size")
def _(node: Node, states: list[State]) -> Answer:
    return (states, [PARTIAL]) if states == [node.settings["axis"]] else None


# ---------------------------------------------------------------------- along axes


@rule("sum")
def _(node: Node, states: list[State]) -> Answer:
    axes, [state] = node.settings["axes"], states
    if state == PARTIAL or state in axes:
        return states, [PARTIAL]
    return states, [_left(state, axes, node.settings.get("keepdims", False))]


@rule("max")
def _(node: Node, states: list[State]) -> Answer:
    axes, [state] = node.settings["axes"], states
    if not is_axis(state) or state in axes:
        return None
    return states, [_left(state, axes, node.settings.get("keepdims", False))]


@rule("argmax")
def _(node: Node, states: list[State]) -> Answer:
    axis, [state] = node.settings["axis"], states
    if not is_axis(state) or state == axis:
        return None
    return states, [_left(state, (axis,), node.output.ndim == node.inputs[0].ndim)]


def _left(state: int, dropped: Any, keepdims: bool) -> int:
    return state if keepdims else state - sum(axis < state for axis in dropped)


@rule("softmax")
def _(node: Node, states: list[State]) -> Answer:
    free = is_axis(states[0]) and states[0] not in node.settings["axes"]
    return (states, states) if free else None


@rule("cumsum", "cumprod", "recurrence", "argsort")
def _(node: Node, states: list[State]) -> Answer:
    free = all(is_axis(s) and s != node.settings["axis"] for s in states)
    return (states, states[:1]) if free and len(set(states)) == 1 else None


@rule("slice", "put_slice")
def _(node: Node, states: list[State]) -> Answer:
    if states[0] == PARTIAL:
        return (states, [PARTIAL]) if all(s == WHOLE for s in states[1:]) else None
    return _beside(states, node.settings["axes"])


@rule("pad")
def _(node: Node, states: list[State]) -> Answer:
    padded = [axis for axis, pair in enumerate(node.settings["padding"]) if tuple(pair) != (0, 0)]
    return _beside(states, padded)


def _beside(states: list[State], axes: Any) -> Answer:
    """What happens along other axes than that of the examples."""
    free = all(is_axis(s) and s not in axes for s in states) and len(set(states)) == 1
    return (states, states[:1]) if free else None


@rule("concatenate")
def _(node: Node, states: list[State]) -> Answer:
    axes = set(_axes(states))
    if len(axes) != 1 or PARTIAL in states or node.settings["axis"] in axes:
        return None
    [axis] = axes
    return [axis] * len(states), [axis]


@rule("take")
def _(node: Node, states: list[State]) -> Answer:
    axis, (x, indices) = node.settings["axis"], states
    if x == WHOLE and is_axis(indices):
        return states, [axis + indices]
    if isinstance(x, int) and indices == WHOLE and x != axis:
        return states, [x if x < axis else x - 1 + node.inputs[1].ndim]
    return None


@rule("put_sum")
def _(node: Node, states: list[State]) -> Answer:
    axis, (updates, indices, like) = node.settings["axis"], states
    if is_axis(indices) and like == WHOLE:
        return [axis + indices, indices, WHOLE], [PARTIAL]
    if not isinstance(updates, int) or indices != WHOLE:
        return None
    there = updates if updates < axis else updates + 1 - node.inputs[1].ndim
    along = axis <= updates < axis + node.inputs[1].ndim
    return (states, [there]) if like == there and not along else None


@rule("take_points")
def _(node: Node, states: list[State]) -> Answer:
    x, indices = states
    last = node.inputs[1].ndim - 1
    return (states, [indices]) if x == WHOLE and is_axis(indices) and indices < last else None
