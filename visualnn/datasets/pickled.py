"""Pickled arrays, read without running anything: no other objects are made than arrays.

Some of the well-known data sets are pickled.  Their hashes are checked before (see ``origins``);
beyond that, the few names that pickled arrays need are known here, and no others.
"""

from __future__ import annotations

import pickle
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

_CORE = np.empty(1).__reduce__()[0].__module__  # where numpy keeps what makes arrays
_KNOWN = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    *((module, "_reconstruct") for module in ("numpy.core.multiarray", "numpy._core.multiarray")),
    *((module, "scalar") for module in ("numpy.core.multiarray", "numpy._core.multiarray")),
    ("_codecs", "encode"),  # bytes, in pickles that Python 2 can read
}


class _ArrayUnpickler(pickle.Unpickler):
    """Makes arrays, lists, dicts, numbers and texts; refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(
                f"The file asks for {module}.{name}, which is no part of an array: nothing of it "
                "was run."
            )
        if module.startswith("numpy."):
            module = _CORE
        return super().find_class(module, name)


def unpickled(file: Any, encoding: str = "ASCII") -> Any:
    """What is pickled in an open file.

    Args:
        file: The file.
        encoding: What texts of Python 2 are; ``bytes`` leaves them as they are.

    Raises:
        pickle.UnpicklingError: When it holds anything but arrays, lists, dicts, numbers and texts.
    """
    return _ArrayUnpickler(file, encoding=encoding).load()


def arrays_in(path: str, names: tuple[str, ...]) -> list[np.ndarray]:
    """Arrays of an ``.npz`` file by name; they may hold lists.

    Raises:
        ValueError: When one is missing.
    """
    found = []
    with zipfile.ZipFile(path) as archive:
        there = set(archive.namelist())
        for name in names:
            if f"{name}.npy" not in there:
                raise ValueError(f"{path} has no array {name!r}: it is not the file it should be.")
            with archive.open(f"{name}.npy") as file:
                found.append(_array(file))
    return found


def _array(file: Any) -> np.ndarray:
    """The array in an open ``.npy`` file."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_columns, dtype = read(file)
    if dtype.hasobject:
        return np.asarray(unpickled(file, "latin1"), object).reshape(shape)
    numbers = np.frombuffer(file.read(), dtype)
    return numbers.reshape(shape, order="F" if by_columns else "C").copy()
