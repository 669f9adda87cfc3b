"""How much old samples count for a new one, by their distance: what resizing is made of."""

from __future__ import annotations

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
