"""Signals at another rate, and pictures of another size: each new sample from its neighbours."""

from __future__ import annotations

import math

import numpy as np

from visualnn.ops.image_kernels import KERNELS

INTERPOLATIONS = ("nearest", "area", *KERNELS)


def check_interpolation(interpolation: str, asker: str) -> None:
    """Refuse what is no interpolation.

    Raises:
        ValueError: With those that there are.
    """
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"{asker}: `interpolation` must be one of {', '.join(INTERPOLATIONS)}, but is "
            f"{interpolation!r}."
        )


def resampled(
    x: np.ndarray, size: int, axis: int, interpolation: str, smooth: bool = False
) -> np.ndarray:
    """An array with another number of samples along one axis, in float32.

    Args:
        x: The samples.
        size: How many there are to be.
        axis: Along which axis.
        interpolation: The name of a kernel, ``nearest`` or ``area``.
        smooth: Whether each new sample takes in all old ones it stands for, where there are to be
            fewer; otherwise it is made of its next neighbours alone.
    """
    taken, weights = _neighbours(x.shape[axis], size, interpolation, smooth)
    rows = np.moveaxis(x, axis, 0)
    found = np.zeros((size, *rows.shape[1:]), "float32")
    shape = (size,) + (1,) * (rows.ndim - 1)
    for neighbours, weight in zip(taken.T, weights.T, strict=True):
        if weight.any():
            found += rows[neighbours] * weight.reshape(shape)
    return np.moveaxis(found, 0, axis)


def _neighbours(
    old: int, new: int, interpolation: str, smooth: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Which samples each new one is made of, and their weights, both ``[new, neighbours]``."""
    scale = old / new
    if interpolation == "nearest":
        places = np.minimum(((np.arange(new) + 0.5) * scale).astype("int64"), old - 1)
        return places[:, None], np.ones((new, 1), "float32")
    if interpolation == "area":
        first, after = np.arange(new) * scale, (np.arange(new) + 1) * scale
        places = np.floor(first).astype("int64")[:, None] + np.arange(math.ceil(scale) + 1)
        ends = np.minimum(places + 1, after[:, None])
        weights = np.maximum(ends - np.maximum(places, first[:, None]), 0)
    else:
        kernel = KERNELS[interpolation]
        wide = max(scale, 1.0) if smooth else 1.0
        centers = (np.arange(new) + 0.5) * scale - 0.5
        reach = math.ceil(kernel.reach * wide)
        places = np.floor(centers).astype("int64")[:, None] + np.arange(1 - reach, reach + 1)
        weights = kernel.weight(np.abs(places - centers[:, None]) / wide)
    weights = np.where((places >= 0) & (places < old), weights, 0)
    weights = weights / weights.sum(axis=1, keepdims=True)
    return places.clip(0, old - 1), weights.astype("float32")
