"""Which dtype a result gets: Keras's table, and the functions that apply it to tensors.

Fractions win over whole numbers (int32 and float32 give float32), wider over narrower ones, and
Python numbers are weak: they take the dtype of the tensor beside them.  Lists count as tensors
of int32 or ``floatx``.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.defaults import floatx
from visualnn.spec import ShapeError, Spec, is_float

_NAMES: dict[Any, str] = {}


def dtype_name(dtype: Any) -> str:
    """The name of a dtype, which may be a name, a numpy dtype, a Python type, or a policy."""
    if isinstance(dtype, str):
        if dtype in _WIDTH:
            return {"int": "int32", "float": floatx()}.get(dtype, dtype)
        if dtype in ("string", "float8_e4m3fn", "float8_e5m2"):
            return dtype
        raise ValueError(f"{dtype!r} is not a dtype: use one like 'float32', 'int32' or 'bool'.")
    try:
        return _NAMES[dtype]
    except (KeyError, TypeError):
        pass
    if dtype is float or dtype is int or dtype is bool:
        return {float: floatx(), int: "int32", bool: "bool"}[dtype]
    if hasattr(dtype, "compute_dtype"):
        return dtype.compute_dtype
    name = np.dtype(dtype).name
    _NAMES[dtype] = name
    return name


def dtype_of(x: Any) -> str:
    """The name of the dtype of a tensor; for Python numbers the weak ``int`` and ``float``."""
    dtype = getattr(x, "dtype", None)
    if dtype is not None:
        return dtype if type(dtype) is str else dtype_name(dtype)
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, int):
        return "int"
    if isinstance(x, float):
        return "float"
    return dtype_of(as_tensor(x))


def result_type(*dtypes: Any) -> str:
    """The dtype of what combines tensors of these dtypes; of none, that of fractions.

    ``int`` and ``float`` stand for Python numbers.

    Raises:
        ValueError: When there is no such dtype.
    """
    result = _joined(dtypes)
    return {"int": "int32", "float": floatx()}.get(result, result)


@functools.cache
def _joined(dtypes: tuple[Any, ...]) -> str:
    return functools.reduce(_join, map(_known_name, dtypes)) if dtypes else "float"


def _known_name(dtype: Any) -> str:
    if dtype is int or dtype is float:
        return dtype.__name__
    if dtype in _WIDTH:
        return dtype
    try:
        return dtype_name(dtype if dtype is bool else np.dtype(dtype))
    except TypeError as problem:
        raise ValueError(f"{dtype!r} is not a dtype.") from problem


_WIDTH = {
    "bool": 1,
    "int": 0,
    "float": 0,
    **{f"{kind}{n}": n for kind in ("int", "uint") for n in (8, 16, 32, 64)},
    "float16": 16,
    "bfloat16": 16,
    "float32": 32,
    "float64": 64,
    "complex64": 64,
    "complex128": 128,
}


def _kind(dtype: str) -> int:
    return next(
        level
        for level, names in enumerate(("bool", ("uint", "int"), ("bfloat", "float"), "complex"))
        if dtype.startswith(names)
    )


def _join(a: str, b: str) -> str:
    for dtype in (a, b):
        if dtype not in _WIDTH:
            raise TypeError(f"{dtype!r} is not a dtype that numbers can have here.")
    if a == b:
        return a
    (low, a), (high, b) = sorted(((_kind(a), a), (_kind(b), b)), key=lambda pair: pair[0])
    if low != high:
        return _mixed(a, b, high)
    if "int" in (a, b) or "float" in (a, b):
        return b if a in ("int", "float") else a
    narrow, wide = sorted((a, b), key=_WIDTH.__getitem__)
    if high != 1 or narrow[0] == wide[0]:  # both signed, both unsigned, or fractions
        return "float32" if _WIDTH[narrow] == _WIDTH[wide] else wide
    unsigned = _WIDTH[a if a[0] == "u" else b]
    signed = _WIDTH[b if a[0] == "u" else a]
    if signed > unsigned:
        return f"int{signed}"
    return f"int{2 * unsigned}" if unsigned < 64 else "float32"


def _mixed(a: str, b: str, high: int) -> str:
    """Of two kinds, the higher wins; a weak fraction makes whole numbers float32."""
    if b == "float":
        return "float"
    if high == 3 and a == "float64":
        return "complex128"
    return b


# --------------------------------------------------------------------------- tensors


def as_tensor(x: Any) -> Any:
    """``x`` if it is a tensor of any kind; numbers and lists become arrays.

    Raises:
        TypeError: When it holds no numbers.
    """
    if hasattr(x, "dtype"):
        return x
    if isinstance(x, list | tuple) and _holds_tensors(x):
        parts = promoted(*(as_tensor(item) for item in x))
        return p.concatenate(*(p.expand_dims(part, axes=(0,)) for part in parts), axis=0)
    try:
        array = np.asarray(x)
    except ValueError as problem:
        raise TypeError(
            f"This list cannot become one tensor: its rows differ. ({x!r})"[:300]
        ) from problem
    if array.dtype == object:
        raise TypeError(f"A tensor was expected, but got {type(x).__name__}: {x!r}"[:300])
    wide = "complex128" if floatx() == "float64" else "complex64"
    default = {"f": floatx(), "i": "int32", "c": wide}.get(array.dtype.kind)
    return array if default is None else array.astype(p.numpy_dtype(default))


def _holds_tensors(items: Any) -> bool:
    return any(
        _holds_tensors(item) if isinstance(item, list | tuple) else hasattr(item, "dtype")
        for item in items
    )


def promoted(*xs: Any) -> list[Any]:
    """The tensors in one dtype.  Python numbers stay what they are if there is a tensor."""
    dtypes = [dtype_of(x) for x in xs]
    first = dtypes[0]
    if all(dtype == first for dtype in dtypes) and hasattr(xs[0], "dtype"):
        return list(xs)
    return in_dtype(result_type(*dtypes), *xs)


def promoted_fractions(*xs: Any) -> list[Any]:
    """The tensors in one dtype that can hold fractions."""
    dtype = result_type(*map(dtype_of, xs))
    return in_dtype(dtype if can_be_fractional(dtype) else floatx(), *xs)


def in_dtype(dtype: str, *xs: Any) -> list[Any]:
    """The tensors in this dtype.  Python numbers stay what they are if there is a tensor."""
    if not any(hasattr(x, "dtype") for x in xs):
        xs = (np.asarray(xs[0], p.numpy_dtype(dtype)), *xs[1:])
    return [
        x if isinstance(x, int | float) and not hasattr(x, "dtype") else cast_to(x, dtype)
        for x in xs
    ]


def cast_to(x: Any, dtype: str) -> Any:
    """``x`` as a tensor of this dtype; itself if it is one."""
    if not hasattr(x, "dtype"):
        x = as_tensor(x)
    return x if dtype_of(x) == dtype else p.cast(x, dtype=dtype)


def can_be_fractional(dtype: str) -> bool:
    """Whether a dtype has fractions."""
    return is_float(dtype) or dtype.startswith("complex")


def as_fraction(x: Any) -> Any:
    """``x`` as a tensor that can hold fractions: whole numbers become ``floatx``."""
    x = as_tensor(x)
    return x if can_be_fractional(dtype_of(x)) else p.cast(x, dtype=floatx())


def as_number(x: Any) -> Any:
    """``x`` as a tensor that can be calculated with: truth values become int32."""
    x = as_tensor(x)
    return p.cast(x, dtype="int32") if dtype_of(x) == "bool" else x


# --------------------------------------------------------------------------- axes and shapes


def rank_of(x: Any) -> int:
    """How many axes a tensor has."""
    return Spec.of(x).ndim


def known_size(x: Any, axis: int, name: str) -> int:
    """How many elements there are along an axis.

    Raises:
        ShapeError: When that is not known yet.
    """
    size = Spec.of(x).sizes[axis]
    if not isinstance(size, int):
        raise ShapeError(f"ops.{name}: axis {axis} of {Spec.of(x)} must be known, but is not yet.")
    return size


def axis_of(x: Any, axis: Any, name: str) -> int:
    """An axis counted from the front.

    Raises:
        ValueError: When the tensor has no such axis.
    """
    rank = rank_of(x)
    if not isinstance(axis, int | np.integer) or not -rank <= axis < rank:
        raise ValueError(
            f"ops.{name}: axis={axis!r} is no axis of {Spec.of(x)}, which has {rank} axes."
        )
    return int(axis) % rank


def axes_of(x: Any, axis: Any, name: str) -> tuple[int, ...]:
    """Axes counted from the front, sorted; ``None`` means all of them.

    Raises:
        ValueError: When the tensor does not have one of them, or one comes twice.
    """
    if axis is None:
        return tuple(range(rank_of(x)))
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    found = sorted(axis_of(x, one, name) for one in axes)
    if len(set(found)) != len(found):
        raise ValueError(f"ops.{name}: axis={axis!r} names an axis twice.")
    return tuple(found)
