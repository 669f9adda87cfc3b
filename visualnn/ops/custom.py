"""Functions made of users' functions: gradients of one's own, and running combinations."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from typing import Any

from visualnn import primitives as p
from visualnn.ops.control import map
from visualnn.ops.numpy_shaping import broadcast_to, reshape
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, axis_of, known_size, rank_of
from visualnn.spec import ShapeError, Spec, broadcast
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


@operation("core", "AssociativeScan", "reverse", "axis")
def associative_scan(f: Callable, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Combine all elements up to each one along an axis by a function that may be regrouped.

    Elements are combined over twice the distance in each round, so there are few rounds.

    Args:
        f: From (earlier elements, later elements), nested like ``elems``, to their combination.
        elems: Tensors, in any nesting.
        reverse: Whether to begin at the end.
        axis: The axis; its size must be known.
    """
    if not callable(f):
        raise TypeError(f"ops.associative_scan: `f` is a function of two tensors, not {f!r}.")
    elems = map_structure(as_tensor, elems)
    first = flatten(elems)[0]
    axis = axis_of(first, axis, "associative_scan")
    length = known_size(first, axis, "associative_scan")
    for x in flatten(elems):
        if known_size(x, axis, "associative_scan") != length:
            raise ShapeError(
                f"ops.associative_scan: all tensors must be equally long along axis {axis}, but "
                f"they are {' and '.join(str(Spec.of(one)) for one in flatten(elems))}."
            )
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


def vectorize(
    pyfunc: Callable, *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of tensors, from a function of single elements, whose arguments broadcast.

    Args:
        pyfunc: The function of single elements.
        excluded: The places of arguments that are handed on whole.
        signature: Which axes at the end belong to one element, such as ``"(m,n),(n)->(m)"``.

    Raises:
        ValueError: When ``pyfunc`` is not a function, or the signature is not one.
    """
    if not callable(pyfunc):
        raise ValueError(f"ops.vectorize: `pyfunc` is a function, not {pyfunc!r}.")
    whole = set(excluded or ())
    cores = None if signature is None else _core_ranks(signature)

    @functools.wraps(pyfunc)
    def function(*args: Any) -> Any:
        places = [i for i in range(len(args)) if i not in whole]
        ranks = [0] * len(places) if cores is None else cores
        if len(ranks) != len(places):
            raise TypeError(
                f"ops.vectorize: the signature {signature!r} has {len(ranks)} arguments, but "
                f"{len(places)} were given."
            )
        tensors = [as_tensor(args[i]) for i in places]
        looped = [Spec.of(x).sizes[: rank_of(x) - n] for x, n in zip(tensors, ranks, strict=True)]
        sizes = broadcast(*looped) if looped else ()
        length = math.prod(size for size in sizes if isinstance(size, int))
        if not all(isinstance(size, int) for size in sizes):
            raise ShapeError(f"ops.vectorize: the sizes {sizes} must be known.")
        flat = []
        for x, n in zip(tensors, ranks, strict=True):
            core = Spec.of(x).sizes[rank_of(x) - n :]
            flat.append(reshape(broadcast_to(x, (*sizes, *core)), (length, *core)))

        def one(elements: Any) -> Any:
            given = list(args)
            for i, element in zip(places, elements, strict=True):
                given[i] = element
            return pyfunc(*given)

        made = map(one, tuple(flat))
        return map_structure(lambda x: reshape(x, (*sizes, *Spec.of(x).sizes[1:])), made)

    return function


def _core_ranks(signature: str) -> list[int]:
    """How many axes one element of each argument has."""
    left, arrow, right = signature.replace(" ", "").partition("->")
    group = r"\((\w+(,\w+)*)?\)"
    if not arrow or not all(re.fullmatch(f"{group}(,{group})*", side) for side in (left, right)):
        raise ValueError(
            f"ops.vectorize: {signature!r} is no signature; write it like '(m,n),(n)->(m)'."
        )
    return [0 if not inside else inside.count(",") + 1 for inside in re.findall(r"\((.*?)\)", left)]
