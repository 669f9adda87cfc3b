"""Losses that want a margin between right and wrong."""

from __future__ import annotations

import math

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import floatx
from visualnn.losses.loss import FunctionLoss, losses
from visualnn.ops.promotion import dtype_of
from visualnn.spec import is_float


def _signs(y_true):
    """Targets of zeros and ones as minus one and one; others as they are."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(binary, 2.0 * y_true - 1.0, y_true)


def _pair(y_true, y_pred):
    y_pred = ops.convert_to_tensor(y_pred)
    return ops.convert_to_tensor(y_true, dtype=y_pred.dtype), y_pred


@losses.public()
def hinge(y_true, y_pred):
    """The mean over the last axis of what is missing to a margin of one.

    Args:
        y_true: -1 or 1; zeros and ones are taken for these.
        y_pred: Scores.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return ops.mean(ops.maximum(1.0 - _signs(y_true) * y_pred, 0.0), axis=-1)


@losses.public()
def squared_hinge(y_true, y_pred):
    """The mean over the last axis of the square of what is missing to a margin of one.

    Args:
        y_true: -1 or 1; zeros and ones are taken for these.
        y_pred: Scores.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return ops.mean(ops.square(ops.maximum(1.0 - _signs(y_true) * y_pred, 0.0)), axis=-1)


@losses.public()
def categorical_hinge(y_true, y_pred):
    """What the score of the right class lacks to be one above the best wrong one.

    Args:
        y_true: One-hot classes.
        y_pred: Scores.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    right = ops.sum(y_true * y_pred, axis=-1)
    wrong = ops.max((1.0 - y_true) * y_pred, axis=-1)
    return ops.maximum(wrong - right + 1.0, 0.0)


@losses.public()
def circle(
    y_true,
    y_pred,
    ref_labels=None,
    ref_embeddings=None,
    remove_diagonal=True,
    gamma=80,
    margin=0.4,
):
    """How well examples of one class lie together and apart from others (Sun et al., 2020).

    Args:
        y_true: The number of the class of each example.
        y_pred: Its vector, of length one.
        ref_labels: The classes of the examples to compare with; by default the same.
        ref_embeddings: Their vectors.
        remove_diagonal: Whether an example is not compared with itself.
        gamma: How sharply far examples count more.
        margin: How far apart is far enough.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    if not is_float(dtype_of(y_pred)):
        y_pred = ops.cast(y_pred, floatx())
    labels = ops.reshape(ops.convert_to_tensor(y_true, dtype="int32"), (-1, 1))
    others = labels if ref_labels is None else ops.reshape(ops.cast(ref_labels, "int32"), (-1, 1))
    vectors = y_pred if ref_embeddings is None else ref_embeddings
    distance = ops.maximum(1.0 - ops.matmul(y_pred, ops.transpose(vectors)), 0.0)
    alike = ops.equal(labels, ops.transpose(others))
    unlike = ops.logical_not(alike)
    if remove_diagonal and ref_labels is None:
        places = ops.cumsum(ops.ones_like(labels), axis=0)
        alike = ops.logical_and(alike, ops.not_equal(places, ops.transpose(places)))
    near = ops.maximum(margin + distance, 0.0) * (margin - distance) * -gamma
    far = ops.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance) * gamma
    nothing = -math.inf
    near = ops.logsumexp(ops.where(alike, near, nothing), axis=1)
    far = ops.logsumexp(ops.where(unlike, far, nothing), axis=1)
    values = ops.softplus(near + far)
    values._keras_mask = ops.any(alike, axis=1)  # one without another of its class does not count
    return values


@losses.public()
@declared
class Hinge(FunctionLoss):
    """What is missing to a margin of one; targets are -1 or 1, or zeros and ones."""

    function = staticmethod(hinge)


@losses.public()
@declared
class SquaredHinge(FunctionLoss):
    """The square of what is missing to a margin of one; targets are -1 or 1, or zeros and ones."""

    function = staticmethod(squared_hinge)


@losses.public()
@declared
class CategoricalHinge(FunctionLoss):
    """What the score of the right class lacks to be one above the best wrong one."""

    function = staticmethod(categorical_hinge)


@losses.public()
@declared
class Circle(FunctionLoss):
    """How well examples of one class lie together and apart from others (Sun et al., 2020).

    Args:
        gamma: How sharply far examples count more.
        margin: How far apart is far enough.
        remove_diagonal: Whether an example is not compared with itself.
    """

    gamma: float = setting(80.0, minimum=0)
    margin: float = 0.4
    remove_diagonal: bool = True

    function = staticmethod(circle)

    def call(self, y_true, y_pred, ref_labels=None, ref_embeddings=None):
        return circle(y_true, y_pred, ref_labels, ref_embeddings, **self.settings())
