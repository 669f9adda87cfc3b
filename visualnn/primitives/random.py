"""Random numbers as pure functions of a key.

A key is two numbers, ``uint32[2]``: a seed, and how often it was drawn from.  The same key gives
the same numbers always; which numbers an element gets depends on its place only, so a batch may
be computed in parts.  Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011),
the generator Philox, in numpy.
"""

import math

import numpy as np

from visualnn.primitives.conversion import numpy_dtype
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import check_unknown, filled
from visualnn.spec import ShapeError, Spec

_STEP = 8  # 32-bit numbers that one count of the generator makes


def random_bits(key, start, count):
    """``count`` random whole numbers of 32 bits, from the ``start``-th one on."""
    seed, drawn = (int(x) for x in key)
    skipped, offset = divmod(start, _STEP)
    generator = np.random.Philox(key=seed | drawn << 64, counter=skipped)
    words = generator.random_raw((offset + count + 1) // 2).view(np.uint32)
    return words[offset : offset + count]


def unit_numbers(key, start, count):
    """``count`` numbers of 24 random bits, evenly spread over [0, 1)."""
    return (random_bits(key, start, count) >> np.uint32(8)) * np.float32(2**-24)


def fine_numbers(key, start, count):
    """``count`` numbers of 53 random bits, evenly spread over [0, 1)."""
    bits = random_bits(key, 2 * start, 2 * count).reshape(count, 2).astype(np.uint64)
    return ((bits[:, 0] << np.uint64(32) | bits[:, 1]) >> np.uint64(11)) * 2.0**-53


def _sizes(key, *unknown, shape, **settings):
    if key.shape != (2,):
        raise ShapeError(f"A random key has two numbers, but this one is {key}.")
    check_unknown("random", shape, unknown)
    return Spec(shape).sizes


def _examples(normal):
    yield np.array([1, 2], "uint32"), dict(shape=(2, 3), dtype="float32")
    yield np.array([1, 2], "uint32"), np.int32(4), dict(shape=(None, 3), dtype="float64")


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_uniform(key, *unknown, shape, dtype):
    """Numbers drawn evenly from [0, 1)."""
    sizes = filled(shape, unknown)
    draw = fine_numbers if dtype == "float64" else unit_numbers
    return draw(key, 0, math.prod(sizes)).reshape(sizes).astype(numpy_dtype(dtype), copy=False)


random_uniform.shape(_sizes)
random_uniform.examples(_examples)


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_normal(key, *unknown, shape, dtype):
    """Numbers drawn from the normal distribution with mean zero and deviation one.

    Two even numbers make two normal ones: an angle and a distance (Box and Muller, 1958).
    """
    sizes = filled(shape, unknown)
    return normal_numbers(key, math.prod(sizes), dtype).reshape(sizes)


def normal_numbers(key, count, dtype):
    """``count`` normal numbers."""
    draw = fine_numbers if dtype == "float64" else unit_numbers
    even = draw(key, 0, count + count % 2).reshape(-1, 2)
    distance = np.sqrt(-2 * np.log1p(-even[:, 0]))
    angle = even[:, 1] * even.dtype.type(2 * np.pi)
    numbers = np.empty_like(even)
    np.multiply(distance, np.cos(angle), out=numbers[:, 0])
    np.multiply(distance, np.sin(angle), out=numbers[:, 1])
    return numbers.ravel()[:count].astype(numpy_dtype(dtype), copy=False)


random_normal.shape(_sizes)
random_normal.examples(_examples)


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_integers(key, *unknown, shape, dtype):
    """Whole numbers with all bits drawn."""
    sizes = filled(shape, unknown)
    return random_bits(key, 0, math.prod(sizes)).reshape(sizes).astype(dtype)


random_integers.shape(_sizes)


@random_integers.examples
def _(normal):
    yield np.array([1, 2], "uint32"), dict(shape=(2, 3), dtype="uint32")
