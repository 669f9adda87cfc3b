"""Stories about layers that one configuration does not tell; each runs in either library.

A scenario gets the library and returns what is compared: arrays, numbers, texts, nested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SCENARIOS: dict[str, Callable[[Any], Any]] = {}


def scenario(function: Callable) -> Callable:
    """Have a function run by both libraries."""
    SCENARIOS[function.__name__] = function
    return function


def numbers(*shape: int, seed: int = 1) -> np.ndarray:
    """Normal random numbers."""
    return np.random.RandomState(seed).normal(size=shape).astype("float32")


def filled(layer: Any, seed: int = 2) -> Any:
    """The layer with the same weights in either library."""
    chance = np.random.RandomState(seed)
    layer.set_weights(
        [(chance.normal(size=w.shape) * 0.5).astype("float32") for w in layer.weights]
    )
    return layer


def refusal(work: Callable) -> str:
    """The class of the exception that comes, or ``"nothing"``."""
    try:
        work()
    except Exception as problem:  # what is compared
        return type(problem).__name__ if type(problem).__name__ != "ShapeError" else "ValueError"
    return "nothing"


def mask_of(x: Any) -> Any:
    """The mask of a tensor."""
    mask = getattr(x, "_keras_mask", None)
    return None if mask is None else np.asarray(mask)


STEPS = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0]], bool)
