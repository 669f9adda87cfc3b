"""Other kinds of numbers: dtypes by name, and the primitives that change them."""

from typing import Any

import numpy as np

from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import one_example, same_sizes
from visualnn.spec import Spec


def numpy_dtype(name: str) -> Any:
    """The dtype that numpy knows by this name; ``bfloat16`` comes with the package ml_dtypes.

    Raises:
        ImportError: When bfloat16 is wanted and ml_dtypes is not installed.
    """
    if name == "bfloat16":
        try:
            import ml_dtypes  # pyright: ignore[reportMissingImports] - not a dependency
        except ImportError as problem:
            raise ImportError(
                "numpy has no bfloat16 of its own: install the package ml_dtypes, or use float16."
            ) from problem
        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


def is_half(array):
    """Whether an array holds 16-bit fractions, which are stored so but computed in 32 bits."""
    return array.dtype.itemsize == 2 and array.dtype.kind not in "iub"


def in_single(compute, *arrays):
    """Compute with 16-bit fractions turned into 32 bits, and round the result once."""
    if not is_half(arrays[0]):
        return compute(*arrays)
    return compute(*(x.astype(np.float32) for x in arrays)).astype(arrays[0].dtype)


@primitive(dtype=lambda x, *, dtype: dtype)
def cast(x, *, dtype):
    """The same numbers in another dtype; fractions that become whole numbers are cut."""
    return np.array(x, numpy_dtype(dtype))


cast.shape(same_sizes)


@cast.gradient
def _(g, y, x, *, dtype):
    if Spec.of(x).dtype.startswith(("int", "uint", "bool")) or not is_fraction(dtype):
        return None
    return cast_like(g, x)


@cast.examples
def _(normal):
    yield normal(2, 3), dict(dtype="float64")
    yield normal(2, 3), dict(dtype="int32")
    yield normal(2, 3) > 0, dict(dtype="float32")


def is_fraction(dtype):
    """Whether numbers of this dtype can have a gradient."""
    return dtype.startswith(("float", "bfloat", "complex"))


def cast_like(x, like):
    """``x`` in the dtype of ``like``; itself if it has it already."""
    dtype = Spec.of(like).dtype
    return x if Spec.of(x).dtype == dtype else cast(x, dtype=dtype)


@primitive
def stop_gradient(x):
    """The same tensor, through which no gradient flows back."""
    return np.array(x)


stop_gradient.shape(same_sizes)
stop_gradient.examples(one_example)


@primitive
def with_gradient(*tensors, results, backward):
    """The first ``results`` tensors; the gradient of the others is what ``backward`` makes of it.

    ``backward`` takes the gradients of the results and gives those of the other tensors.
    """
    return tuple(np.array(x) for x in tensors[:results])


@with_gradient.shape
def _(*tensors, results, backward):
    return tensors[:results]


@with_gradient.gradient
def _(g, y, *tensors, results, backward):
    upstream = [made * 0 if slope is None else slope for slope, made in zip(g, y, strict=True)]
    found = backward(*upstream)
    found = tuple(found) if isinstance(found, tuple | list) else (found,)
    return *(None for _ in y), *found


@with_gradient.examples
def _(normal):
    x = normal(2, 3)
    yield x * 2, x, dict(results=1, backward=lambda g: g * 2)
