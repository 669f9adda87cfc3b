"""Whatever may stand for an array, as an array: numpy's, pandas', PyTorch's, lists of numbers.

Nothing is imported: other libraries are known by what their objects can do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.defaults import floatx
from visualnn.structure import map_structure

_LARGEST_CONVERTED = 1 << 28  # bytes; larger arrays are converted batch by batch


def is_array_like(x: Any) -> bool:
    """Whether something is one array, of any library."""
    if isinstance(x, str | bytes | dict):
        return False
    if isinstance(x, list | tuple):
        return is_numbers(x)
    return any(hasattr(x, name) for name in ("__array__", "to_numpy", "toarray", "detach"))


def is_numbers(x: Any) -> bool:
    """Whether something is a list of numbers, or of lists of numbers."""
    while isinstance(x, list | tuple) and x:
        x = x[0]
    return isinstance(x, int | float | np.number | np.bool_)


def is_arrays(data: Any) -> bool:
    """Whether something is arrays only, in lists, tuples and dicts or alone."""
    if is_array_like(data):
        return True
    if isinstance(data, dict):
        return bool(data) and all(is_arrays(x) for x in data.values())
    if isinstance(data, list | tuple):
        return bool(data) and all(is_arrays(x) for x in data)
    return False


def as_arrays(data: Any, what: str) -> Any:
    """Numpy arrays, nested as the data are; numbers with fractions in the usual dtype.

    Args:
        data: The data; ``None`` stays as it is.
        what: What they are, for messages: ``x``.

    Raises:
        ValueError: When something in it is no array of numbers.
    """
    if data is None:
        return None
    if isinstance(data, dict):
        return {key: as_arrays(x, f"{what}[{key!r}]") for key, x in data.items()}
    if isinstance(data, list | tuple) and not is_numbers(data):
        items = [as_arrays(x, f"{what}[{i}]") for i, x in enumerate(data)]
        return tuple(items) if isinstance(data, tuple) else items
    return as_array(data, what)


def as_array(x: Any, what: str) -> np.ndarray:
    """One numpy array; numbers with fractions in the usual dtype."""
    array = _plain(x, what)
    if array.dtype == object and array.size:
        if all(isinstance(x, bytes) for x in array.flat):  # TensorFlow's texts
            array = np.array([x.decode("utf-8", "replace") for x in array.flat]).reshape(
                array.shape
            )
        elif all(isinstance(x, str) for x in array.flat):
            array = array.astype(str)
    if array.dtype == object:
        try:
            array = array.astype(floatx())
        except (ValueError, TypeError) as problem:
            raise ValueError(
                f"`{what}` holds Python objects that are not numbers: {problem}. "
                "Give arrays of numbers."
            ) from problem
    if array.nbytes <= _LARGEST_CONVERTED:
        array = array.astype(target_dtype(array), copy=False)
    return array


def target_dtype(array: np.ndarray) -> Any:
    """The dtype in which a batch of this array is used."""
    return np.dtype(floatx()) if array.dtype.kind == "f" else array.dtype


def _plain(x: Any, what: str) -> np.ndarray:
    if isinstance(x, np.ndarray):
        return x.view(np.ndarray)
    if hasattr(x, "detach"):  # PyTorch
        return x.detach().cpu().numpy()
    if hasattr(x, "toarray"):  # SciPy's sparse matrices
        return np.asarray(x.toarray())
    if hasattr(x, "to_numpy"):  # pandas, polars
        array = np.asarray(x.to_numpy())
        return array[:, None] if type(x).__name__ == "Series" else array
    try:
        return np.asarray(x)
    except ValueError as problem:
        raise ValueError(f"`{what}` is no array: {problem}.") from problem


def map_arrays(function: Any, data: Any) -> Any:
    """Nested arrays with a function applied to each; ``None`` stays as it is."""
    return map_structure(lambda x: None if x is None else function(x), data)
