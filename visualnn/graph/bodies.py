"""The bodies of loops and branches: what they take from around them, and their gradients."""

from __future__ import annotations

from visualnn.graph.gradient import gradients
from visualnn.graph.graph import Graph, Value
from visualnn.graph.replay import copy_of
from visualnn.primitives.movement import zeros_like
from visualnn.spec import is_float
from visualnn.variable import Variable


def close(
    body: Graph, states: int, variables: list[Variable] | None = None
) -> tuple[list[Variable], list[Variable], list[Value]]:
    """Make all that a body uses of its surroundings explicit inputs.

    Variables that are assigned inside become states, which is what carries them from step to
    step; variables that are only read, and captured values, become inputs at the end.

    Args:
        body: The body; its first ``states`` inputs and outputs are the states of a loop.
        states: How many; the new states come right behind them.
        variables: The variables to carry, if not just those this body assigns.

    Returns:
        The carried variables, the variables that are read, and the captured outer values.
    """
    carried = list(body.updates) if variables is None else variables
    for variable in carried:
        body.read(variable)
    read = [v for v in body.variables if v not in set(carried)]
    captured = list(body.captures)
    body.inputs[states:states] = [body.variables[v] for v in carried]
    body.outputs[states:states] = [body.updates.get(v, body.variables[v]) for v in carried]
    body.inputs += [*body.captures.values(), *(body.variables[v] for v in read)]
    body.captures, body.variables, body.updates, body.parent = {}, {}, {}, None
    return carried, read, captured


def backward(body: Graph) -> Graph:
    """The gradient of a body, as a body.

    It takes the same inputs and the gradients of the floating-point outputs, and gives the
    gradients of the floating-point inputs.
    """
    graph = Graph(f"gradients/{body.name}")
    inputs = [graph.input(x.spec, x.name) for x in body.inputs]
    seeds = {i: graph.input(y.spec, "g") for i, y in enumerate(body.outputs) if is_float(y.dtype)}
    graph.outputs = _gradients_of_copy(graph, body, inputs, seeds)
    return graph


def backward_step(body: Graph, states: int, sequences: int) -> Graph:
    """The gradient of one step of a scan, as a step of the scan that goes backwards.

    It takes (gradients of the states, sums for the rest; the states before the step, the elements
    of the sequences, gradients of the results, gradients that the states before the step get
    directly; the rest), and gives (gradients of the states before, new sums; gradients of the
    elements), each only for floating-point tensors.
    """
    graph = Graph(f"gradients/{body.name}")

    def take(values: list[Value], floats_only: bool, name: str = "") -> dict[int, Value]:
        return {
            i: graph.input(x.spec, name or x.name)
            for i, x in enumerate(values)
            if is_float(x.dtype) or not floats_only
        }

    before, parts = body.inputs[:states], body.inputs[states : states + sequences]
    rest, results = body.inputs[states + sequences :], body.outputs[states:]
    g_state, sums = take(before, True, "g"), take(rest, True, "sum")
    before, parts = take(before, False), take(parts, False)
    g_results, g_before = take(results, True, "g"), take(body.inputs[:states], True, "g")
    rest = take(rest, False)
    seeds = {**g_state, **{states + i: g for i, g in g_results.items()}}
    inputs = [*before.values(), *parts.values(), *rest.values()]
    found = iter(_gradients_of_copy(graph, body, inputs, seeds))
    with graph.recording():
        to_state = [next(found) + g_before[i] for i in g_state]
        to_parts = [next(found) for x in parts.values() if is_float(x.dtype)]
        new_sums = [total + next(found) for total in sums.values()]
    graph.outputs = [*to_state, *new_sums, *to_parts]
    return graph


def _gradients_of_copy(
    graph: Graph, body: Graph, inputs: list[Value], seeds: dict[int, Value]
) -> list[Value]:
    """The gradients of the floating-point inputs of a body, recorded again in a graph."""
    outputs = copy_of(body, graph, inputs)
    sources = [x for x in inputs if is_float(x.dtype)]
    found = gradients(graph, [outputs[i] for i in seeds], sources, list(seeds.values()))
    with graph.recording():
        return [zeros_like(x) if g is None else g for x, g in zip(sources, found, strict=True)]


def close_together(
    bodies: list[Graph], states: int = 0
) -> tuple[list[Variable], list[Variable], list[Value]]:
    """Give several bodies the same inputs: all that any of them uses of its surroundings.

    Without states (the branches of a condition), assigned variables are read inputs and extra
    outputs.  With states (the test and step of a loop), they are further states.

    Returns:
        The assigned variables, the variables that are read, and the captured outer values.
    """
    assigned = list(dict.fromkeys(v for body in bodies for v in body.updates))
    variables = list(dict.fromkeys(v for body in bodies for v in body.variables))
    captured = list(dict.fromkeys(x for body in bodies for x in body.captures))
    carried = assigned if states else []
    read = [v for v in variables if v not in set(carried)]
    for body in bodies:
        for x in captured:
            body.captures.setdefault(x, Value(body.unique("captured"), x.spec, body))
        for v in (*carried, *read):
            body.variables.setdefault(v, Value(body.unique(v.path), v.storage, body))
        body.outputs += [body.updates.get(v, body.variables[v]) for v in assigned]
        body.inputs += [
            *(body.variables[v] for v in carried),
            *(body.captures[x] for x in captured),
            *(body.variables[v] for v in read),
        ]
    for body in bodies:
        body.captures, body.variables, body.updates, body.parent = {}, {}, {}, None
    return assigned, read, captured
