"""The files of CIFAR: pictures of 32 × 32 in color, pickled, a row of 3,072 bytes for each."""

from __future__ import annotations

import pathlib

import numpy as np

from visualnn.datasets.pickled import unpickled
from visualnn.defaults import image_data_format


def read_batch(path: pathlib.Path, labels: str) -> tuple[np.ndarray, list[int]]:
    """The pictures of a file, channels first, and their labels.

    Args:
        path: The file.
        labels: What the labels are called in it.
    """
    with path.open("rb") as file:
        batch = unpickled(file, "bytes")
    named = {key.decode() if isinstance(key, bytes) else key: x for key, x in batch.items()}
    return named["data"].reshape(-1, 3, 32, 32), named[labels]


def arranged(x: np.ndarray, y: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Pictures with their channels where they usually are, and labels as a column."""
    if image_data_format() == "channels_last":
        x = x.transpose(0, 2, 3, 1)
    return x, np.array(y, "uint8").reshape(-1, 1)
