"""Loops and branches: operations whose body is a graph of its own.

A body is anything with ``inputs`` and ``outputs`` (values with specs), ``run(*arrays)``,
``infer(*specs)`` and ``backward_step(...)`` / ``backward()``, which give the body of the gradient;
:class:`visualnn.graph.Graph` has them.  Whatever a body needs from outside is an explicit input.
"""

from __future__ import annotations

import numpy as np

from visualnn.primitives.movement import zeros_like
from visualnn.primitives.primitive import primitive
from visualnn.spec import ShapeError, Spec, Unknown, is_float


@primitive
def scan(*inputs, body, carries, sequences, reverse=False, length=None, wanted=None):
    """Repeat a step along the first axis of some sequences, carrying a state from step to step.

    ``inputs`` are the ``carries`` first states, then the ``sequences``, then whatever else the
    body needs.  The body takes (states, one element of each sequence, the rest) and gives (new
    states, results).  The outputs are the last states, the results stacked along a new first
    axis, and the states before each step stacked likewise, for the gradient.  ``wanted`` tells
    which outputs somebody reads; the engine sets it, and the stacks of the others stay empty.
    """
    state = list(inputs[:carries])
    xs, rest = inputs[carries : carries + sequences], inputs[carries + sequences :]
    steps: int = len(xs[0]) if sequences else length or 0
    kept_states = range(carries)
    if wanted is not None:
        kept_states = [i for i in range(carries) if wanted[i - carries]]
    history = [
        np.empty((steps if i in kept_states else 0, *np.shape(x)), x.dtype)
        for i, x in enumerate(state)
    ]
    results: list[np.ndarray] = []
    for t in reversed(range(steps)) if reverse else range(steps):
        for i in kept_states:
            history[i][t] = state[i]
        made = body.run(*state, *(x[t] for x in xs), *rest)
        state, ys = made[:carries], made[carries:]
        if not results:
            results = [np.empty((steps, *y.shape), y.dtype) for y in ys]
        for kept, y in zip(results, ys, strict=True):
            kept[t] = y
    if steps == 0:
        parts = [Spec(x.shape[1:], x.dtype) for x in xs]
        specs = body.infer(*map(Spec.of, state), *parts, *map(Spec.of, rest))
        results = [np.empty((0, *y.shape), y.dtype) for y in specs[carries:]]
    return (*state, *results, *history)


@scan.shape
def _(*inputs, body, carries, sequences, length=None, **how):
    state, xs = inputs[:carries], inputs[carries : carries + sequences]
    steps = xs[0].sizes[0] if sequences else length
    for x in xs:
        if isinstance(x.sizes[0], int) and isinstance(steps, int) and x.sizes[0] != steps:
            raise ShapeError(f"scan: its sequences have {steps} and {x.sizes[0]} steps.")
    parts = [Spec(x.sizes[1:], x.dtype) for x in xs]
    made = body.infer(*state, *parts, *inputs[carries + sequences :])
    for before, after in zip(state, made, strict=False):
        if before != after and not (
            before.dtype == after.dtype and _may_be_equal(before.sizes, after.sizes)
        ):
            raise ShapeError(
                f"scan: a step must give back a state like the one it took, "
                f"but it took {before} and gave {after}."
            )
    return (
        *state,
        *(Spec((steps, *y.sizes), y.dtype) for y in made[carries:]),
        *(Spec((steps, *x.sizes), x.dtype) for x in state),
    )


def _may_be_equal(before, after):
    return len(before) == len(after) and all(
        a == b or isinstance(a, Unknown) or isinstance(b, Unknown)
        for a, b in zip(before, after, strict=True)
    )


@scan.gradient
def _(g, y, *inputs, body, carries, sequences, reverse=False, length=None, **how):
    # Go through the steps backwards.  The state is the gradient of the carried state, and the sum
    # of the gradients of the rest; each step repeats its forward part from the state it began in.
    results = len(y) - 2 * carries
    g = [zeros_like(value) if slope is None else slope for slope, value in zip(g, y, strict=True)]
    last, g_results, g_history = g[:carries], g[carries : carries + results], g[-carries:]
    if not carries:
        g_history = []
    state, xs = inputs[:carries], inputs[carries : carries + sequences]
    rest = inputs[carries + sequences :]
    float_state = [i for i, x in enumerate(state) if is_float(x.dtype)]
    float_rest = [i for i, x in enumerate(rest) if is_float(x.dtype)]
    float_xs = [i for i, x in enumerate(xs) if is_float(x.dtype)]
    float_results = [i for i in range(results) if is_float(y[carries + i].dtype)]
    history = y[carries + results :]
    made = scan(
        *(last[i] for i in float_state),
        *(zeros_like(rest[i]) for i in float_rest),
        *history,
        *xs,
        *(g_results[i] for i in float_results),
        *(g_history[i] for i in float_state),
        *rest,
        body=body.backward_step(carries, sequences),
        carries=len(float_state) + len(float_rest),
        sequences=len(history) + len(xs) + len(float_results) + len(float_state),
        reverse=not reverse,
        length=length,
    )
    found = [None] * len(inputs)
    n, m = len(float_state), len(float_rest)
    for i, slope in zip(float_state, made[:n], strict=True):
        found[i] = slope
    for i, slope in zip(float_rest, made[n : n + m], strict=True):
        found[carries + sequences + i] = slope
    for i, slope in zip(float_xs, made[n + m : n + m + len(float_xs)], strict=True):
        found[carries + i] = slope
    return tuple(found)


@primitive
def cond(predicate, *inputs, then, otherwise):
    """Run one of two bodies on the same inputs: ``then`` where the predicate is true."""
    return tuple((then if predicate else otherwise).run(*inputs))


@cond.shape
def _(predicate, *inputs, then, otherwise):
    first, second = then.infer(*inputs), otherwise.infer(*inputs)
    for a, b in zip(first, second, strict=True):
        if a.dtype != b.dtype or not _may_be_equal(a.sizes, b.sizes):
            raise ShapeError(f"cond: one branch gives {a}, the other {b}; they must be alike.")
    return tuple(
        Spec((m if m == n else Unknown() for m, n in zip(a.sizes, b.sizes, strict=True)), a.dtype)
        for a, b in zip(first, second, strict=True)
    )


@cond.gradient
def _(g, y, predicate, *inputs, then, otherwise):
    g = [zeros_like(value) if slope is None else slope for slope, value in zip(g, y, strict=True)]
    made = iter(
        cond(
            predicate,
            *inputs,
            *(slope for slope in g if is_float(slope.dtype)),
            then=then.backward(),
            otherwise=otherwise.backward(),
        )
    )
    return None, *(next(made) if is_float(x.dtype) else None for x in inputs)


@primitive
def while_loop(*inputs, test, body, carries, maximum_iterations=None):
    """Repeat ``body`` on a state as long as ``test`` is true of it; the last state comes out.

    ``inputs`` are the state and then whatever else the two bodies need.
    """
    state, rest = list(inputs[:carries]), inputs[carries:]
    count = 0
    while test.run(*state, *rest)[0] and (maximum_iterations is None or count < maximum_iterations):
        state = body.run(*state, *rest)
        count += 1
    return tuple(np.array(x) for x in state)


@while_loop.shape
def _(*inputs, test, body, carries, maximum_iterations=None):
    for before, after in zip(inputs[:carries], body.infer(*inputs), strict=True):
        if before.dtype != after.dtype or not _may_be_equal(before.sizes, after.sizes):
            raise ShapeError(
                f"while_loop: its body must give back a state like the one it took, "
                f"but it took {before} and gave {after}."
            )
    return tuple(inputs[:carries])


@while_loop.gradient
def _(g, y, *inputs, **settings):
    raise ValueError(
        "while_loop has no gradient: how often it runs is only known afterwards. "
        "Use ops.scan or ops.fori_loop with a fixed number of steps."
    )
