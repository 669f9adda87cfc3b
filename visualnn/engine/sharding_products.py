"""What products and operations on images make of tensors of which every thread has a part."""

from __future__ import annotations

from visualnn.engine.sharding_rules import (
    PARTIAL,
    WHOLE,
    Answer,
    State,
    aligned,
    is_axis,
    rule,
)
from visualnn.graph.graph import Node
from visualnn.primitives.contraction import letters_of


@rule("matmul")
def _(node: Node, states: list[State]) -> Answer:
    a, b = node.inputs
    if sorted(map(str, states)) == [PARTIAL, WHOLE]:
        return states, [PARTIAL]
    if PARTIAL in states or min(a.ndim, b.ndim) < 2:
        return None
    rank = node.output.ndim
    match states:
        case [int() as row, "whole"] if row == a.ndim - 2:
            return states, [rank - 2]
        case ["whole", int() as column] if column == b.ndim - 1:
            return states, [rank - 1]
        case [int() as row, int() as column] if (row, column) == (a.ndim - 1, b.ndim - 2):
            return states, [PARTIAL]
        case _:
            pass
    places = {s - x.ndim for s, x in zip(states, (a, b), strict=True) if is_axis(s)}
    if len(places) != 1 or max(places) >= -2:
        return None
    return aligned(node, states)


@rule("einsum")
def _(node: Node, states: list[State]) -> Answer:
    *given, out = letters_of(node.settings["equation"])
    if sorted(map(str, states)) == [PARTIAL, WHOLE]:
        return states, [PARTIAL]
    letters = {word[s] for word, s in zip(given, states, strict=True) if is_axis(s)}
    if len(letters) != 1 or PARTIAL in states:
        return None
    [letter] = letters
    needs = [word.index(letter) if letter in word else WHOLE for word in given]
    return needs, [out.index(letter) if letter in out else PARTIAL]


# ---------------------------------------------------------------------- images

# examples come first in all of these


@rule("conv", "conv_transpose", "average_pool_spread")
def _(node: Node, states: list[State]) -> Answer:
    rest = all(state == WHOLE for state in states[1:])  # a kernel, or sizes of pictures
    return (states, [0]) if states[0] == 0 and rest else None


@rule("conv_kernel")
def _(node: Node, states: list[State]) -> Answer:
    return (states, [PARTIAL]) if states == [0, 0] else None


@rule("max_pool", "max_pool_spread", "max_pool_pick", "average_pool")
def _(node: Node, states: list[State]) -> Answer:
    return (states, [0]) if set(states) == {0} else None
