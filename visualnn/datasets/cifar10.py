"""CIFAR-10: 60,000 pictures of ten kinds of things, 32 × 32 in color, by Krizhevsky (2009)."""

from __future__ import annotations

import pathlib

import numpy as np

from visualnn.datasets.cifar import arranged, read_batch
from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs


def load_data() -> Pairs:
    """Download CIFAR-10, unless it is there, and read it.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 of shapes (50000, 32, 32, 3) and (50000, 1),
        and 10,000 to test with.
    """
    folder = fetched(
        "cifar-10-python.tar.gz", "cifar-10-batches-py-target", "toronto", extract=True
    )
    files = pathlib.Path(folder) / "cifar-10-batches-py"
    batches = [read_batch(files / f"data_batch_{i}", "labels") for i in range(1, 6)]
    x_train = np.concatenate([x for x, _ in batches])
    y_train = [label for _, labels in batches for label in labels]
    return arranged(x_train, y_train), arranged(*read_batch(files / "test_batch", "labels"))
