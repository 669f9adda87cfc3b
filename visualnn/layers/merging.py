"""Layers that make one tensor of several."""

from __future__ import annotations

import functools
from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.layer import Layer
from visualnn.serialization import public
from visualnn.spec import ShapeError, Spec, broadcast

FAMILY = "Merge"


@declared
class Merge(Layer):
    """The base of layers that combine a list of tensors of the same shape, number by number."""

    def __post_init__(self):
        self.supports_masking = True

    def build(self, input_shape):
        shapes = list_of_shapes(self, input_shape)
        if len(shapes) < self.fewest:
            raise ShapeError(
                f"It combines {self.fewest} or more tensors, but got {len(shapes)}: call it on a "
                "list."
            )
        if self.most is not None and len(shapes) > self.most:
            raise ShapeError(f"It combines {self.most} tensors, but got {len(shapes)}.")
        self.check_shapes(shapes)

    fewest = 1
    most = None

    def check_shapes(self, shapes: list[tuple]) -> None:
        """Refuse shapes that cannot be combined."""
        _check_ranks_and_sizes(shapes)

    def call(self, inputs):
        if not isinstance(inputs, list | tuple):
            raise ShapeError("It combines several tensors: call it on a list of them.")
        return self.merged(aligned(inputs))

    def merged(self, inputs: list) -> Any:
        """The result for inputs of equally many axes."""
        return functools.reduce(self.combined, inputs)

    def combined(self, a: Any, b: Any) -> Any:
        """The result for two inputs."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it combines tensors.")

    def compute_mask(self, inputs, previous_mask=None):
        check_masks(self, inputs, previous_mask)
        if previous_mask is None or any(mask is None for mask in previous_mask):
            return None
        return functools.reduce(ops.logical_or, previous_mask)


def check_masks(layer: Layer, inputs: Any, masks: Any) -> None:
    """Compare a list of masks with the list of inputs.

    Raises:
        ValueError: When there is not one mask, or ``None``, for each input.
    """
    if masks is None:
        return
    lists = isinstance(masks, list | tuple) and isinstance(inputs, list | tuple)
    if not lists or len(masks) != len(inputs):
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r}: the masks must be a list with one mask, or "
            "None, for each of a list of inputs."
        )


def list_of_shapes(layer: Layer, shape: Any) -> list[tuple]:
    """The shapes of a list of inputs.

    Raises:
        ShapeError: When it is the shape of one tensor.
    """
    if not isinstance(shape, list | tuple) or not all(isinstance(s, list | tuple) for s in shape):
        raise ShapeError(
            f"It combines several tensors, but was called on one of shape {shape}: "
            "call it on a list."
        )
    return [tuple(s) for s in shape]


def _check_ranks_and_sizes(shapes: list[tuple]) -> None:
    batches = {shape[0] for shape in shapes if shape} - {None}
    if len(batches) > 1:
        raise ShapeError(f"Its inputs have different batch sizes: {_said(shapes)}.")
    inner = [Spec(shape[1:]).sizes for shape in shapes]
    try:
        broadcast(*inner)
    except ShapeError as problem:
        raise ShapeError(
            f"Its inputs cannot be combined number by number: {_said(shapes)}."
        ) from problem


def _said(shapes: list[tuple]) -> str:
    return " and ".join(map(str, shapes))


def aligned(inputs: Any) -> list:
    """The inputs with equally many axes: new ones of size one are put behind the batch."""
    ranks = [len(x.shape) for x in inputs]
    most = max(ranks, default=0)
    return [
        x if rank == most else ops.expand_dims(x, axis=tuple(range(1, 1 + most - rank)))
        for x, rank in zip(inputs, ranks, strict=True)
    ]


@public("keras.layers")
@declared
class Add(Merge):
    """Adds tensors up, as at the end of a residual block."""

    def combined(self, a, b):
        return ops.add(a, b)


@public("keras.layers")
@declared
class Subtract(Merge):
    """Subtracts the second of two tensors from the first."""

    fewest = 2
    most = 2

    def combined(self, a, b):
        return ops.subtract(a, b)


@public("keras.layers")
@declared
class Multiply(Merge):
    """Multiplies tensors, as gates do."""

    def combined(self, a, b):
        return ops.multiply(a, b)


@public("keras.layers")
@declared
class Average(Merge):
    """Takes the average of tensors."""

    def merged(self, inputs):
        return functools.reduce(ops.add, inputs) / len(inputs)


@public("keras.layers")
@declared
class Maximum(Merge):
    """Keeps the greatest number at each place of several tensors."""

    def combined(self, a, b):
        return ops.maximum(a, b)


@public("keras.layers")
@declared
class Minimum(Merge):
    """Keeps the least number at each place of several tensors."""

    def combined(self, a, b):
        return ops.minimum(a, b)


@public("keras.layers")
@declared
class Concatenate(Merge):
    """Puts tensors one after the other along one axis.

    Args:
        axis: The axis; the sizes along all others must be the same.
    """

    axis: int = -1

    def check_shapes(self, shapes):
        rank = max(map(len, shapes))
        if not -rank <= self.axis < rank:
            raise ShapeError(f"Its `axis` is {self.axis}, but its inputs have {rank} axes.")
        for axis in range(rank):
            sizes = {shape[axis] for shape in shapes if len(shape) == rank} - {None}
            if any(len(s) != rank for s in shapes) or (axis != self.axis % rank and len(sizes) > 1):
                raise ShapeError(
                    f"Its inputs may differ along axis {self.axis} only: {_said(shapes)}."
                )

    def merged(self, inputs):
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs, previous_mask=None):
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        masks = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            if mask is None:
                masks.append(ops.ones_like(x, dtype="bool"))
            else:
                missing = tuple(range(len(mask.shape), len(x.shape)))
                mask = ops.expand_dims(mask, axis=missing) if missing else mask
                masks.append(ops.logical_or(ops.zeros_like(x, dtype="bool"), mask))
        return ops.any(ops.concatenate(masks, axis=self.axis), axis=-1)


@public("keras.layers")
@declared
class Dot(Merge):
    """Multiplies two tensors and sums over one axis of each.

    Args:
        axes: The axis of both inputs, or one for each, to sum over.
        normalize: Whether each input is first divided by its length along its axis, so that the
            result is the cosine of the angle between them.
    """

    axes: int | tuple[int, ...] = setting(misfit=TypeError)
    normalize: bool = False

    fewest = 2
    most = 2

    def __post_init__(self):
        super().__post_init__()
        if isinstance(self.axes, tuple) and len(self.axes) != 2:
            raise ValueError(
                f"Dot: `axes` must be a whole number or two whole numbers, but is {self.axes!r}."
            )

    def check_shapes(self, shapes):
        first, second = shapes
        a, b = self.axes_for(len(first), len(second))
        if first[a] is not None and second[b] is not None and first[a] != second[b]:
            raise ShapeError(
                f"It sums over axis {a} of {first} and axis {b} of {second}, which differ in size."
            )

    def axes_for(self, *ranks: int) -> list[int]:
        """The axes, counted from the front."""
        axes = self.axes if isinstance(self.axes, tuple) else (self.axes, self.axes)
        for axis, rank in zip(axes, ranks, strict=True):
            if not -rank <= axis < rank or axis % rank == 0:
                raise ShapeError(
                    f"It cannot sum over axis {axis} of an input with {rank} axes: the axis must "
                    "be there, and not be that of the batch."
                )
        return [axis % rank for axis, rank in zip(axes, ranks, strict=True)]

    def call(self, inputs):
        first, second = inputs
        a, b = self.axes_for(len(first.shape), len(second.shape))
        if self.normalize:
            first, second = ops.normalize(first, axis=a), ops.normalize(second, axis=b)
        return batch_dot(first, second, a, b)

    def compute_mask(self, inputs, previous_mask=None):
        return None


def batch_dot(x: Any, y: Any, axis_of_x: int, axis_of_y: int) -> Any:
    """The products of all vectors along one axis of ``x`` with those of ``y``, for each example."""
    rank_x, rank_y = len(x.shape), len(y.shape)
    letters = "abcdefghijklmnopqrstuvwxyz"
    in_x = letters[:rank_x]
    in_y = in_x[0] + letters[rank_x : rank_x + rank_y - 1]
    in_y = in_y[:axis_of_y] + in_x[axis_of_x] + in_y[axis_of_y + 1 :]
    out = in_x.replace(in_x[axis_of_x], "") + in_y.replace(in_x[axis_of_x], "")[1:]
    result = ops.einsum(f"{in_x},{in_y}->{out}", x, y)
    return ops.expand_dims(result, axis=1) if len(out) == 1 else result


# the layers as functions: ``add([a, b])`` is ``Add()([a, b])``


def add(inputs: list, **kwargs: Any) -> Any:
    """Connect an ``Add`` layer."""
    return Add(**kwargs)(inputs)


def subtract(inputs: list, **kwargs: Any) -> Any:
    """Connect a ``Subtract`` layer."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: list, **kwargs: Any) -> Any:
    """Connect a ``Multiply`` layer."""
    return Multiply(**kwargs)(inputs)


def average(inputs: list, **kwargs: Any) -> Any:
    """Connect an ``Average`` layer."""
    return Average(**kwargs)(inputs)


def maximum(inputs: list, **kwargs: Any) -> Any:
    """Connect a ``Maximum`` layer."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: list, **kwargs: Any) -> Any:
    """Connect a ``Minimum`` layer."""
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: list, axis: int = -1, **kwargs: Any) -> Any:
    """Connect a ``Concatenate`` layer."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: list, axes: int | tuple[int, int] = -1, **kwargs: Any) -> Any:
    """Connect a ``Dot`` layer."""
    return Dot(axes=axes, **kwargs)(inputs)
