"""MNIST: 70,000 pictures of digits, 28 × 28, by LeCun, Cortes and Burges."""

from __future__ import annotations

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs


def load_data(path: str = "mnist.npz") -> Pairs:
    """Download MNIST, unless it is there, and read it.

    Args:
        path: What the file is called in ``~/.keras/datasets``.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 of shapes (60000, 28, 28) and (60000,), and
        10,000 to test with.
    """
    with np.load(fetched("mnist.npz", path), allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
