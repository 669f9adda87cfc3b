"""Classes as vectors, and how far predictions are from them."""

from __future__ import annotations

from visualnn import primitives as p
from visualnn.defaults import epsilon, floatx
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    axis_of,
    cast_to,
    dtype_name,
    dtype_of,
    rank_of,
)
from visualnn.spec import ShapeError, Spec, known


@operation("nn", "OneHot", "num_classes", "axis", "dtype", "sparse")
def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    """A new axis with a one at the class and zeros elsewhere; negative classes give zeros."""
    if sparse:
        raise ValueError("ops.one_hot: there are no sparse tensors here; use sparse=False.")
    x = as_tensor(x)
    if not dtype_of(x).startswith(("int", "uint")):
        x = cast_to(x, "int32")
    made = p.one_hot(
        x, size=int(num_classes), dtype=floatx() if dtype is None else dtype_name(dtype)
    )
    rank = rank_of(made)
    if not -rank <= axis < rank:
        raise ValueError(f"ops.one_hot: axis={axis} is no place in a result of {rank} axes.")
    if axis % rank == rank - 1:
        return made
    order = list(range(rank - 1))
    order.insert(axis % rank, rank - 1)
    return p.transpose(made, axes=tuple(order))


@operation("nn", "MultiHot", "num_classes", "axis", "dtype", "sparse", "kwargs")
def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """One vector for each row of classes, with ones at all of them.

    As in Keras, ``axis`` is where the vectors lie before the rows, always axis one, are united.
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    x = as_tensor(inputs)
    made = one_hot(x, num_classes, axis, dtype, sparse)
    return p.max(made, axes=(1 if rank_of(x) > 1 else 0,))


# --------------------------------------------------------------------------- cross-entropy


def _same_shape(target, output, name):
    """Refuse shapes of which it is known that they differ."""
    a, b = Spec.of(target).shape, Spec.of(output).shape
    if len(a) != len(b) or any(x != y for x, y in zip(a, b, strict=True) if None not in (x, y)):
        raise ShapeError(
            f"ops.{name}: the target {Spec.of(target)} and the output {Spec.of(output)} "
            "must have the same shape."
        )


def _probabilities(output, axis):
    """Numbers that sum to one along an axis, away from zero and one."""
    output = p.divide(output, p.sum(output, axes=(axis,), keepdims=True))
    return _inside(output)


def _inside(output):
    return p.minimum(p.maximum(output, epsilon()), 1.0 - epsilon())


@operation("nn", "CategoricalCrossentropy", "from_logits", "axis")
def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """How surprising the target classes are, along an axis of probabilities or logits."""
    output = as_fraction(output)
    target = cast_to(target, dtype_of(output))
    _same_shape(target, output, "categorical_crossentropy")
    if not rank_of(output):
        raise ShapeError("ops.categorical_crossentropy needs an axis of classes.")
    axis = axis_of(output, axis, "categorical_crossentropy")
    if from_logits:
        logarithms = p.log_softmax(output, axes=(axis,))
    else:
        logarithms = p.log(_probabilities(output, axis))
    return p.negative(p.sum(p.multiply(target, logarithms), axes=(axis,)))


@operation("nn", "SparseCategoricalCrossentropy", "from_logits", "axis")
def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """How surprising the target classes are; ``target`` holds their numbers."""
    output = as_fraction(output)
    target = cast_to(target, "int32")
    axis = axis_of(output, axis, "sparse_categorical_crossentropy")
    last = rank_of(target) - 1
    if rank_of(target) == rank_of(output) and Spec.of(target).shape[last] == 1:
        target = p.squeeze(target, axes=(last,))
    if rank_of(target) != rank_of(output) - 1:
        raise ShapeError(
            f"ops.sparse_categorical_crossentropy: the target {Spec.of(target)} must be the output "
            f"{Spec.of(output)} without its axis of classes."
        )
    for size, expected in zip(Spec.of(target).shape, _without(Spec.of(output), axis), strict=True):
        if None not in (size, expected) and size != expected:
            raise ShapeError(
                f"ops.sparse_categorical_crossentropy: the target {Spec.of(target)} must be the "
                f"output {Spec.of(output)} without its axis of classes."
            )
    classes = Spec.of(output).sizes[axis]
    if not known(classes):
        raise ShapeError(
            f"ops.sparse_categorical_crossentropy: axis {axis} of {Spec.of(output)}, the number "
            "of classes, must be known."
        )
    wanted = one_hot(target, classes, axis, dtype_of(output))
    if from_logits:
        logarithms = p.log_softmax(output, axes=(axis,))
    else:
        logarithms = p.log(_probabilities(output, axis))
    return p.negative(p.sum(p.multiply(wanted, logarithms), axes=(axis,)))


def _without(spec, axis):
    return spec.shape[:axis] + spec.shape[axis + 1 :]


@operation("nn", "BinaryCrossentropy", "from_logits")
def binary_crossentropy(target, output, from_logits=False):
    """How surprising each target, true (1) or false (0), is; element by element."""
    output = as_fraction(output)
    target = cast_to(target, dtype_of(output))
    _same_shape(target, output, "binary_crossentropy")
    if from_logits:  # softplus(x) - target * x, which never overflows
        return p.subtract(p.softplus(output), p.multiply(target, output))
    output = _inside(output)
    yes = p.multiply(target, p.log(output))
    no = p.multiply(p.subtract(1, target), p.log(p.subtract(1, output)))
    return p.negative(p.add(yes, no))
