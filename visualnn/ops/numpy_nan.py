"""Summaries that leave NaN out."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops import numpy_reductions as whole
from visualnn.ops.numpy_sorting import quantile_of_sorted, sorted_line
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    axes_of,
    can_be_fractional,
    cast_to,
    dtype_of,
)


def _missing(x):
    return p.not_equal(x, x)


def _instead(x, value):
    """The elements with NaN replaced."""
    if not can_be_fractional(dtype_of(x)):
        return x
    return p.where(_missing(x), np.asarray(value, p.numpy_dtype(dtype_of(x))), x)


def _counted(x, axis, keepdims=False):
    """How many elements are no NaN, in the dtype of ``x``."""
    there = cast_to(p.logical_not(_missing(x)), dtype_of(x))
    return whole.sum(there, axis, keepdims)


def _or_nan(result, count):
    """NaN where nothing was counted."""
    return p.where(p.equal(count, 0), np.asarray(np.nan, p.numpy_dtype(dtype_of(result))), result)


@operation("numpy", "Nansum", "axis", "keepdims")
def nansum(x, axis=None, keepdims=False):
    """The sum over axes; NaN counts as zero."""
    return whole.sum(_instead(as_tensor(x), 0), axis, keepdims)


@operation("numpy", "Nanprod", "axis", "keepdims")
def nanprod(x, axis=None, keepdims=False):
    """The product over axes; NaN counts as one."""
    return whole.prod(_instead(as_tensor(x), 1), axis, keepdims)


@operation("numpy", "Nancumsum", "axis", "dtype")
def nancumsum(x, axis=None, dtype=None):
    """The sum of all elements up to each one; NaN counts as zero."""
    return whole.cumsum(_instead(as_tensor(x), 0), axis, dtype)


@operation("numpy", "Nancumprod", "axis", "dtype")
def nancumprod(x, axis=None, dtype=None):
    """The product of all elements up to each one; NaN counts as one."""
    return whole.cumprod(_instead(as_tensor(x), 1), axis, dtype)


@operation("numpy", "Nanmax", "axis", "keepdims")
def nanmax(x, axis=None, keepdims=False):
    """The largest element over axes that is no NaN; NaN if there is none."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return whole.max(x, axis, keepdims)
    return _or_nan(whole.max(_instead(x, -np.inf), axis, keepdims), _counted(x, axis, keepdims))


@operation("numpy", "Nanmin", "axis", "keepdims")
def nanmin(x, axis=None, keepdims=False):
    """The smallest element over axes that is no NaN; NaN if there is none."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return whole.min(x, axis, keepdims)
    return _or_nan(whole.min(_instead(x, np.inf), axis, keepdims), _counted(x, axis, keepdims))


@operation("numpy", "Nanargmax", "axis", "keepdims")
def nanargmax(x, axis=None, keepdims=False):
    """The place of the largest element that is no NaN; -1 if there is none."""
    return _place(whole.argmax, x, -np.inf, axis, keepdims)


@operation("numpy", "Nanargmin", "axis", "keepdims")
def nanargmin(x, axis=None, keepdims=False):
    """The place of the smallest element that is no NaN; -1 if there is none."""
    return _place(whole.argmin, x, np.inf, axis, keepdims)


def _place(search, x, instead, axis, keepdims):
    x = as_tensor(x)
    found = search(_instead(x, instead), axis, keepdims)
    if not can_be_fractional(dtype_of(x)):
        return found
    nothing = p.equal(_counted(x, axis, keepdims), 0)
    return p.where(nothing, np.asarray(-1, "int32"), found)


@operation("numpy", "Nanmean", "axis", "keepdims")
def nanmean(x, axis=None, keepdims=False):
    """The average over axes of the elements that are no NaN."""
    x = as_fraction(x)
    return p.divide(nansum(x, axis, keepdims), _counted(x, axis, keepdims))


@operation("numpy", "Nanvar", "axis", "keepdims")
def nanvar(x, axis=None, keepdims=False):
    """The average squared distance from the average, of the elements that are no NaN."""
    x = as_fraction(x)
    away = p.subtract(x, nanmean(x, axis, keepdims=True))
    return nanmean(p.multiply(away, away), axis, keepdims)


@operation("numpy", "Nanstd", "axis", "keepdims")
def nanstd(x, axis=None, keepdims=False):
    """The square root of the average squared distance, of the elements that are no NaN."""
    return p.sqrt(nanvar(x, axis, keepdims))


@operation("numpy", "Nanquantile", "axis", "method", "keepdims")
def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which the share ``q`` of the elements that are no NaN lies."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "nanquantile")
    line, _ = sorted_line(x, axes)  # NaN comes last
    count = _counted(line, -1, keepdims=True)
    return quantile_of_sorted(line, count, q, x, axes, method, keepdims)


@operation("numpy", "Nanpercentile", "axis", "method", "keepdims")
def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which ``q`` percent of the elements that are no NaN lie."""
    return nanquantile(x, p.divide(as_fraction(q), 100), axis, method, keepdims)


@operation("numpy", "Nanmedian", "axis", "keepdims")
def nanmedian(x, axis=None, keepdims=False):
    """The number in the middle of the sorted elements that are no NaN."""
    return nanquantile(x, 0.5, axis, "linear", keepdims)
