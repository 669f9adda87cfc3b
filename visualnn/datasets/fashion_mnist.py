"""Fashion-MNIST: 70,000 pictures of ten kinds of clothes, 28 × 28, by Zalando Research."""

from __future__ import annotations

import gzip

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs

_FOLDER = "datasets/fashion-mnist"


def load_data() -> Pairs:
    """Download Fashion-MNIST, unless it is there, and read it.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 of shapes (60000, 28, 28) and (60000,), and
        10,000 to test with.
    """
    parts = []
    for part in ("train", "t10k"):
        y = _read(fetched(f"{part}-labels-idx1-ubyte.gz", cache_subdir=_FOLDER))
        x = _read(fetched(f"{part}-images-idx3-ubyte.gz", cache_subdir=_FOLDER))
        parts.append((x, y))
    return parts[0], parts[1]


def _read(path: str) -> np.ndarray:
    """The bytes of a file in the IDX format, which begins with its sizes."""
    with gzip.open(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\0\0\x08":  # two zeros, then the code of bytes
        raise ValueError(f"{path} is no file of bytes in the IDX format.")
    sizes = np.frombuffer(data, ">i4", data[3], 4).tolist()
    return np.frombuffer(data, "uint8", offset=4 + 4 * data[3]).reshape(sizes)
