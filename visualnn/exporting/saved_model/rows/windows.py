"""Windows on images, and convolution.

Where TensorFlow has an operation for it, it is used; else what all windows have at each of their
places is taken as a slice, and the slices are put together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.exporting.saved_model.rows.shapes import strides_of
from visualnn.primitives.windows import frames
from visualnn.spec import Spec, known


class Windows:
    """The windows of one node.

    Args:
        graph: The function that is written.
        size: The sizes of a window.
        image: What is known of the image without its frame.
        strides: How far apart windows are.
        padding: The frame, (before, after) or ``"same"`` for each axis.
        dilation: How far apart the places in a window are.
    """

    def __init__(
        self,
        graph: FunctionBody,
        size: Any,
        image: Spec,
        *,
        strides: Any,
        padding: Any,
        dilation: Any = None,
    ):
        self.graph = graph
        self.size = tuple(size)
        self.image = image
        self.strides = tuple(strides)
        self.padding = tuple(padding)
        self.dilation = tuple(dilation or (1,) * len(self.size))

    @property
    def word(self) -> str | None:
        """The padding as TensorFlow says it; ``None`` where it has no word for it."""
        if all(frame == "same" for frame in self.padding):
            return "SAME"
        plain = all(frame != "same" and tuple(frame) == (0, 0) for frame in self.padding)
        return "VALID" if plain else None

    def frame(self, x: Ref) -> Ref | np.ndarray:
        """How much is put before and after each axis of the image."""
        space = self.image.sizes[1:-1]
        if all(known(n) or f != "same" for n, f in zip(space, self.padding, strict=True)):
            numbers = [n if known(n) else 1 for n in space]
            found = frames(numbers, self.size, self.strides, self.padding, self.dilation)
            return np.array([(0, 0), *found, (0, 0)], np.int32)
        rows = [self.graph.ints([0, 0])]
        for axis, frame in enumerate(self.padding):
            rows.append(self._open_frame(x, axis) if frame == "same" else self.graph.ints(frame))
        return self.graph.add("Pack", [*rows, self.graph.ints([0, 0])], axis=0)

    def _open_frame(self, x: Ref, axis: int) -> Ref:
        """The frame of an axis whose size is not known, by the rule for ``"same"``."""
        add, stride = self.graph.add, self.strides[axis]
        extent = self.dilation[axis] * (self.size[axis] - 1) + 1
        length = self.graph.size(x, axis + 1)
        steps = add("FloorDiv", add("AddV2", length, stride - 1), stride)
        reach = add("AddV2", add("Mul", steps, stride), extent - stride)
        total = add("Maximum", add("Sub", reach, length), 0)
        before = add("FloorDiv", total, 2)
        return add("Pack", [before, add("Sub", total, before)], axis=0)

    def framed(self, x: Ref, value: Any = 0) -> Ref:
        """The image with its frame."""
        frame = self.frame(x)
        if isinstance(frame, np.ndarray):
            if not frame.any():
                return x
            frame = self.graph.constant(frame)
        return self.graph.add("PadV2", x, frame, value)

    def cropped(self, framed: Ref, x: Ref) -> Ref:
        """A framed image without its frame, as large as ``x``."""
        frame = self.frame(x)
        if isinstance(frame, np.ndarray):
            before = self.graph.ints(frame[:, 0])
        else:
            before = self.graph.add("GatherV2", frame, self.graph.constant(np.int32(0)), 1)
        return self.graph.add("Slice", framed, before, self.graph.shape(x, self.image))

    def taps(self) -> Iterator[tuple[tuple[int, ...], Any, dict[str, int]]]:
        """Every place in a window, and the slice that all windows have there."""
        rank = len(self.size)
        for tap in itertools.product(*map(range, self.size)):
            starts = [place * gap for place, gap in zip(tap, self.dilation, strict=True)]
            reach = [gap * (n - 1) for gap, n in zip(self.dilation, self.size, strict=True)]
            stops = [s - r or None for s, r in zip(starts, reach, strict=True)]
            axes = range(1, rank + 1)
            where = strides_of(self.graph, rank + 2, axes, starts, stops, self.strides)
            yield tap, *where

    def views(self, x: Ref) -> Iterator[Ref]:
        """What all windows of a framed image have at each of their places."""
        for _, places, masks in self.taps():
            yield self.graph.add("StridedSlice", x, *places, **masks)

    def collected(self, pieces: Iterator[Ref], framed_shape: Ref) -> Ref:
        """An image in which each place in the windows got its piece, added where they overlap."""
        painted = [
            self.graph.add("StridedSliceGrad", framed_shape, *places, piece, **masks)
            for (_, places, masks), piece in zip(self.taps(), pieces, strict=True)
        ]
        return self.graph.add("AddN", painted)


def with_line(graph: FunctionBody, x: Ref) -> Ref:
    """A line of numbers as an image that is one high."""
    return graph.add("ExpandDims", x, 1)


# ---------------------------------------------------------------------- convolution


def _windows(graph: FunctionBody, node: Any, image: Spec, size: Any) -> Windows:
    where = {key: node.settings[key] for key in ("strides", "padding", "dilation")}
    return Windows(graph, size, image, **where)


def _is_plain(windows: Windows, groups: int) -> bool:
    """Whether TensorFlow has an operation for the gradients, too."""
    return len(windows.size) <= 2 and groups == 1 and set(windows.dilation) == {1}


@TENSORFLOW.row("conv")
def _(graph, node, x, kernel):
    image, spec = (x.spec for x in node.inputs)
    groups = node.settings["groups"]
    windows = _windows(graph, node, image, spec.numbers[:-2])
    rank, (depth, filters) = len(windows.size), spec.numbers[-2:]
    even = set(windows.dilation) == {1} and len(set(windows.strides)) == 1
    by_channel = groups > 1 and depth == 1 and rank <= 2 and even
    if not (by_channel or (groups == 1 and (rank <= 2 or (rank == 3 and even)))):
        return _conv_by_taps(graph, windows, x, kernel, spec, groups)
    word = windows.word
    if word is None:
        x, word = windows.framed(x), "VALID"
    if rank == 1:
        x, kernel = with_line(graph, x), graph.add("ExpandDims", kernel, 0)
    line = [1] * (rank == 1)
    strides = [1, *line, *windows.strides, 1]
    gaps = [1, *line, *windows.dilation, 1]
    if by_channel:
        strides = [1, windows.strides[0], windows.strides[0], 1]
        shape = [*line, *windows.size, groups, filters // groups]
        kernel = graph.add("Reshape", kernel, graph.ints(shape))
        made = graph.add("DepthwiseConv2dNative", x, kernel, strides=strides, padding=word)
    else:
        operation = "Conv3D" if rank == 3 else "Conv2D"
        made = graph.add(operation, x, kernel, strides=strides, padding=word, dilations=gaps)
    return graph.add("Squeeze", made, squeeze_dims=[1]) if rank == 1 else made


def _matrices(graph: FunctionBody, kernel: Ref, spec: Spec, groups: int) -> list[Ref]:
    """The weights at each place of a window, (depth, groups, filters / groups)."""
    *size, depth, filters = spec.numbers
    shape = [math.prod(size), depth, groups, filters // groups]
    return graph.add("Unpack", graph.add("Reshape", kernel, graph.ints(shape)), num=shape[0])


def _split_last(graph: FunctionBody, x: Ref, parts: list[int]) -> Ref:
    """A tensor whose last axis is divided."""
    front = graph.add("StridedSlice", graph.shape(x), *map(graph.ints, ([0], [-1], [1])))
    return graph.add("Reshape", x, graph.add("ConcatV2", [front, graph.ints(parts)], 0))


def _joined_last(graph: FunctionBody, x: Ref, length: int) -> Ref:
    """A tensor whose last two axes are one."""
    front = graph.add("StridedSlice", graph.shape(x), *map(graph.ints, ([0], [-2], [1])))
    return graph.add("Reshape", x, graph.add("ConcatV2", [front, graph.ints([length])], 0))


def _conv_by_taps(
    graph: FunctionBody, windows: Windows, x: Ref, kernel: Ref, spec: Spec, groups: int
) -> Ref:
    depth, filters = spec.numbers[-2:]
    matrices = _matrices(graph, kernel, spec, groups)
    parts = []
    for seen, matrix in zip(windows.views(windows.framed(x)), matrices, strict=True):
        channels = _split_last(graph, seen, [groups, depth])
        parts.append(graph.add("Einsum", [channels, matrix], equation="...gd,dgf->...gf"))
    return _joined_last(graph, graph.add("AddN", parts), filters)


@TENSORFLOW.row("conv_transpose")
def _(graph, node, y, kernel, *unknown):
    spec, groups = node.inputs[1].spec, node.settings["groups"]
    windows = _windows(graph, node, node.output.spec, spec.numbers[:-2])
    depth, filters = spec.numbers[-2:]
    space = graph.sizes((*node.settings["shape"],), unknown)
    batch = graph.add("ExpandDims", graph.size(y, 0), 0)
    shape = graph.add("ConcatV2", [batch, space, graph.ints([depth * groups])], 0)
    if _is_plain(windows, groups) and windows.word:
        return _by_backprop(graph, windows, "Conv2DBackpropInput", shape, kernel, y)
    zeros = graph.add("Fill", shape, graph.constant(0, y.dtype))
    framed = graph.shape(windows.framed(zeros))
    channels = _split_last(graph, y, [groups, filters // groups])
    matrices = _matrices(graph, kernel, spec, groups)
    pieces = (
        _joined_last(
            graph,
            graph.add("Einsum", [channels, matrix], equation="...gf,dgf->...gd"),
            depth * groups,
        )
        for matrix in matrices
    )
    return windows.cropped(windows.collected(pieces, framed), zeros)


def _by_backprop(
    graph: FunctionBody, windows: Windows, operation: str, first: Ref, second: Ref, third: Ref
) -> Ref:
    """The gradient of a convolution with two axes; a line of one axis is made an image."""
    strides = [1, *[1] * (2 - len(windows.strides)), *windows.strides, 1]
    settings: dict[str, Any] = {"strides": strides, "padding": windows.word}
    if len(windows.size) == 2:
        return graph.add(operation, first, second, third, **settings)
    one = graph.ints([1])
    if operation == "Conv2DBackpropInput":  # sizes, kernel, gradient
        head, tail = graph.add("SplitV", first, graph.ints([1, 2]), 0, num_split=2)
        sizes = graph.add("ConcatV2", [head, one, tail], 0)
        second, third = graph.add("ExpandDims", second, 0), with_line(graph, third)
        made = graph.add(operation, sizes, second, third, **settings)
        return graph.add("Squeeze", made, squeeze_dims=[1])
    sizes = graph.add("ConcatV2", [one, second], 0)  # image, sizes, gradient
    image, third = with_line(graph, first), with_line(graph, third)
    made = graph.add(operation, image, sizes, third, **settings)
    return graph.add("Squeeze", made, squeeze_dims=[0])


@TENSORFLOW.row("conv_kernel")
def _(graph, node, x, g):
    image, groups, size = node.inputs[0].spec, node.settings["groups"], node.settings["size"]
    windows = _windows(graph, node, image, size)
    depth, filters = node.output.spec.numbers[-2:]
    wanted = graph.ints([*size, depth, filters])
    if _is_plain(windows, groups) and windows.word:
        return _by_backprop(graph, windows, "Conv2DBackpropFilter", x, wanted, g)
    letters = "abcxyz"[: len(size) + 1]
    strength = _split_last(graph, g, [groups, filters // groups])
    rows = []
    for seen in windows.views(windows.framed(x)):
        channels = _split_last(graph, seen, [groups, depth])
        equation = f"{letters}gd,{letters}gf->dgf"
        rows.append(graph.add("Einsum", [channels, strength], equation=equation))
    return graph.add("Reshape", graph.add("Pack", rows, axis=0), wanted)
