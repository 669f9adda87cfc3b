"""Gradients of weights that a loop over steps reads side by side, as one product.

Where a step multiplies ``[state, x, 1]`` by ``[recurrent; kernel; bias]``, see step_inputs.py, the
gradients of the three are rows of one product of that stack and the slopes of all steps:

    state.T @ slopes, x.T @ slopes, sum(slopes)
    becomes
    [state, x, 1].T @ slopes

The product is recorded with the gradient of the recurrent weights.  The rules here find the other
two, which are recorded later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualnn.engine.identities import identity
from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives import PRIMITIVES
from visualnn.primitives.contraction import letters_of
from visualnn.spec import known


@dataclass(frozen=True)
class JointProduct:
    """A product of several things side by side, and slopes.

    Attributes:
        slopes: Those of all steps, (steps, examples, width).
        product: The product, a row for each column of what lies side by side.
        sequences: The sequences that lie there, with the first and last of their rows.
        ones: The row of the ones, if they lie there.
    """

    slopes: Value
    product: Value
    sequences: tuple[tuple[Value, int, int], ...]
    ones: int | None


def joint_product(loop: Any, x: Value, slopes: Value) -> Value | None:
    """The product of a state and slopes, as a part of that of all that lies beside it.

    Args:
        loop: The loop that goes backwards, see loops.py.
        x: The state before each step, inside.
        slopes: The slopes, inside.
    """
    for node in loop.step.nodes:
        if node.primitive.name != "concatenate" or node.output not in loop.found:
            continue
        starts = dict(zip(node.inputs, _starts(node), strict=True))
        if x not in starts:
            continue
        forwards, other = loop.found[node.output]
        stack, slope = forwards.told(other).value, loop.stack(slopes)
        equation = {"equation": "tiy,tiz->yz"}
        product = loop.graph.add(PRIMITIVES["einsum"], (stack, slope), equation)
        sequences = tuple(
            (loop.outside[y].value, start, start + y.spec.numbers[1])
            for y, start in starts.items()
            if y is not x and y in loop.outside and loop.outside[y].is_stack
        )
        ones = next((start for y, start in starts.items() if y in loop.step.constants), None)
        loop.joint.append(JointProduct(slope, product, sequences, ones))
        return _rows(loop.graph, product, starts[x], starts[x] + x.spec.numbers[1])
    return None


def _starts(node: Node) -> list[int]:
    """In which columns the things begin that lie side by side."""
    widths = [x.spec.numbers[1] for x in node.inputs]
    return [sum(widths[:i]) for i in range(len(widths))]


def _rows(graph: Graph, product: Value, start: int, stop: int) -> Value:
    """Some rows of a product."""
    settings = {"axes": (0,), "starts": (start,), "stops": (stop,), "steps": (1,)}
    return graph.add(PRIMITIVES["slice"], (product,), settings)


def _found(graph: Any, slopes: Value) -> JointProduct | None:
    for loop in graph.loops:
        for joint in loop.joint:
            if joint.slopes is slopes:
                return joint
    return None


def _before(x: Value, letters: str) -> tuple[Value, str]:
    """A tensor with its axes as they were made."""
    while x.node is not None and x.node.primitive.name == "transpose":
        axes = x.node.settings["axes"]
        letters = "".join(letters[axes.index(i)] for i in range(len(axes)))
        x = x.node.inputs[0]
    return x, letters


@identity("einsum")
def _(graph: Graph, a: Value, b: Value, *, equation: str) -> Value | None:
    if (a.ndim, b.ndim) != (3, 3):
        return None
    in_a, in_b, out = letters_of(equation)
    b, in_b = _before(b, in_b)
    joint = _found(graph, b)
    if joint is None or out != in_a[2] + in_b[2] or set(in_a[:2]) != set(in_b[:2]):
        return None
    a, in_a = _before(a, in_a)
    for sequence, start, stop in joint.sequences:
        x, letters = _before(sequence, in_b[:2] + out[0])
        if x is a and letters == in_a:
            return _rows(graph, joint.product, start, stop)
    return None


@identity("sum_like", "sum")
def _(graph: Graph, x: Value, like: Value | None = None, **settings: Any) -> Value | None:
    if x.ndim != 3 or not all(map(known, x.spec.sizes)):
        return None
    width = x.spec.sizes[2]
    if like is None and (tuple(settings["axes"]) != (0, 1) or settings.get("keepdims")):
        return None
    slopes, letters = _before(x, "abc")
    joint = _found(graph, slopes)
    if joint is None or joint.ones is None or letters[2] != "c":
        return None
    if like is not None and like.spec.sizes != (width,):
        return None
    row = _rows(graph, joint.product, joint.ones, joint.ones + 1)
    return graph.add(PRIMITIVES["reshape"], (row,), {"shape": (width,)})
