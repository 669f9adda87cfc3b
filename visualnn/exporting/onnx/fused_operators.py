"""Several primitives that are one operator of ONNX: activations, means, normalizations.

Each is a tree of primitives and the function that says how it is written, or ``None`` where it is
not what it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from visualnn.exporting.onnx.channel_chains import by_channel
from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Held, OnnxGraph, channels_first
from visualnn.exporting.onnx.patterns import Match
from visualnn.exporting.onnx.rows_images import count, mean
from visualnn.graph.graph import Node, Value

PATTERNS: dict[str, list[tuple[Any, Callable]]] = {}
"""Trees by the primitive at their root, and what they become."""

LATE: dict[str, list[tuple[Any, Callable]]] = {}
"""Those that wait until convolutions have taken in what they can."""


def _becomes(*trees: Any, table: Any = PATTERNS) -> Callable[[Callable], Callable]:
    """Register a function as what some trees become."""

    def register(rule: Callable) -> Callable:
        for tree in trees:
            table.setdefault(tree[0].partition(":")[0], []).append((tree, rule))
        return rule

    return register


def _of_x(op: str, node: Node, x: Value, **how: Any) -> Callable:
    """One operator that works element by element on what the tree calls ``x``."""

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> Held:
        names, axes = graph.aligned([held[x]], node.output.ndim)
        return graph.made(node.output.spec, op, names, axes, **how)

    return write


# --------------------------------------------------------------------------- activations


@_becomes(("add", ("relu", "x"), ("log1p", ("exp", ("minimum", "x", ("negative", "x"))))))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    return _of_x("Softplus", node, match.values["x"])


@_becomes(("add", ("relu", "x"), ("expm1", ("minimum", "x", 0))))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    return _of_x("Elu", node, match.values["x"], alpha=1.0)


@_becomes(("where", ("less_equal", 0, "x"), "x", ("multiply", "x", "#slope")))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    slope = constants[match.values["#slope"]].number()
    return _of_x("LeakyRelu", node, match.values["x"], alpha=float(slope))


_GELU = ("multiply", ("multiply", "x", 0.5), ("add", ("erf", ("multiply", "x", 2**-0.5)), 1))


@_becomes(_GELU)
def _(node: Node, match: Match, constants: Mapping) -> Any:
    x = match.values["x"]

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> Held:
        if graph.opset >= 20:
            return _of_x("Gelu", node, x)(graph, held)
        names, axes = graph.aligned([held[x]], node.output.ndim)
        root, one, half = (graph.number(n, x.dtype) for n in (2**0.5, 1, 0.5))
        spread = graph.add("Add", graph.add("Erf", graph.add("Div", *names, root)), one)
        weighed = graph.add("Mul", *names, spread)
        return Held(node.output.spec, graph.add("Mul", weighed, half), axes)

    return write


_HARD_SIGMOID = ("divide", ("minimum", ("relu", ("add", "x", 3)), 6), 6)


@_becomes(("multiply", "x", _HARD_SIGMOID))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    return _of_x("HardSwish", node, match.values["x"])


@_becomes(_HARD_SIGMOID)
def _(node: Node, match: Match, constants: Mapping) -> Any:
    return _of_x("HardSigmoid", node, match.values["x"], alpha=1 / 6, beta=0.5)


@_becomes(("minimum", ("relu", "x"), "#most"))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    x = match.values["x"]
    most = constants[match.values["#most"]].number()
    if not x.dtype.startswith("float") or constants[match.values["#most"]].ndim:
        return None

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> Held:
        names, axes = graph.aligned([held[x]], node.output.ndim)
        ends = [graph.number(n, x.dtype) for n in (0, most)]
        return graph.made(node.output.spec, "Clip", [*names, *ends], axes)

    return write


# --------------------------------------------------------------------------- means


@_becomes(("divide", ("sum:total", "x"), "#count"))
def _(node: Node, match: Match, constants: Mapping) -> Any:
    x, total = match.values["x"], match.named["total"]
    number = constants[match.values["#count"]].number()
    if count(Held(x.spec), total.settings["axes"]) != number or not total.settings["axes"]:
        return None
    if not x.dtype.startswith("float") or constants[match.values["#count"]].ndim:
        return None
    return lambda graph, held: mean(graph, node, total, held[x])


_MEAN = ("divide", ("sum:total", "x"), "#count")
_CENTRED = ("subtract", "x", _MEAN)
_SPREAD = ("divide", ("sum:squares", ("multiply", _CENTRED, _CENTRED)), "#other")
_NORMAL = ("multiply", _CENTRED, ("divide", 1, ("sqrt", ("add", _SPREAD, "#epsilon"))))


@_becomes(
    ("add", ("multiply", _NORMAL, "$gamma"), "$beta"),
    ("multiply", _NORMAL, "$gamma"),
    ("add", _NORMAL, "$beta"),
    _NORMAL,
)
def _(node: Node, match: Match, constants: Mapping) -> Any:
    """A layer normalization over the last axis."""
    x, total, squares = match.values["x"], match.named["total"], match.named["squares"]
    last = x.ndim - 1
    length = count(Held(x.spec), (last,)) if x.ndim else None
    said = [constants[match.values[key]].number() for key in ("#count", "#other")]
    how = [(each.settings["axes"], each.settings.get("keepdims")) for each in (total, squares)]
    if (
        length is None
        or how != [((last,), True)] * 2
        or said != [length, length]
        or x.dtype != "float32"
    ):
        return None
    factors = [constants.get(match.values.get(key)) for key in ("$gamma", "$beta")]  # type: ignore[arg-type]
    if any(y is not None and (y.size != length or y.shape[-1:] != (length,)) for y in factors):
        return None
    epsilon = constants[match.values["#epsilon"]].number()

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> str:
        gamma, beta = factors
        if gamma is None:
            gamma = Constant.of(np.ones(length, np.float32), f"{graph.scope}/ones")
        names = [graph.held_constant(y, (0,), (y.size,)) for y in (gamma, beta) if y is not None]
        how = dict(axis=-1, epsilon=float(epsilon))
        return graph.add("LayerNormalization", graph.plain(held[x]), *names, **how)

    return write


# --------------------------------------------------------------------------- each channel


_SCALED_AHEAD = ("multiply", ("subtract", "x", "$mean"), "$scale")


@_becomes(
    ("add", ("multiply", _SCALED_AHEAD, "$gamma"), "$beta"),
    ("add", _SCALED_AHEAD, "$beta"),
    table=LATE,
)
def _(node: Node, match: Match, constants: Mapping) -> Any:
    """A batch normalization that no convolution takes in, by its mean, factors and offsets."""
    x = match.values["x"]
    channels = x.spec.sizes[-1] if x.ndim else None
    keys = ("$mean", "$scale", "$gamma", "$beta")
    given = [constants[match.values[key]] for key in keys if key in match.values]
    if x.ndim < 3 or x.dtype != "float32":
        return None
    if not all(by_channel(y, x.ndim) and y.size == channels for y in given):
        return None
    mean, *factors, offset = given

    def scale() -> np.ndarray:
        return np.prod([y.array().reshape(-1) for y in factors], axis=0)

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> Held:
        size = int(mean.size)
        folded = Constant((size,), x.dtype, scale, f"{graph.scope}/scale")
        one = Constant.of(np.ones(size, x.dtype), f"{graph.scope}/ones")
        names = [graph.held_constant(y, (0,), (size,)) for y in (folded, offset, mean, one)]
        order = channels_first(x.ndim)
        made = graph.add("BatchNormalization", graph.turned(held[x], order), *names, epsilon=0.0)
        return Held(node.output.spec, made, order)

    return write
