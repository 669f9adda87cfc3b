"""Scans that are an LSTM, a GRU or a simple recurrence, which ONNX has as operators.

A layer multiplies all steps by its kernel at once, and scans what comes out; the trees here say
what a step does then.  Masks, and other functions inside, leave a ``Scan``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.patterns import Match, matches
from visualnn.graph.graph import Graph, Node, Value

_PRODUCT = ("matmul", "h", "R")


def _gates(source: Any, letter: str, count: int) -> list[Any]:
    return [(f"slice:{letter}{i}", source) for i in range(count)]


_i, _f, _g, _o = _gates(("add", "x", _PRODUCT), "h", 4)
_CELL = (
    "add:cell",
    ("multiply", ("sigmoid", _f), "c"),
    ("multiply", ("sigmoid", _i), ("tanh", _g)),
)
_LSTM = ("multiply", ("sigmoid", _o), ("tanh", _CELL))

_x0, _x1, _x2 = _gates("x", "x", 3)


def _renewed(update: Any, news: Any) -> Any:
    return ("add", ("multiply", update, "h"), ("multiply", ("subtract", 1, update), news))


def _gru(product: Any) -> Any:
    """Gates after the product with the state."""
    h0, h1, h2 = _gates(product, "h", 3)
    reset = ("sigmoid", ("add", _x1, h1))
    news = ("tanh", ("add", _x2, ("multiply", reset, h2)))
    return _renewed(("sigmoid", ("add", _x0, h0)), news)


_BIAS = ("reshape", ("slice:row", "bias"))
_h0, _h1 = _gates(("matmul", "h", ("slice:gates", "R")), "h", 2)
_NEWS = ("matmul", ("multiply", ("sigmoid", ("add", _x1, _h1)), "h"), ("slice:news", "R"))
_RESET_BEFORE = _renewed(("sigmoid", ("add", _x0, _h0)), ("tanh", ("add", _x2, _NEWS)))

_TREES: list[tuple[str, Any, dict[str, Any]]] = [
    ("LSTM", _LSTM, {}),
    ("GRU", _gru(("add", _PRODUCT, _BIAS)), {"linear_before_reset": 1}),
    ("GRU", _gru(_PRODUCT), {"linear_before_reset": 1}),
    ("GRU", _RESET_BEFORE, {}),
    ("RNN", ("tanh", ("add", "x", _PRODUCT)), {}),
    ("RNN", ("relu", ("add", "x", _PRODUCT)), {"activations": ["Relu"]}),
]
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "RNN": (0,)}
"""Where each gate of ONNX lies among ours."""


def recurrent(graph: OnnxGraph, node: Node) -> list[Any] | None:
    """Write a scan as one operator, if it is one.

    Returns:
        What stands for its outputs, or ``None`` if it is something else.
    """
    how, body = node.settings, node.settings["body"]
    carries = how["carries"]
    step = _step(body, carries) if how["sequences"] == 1 else None
    read = _multiplied(graph, node.inputs[carries])
    if step is None or read is None or _asks_for_more(graph, node, body, carries):
        return None
    op, match, settings = step
    values = match.values
    outer = dict(zip(body.inputs, node.inputs, strict=True))
    weights = [graph.held[outer[values[key]]].constant for key in ("R", "bias") if key in values]
    units = body.inputs[0].spec.sizes[-1]
    if any(x is None for x in weights) or not isinstance(units, int) or read[0].dtype != "float32":
        return None
    if not _cut_evenly(match, units):
        return None
    recurrent_bias = _row(weights[1]) if len(weights) > 1 and weights[1] is not None else None
    return _written(graph, node, op, settings, read, weights[0], recurrent_bias, units)


def _step(body: Graph, carries: int) -> tuple[str, Match, dict[str, Any]] | None:
    """Which operator a step is."""
    constants = {value: Constant.of(array) for value, array in body.constants.items()}
    for op, tree, settings in _TREES:
        if carries != 1 + (op == "LSTM"):
            continue
        for match in matches(tree, body.outputs[0], constants):
            places = {"h": 0, "x": carries} | ({"c": 1} if op == "LSTM" else {})
            if any(match.values[key] is not body.inputs[i] for key, i in places.items()):
                continue
            if op == "LSTM" and match.named["cell"].output is not body.outputs[1]:
                continue
            given = {match.values[key] for key in ("R", "bias") if key in match.values}
            if given <= set(body.inputs):
                return op, match, settings
    return None


def _asks_for_more(graph: OnnxGraph, node: Node, body: Graph, carries: int) -> bool:
    """Whether somebody reads the states before each step, or another result than the state."""
    history = node.outputs[len(body.outputs) :]
    results = body.outputs[carries:]
    return any(x in graph.wanted for x in history) or any(y is not body.outputs[0] for y in results)


def _multiplied(graph: OnnxGraph, value: Value) -> tuple[Held, Constant, Constant | None] | None:
    """The sequence, kernel and bias of a scan's input: ``transpose(x @ kernel + bias)``."""
    node = value.node
    if node is None or node.primitive.name != "transpose" or node.settings["axes"] != (1, 0, 2):
        return None
    made, bias = node.inputs[0].node, None
    if made is not None and made.primitive.name == "add":
        bias = graph.held[made.inputs[1]].constant
        if bias is None or bias.ndim != 1:
            return None
        made = made.inputs[0].node
    if made is None or made.primitive.name != "matmul":
        return None
    x, kernel = (graph.held.get(each) for each in made.inputs)
    if x is None or kernel is None or kernel.constant is None or x.ndim != 3:
        return None
    return (x, kernel.constant, bias) if x.constant is None and kernel.ndim == 2 else None


def _cut_evenly(match: Match, units: int) -> bool:
    """Whether each gate is as wide as the state, and they follow each other."""
    for label, node in match.named.items():
        if label[0] not in "hx" or not label[1:].isdigit():
            continue
        how, begin = node.settings, int(label[1:]) * units
        width = node.output.spec.sizes[-1]
        if how["axes"] != (1,) or how["steps"] != (1,) or (how["starts"][0] or 0) != begin:
            return False
        if width != units:
            return False
    row = match.named.get("row")
    return row is None or (row.settings["axes"], row.settings["starts"]) == ((0,), (1,))


def _row(bias: Constant) -> Constant:
    """The second of two biases, which belongs to the state."""
    return Constant(bias.shape[1:], bias.dtype, lambda: bias.array()[1], bias.name)


def _written(
    graph: OnnxGraph,
    node: Node,
    op: str,
    settings: dict[str, Any],
    read: tuple[Held, Constant, Constant | None],
    recurrent_kernel: Any,
    recurrent_bias: Constant | None,
    units: int,
) -> list[Any]:
    x, kernel, bias = read
    gates = _GATES[op]
    kernels = (_turned(weights, gates, units) for weights in (kernel, recurrent_kernel))
    names = [graph.turned(x, (1, 0, 2)), *(_constant(graph, weights) for weights in kernels)]
    joined = _biases(bias, recurrent_bias, gates, units)
    names.append("" if joined is None else _constant(graph, joined))
    states = [graph.held[value] for value in node.inputs[: node.settings["carries"]]]
    if not all(_is_zero(graph, value) for value in node.inputs[: len(states)]):
        first = [graph.add("Unsqueeze", graph.plain(state), graph.whole(0)) for state in states]
        names += ["", *first]  # all sequences have the same length
    while not names[-1]:
        names.pop()
    count = 1 + len(states)
    whole, *last = graph.add_several(
        op,
        names,
        count,
        hidden_size=units,
        direction="reverse" if node.settings.get("reverse") else None,
        **settings,
    )
    ends = [graph.add("Squeeze", name, graph.whole(0)) for name in last]
    results = len(node.settings["body"].outputs) - len(states)
    lines = [graph.add("Squeeze", whole, graph.whole(1))] * results
    return [*ends, *lines, *("" for _ in states)]


def _constant(graph: OnnxGraph, x: Constant) -> str:
    return graph.held_constant(x, tuple(range(x.ndim)), x.shape)


def _turned(weights: Constant, gates: Sequence[int], units: int) -> Constant:
    """A kernel (inputs, gates) as (1, gates, inputs), its gates in ONNX's order."""
    inputs, width = weights.shape

    def make() -> np.ndarray:
        return _ordered(np.ascontiguousarray(weights.array().T), gates, units)[None]

    return Constant((1, width, inputs), weights.dtype, make, weights.name)


def _ordered(array: np.ndarray, gates: Sequence[int], units: int) -> np.ndarray:
    return np.concatenate([array[i * units : (i + 1) * units] for i in gates])


def _biases(
    bias: Constant | None, state_bias: Constant | None, gates: Sequence[int], units: int
) -> Constant | None:
    """Both biases one after the other."""
    given = bias or state_bias
    if given is None:
        return None
    width = units * len(gates)

    def make() -> np.ndarray:
        none = np.zeros(width, np.float32)
        parts = [none if x is None else x.array() for x in (bias, state_bias)]
        return np.concatenate([_ordered(x, gates, units) for x in parts])[None]

    return Constant((1, 2 * width), "float32", make, given.name)


def _is_zero(graph: OnnxGraph, value: Value) -> bool:
    """Whether a state begins with zeros, which goes without saying."""
    node = value.node
    if node is None or node.primitive.name not in ("broadcast_to", "broadcast_like"):
        return False
    constant = graph.held[node.inputs[0]].constant
    return constant is not None and constant.number() == 0
