"""Derivatives of users' functions along directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn import primitives as p
from visualnn.graph import EagerGraph, gradients
from visualnn.graph.tape import numbers_of
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, cast_to, dtype_of
from visualnn.primitives.primitive import recorder
from visualnn.spec import is_float
from visualnn.structure import flatten, map_structure, pack_like


@operation("linalg", "JVP", "has_aux", waits=False)
def jvp(fun: Callable, primals: Any, tangents: Any, has_aux: bool = False):
    """The result of a function, and how it changes when its arguments move along tangents.

    The gradient of ``results . v`` is linear in ``v``, so its own gradient by ``v``, along the
    tangents, is the change: two walks back make one forward.

    Args:
        fun: The function; takes the primals.
        primals: A list or tuple of arguments, each a tensor or tensors in any nesting.
        tangents: The directions, nested likewise.
        has_aux: Whether ``fun`` gives (results, anything else).

    Returns:
        The results and their changes, nested alike, and the anything else if there is any.

    Raises:
        TypeError: When primals and tangents are not lists or tuples nested alike.
    """
    for name, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, list | tuple):
            raise TypeError(f"jvp: `{name}` is a list or tuple of arguments, not {value!r}.")
    try:
        map_structure(lambda x, direction: None, primals, tangents)
    except ValueError as problem:
        raise TypeError(f"jvp: `tangents` must be nested like `primals`: {problem}") from None
    graph = recorder.get() or EagerGraph()
    with graph.recording():
        points = [graph.lift(as_tensor(x)) for x in flatten(primals)]
        ways = [
            cast_to(as_tensor(x), dtype_of(y))
            for x, y in zip(flatten(tangents), points, strict=True)
        ]
        points = [p.cast(x, dtype=dtype_of(x)) for x in points]  # of their own, so independent
        made = fun(*pack_like(primals, points))
        result, aux = made if has_aux else (made, None)
        leaves = [graph.lift(x) for x in flatten(result)]
        changes = _changes(graph, leaves, points, ways)
    found = (result, pack_like(result, changes), *((aux,) if has_aux else ()))
    return found if recorder.get() is not None else map_structure(numbers_of, found)


def _changes(graph, leaves, points, ways):
    """How each result changes along the ways."""
    weights = [p.zeros_like(y) if is_float(y.dtype) else None for y in leaves]
    slopes = gradients(graph, leaves, points, weights)
    total = None
    for slope, way in zip(slopes, ways, strict=True):
        if slope is not None:
            part = p.sum(p.multiply(slope, way), axes=tuple(range(slope.ndim)))
            total = part if total is None else p.add(total, part)
    sources = [v for v in weights if v is not None]
    found = iter(gradients(graph, total, sources) if total is not None else [None] * len(sources))
    changes = [next(found) if v is not None else None for v in weights]
    return [p.zeros_like(y) if c is None else c for c, y in zip(changes, leaves, strict=True)]
