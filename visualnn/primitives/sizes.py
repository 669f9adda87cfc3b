"""Sizes that are only known when the numbers come.

The first axis of a tensor, the batch, is usually unknown while a model is built.  ``size`` makes
it a number that other primitives take as an input.
"""

import numpy as np

from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import check_axes, check_unknown, filled
from visualnn.spec import Spec, known


@primitive(dtype="int32")
def size(x, *, axis):
    """How many elements there are along one axis."""
    return np.int32(x.shape[axis])


@size.shape
def _(x, *, axis):
    check_axes("size", x, (axis,))
    return ()


@size.examples
def _(normal):
    yield normal(2, 3), dict(axis=1)


def symbol_of(x):
    """The unknown size that a tensor stands for; if it is no size of a tensor, None.

    ``reshape(x, n, shape=(symbol_of(n), 3))`` keeps what is known about it.
    """
    node = getattr(x, "node", None)
    if node is None or node.primitive is not size:
        return None
    return node.inputs[0].spec.sizes[node.settings["axis"]]


def sizes_of(x):
    """The sizes of a tensor: numbers where they are known, else ``size`` tensors."""
    return tuple(
        number if known(number) else size(x, axis=axis)
        for axis, number in enumerate(Spec.of(x).sizes)
    )


def as_setting(sizes):
    """Sizes, numbers or tensors, as a ``shape`` setting and the tensors for its unknown places."""
    shape, unknown = [], []
    for one in sizes:
        if isinstance(one, int | np.integer):
            shape.append(int(one))
        else:
            shape.append(symbol_of(one))
            unknown.append(one)
    return tuple(shape), unknown


@primitive(dtype=lambda *unknown, shape, dtype="int32": dtype)
def iota(*unknown, shape, dtype="int32"):
    """Count from zero: 0, 1, 2, ...  ``shape`` is one size."""
    return np.arange(*filled(shape, unknown), dtype=dtype)


@iota.shape
def _(*unknown, shape, dtype="int32"):
    check_unknown("iota", shape, unknown)
    return shape


@iota.examples
def _(normal):
    yield dict(shape=(4,))
    yield np.int32(3), dict(shape=(None,), dtype="float32")
