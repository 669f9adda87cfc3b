"""The Python operators, for everything that behaves like a tensor.

``a + b`` stands for ``ops.add(a, b)``, ``a[0]`` for ``ops.get_item(a, 0)``, ``np.tanh(a)`` for
``ops.tanh(a)``.  The functions are plugged into ``FUNCTIONS`` by :mod:`visualnn.ops`, which lies
above; nothing here knows what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FUNCTIONS: dict[str, Callable] = {}

# numpy calls some functions by other names than the field does
_UFUNC_NAMES = {
    "divide": "true_divide",
    "remainder": "mod",
    "float_power": "power",
    "conjugate": "conj",
    "invert": "logical_not",
    "bitwise_and": "bitwise_and",
}


def operate(name: str, *operands: Any, **settings: Any) -> Any:
    """Apply the function of ``ops`` with this name."""
    return FUNCTIONS[name](*operands, **settings)


class Arithmetic:
    """Lets ``a + b``, ``a[i]`` and numpy functions stand for the functions of ``ops``."""

    def __add__(self, other):
        return operate("add", self, other)

    def __radd__(self, other):
        return operate("add", other, self)

    def __sub__(self, other):
        return operate("subtract", self, other)

    def __rsub__(self, other):
        return operate("subtract", other, self)

    def __mul__(self, other):
        return operate("multiply", self, other)

    def __rmul__(self, other):
        return operate("multiply", other, self)

    def __truediv__(self, other):
        return operate("true_divide", self, other)

    def __rtruediv__(self, other):
        return operate("true_divide", other, self)

    def __floordiv__(self, other):
        return operate("floor_divide", self, other)

    def __rfloordiv__(self, other):
        return operate("floor_divide", other, self)

    def __mod__(self, other):
        return operate("mod", self, other)

    def __rmod__(self, other):
        return operate("mod", other, self)

    def __pow__(self, other):
        return operate("power", self, other)

    def __rpow__(self, other):
        return operate("power", other, self)

    def __matmul__(self, other):
        return operate("matmul", self, other)

    def __rmatmul__(self, other):
        return operate("matmul", other, self)

    def __neg__(self):
        return operate("negative", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return operate("absolute", self)

    def __lt__(self, other):
        return operate("less", self, other)

    def __le__(self, other):
        return operate("less_equal", self, other)

    def __gt__(self, other):
        return operate("greater", self, other)

    def __ge__(self, other):
        return operate("greater_equal", self, other)

    def __eq__(self, other):
        return operate("equal", self, other)

    def __ne__(self, other):
        return operate("not_equal", self, other)

    def __and__(self, other):
        return operate("logical_and", self, other)

    def __rand__(self, other):
        return operate("logical_and", other, self)

    def __or__(self, other):
        return operate("logical_or", self, other)

    def __ror__(self, other):
        return operate("logical_or", other, self)

    def __xor__(self, other):
        return operate("logical_xor", self, other)

    def __rxor__(self, other):
        return operate("logical_xor", other, self)

    def __invert__(self):
        whole = str(getattr(self, "dtype", "bool")).startswith(("int", "uint"))
        return operate("bitwise_invert" if whole else "logical_not", self)

    def __round__(self, decimals=0):
        return operate("round", self, decimals)

    def __getitem__(self, key):
        return operate("get_item", self, key)

    def __hash__(self) -> int:  # comparing makes a tensor, so identity is what counts in dicts
        return id(self)

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        """``np.tanh(x)`` as ``ops.tanh(x)``."""
        function = function_like(ufunc)
        if method != "__call__" or settings or function is None:
            raise TypeError(
                f"np.{ufunc.__name__} cannot be applied to {self!r}: "
                f"use {_suggestion(ufunc)} instead."
            )
        return function(*inputs)

    def __array_function__(self, function, types, args, kwargs):
        """``np.mean(x, axis=0)`` as ``ops.mean(x, axis=0)``."""
        name = function.__name__
        if name in ("shape", "ndim"):  # known without any number
            return getattr(self, name)
        if name in FUNCTIONS and function.__module__ in ("numpy", "numpy.linalg"):
            return operate(name, *args, **kwargs)
        return not_traceable(function, self)


def not_traceable(function: Callable, x: Any):
    """Refuse a numpy function that has no counterpart here."""
    name = f"{function.__module__}.{function.__name__}".replace("numpy", "np")
    raise TypeError(f"{name} cannot be applied to {x!r}: use a function of `ops` instead.")


def function_like(ufunc: Any) -> Callable | None:
    """The function of ``ops`` that does what a function of numpy does."""
    name: str = ufunc.__name__
    return FUNCTIONS.get(_UFUNC_NAMES.get(name, name))


def _suggestion(ufunc: Any) -> str:
    function = function_like(ufunc)
    return f"`ops.{function.__name__}`" if function else "a function of `ops`"


class Symbolic(Arithmetic):
    """A tensor of the layer graph: applying an operation to it connects instead of computing."""

    def connect(self, operation: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Note the operation down and return the tensors that it will make."""
        raise TypeError(f"{type(self).__name__} does not say how it is connected.")
