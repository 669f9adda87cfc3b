"""The columns of tables, whatever the tables come in."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.layers.connectivity import KerasTensor
from visualnn.training import PyDataset


def rank(x: Any) -> int:
    """How many axes something has."""
    return len(x.shape) if hasattr(x, "shape") else np.ndim(x)


def as_column(x: Any) -> Any:
    """Values of a column, with an axis for the batch and one for the column."""
    if isinstance(x, KerasTensor):
        return ops.expand_dims(x, -1) if len(x.shape) == 1 else x
    if not hasattr(x, "shape"):
        x = np.asarray(x)
    if isinstance(x, np.ndarray) and x.dtype == "float64":
        x = x.astype("float32")
    axes = rank(x)
    if axes == 0:
        return ops.reshape(x, (1, 1)) if not isinstance(x, np.ndarray) else x.reshape(1, 1)
    return x[:, None] if axes == 1 else x


def columns_of(dataset: Any, names: list[str]) -> dict[str, np.ndarray]:
    """The values of columns in a whole data set, each as an array with one column."""
    if isinstance(dataset, dict) or hasattr(dataset, "columns"):
        rows: Any = [dataset]
    elif isinstance(dataset, PyDataset):
        rows = (dataset[i] for i in range(len(dataset)))
    elif isinstance(dataset, str) or not hasattr(dataset, "__iter__"):
        raise ValueError(
            "FeatureSpace: `adapt` takes a dict of columns, a table, or an iterable of dicts, but "
            f"a {type(dataset).__name__} came."
        )
    else:
        rows = dataset
    parts: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for row in rows:
        row = row[0] if isinstance(row, tuple) else row
        for name, found in parts.items():
            try:
                values = row[name]
            except (KeyError, IndexError, TypeError):
                raise ValueError(
                    f"FeatureSpace: there is no column {name!r} in the data that it is adapted to."
                ) from None
            values = np.asarray(values)
            if values.dtype == object and all(isinstance(x, str) for x in values.flat):
                values = values.astype(str)
            found.append(np.atleast_1d(values))
    joined = {name: np.concatenate(found) for name, found in parts.items() if found}
    if len(joined) < len(names):
        raise ValueError("FeatureSpace: `adapt` was given no data.")
    return {name: x[:, None] if x.ndim == 1 else x for name, x in joined.items()}
