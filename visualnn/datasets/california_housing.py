"""California housing: what houses cost in 20,640 districts in 1990."""

from __future__ import annotations

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs, check_share, mixed_and_split

_SMALL = 600


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Pairs:
    """Download California housing, unless it is there, and read it.

    Args:
        version: ``large``, or ``small`` for the first 600 districts.
        path: What the file is called in ``~/.keras/datasets``.
        test_split: The share of the districts to test with.
        seed: Mixes the districts.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 8 properties of each district, and its median
        price in dollars.

    Raises:
        ValueError: When there is no such version.
    """
    check_share(test_split)
    if version not in ("small", "large"):
        raise ValueError(f"`version` must be 'small' or 'large', but is {version!r}.")
    with np.load(fetched("california_housing.npz", path), allow_pickle=False) as file:
        x, y = file["x"], file["y"]
    if version == "small":
        x, y = x[:_SMALL], y[:_SMALL]
    return mixed_and_split(x, y, test_split, seed)
