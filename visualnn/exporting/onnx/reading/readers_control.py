"""Loops and branches, whose bodies are nodes that see the names around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileGraph, FileNode
from visualnn.exporting.onnx.reading.readers import reads, refused
from visualnn.exporting.onnx.reading.values import Held
from visualnn.graph.graph import Value

_LONGEST = 1 << 22


def _held(x: Any) -> Any:
    return Held(x) if isinstance(x, Value) else np.asarray(x)


def _body(node: FileNode, key: str, inputs: int | None = None) -> FileGraph:
    body = node.attributes.get(key)
    if not isinstance(body, FileGraph):
        raise refused(node, f"it has no {key!r}.")
    if inputs is not None and len(body.inputs) != inputs:
        raise refused(node, f"{key!r} takes {len(body.inputs)} inputs, but gets {inputs}.")
    return body


def _given(body: FileGraph, tensors: Any) -> dict[str, Any]:
    return {name: _held(x) for (name, _, _), x in zip(body.inputs, tensors, strict=True)}


@reads("Scan")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    body, found = _body(node, "body", len(xs)), node.attributes
    count = found.get("num_scan_inputs", 0)
    carries = len(xs) - count
    results = len(body.outputs) - carries
    if count < 1 or carries < 0 or results < 0:
        raise refused(node, "its inputs and outputs do not fit together.")
    tensors = [ops.convert_to_tensor(on.tensor(x)) for x in xs]
    axes = found.get("scan_input_axes") or [0] * count
    turned = found.get("scan_input_directions") or [0] * count
    lines = []
    for x, axis, backwards in zip(tensors[carries:], axes, turned, strict=True):
        line = ops.moveaxis(x, axis, 0) if axis else x
        lines.append(ops.flip(line, axis=0) if backwards else line)

    def step(state: Any, parts: Any) -> tuple[list, list]:
        made = on.inside(body, _given(body, [*state, *parts]))
        made = [ops.convert_to_tensor(x) for x in made]
        return made[:carries], made[carries:]

    state, ys = ops.scan(step, tensors[:carries], lines)
    out_axes = found.get("scan_output_axes") or [0] * results
    out_turned = found.get("scan_output_directions") or [0] * results
    collected = []
    for y, axis, backwards in zip(ys, out_axes, out_turned, strict=True):
        line = ops.flip(y, axis=0) if backwards else y
        collected.append(ops.moveaxis(line, 0, axis) if axis else line)
    return [*state, *collected]


@reads("If")
def _(on: Context, node: FileNode, test: Any) -> Any:
    branches = [_body(node, key, 0) for key in ("then_branch", "else_branch")]
    if isinstance(test, np.ndarray):
        return [_held(x) for x in on.inside(branches[not bool(test.reshape(-1)[0])], {})]
    truth = ops.reshape(on.tensor(test), ())
    runs = [
        lambda body=body: [ops.convert_to_tensor(x) for x in on.inside(body, {})]
        for body in branches
    ]
    return list(ops.cond(truth, *runs))


@reads("Loop")
def _(on: Context, node: FileNode, most: Any = None, test: Any = None, *states: Any) -> Any:
    body = _body(node, "body", 2 + len(states))
    carries = len(states)
    begin = [ops.convert_to_tensor(on.tensor(x)) for x in states]
    always = np.array(True)
    if len(body.outputs) > 1 + carries:
        return _counted(on, node, body, most, begin)
    first = always if test is None else ops.reshape(on.tensor(test), ())

    def step(count: Any, go_on: Any, *state: Any) -> tuple:
        made = on.inside(body, _given(body, [ops.cast(count, "int64"), go_on, *state]))
        made = [ops.convert_to_tensor(x) for x in made]
        return ops.add(count, 1), ops.reshape(made[0], ()), *made[1:]

    def going(count: Any, go_on: Any, *state: Any) -> Any:
        if most is None:
            return go_on
        return ops.logical_and(go_on, ops.less(ops.cast(count, "int64"), _single(on, most)))

    start = (np.int32(0), ops.cast(first, "bool"), *begin)
    return list(ops.while_loop(going, step, start)[2:])


def _single(on: Context, x: Any) -> Any:
    return ops.reshape(on.tensor(x), ())


def _counted(on: Context, node: FileNode, body: FileGraph, most: Any, begin: list[Any]) -> Any:
    """A loop that keeps something of each step goes a number of times that is known."""
    if not isinstance(most, np.ndarray) or not 0 <= int(most.reshape(-1)[0]) <= _LONGEST:
        raise refused(node, "it keeps something of each step, but how many there are is not known.")
    makers = {name: inner for inner in body.nodes for name in inner.outputs}
    maker = makers.get(body.outputs[0])
    passed = maker is not None and maker.op == "Identity" and maker.inputs[0] == body.inputs[1][0]
    always = bool(np.all(body.constants.get(body.outputs[0], False)))
    if not passed and body.outputs[0] != body.inputs[1][0] and not always:
        raise refused(node, "it keeps something of each step, and may end before its time.")

    def step(state: Any, count: Any) -> tuple[list, list]:
        made = on.inside(body, _given(body, [ops.cast(count, "int64"), np.array(True), *state]))
        made = [ops.convert_to_tensor(x) for x in made[1:]]
        return made[: len(begin)], made[len(begin) :]

    counts = np.arange(int(most.reshape(-1)[0]), dtype="int32")
    state, ys = ops.scan(step, begin, counts)
    return [*state, *ys]
