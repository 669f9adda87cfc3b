"""What the steps of a loop read, made ready for it.

The inputs of all steps are projected before a loop, in one large product.  Where they are few, a
loop is faster that reads them as they are: beside the state, so that one product projects both.

    x @ kernel + bias, and in each step + state @ recurrent
    becomes
    in each step [state, x, 1] @ [recurrent; kernel; bias]
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from visualnn.engine.over_steps import Outside
from visualnn.engine.passes import uses
from visualnn.engine.step_graph import Sources, StepGraph, readers_of, rewritten
from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives import PRIMITIVES
from visualnn.spec import Spec


def number_everywhere(graph: Graph, x: Value) -> Any:
    """The number that every element is known to be, if there is one."""
    while x.node is not None and x.node.primitive.name in ("broadcast_to", "broadcast_like"):
        x = x.node.inputs[0]
    array = graph.constants.get(x)
    if array is None or array.size == 0 or not (array == array.flat[0]).all():
        return None
    return array.flat[0]


def by_steps(graph: Graph, x: Value) -> Value:
    """A sequence with its steps in front, exchanged before it was projected and not after."""
    if x.node is None or x.node.primitive.name != "transpose":
        return x
    if tuple(x.node.settings["axes"]) != (1, 0, 2):
        return x
    return _exchanged(graph, x.node.inputs[0])


def _exchanged(graph: Graph, x: Value) -> Value:
    """The same with the first two of three axes exchanged."""
    node = x.node
    if node is not None and node.primitive.name == "matmul":
        a, b = node.inputs
        if a.ndim == 3 and b.ndim == 2:
            return graph.add(node.primitive, (_exchanged(graph, a), b), {})
    if node is not None and node.primitive.name == "add":
        a, b = node.inputs
        if a.ndim == 3 and math.prod(b.spec.numbers) == b.spec.numbers[-1]:
            return graph.add(node.primitive, (_exchanged(graph, a), b), {})
    return graph.add(PRIMITIVES["transpose"], (x,), {"axes": (1, 0, 2)})


# --------------------------------------------------------------------------- projections


class Projection(NamedTuple):
    """A product of a sequence and a matrix, plus a vector."""

    sequence: Value
    kernel: Value
    bias: Value | None


def projection(x: Value) -> Projection | None:
    """The projection that a sequence is, if it is one."""
    bias = None
    if x.node is not None and x.node.primitive.name == "add":
        x, bias = x.node.inputs
        if bias.ndim != 1:
            return None
    if x.node is None or x.node.primitive.name != "matmul":
        return None
    sequence, kernel = x.node.inputs
    is_plain = (sequence.ndim, kernel.ndim) == (3, 2) and x.dtype == "float32"
    return Projection(sequence, kernel, bias) if is_plain else None


def scaled(graph: Graph, x: Value, factors: Value) -> Value:
    """A sequence times a vector: a projection has the vector in its matrix."""
    found = projection(x)
    multiply = PRIMITIVES["multiply"]
    if found is None:
        return graph.add(multiply, (x, factors), {})
    kernel = graph.add(multiply, (found.kernel, factors), {})
    made = graph.add(PRIMITIVES["matmul"], (found.sequence, kernel), {})
    if found.bias is None:
        return made
    bias = graph.add(multiply, (found.bias, factors), {})
    return graph.add(PRIMITIVES["add"], (made, bias), {})


def with_short_inputs(step: StepGraph, sources: Sources) -> tuple[StepGraph, Sources]:
    """A step that projects its input and its state at once, if the input is the shorter one."""
    if not uses("inputs"):
        return step, sources
    readers, states = readers_of(step), _states(step, sources)
    fixed = _fixed(step, sources)
    found: dict[Node, tuple[Projection, Node]] = {}
    shifted: dict[Node, tuple[Value, Node]] = {}
    for node in step.nodes:
        if node.primitive.name != "add" or node.inputs[0].ndim != 2:
            continue
        for x, product in (node.inputs, node.inputs[::-1]):
            made_by = product.node
            if made_by is None:
                continue
            is_vector = x in fixed and x.ndim == 1 and x.spec.sizes == product.spec.sizes[1:]
            if is_vector and _is_of_state(made_by, states, sources):
                shifted[node] = x, made_by
            source = sources.get(x)
            if source is None or not source.is_stack or len(readers.get(x, ())) != 1:
                continue
            whole = projection(source.value)
            if whole is not None and _is_of_state(made_by, states, sources, whole.kernel):
                found[node] = whole, made_by

    def change(node: Node, again: StepGraph, now: dict[Value, Value], there: Sources) -> Any:
        if node in shifted:
            bias, product = shifted[node]
            state, recurrent = (now[x] for x in product.inputs)
            return _product_with_ones(again, state, recurrent, now[bias])
        if node not in found:
            return None
        (sequence, kernel, bias), product = found[node]
        state, recurrent = (now[x] for x in product.inputs)
        x = again.input(Spec(sequence.spec.numbers[1:]), sequence.name)
        matrix = again.input(kernel.spec, kernel.name)
        there[x], there[matrix] = Outside(sequence, True), Outside(kernel, False)
        beside, below = [state, x], [recurrent, matrix]
        if bias is not None:
            row = again.input(bias.spec, bias.name)
            there[row] = Outside(bias, False)
            beside.append(again.lift(np.ones((state.spec.numbers[0], 1), "float32")))
            below.append(
                again.add(PRIMITIVES["reshape"], (row,), {"shape": (1, *bias.spec.numbers)})
            )
        concatenate = PRIMITIVES["concatenate"]
        joined = again.add(concatenate, tuple(beside), {"axis": 1})
        weights = again.add(concatenate, tuple(below), {"axis": 0})
        return again.add(PRIMITIVES["matmul"], (joined, weights), {})

    return rewritten(step, sources, change) if found or shifted else (step, sources)


def _fixed(step: StepGraph, sources: Sources) -> set[Value]:
    """What is the same in all steps."""
    found = {x for x, source in sources.items() if not source.is_stack} | set(step.constants)
    for node in step.nodes:
        if found.issuperset(node.inputs):
            found.update(node.outputs)
    return found


def _product_with_ones(step: StepGraph, x: Value, kernel: Value, bias: Value) -> Value:
    """``x @ kernel + bias`` as one product."""
    concatenate = PRIMITIVES["concatenate"]
    ones = step.lift(np.ones((x.spec.numbers[0], 1), "float32"))
    row = step.add(PRIMITIVES["reshape"], (bias,), {"shape": (1, *bias.spec.numbers)})
    beside = step.add(concatenate, (x, ones), {"axis": 1})
    below = step.add(concatenate, (kernel, row), {"axis": 0})
    return step.add(PRIMITIVES["matmul"], (beside, below), {})


def _states(step: StepGraph, sources: Sources) -> set[Value]:
    """What depends on states, also where they are read again after the loop that made them."""
    found = set(step.waiting)
    for x, source in sources.items():
        made_by = source.value.node if source.is_stack else None
        if made_by is not None and made_by.primitive.name == "scan":
            found.add(x)
    for node in step.nodes:
        if not found.isdisjoint(node.inputs):
            found.update(node.outputs)
    return found


def _is_of_state(
    node: Node, states: set[Value], sources: Sources, like: Value | None = None
) -> bool:
    """Whether a node projects a state, and the state is not shorter than another input."""
    if node.primitive.name != "matmul" or node.output.dtype != "float32":
        return False
    state, kernel = node.inputs
    source = sources.get(kernel)
    is_fixed = source is not None and not source.is_stack and kernel.ndim == 2
    rows = kernel.spec.numbers[0]
    return is_fixed and state in states and (like is None or rows >= like.spec.numbers[0])
