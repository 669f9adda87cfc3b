"""Boston housing: what houses cost in 506 districts around Boston in the 1970s.

One of its columns rests on a racist assumption about prices.  For learning regression, take
``california_housing``.
"""

from __future__ import annotations

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.splitting import Pairs, check_share, mixed_and_split


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Pairs:
    """Download Boston housing, unless it is there, and read it.

    Args:
        path: What the file is called in ``~/.keras/datasets``.
        test_split: The share of the districts to test with.
        seed: Mixes the districts.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 13 properties of each district, and its median
        price in thousands of dollars.
    """
    check_share(test_split)
    with np.load(fetched("boston_housing.npz", path), allow_pickle=False) as file:
        return mixed_and_split(file["x"], file["y"], test_split, seed)
