"""Layers that move numbers to other places without changing them."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError

FAMILY = "Reshape"


@public("keras.layers")
@declared
class Flatten(Layer):
    """Puts all numbers of an example one after the other: (batch, ...) to (batch, numbers).

    Args:
        data_format: Where the channels are; ``"channels_first"`` moves them to the end first, so
            that weights trained with the other format fit.
    """

    data_format: DataFormat = setting(None)

    def __post_init__(self):
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs):
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 2:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        if rank == 1:
            return ops.expand_dims(inputs, axis=1)
        return ops.reshape(inputs, (ops.shape(inputs)[0], _product(inputs.shape[1:])))


def _product(sizes: tuple) -> int:
    """The number of elements; -1, which is worked out, where a size is unknown."""
    product = 1
    for size in sizes:
        if size is None:
            return -1
        product *= size
    return product


def _target_shape(x: Any) -> tuple[int, ...]:
    if not isinstance(x, list | tuple) or not all(isinstance(size, int) for size in x):
        raise ValueError(f"must be a tuple of whole numbers, but is {x!r}.")
    if list(x).count(-1) > 1 or any(size < -1 for size in x):
        raise ValueError(f"may hold -1 once, for the size to be worked out, but is {tuple(x)}.")
    return tuple(x)


TargetShape = Annotated[tuple[int, ...], Kind("shape", _target_shape)]


@public("keras.layers")
@declared
class Reshape(Layer):
    """Gives the numbers of an example another shape.

    Args:
        target_shape: The new shape, without the batch; one size may be -1, to be worked out.
    """

    target_shape: TargetShape

    _needs_no_build = True

    def call(self, inputs):
        target = self.target_shape
        before = _product(inputs.shape[1:])
        if before >= 0:
            rest = abs(_product(target))
            fits = rest == before if -1 not in target else rest > 0 and before % rest == 0
            if not fits:
                raise ShapeError(
                    f"It cannot give the {before} numbers of an example of shape "
                    f"{tuple(inputs.shape[1:])} the shape {target}."
                )
            target = tuple(before // rest if size == -1 else size for size in target)
        return ops.reshape(inputs, (ops.shape(inputs)[0], *target))


@public("keras.layers")
@declared
class Permute(Layer):
    """Changes the order of the axes of an example.

    Args:
        dims: The axes in their new order; the first one after the batch is 1.
    """

    dims: tuple[int, ...]

    def __post_init__(self):
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"Permute: `dims` must order the numbers from 1 to {len(self.dims)}, "
                f"but is {self.dims}."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs):
        return ops.transpose(inputs, (0, *self.dims))


@public("keras.layers")
@declared
class RepeatVector(Layer):
    """Repeats the features of an example as the steps of a sequence.

    (batch, features) becomes (batch, n, features).

    Args:
        n: How often.
    """

    n: int = setting(minimum=1, misfit=TypeError)

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs):
        return ops.repeat(ops.expand_dims(inputs, axis=1), self.n, axis=1)


# --------------------------------------------------------------------------- borders


def margins(rank: int) -> Kind:
    """How a setting of two numbers (before, after) for each of ``rank`` axes is converted."""

    def convert(x: Any) -> tuple:
        if isinstance(x, int) and not isinstance(x, bool):
            x = (x,) * rank
        if not isinstance(x, list | tuple) or len(x) != rank:
            raise ValueError(f"must be a whole number or {rank} of them, but is {x!r}.")
        pairs = tuple(
            (one, one) if isinstance(one, int) else tuple(one)
            for one in x
            if isinstance(one, int | list | tuple)
        )
        if len(pairs) != rank or any(
            len(pair) != 2 or not all(isinstance(n, int) and n >= 0 for n in pair) for pair in pairs
        ):
            raise ValueError(
                f"must be {rank} whole numbers, zero or more, or pairs of them, but is {x!r}."
            )
        return pairs

    return Kind("margins", convert)


def _one_margin(x: Any) -> tuple[int, int]:
    pair = (x, x) if isinstance(x, int) and not isinstance(x, bool) else x
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError(f"must be a whole number or two of them, but is {x!r}.")
    return margins(1).convert([pair])[0]


Margin = Annotated[tuple, Kind("margins", _one_margin)]
TwoMargins = Annotated[tuple, margins(2)]
ThreeMargins = Annotated[tuple, margins(3)]


class Cropping(Layer):
    """The base of layers that cut numbers off at the borders."""

    rank = 0
    data_format = "channels_last"

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs):
        pairs = self.cropping if self.rank > 1 else (self.cropping,)
        first = 1 if self.data_format == "channels_last" else 2
        index = [slice(None)] * (self.rank + 2)
        for axis, (before, after) in enumerate(pairs, first):
            size = inputs.shape[axis]
            if size is not None and before + after >= size:
                raise ShapeError(
                    f"It cuts {before} and {after} off axis {axis}, which leaves nothing of the "
                    f"input {tuple(inputs.shape)}."
                )
            index[axis] = slice(before, -after if after else None)
        return inputs[tuple(index)]


@public("keras.layers")
@declared
class Cropping1D(Cropping):
    """Cuts steps off at the beginning and the end of a sequence, (batch, steps, channels).

    Args:
        cropping: How many, the same at both ends, or two numbers.
    """

    cropping: Margin = setting((1, 1))

    rank = 1


@public("keras.layers")
@declared
class Cropping2D(Cropping):
    """Cuts rows and columns off at the borders of an image.

    Args:
        cropping: How many: one number, one for rows and one for columns, or a pair for each.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    cropping: TwoMargins = setting(((0, 0), (0, 0)))
    data_format: DataFormat = setting(None)

    rank = 2


@public("keras.layers")
@declared
class Cropping3D(Cropping):
    """Cuts off the borders of a volume.

    Args:
        cropping: How much: one number, one for each axis, or a pair for each axis.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    cropping: ThreeMargins = setting(((1, 1), (1, 1), (1, 1)))
    data_format: DataFormat = setting(None)

    rank = 3


class ZeroPadding(Layer):
    """The base of layers that put zeros around their input."""

    rank = 0

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs):
        pairs = self.padding if self.rank > 1 else (self.padding,)
        padding = [(0, 0), *pairs, (0, 0)]
        if self.data_format == "channels_first":
            padding = [(0, 0), (0, 0), *pairs]
        return ops.pad(inputs, padding)


@public("keras.layers")
@declared
class ZeroPadding1D(ZeroPadding):
    """Puts zeros before and after a sequence, (batch, steps, channels).

    Args:
        padding: How many, the same at both ends, or two numbers.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    padding: Margin = setting(1)
    data_format: DataFormat = setting(None)

    rank = 1


@public("keras.layers")
@declared
class ZeroPadding2D(ZeroPadding):
    """Puts zeros around an image.

    Args:
        padding: How many: one number, one for rows and one for columns, or a pair for each.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    padding: TwoMargins = setting((1, 1))
    data_format: DataFormat = setting(None)

    rank = 2


@public("keras.layers")
@declared
class ZeroPadding3D(ZeroPadding):
    """Puts zeros around a volume.

    Args:
        padding: How many: one number, one for each axis, or a pair for each axis.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    padding: ThreeMargins = setting(((1, 1), (1, 1), (1, 1)))
    data_format: DataFormat = setting(None)

    rank = 3
