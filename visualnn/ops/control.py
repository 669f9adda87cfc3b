"""Loops and branches whose bodies are Python functions.

While a graph is recorded, each becomes one node with a body graph of its own.  Variables that a
body assigns (a random state, a moving average) are carried from step to step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.graph import EagerGraph, Graph, trace_body
from visualnn.graph.bodies import close, close_together
from visualnn.ops.core import convert_to_tensor
from visualnn.ops.operation import operation
from visualnn.primitives import control
from visualnn.primitives.primitive import recorder
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure, pack_like
from visualnn.variable import Variable


@operation("core", "Scan", "length", "reverse", "unroll", waits=False)
def scan(
    f: Callable,
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Repeat a step along the first axis of ``xs``, carrying a state from step to step.

    Args:
        f: The step: takes (state, element) and gives (new state, result).
        init: The first state: tensors in any nesting.
        xs: The sequences, (steps, ...), in any nesting, or ``None``.
        length: How many steps, where there are no sequences.
        reverse: Whether to begin at the end; results stay at the place of their element.
        unroll: Accepted for Keras's sake.

    Returns:
        The last state, and the results stacked along a new first axis.

    Raises:
        ValueError: When neither ``xs`` nor ``length`` says how many steps there are.
    """
    del unroll
    states = [convert_to_tensor(x) for x in flatten(init)]
    sequences = [convert_to_tensor(x) for x in flatten(xs) if x is not None]
    if not sequences and length is None:
        raise ValueError("scan: give `xs` or `length`, so that the number of steps is known.")
    result_structure: list[Any] = []

    def step(*values: Any) -> Any:
        parts = pack_like(xs, values[len(states) :]) if sequences else None
        state, y = f(pack_like(init, values[: len(states)]), parts)
        result_structure[:] = [map_structure(lambda x: x, y)]
        return [*flatten(state), *(x for x in flatten(y) if x is not None)]

    elements = [Spec(Spec.of(x).sizes[1:], Spec.of(x).dtype) for x in sequences]
    body = trace_body(
        step, *[Spec.of(x) for x in states], *elements, parent=recorder.get(), name="scan"
    )
    carried, read, captured = close(body, len(states))
    made = control.scan(
        *states,
        *[_newest(v) for v in carried],
        *sequences,
        *captured,
        *[_newest(v) for v in read],
        body=body,
        carries=len(states) + len(carried),
        sequences=len(sequences),
        reverse=bool(reverse),
        length=length if not sequences else None,
    )
    for variable, value in zip(carried, made[len(states) :], strict=False):
        variable.assign(value)
    results = iter(made[len(states) + len(carried) :])
    ys = map_structure(lambda x: None if x is None else next(results), result_structure[0])
    return pack_like(init, made[: len(states)]), ys


def _newest(variable: Variable) -> Any:
    graph = recorder.get()
    return variable.stored() if graph is None else graph.read(variable)


@operation("core", "Cond", waits=False)
def cond(pred: Any, true_fn: Callable, false_fn: Callable) -> Any:
    """Call one of two functions, as a single boolean tensor says.

    While a graph is recorded both become bodies, and must give tensors of the same shapes and
    dtypes in the same nesting.
    """
    graph = recorder.get()
    if graph is None or isinstance(graph, EagerGraph) or isinstance(pred, bool | np.bool_):
        return true_fn() if bool(pred) else false_fn()
    structures: list[Any] = []

    def branch(function: Callable) -> Graph:
        def run() -> Any:
            result = function()
            structures.append(result)
            return flatten(result)

        return trace_body(run, parent=graph, name=getattr(function, "__name__", "branch"))

    then, otherwise = branch(true_fn), branch(false_fn)
    if len(then.outputs) != len(otherwise.outputs):
        raise ValueError(
            f"cond: one branch gives {len(then.outputs)} tensors, the other "
            f"{len(otherwise.outputs)}; they must be nested alike."
        )
    results = len(then.outputs)
    assigned, read, captured = close_together([then, otherwise])
    made = control.cond(
        p.cast(graph.lift(pred), dtype="bool"),
        *captured,
        *[_newest(v) for v in read],
        then=then,
        otherwise=otherwise,
    )
    for variable, value in zip(assigned, made[results:], strict=True):
        variable.assign(value)
    return pack_like(structures[0], made[:results])


@operation("core", "WhileLoop", "cond", "body", "maximum_iterations", waits=False)
def while_loop(
    cond: Callable, body: Callable, loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """Repeat ``body`` on the loop variables as long as ``cond`` is true of them.

    It has no gradient, because how often it runs is only known afterwards; ``scan`` and
    ``fori_loop`` with fixed bounds have one.
    """
    single = not isinstance(loop_vars, list | tuple)
    state = (loop_vars,) if single else tuple(loop_vars)
    graph = recorder.get()
    if graph is None or isinstance(graph, EagerGraph):
        count = 0
        while bool(cond(*state)) and (maximum_iterations is None or count < maximum_iterations):
            state = _as_tuple(body(*state))
            count += 1
        return state[0] if single else state
    leaves = [graph.lift(convert_to_tensor(x)) for x in flatten(state)]

    def on_leaves(function: Callable) -> Callable:
        return lambda *values: flatten(function(*pack_like(state, values)))

    specs = [x.spec for x in leaves]
    test = trace_body(on_leaves(cond), *specs, parent=graph, name="test")
    step = trace_body(on_leaves(body), *specs, parent=graph, name="body")
    carried, read, captured = close_together([step, test], states=len(leaves))
    test.outputs = test.outputs[:1]
    made = control.while_loop(
        *leaves,
        *[_newest(v) for v in carried],
        *captured,
        *[_newest(v) for v in read],
        test=test,
        body=step,
        carries=len(leaves) + len(carried),
        maximum_iterations=maximum_iterations,
    )
    for variable, value in zip(carried, made[len(leaves) :], strict=True):
        variable.assign(value)
    result = pack_like(state, made[: len(leaves)])
    return result[0] if single else result


@operation("core", "ForiLoop", "lower", "upper", "body_fun", waits=False)
def fori_loop(lower: Any, upper: Any, body_fun: Callable, init_val: Any) -> Any:
    """Apply ``body_fun(i, value)`` for every ``i`` from ``lower`` to ``upper``, exclusive."""
    if isinstance(lower, int) and isinstance(upper, int):
        steps = np.arange(lower, upper, dtype="int32")
        return scan(lambda value, i: (body_fun(i, value), None), init_val, steps)[0]
    return while_loop(
        lambda i, value: i < upper, lambda i, value: (i + 1, body_fun(i, value)), (lower, init_val)
    )[1]


@operation("core", "Map", waits=False)
def map(f: Callable, xs: Any) -> Any:
    """Apply a function to every element along the first axis, and stack what it gives."""
    return scan(lambda state, x: (state, f(x)), (), xs)[1]


@operation("core", "VectorizedMap", "function", waits=False)
def vectorized_map(function: Callable, elements: Any) -> Any:
    """Apply a function to every element along the first axis, and stack what it gives."""
    return map(function, elements)


@operation("core", "Switch", waits=False)
def switch(index: Any, branches: list[Callable], *operands: Any) -> Any:
    """Call the branch with this number on the operands; numbers outside count as the nearest."""
    if recorder.get() is None:
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)

    def choose(first: int) -> Any:
        if first == len(branches) - 1:
            return branches[first](*operands)
        return cond(index <= first, lambda: branches[first](*operands), lambda: choose(first + 1))

    return choose(0)


def _as_tuple(x: Any) -> tuple:
    return tuple(x) if isinstance(x, list | tuple) else (x,)


__all__ = ["cond", "fori_loop", "map", "scan", "switch", "vectorized_map", "while_loop"]
