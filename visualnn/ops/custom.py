"""Functions made of users' functions: gradients of one's own, and running combinations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from visualnn import primitives as p
from visualnn.ops.promotion import as_tensor, axis_of, known_size
from visualnn.structure import flatten, map_structure, pack_like


def custom_gradient(f: Callable) -> Callable:
    """A function whose gradient is computed by a function of its own.

    ``f`` gives its results and a function from their gradients to the gradients of its arguments:

        @ops.custom_gradient
        def log1pexp(x):
            e = ops.exp(x)
            return ops.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))
    """

    @functools.wraps(f)
    def function(*args: Any, **kwargs: Any) -> Any:
        tensors = [as_tensor(x) for x in args]
        results, backward = f(*(p.stop_gradient(x) for x in tensors), **kwargs)
        leaves = flatten(results)
        made = p.with_gradient(*leaves, *tensors, results=len(leaves), backward=backward)
        return pack_like(results, made)

    return function


def associative_scan(f: Callable, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Combine all elements up to each one along an axis by a function that may be regrouped.

    Elements are combined over twice the distance in each round, so there are few rounds.

    Args:
        f: From (earlier elements, later elements), nested like ``elems``, to their combination.
        elems: Tensors, in any nesting.
        reverse: Whether to begin at the end.
        axis: The axis; its size must be known.
    """
    elems = map_structure(as_tensor, elems)
    first = flatten(elems)[0]
    axis = axis_of(first, axis, "associative_scan")
    length = known_size(first, axis, "associative_scan")
    turned = _cut(elems, axis, None, None, -1) if reverse else elems
    distance = 1
    while distance < length:
        earlier = _cut(turned, axis, None, length - distance)
        later = _cut(turned, axis, distance, None)
        kept = _cut(turned, axis, None, distance)
        combined = f(earlier, later)
        turned = map_structure(lambda a, b: p.concatenate(a, b, axis=axis), kept, combined)
        distance *= 2
    return _cut(turned, axis, None, None, -1) if reverse else turned


def _cut(elems, axis, start, stop, step=1):
    where = dict(axes=(axis,), starts=(start,), stops=(stop,), steps=(step,))
    return map_structure(lambda x: p.slice(x, **where), elems)
