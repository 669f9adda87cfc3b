"""Tensors that exist: numpy arrays with the few extras that Keras code expects."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.primitives.operators import Arithmetic, function_like, operate


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
        """Let numpy compute; a symbolic operand is asked first, and dtypes mix as in Keras."""
        for x in inputs:
            if isinstance(x, Arithmetic) and not isinstance(x, np.ndarray):
                return x.__array_ufunc__(ufunc, method, *inputs, **settings)
        if method == "__call__" and not settings and _differ(inputs):
            function = function_like(ufunc)
            if function is not None:
                return function(*inputs)
        if "out" in settings:
            settings["out"] = tuple(map(_plain, settings["out"]))
        result = getattr(ufunc, method)(*map(_plain, inputs), **settings)
        if isinstance(result, tuple):
            return tuple(map(_as_tensor, result))
        return _as_tensor(result)

    def __array_function__(self, function, types, args, kwargs):
        """Let numpy compute."""
        return np.ndarray.__array_function__(self, function, types, args, kwargs)

    def __getitem__(self, key):
        if self._is_watched():
            return operate("get_item", self, key)
        return np.ndarray.__getitem__(self, key)

    @property
    def T(self):  # noqa: N802 - numpy's name
        """The same numbers with the axes in reverse order."""
        if self._is_watched():
            return operate("transpose", self)
        return np.ndarray.transpose(self)

    def _is_watched(self) -> bool:
        """Whether a gradient tape wants to know what is computed from this tensor."""
        from visualnn.primitives.primitive import recorder  # which needs tensors itself

        return id(self) in getattr(recorder.get(), "watched", ())

    def __bool__(self) -> bool:
        return bool(self.view(np.ndarray))

    def __hash__(self) -> int:
        return id(self)


def _differ(inputs: tuple) -> bool:
    """Whether arrays of two dtypes meet."""
    return len({x.dtype for x in inputs if hasattr(x, "dtype")}) > 1


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, Tensor) else x


def _as_tensor(x: Any) -> Any:
    return x.view(Tensor) if isinstance(x, np.ndarray) else x
