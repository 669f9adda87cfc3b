"""Pools and masks: what need not be done for every pixel.

The largest of some numbers stays the largest when the same is added to all of them, or when what is
negative becomes zero.  So biases and ReLU come after a pool, where there are fewer numbers, and
the slope of ReLU is applied before the slopes of the pool are spread.
"""

from __future__ import annotations

from typing import Any

from visualnn.engine.identities import identity, inputs_of
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES


def _added(graph: Graph, x: Value) -> tuple[Value, Value] | None:
    """What a number for each channel is added to, and the numbers, if that is what makes ``x``."""
    for image, term in (inputs_of(x, "add"), inputs_of(x, "add")[::-1]):
        if image is not None and image.spec.sizes == x.spec.sizes and _is_for_channels(term, x):
            return image, term
    return None


def _is_for_channels(term: Value, image: Value) -> bool:
    channels = image.spec.sizes[-1:]
    whole = (1,) * (image.ndim - 1) + channels
    return term.dtype == image.dtype and term.spec.sizes in (channels, whole)


# --------------------------------------------------------------------------- pools


@identity("max_pool")
def _(graph: Graph, x: Value, **where: Any) -> Value | None:
    if not uses("pools") or not x.dtype.startswith("float"):
        return None
    [before] = inputs_of(x, "relu", 1)
    if before is not None:
        largest = graph.add(PRIMITIVES["max_pool"], (before,), where)
        return graph.add(PRIMITIVES["relu"], (largest,), {})
    found = _added(graph, x)
    if found is not None:
        largest = graph.add(PRIMITIVES["max_pool"], (found[0],), where)
        return graph.add(PRIMITIVES["add"], (largest, found[1]), {})
    seen = _seen_part(graph, x, where)
    return None if seen is None else graph.add(PRIMITIVES["max_pool"], (seen,), where)


def _seen_part(graph: Graph, x: Value, where: dict[str, Any]) -> Value | None:
    """A convolution without the last places, if the windows of a pool end before them."""
    kernel = inputs_of(x, "conv")[1]
    if kernel is None or x.node is None or x.node.settings["groups"] != 1:
        return None
    how = x.node.settings
    if any("same" in where_ for where_ in (how["padding"], where["padding"])):
        return None
    left = [
        (n + before + after - size) % stride
        for n, size, stride, (before, after) in zip(
            x.spec.numbers[1:-1], where["size"], where["strides"], where["padding"], strict=True
        )
    ]
    if not any(left) or any(map(any, where["padding"])):
        return None
    # a frame that is narrower than nothing stands for pixels that are not looked at
    padding = tuple(
        (before, after - rest * stride)
        for (before, after), rest, stride in zip(how["padding"], left, how["strides"], strict=True)
    )
    return graph.add(PRIMITIVES["conv"], x.node.inputs, {**how, "padding": padding})


@identity("conv_kernel")
def _(graph: Graph, x: Value, g: Value, **how: Any) -> Value | None:
    found = _seen_slope(graph, g)
    if found is None:
        return None
    return graph.add(PRIMITIVES["conv_kernel"], (x, found[0]), {**how, "padding": found[1]})


@identity("conv_transpose")
def _(graph: Graph, g: Value, kernel: Value, *sizes: Value, **how: Any) -> Value | None:
    found = None if sizes else _seen_slope(graph, g)
    if found is None:
        return None
    return graph.add(PRIMITIVES["conv_transpose"], (found[0], kernel), {**how, "padding": found[1]})


def _seen_slope(graph: Graph, spread: Value) -> tuple[Value, tuple] | None:
    """The slope of a convolution where a pool sees it, and the frame that makes it so small."""
    g, x, y = inputs_of(spread, "max_pool_spread", 3)
    if g is None or spread.node is None or not uses("pools"):
        return None
    seen = _seen_part(graph, x, spread.node.settings)
    if seen is None or seen.node is None:
        return None
    slope = graph.add(PRIMITIVES["max_pool_spread"], (g, seen, y), spread.node.settings)
    return slope, seen.node.settings["padding"]


@identity("max_pool_spread")
def _(graph: Graph, g: Value, x: Value, y: Value, **where: Any) -> Value | None:
    """Which of them is the largest does not depend on what is added to all."""
    found = _added(graph, x) if uses("pools") else None
    if found is None:
        return None
    largest = graph.add(PRIMITIVES["max_pool"], (found[0],), where)
    return graph.add(PRIMITIVES["max_pool_spread"], (g, found[0], largest), where)


@identity("multiply")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    """The slope of ReLU before a pool: where the largest is positive, what gave it was, too."""
    for spread, mask in ((a, b), (b, a)):
        g, x, y = inputs_of(spread, "max_pool_spread", 3)
        [before] = inputs_of(x, "relu", 1)
        if before is None or not uses("pools"):
            continue
        [truth] = inputs_of(mask, "cast", 1)
        zero, cut = inputs_of(truth, "less")
        constant = None if zero is None else graph.constants.get(zero)
        if cut is not x or constant is None or constant.shape != () or constant[()] != 0:
            continue
        assert spread.node is not None and truth is not None
        positive = graph.add(PRIMITIVES["less"], (zero, y), {})
        number = graph.add(PRIMITIVES["cast"], (positive,), {"dtype": g.dtype})
        slope = graph.add(PRIMITIVES["multiply"], (g, number), {})
        largest = graph.add(PRIMITIVES["max_pool"], (before,), spread.node.settings)
        inputs = (slope, before, largest)
        return graph.add(PRIMITIVES["max_pool_spread"], inputs, spread.node.settings)
    return None


@identity("sum_like")
def _(graph: Graph, x: Value, like: Value) -> Value | None:
    """What was spread over pictures adds up to what it was before."""
    g = inputs_of(x, "max_pool_spread", 3)[0]
    if g is None or not uses("pools") or not _is_for_channels(like, x):
        return None
    return graph.add(PRIMITIVES["sum_like"], (g, like), {})


# --------------------------------------------------------------------------- masks


@identity("multiply")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    """A slope times two masks is the slope where both are true."""
    for inner, outer in ((a, b), (b, a)):
        second = _truth(outer)
        if second is None or not uses("masks"):
            continue
        for slope, mask in (inputs_of(inner, "multiply"), inputs_of(inner, "multiply")[::-1]):
            first = _truth(mask)
            if first is None or first.spec.sizes != second.spec.sizes:
                continue
            both = _both(graph, first, second)
            number = graph.add(PRIMITIVES["cast"], (both,), {"dtype": outer.dtype})
            return graph.add(PRIMITIVES["multiply"], (slope, number), {})
    return None


@identity("where")
def _(graph: Graph, condition: Value, a: Value, b: Value) -> Value | None:
    """A slope, or zero times it: the slope times a mask."""
    sizes = a.spec.sizes
    if condition.ndim != a.ndim or sizes != b.spec.sizes or not uses("masks"):
        return None
    if any(m not in (1, n) for m, n in zip(condition.spec.sizes, sizes, strict=True)):
        return None
    for slope, nothing, is_first in ((a, b, True), (b, a, False)):
        factors = inputs_of(nothing, "multiply")
        if any(x is slope and _is_zero(graph, y) for x, y in (factors, factors[::-1])):
            truth = condition
            if not is_first:
                truth = graph.add(PRIMITIVES["bitwise_not"], (condition,), {})
            mask = graph.add(PRIMITIVES["cast"], (truth,), {"dtype": slope.dtype})
            return graph.add(PRIMITIVES["multiply"], (slope, mask), {})
    return None


@identity("where")
def _(graph: Graph, condition: Value, a: Value, b: Value) -> Value | None:
    """A number where it is positive, a part of it elsewhere: the larger of both."""
    zero, number = inputs_of(condition, "less_equal")
    factors = inputs_of(b, "multiply")
    for x, part in (factors, factors[::-1]):
        share = None if part is None else graph.constants.get(part)
        is_share = share is not None and share.shape == () and 0 < share[()] <= 1
        if number is a is x and _is_zero(graph, zero) and is_share and uses("masks"):
            return graph.add(PRIMITIVES["maximum"], (a, b), {})
    return None


def _is_zero(graph: Graph, x: Value | None) -> bool:
    constant = None if x is None else graph.constants.get(x)
    return constant is not None and constant.shape == () and constant[()] == 0


def _truth(x: Value) -> Value | None:
    """The truth values that a mask is made of."""
    [truth] = inputs_of(x, "cast", 1)
    is_mask = truth is not None and truth.dtype == "bool" and truth.ndim > 0
    return truth if is_mask else None


def _both(graph: Graph, first: Value, second: Value) -> Value:
    """Where both are true: what is less is less or equal, too."""
    for strict, weak in ((first, second), (second, first)):
        strictly, weakly = inputs_of(strict, "less"), inputs_of(weak, "less_equal")
        if strictly[0] is not None and strictly[0] is weakly[0] and strictly[1] is weakly[1]:
            return strict
        parts = inputs_of(weak, "bitwise_and")
        for kept, part in (parts, parts[::-1]):
            lower = inputs_of(part, "less_equal")
            is_implied = lower[0] is strictly[0] and lower[1] is strictly[1]
            if kept is not None and strictly[0] is not None and is_implied:
                return _both(graph, kept, strict)
    return graph.add(PRIMITIVES["bitwise_and"], (first, second), {})


@identity("maximum")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    """What ReLU made is not negative."""
    for x, limit in ((a, b), (b, a)):
        constant = graph.constants.get(limit)
        is_cut = x.node is not None and x.node.primitive.name == "relu"
        if is_cut and constant is not None and constant.shape == () and constant[()] <= 0:
            return x if uses("masks") else None
    return None
