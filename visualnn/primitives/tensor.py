"""Tensors that exist: numpy arrays with the few extras that Keras code expects."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.primitives.operators import Arithmetic


class Tensor(Arithmetic, np.ndarray):
    """A numpy array whose operators follow Keras's dtype rules, with ``numpy()`` and a mask.

    Everything numpy does with an array it does with this one.  The caller owns it: nothing
    inside the library changes it later.
    """

    _keras_mask: Any = None

    def numpy(self) -> np.ndarray:
        """The same numbers as a plain numpy array."""
        return self.view(np.ndarray)

    def __array_finalize__(self, source: Any) -> None:
        """Views and copies start without a mask."""

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        """Let numpy compute; a symbolic operand is asked first."""
        for x in inputs:
            if isinstance(x, Arithmetic) and not isinstance(x, np.ndarray):
                return x.__array_ufunc__(ufunc, method, *inputs, **settings)
        return super().__array_ufunc__(ufunc, method, *inputs, **settings)

    def __array_function__(self, function, types, args, kwargs):
        """Let numpy compute."""
        return np.ndarray.__array_function__(self, function, types, args, kwargs)

    def __getitem__(self, key):
        return np.ndarray.__getitem__(self, key)

    def __bool__(self) -> bool:
        return bool(self.view(np.ndarray))

    def __hash__(self) -> int:
        return id(self)
