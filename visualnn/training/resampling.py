"""Signals at another rate, and pictures of another size: each new sample from its neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Kernel(NamedTuple):
    """How much a neighbour counts by its distance, and from which distance on not at all."""

    reach: float
    weight: Callable[[np.ndarray], np.ndarray]


def _lanczos(reach: int) -> Kernel:
    return Kernel(reach, lambda x: np.where(x < reach, np.sinc(x) * np.sinc(x / reach), 0))


def _cubic(b: float, c: float) -> Kernel:
    """The cubic kernels of Mitchell and Netravali (1988)."""

    def weight(x: np.ndarray) -> np.ndarray:
        near = (12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + (6 - 2 * b)
        far = (-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 - (12 * b + 48 * c) * x
        far = far + (8 * b + 24 * c)
        return np.where(x < 1, near, np.where(x < 2, far, 0)) / 6

    return Kernel(2, weight)


KERNELS = {
    "bilinear": Kernel(1, lambda x: np.maximum(1 - x, 0)),
    "bicubic": _cubic(0, 0.5),
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
    "gaussian": Kernel(1.5, lambda x: np.where(x < 1.5, np.exp(-2 * x**2), 0)),
    "mitchellcubic": _cubic(1 / 3, 1 / 3),
}
"""The kernels by Keras's names; ``nearest`` and ``area`` are not weighted by distance."""

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
