"""Sums of products as matrix products, on views wherever the axes allow it.

``einsum`` says what is multiplied and summed over.  Here the axes of its inputs become three groups
(those of both and of the result, of one alone, and those summed over), in such an order that the
result comes out as it is wanted: then ``matmul`` computes it on views, and nothing is copied.
"""

from __future__ import annotations

import math
from typing import Any

from visualnn.engine.identities import identity
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES
from visualnn.primitives.contraction import letters_of
from visualnn.spec import known


@identity("einsum")
def _(graph: Graph, a: Value, b: Value, *, equation: str) -> Value | None:
    sizes = (*a.spec.sizes, *b.spec.sizes)
    if not uses("products") or a.dtype not in ("float32", "float64") or not all(map(known, sizes)):
        return None
    in_a, in_b, out = letters_of(equation)
    a, in_a = _in_order(graph, a, in_a)
    b, in_b = _in_order(graph, b, in_b)
    a, in_a = _without_axes_alone(graph, a, in_a, in_b + out)
    b, in_b = _without_axes_alone(graph, b, in_b, in_a + out)
    alone = [x for x in out if (x in in_a) != (x in in_b)]
    if alone and alone[-1] in in_a:  # the columns of the result are its last axis
        a, in_a, b, in_b = b, in_b, a, in_a
    batch = "".join(x for x in out if x in in_a and x in in_b)
    rows = "".join(x for x in out if x in in_a and x not in in_b)
    columns = "".join(x for x in out if x in in_b and x not in in_a)
    inner = "".join(x for x in in_b if x in in_a and x not in out)
    length = {
        **dict(zip(in_a, a.spec.numbers, strict=True)),
        **dict(zip(in_b, b.spec.numbers, strict=True)),
    }
    left = _grouped(graph, a, in_a, (batch, rows, inner))
    right = _grouped(graph, b, in_b, (batch, inner, columns))
    product = graph.add(PRIMITIVES["matmul"], (left, right), {})
    made = batch + rows + columns
    whole = _reshaped(graph, product, tuple(length[x] for x in made))
    return _turned(graph, whole, tuple(made.index(x) for x in out))


def _in_order(graph: Graph, x: Value, letters: str) -> tuple[Value, str]:
    """A tensor with its axes as they lie in memory."""
    while x.node is not None and x.node.primitive.name == "transpose":
        axes = x.node.settings["axes"]
        letters = "".join(letters[axes.index(i)] for i in range(len(axes)))
        x = x.node.inputs[0]
    if x.node is not None and x.node.primitive.name == "scan" and x.ndim == 3 and uses("steps"):
        # what a loop makes in each step lies with its features in front, see steps.py
        x, letters = _turned(graph, x, (2, 0, 1)), letters[2] + letters[:2]
    return x, letters


def _without_axes_alone(graph: Graph, x: Value, letters: str, others: str) -> tuple[Value, str]:
    """A tensor summed over the axes that nothing else has."""
    alone = tuple(i for i, letter in enumerate(letters) if letter not in others)
    if not alone:
        return x, letters
    x = graph.add(PRIMITIVES["sum"], (x,), {"axes": alone})
    return x, "".join(letter for letter in letters if letter in others)


def _grouped(graph: Graph, x: Value, letters: str, groups: tuple[str, str, str]) -> Value:
    """A tensor whose axes are those of the first group, and one for each of the others.

    Axes of a group that lie side by side become one before anything changes places, so that all
    this is only another view.
    """
    batch, *joined = groups
    is_turned = letters[-1:] == groups[1][-1:]  # then copies are made of runs, not of elements
    if is_turned:
        joined = joined[::-1]
    length = dict(zip(letters, x.spec.numbers, strict=True))
    parts = _parts(letters, [group for group in joined if len(group) > 1])
    x = _reshaped(graph, x, tuple(_size(part, length) for part in parts))
    order = [
        *batch,
        *(part for group in joined for part in sorted(parts, key=group.find) if part in group),
    ]
    x = _turned(graph, x, tuple(parts.index(part) for part in order))
    sizes = (*(length[letter] for letter in batch), *(_size(group, length) for group in joined))
    x = _reshaped(graph, x, sizes)
    if not is_turned:
        return x
    count = len(batch)
    return _turned(graph, x, (*range(count), count + 1, count))


def _parts(letters: str, groups: list[str]) -> list[str]:
    """The letters one by one, but groups that are side by side together."""
    parts, at = [], 0
    while at < len(letters):
        part = next((group for group in groups if letters.startswith(group, at)), letters[at])
        parts.append(part)
        at += len(part)
    return parts


def _size(letters: str, length: dict[str, int]) -> int:
    return math.prod(length[letter] for letter in letters)


def _reshaped(graph: Graph, x: Value, shape: tuple[int, ...]) -> Value:
    return graph.add(PRIMITIVES["reshape"], (x,), {"shape": shape})


def _turned(graph: Graph, x: Value, axes: tuple[int, ...]) -> Any:
    return graph.add(PRIMITIVES["transpose"], (x,), {"axes": axes})
