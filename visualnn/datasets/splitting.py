"""The examples of a data set, mixed by a seed and split in two, as Keras splits them."""

from __future__ import annotations

import numpy as np

Pairs = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""``(x_train, y_train), (x_test, y_test)``."""


def mixed(x: np.ndarray, y: np.ndarray, random: np.random.RandomState) -> tuple:
    """Examples in another order."""
    order = np.arange(len(x))
    random.shuffle(order)
    return x[order], y[order]


def mixed_and_split(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> Pairs:
    """Examples in another order, the last of them for testing.

    Raises:
        ValueError: When the share for testing is not from 0 to below 1.
    """
    check_share(test_split)
    x, y = mixed(x, y, np.random.RandomState(seed))
    return cut(x, y, test_split)


def check_share(test_split: float) -> None:
    """Refuse what is no share of the examples."""
    if not 0 <= test_split < 1:
        raise ValueError(f"`test_split` must be at least 0 and below 1, but is {test_split}.")


def cut(x: np.ndarray, y: np.ndarray, test_split: float) -> Pairs:
    """The examples for training and those for testing."""
    at = int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])
