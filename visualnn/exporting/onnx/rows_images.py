"""Convolution and pooling, whose channels lie in front in ONNX."""

from __future__ import annotations

import math
from typing import Any

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Held, OnnxGraph, channels_first
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.exporting.onnx.rows import ONNX
from visualnn.graph.graph import Node
from visualnn.primitives.windows import frames


def _padding(node: Node, x: Held, size: tuple, strides: tuple, dilation: tuple) -> dict[str, Any]:
    """Where the window may stand out: in numbers, or by rule where sizes are not known.

    Raises:
        ValueError: When a rule for one axis meets numbers for another.
    """
    padding, space = node.settings["padding"], x.spec.sizes[1:-1]
    free = [
        i
        for i, frame in enumerate(padding)
        if frame == "same" and strides[i] != 1 and not isinstance(space[i], int)
    ]
    if not free:
        sizes = [n if isinstance(n, int) else 1 << 20 for n in space]  # with stride 1 any will do
        found = frames(sizes, size, strides, padding, dilation)
        pads = [before for before, _ in found] + [after for _, after in found]
        return {"pads": pads} if any(pads) else {}
    if all(frame == "same" for frame in padding):
        return {"auto_pad": "SAME_UPPER"}
    raise ValueError(
        f"`{node.name}` pads one axis as its unknown size demands and another by a number, which "
        "ONNX cannot say: give the model inputs of a known size."
    )


def conv(
    graph: OnnxGraph,
    node: Node,
    x: Held,
    kernel: Held,
    scale: Constant | None = None,
    shift: Constant | None = None,
) -> Held:
    """A convolution; what comes in ``scale`` and ``shift`` is taken into its kernel and bias."""
    rank, where = x.ndim, node.settings
    size = kernel.spec.numbers[:-2]
    order = (rank - 1, rank - 2, *range(rank - 2))
    if scale is not None and kernel.constant is not None:
        turned = kernel.constant.turned(order).scaled(scale)
        weights = graph.held_constant(turned, tuple(range(rank)), turned.shape)
    else:
        weights = graph.turned(kernel, order)
    names = [graph.turned(x, channels_first(rank)), weights]
    if shift is not None:
        names.append(graph.held_constant(shift, (0,), (shift.size,)))
    dilation = tuple(where["dilation"])
    made = graph.add(
        "Conv",
        *names,
        kernel_shape=list(size),
        strides=list(where["strides"]),
        dilations=list(dilation),
        group=where["groups"],
        **_padding(node, x, size, where["strides"], dilation),
    )
    return Held(node.output.spec, made, channels_first(rank))


@ONNX.row("conv")
def _(graph: OnnxGraph, node: Node, x: Held, kernel: Held) -> Held:
    return conv(graph, node, x, kernel)


# --------------------------------------------------------------------------- back to the image


@ONNX.row("conv_transpose")
def _(graph: OnnxGraph, node: Node, y: Held, kernel: Held, *unknown: Held) -> Held:
    rank, where = y.ndim, node.settings
    size = kernel.spec.numbers[:-2]
    names = [
        graph.turned(y, channels_first(rank)),
        graph.turned(kernel, (rank - 1, rank - 2, *range(rank - 2))),
    ]
    how = dict(
        kernel_shape=list(size),
        strides=list(where["strides"]),
        dilations=list(where["dilation"]),
        group=where["groups"],
    )
    sizes = graph.sizes(where["shape"], unknown)
    steps = y.spec.sizes[1:-1]
    if all(isinstance(n, int) for n in (*sizes, *steps)):
        made = _painted(graph, names, how, sizes, steps, where["padding"])
    else:
        made = _painted_and_cut(graph, names, how, sizes, where["padding"])
    return Held(node.output.spec, made, channels_first(rank))


def _painted(graph: OnnxGraph, names: list[str], how: dict, sizes: Any, steps: Any, padding: Any):
    extents = _extents(how)
    found = frames(sizes, how["kernel_shape"], how["strides"], padding, how["dilations"])
    missing = [
        n + before + after - ((m - 1) * stride + extent)
        for n, m, stride, extent, (before, after) in zip(
            sizes, steps, how["strides"], extents, found, strict=True
        )
    ]
    pads = [before for before, _ in found] + [after for _, after in found]
    more = {"output_padding": missing} if any(missing) else {}
    return graph.add("ConvTranspose", *names, **how, pads=pads, **more)


def _extents(how: dict) -> list[int]:
    return [
        gap * (width - 1) + 1
        for width, gap in zip(how["kernel_shape"], how["dilations"], strict=True)
    ]


def _painted_and_cut(graph: OnnxGraph, names: list[str], how: dict, sizes: Any, padding: Any):
    """Everything that is painted, of which the image is cut out: its size is only known then."""
    free = [stride - 1 for stride in how["strides"]]
    more = {"output_padding": free} if any(free) else {}
    painted = graph.add("ConvTranspose", *names, **how, **more)
    starts: list[int | str] = []
    ends: list[int | str] = []
    for n, stride, extent, frame in zip(sizes, how["strides"], _extents(how), padding, strict=True):
        before = _before(graph, n, stride, extent) if frame == "same" else frame[0]
        starts.append(before)
        if isinstance(n, int) and isinstance(before, int):
            ends.append(before + n)
        else:
            ends.append(graph.add("Add", *(_as_vector(graph, part) for part in (before, n))))
    axes = graph.whole(*range(2, 2 + len(sizes)))
    return graph.add("Slice", painted, graph.joined(starts), graph.joined(ends), axes)


def _as_vector(graph: OnnxGraph, number: int | str) -> str:
    return graph.whole(number) if isinstance(number, int) else number


def _before(graph: OnnxGraph, n: int | str, stride: int, extent: int) -> int | str:
    """How much of the frame of ``"same"`` lies before an image of this size."""
    if isinstance(n, int):
        return frames([n], [extent], [stride], ["same"], [1])[0][0]
    one, step = graph.whole(1), graph.whole(stride)
    last = graph.add("Div", graph.add("Sub", n, one), step)  # the number of steps, less one
    total = graph.add("Add", graph.add("Mul", last, step), graph.whole(extent))
    total = graph.add("Max", graph.add("Sub", total, n), graph.whole(0))
    return graph.add("Div", total, graph.whole(2))


# --------------------------------------------------------------------------- pooling


def _pooled(graph: OnnxGraph, node: Node, op: str, x: Held, **more: Any) -> Held:
    where, ones = node.settings, (1,) * (x.ndim - 2)
    name = graph.turned(x, channels_first(x.ndim))
    fine = x.dtype in ("float32", "float64", "float16")
    name = name if fine else graph.add("Cast", name, to=dtype_number("float64"))
    made = graph.add(
        op,
        name,
        kernel_shape=list(where["size"]),
        strides=list(where["strides"]),
        **_padding(node, x, where["size"], where["strides"], ones),
        **more,
    )
    made = made if fine else graph.add("Cast", made, to=dtype_number(x.dtype))
    return Held(node.output.spec, made, channels_first(x.ndim))


@ONNX.row("max_pool")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    return _pooled(graph, node, "MaxPool", x)


@ONNX.row("average_pool")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    return _pooled(graph, node, "AveragePool", x, count_include_pad=0)


def mean(graph: OnnxGraph, node: Node, total: Node, x: Held) -> Held:
    """A sum that is divided by how many there are."""
    from visualnn.exporting.onnx.rows_reduction import left_over, reduced

    axes, keepdims = total.settings["axes"], total.settings.get("keepdims", False)
    places = sorted(x.home.index(axis) for axis in axes)
    space = x.home == channels_first(x.ndim) and places == list(range(2, x.ndim)) and x.ndim > 2
    name = graph.turned(x, x.home)
    if space and keepdims:
        made = graph.add("GlobalAveragePool", name)
    else:
        made = reduced(graph, "ReduceMean", name, places, keepdims)
    return Held(node.output.spec, made, left_over(x.home, axes, keepdims))


def count(x: Held, axes: Any) -> int | None:
    """How many elements lie along axes, if that is known."""
    sizes = [x.spec.sizes[axis] for axis in axes]
    return math.prod(sizes) if all(isinstance(n, int) for n in sizes) else None  # type: ignore[arg-type]
