"""CIFAR-100: 60,000 pictures of a hundred kinds of things, 32 × 32 in color, by Krizhevsky."""

from __future__ import annotations

import pathlib

from visualnn.datasets.cifar import arranged, read_batch
from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs


def load_data(label_mode: str = "fine") -> Pairs:
    """Download CIFAR-100, unless it is there, and read it.

    Args:
        label_mode: ``fine`` for the hundred kinds, ``coarse`` for the twenty groups of them.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 of shapes (50000, 32, 32, 3) and (50000, 1),
        and 10,000 to test with.

    Raises:
        ValueError: When the mode is neither.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f"`label_mode` must be 'fine' or 'coarse', but is {label_mode!r}.")
    folder = fetched("cifar-100-python.tar.gz", "cifar-100-python-target", "toronto", extract=True)
    files = pathlib.Path(folder) / "cifar-100-python"
    labels = f"{label_mode}_labels"
    train, test = (arranged(*read_batch(files / name, labels)) for name in ("train", "test"))
    return train, test
