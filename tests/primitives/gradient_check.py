"""Compare what gradient rules say with what small steps do."""

import numpy as np

from visualnn import ops
from visualnn.graph import gradients, trace
from visualnn.spec import Spec, is_float

STEP = 1e-6


def examples(primitive):
    """The inputs and settings that a primitive gives as its examples."""
    random = np.random.default_rng(0)
    for example in primitive.example_rule(lambda *shape: random.normal(size=shape)):
        items = example if isinstance(example, tuple) else (example,)
        if isinstance(items[-1], dict):
            yield tuple(map(np.asarray, items[:-1])), items[-1]
        else:
            yield tuple(map(np.asarray, items)), {}


def weighted(*results):
    """One number, to which every element of the results contributes differently."""
    total = 0.0
    for i, y in enumerate(results):
        if is_float(Spec.of(y).dtype):
            weights = np.random.default_rng(i + 1).normal(size=[n or 1 for n in y.shape])
            total = total + ops.sum(y * weights)
    return total


def with_gradients(function, specs, name):
    """A graph of the weighted sum of the results, and the gradients of the inputs that have one."""

    def summed(*xs):
        results = function(*xs)
        return weighted(*results) if isinstance(results, tuple) else weighted(results)

    graph = trace(summed, *specs, name=name)
    return graph, gradients(graph, graph.outputs[0], graph.inputs)


def evaluate(graph, outputs, inputs):
    """The numbers of some values of a graph."""
    graph.outputs = outputs
    with np.errstate(all="ignore"):
        return graph.run(*inputs)


def directions(inputs):
    """A random direction to step into, for every input of fractions."""
    random = np.random.default_rng(7)
    for i, x in enumerate(inputs):
        if x.dtype.kind == "f":
            yield i, random.normal(size=x.shape)


def check(graph, result, slopes, inputs, tolerance=1e-5):
    """The derivative into a direction must be what the gradient says.

    Raises:
        AssertionError: When it is not.
    """
    checked = 0
    for i, direction in directions(inputs):
        if slopes[i] is None:
            continue
        ahead, behind = (
            evaluate(graph, [result], [*inputs[:i], inputs[i] + step * direction, *inputs[i + 1 :]])
            for step in (STEP, -STEP)
        )
        found = (ahead[0] - behind[0]).item() / (2 * STEP)
        [slope] = evaluate(graph, [slopes[i]], inputs)
        said = np.sum(slope * direction)
        assert np.isfinite(said)
        np.testing.assert_allclose(said, found, rtol=tolerance, atol=tolerance)
        checked += 1
    return checked


def check_first(function, inputs, name):
    """Check the gradients of a function; returns how many there are."""
    graph, slopes = with_gradients(function, list(map(Spec.of, inputs)), name)
    return check(graph, graph.outputs[0], slopes, inputs)


def check_second(function, inputs, name):
    """Check the gradients of the gradients; returns how many there are."""
    graph, slopes = with_gradients(function, list(map(Spec.of, inputs)), name)
    known = [slope for slope in slopes if slope is not None]
    if not known:
        return 0
    with graph.recording():
        total = weighted(*known)
    total = graph.lift(total)
    return check(graph, total, gradients(graph, total, graph.inputs), inputs, tolerance=1e-4)


def primitive_of(primitive, settings):
    """The primitive as a function of its inputs alone."""
    return lambda *inputs: primitive(*inputs, **settings)
