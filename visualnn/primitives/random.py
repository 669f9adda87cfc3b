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
from visualnn.spec import ShapeError, Spec, broadcast

_STEP = 8  # 32-bit numbers that one count of the generator makes


def random_bits(key, start, count, stream=0):
    """``count`` random whole numbers of 32 bits, from the ``start``-th one on.

    Streams are for those that may need several draws for one number.
    """
    seed, drawn = (int(x) for x in key)
    skipped, offset = divmod(start, _STEP)
    generator = np.random.Philox(key=seed | drawn << 64, counter=skipped | stream << 128)
    words = generator.random_raw((offset + count + 1) // 2).view(np.uint32)
    return words[offset : offset + count]


def unit_numbers(key, start, count, dtype="float32", stream=0):
    """``count`` numbers evenly spread over [0, 1), with as many random bits as the dtype holds."""
    if dtype == "float64":
        bits = random_bits(key, 2 * start, 2 * count, stream).astype(np.uint64).reshape(count, 2)
        return ((bits[:, 0] << np.uint64(32) | bits[:, 1]) >> np.uint64(11)) * 2.0**-53
    kept = {"float16": 11, "bfloat16": 8}.get(dtype, 24)
    bits = random_bits(key, start, count, stream)
    return (bits >> np.uint32(32 - kept)) * np.float32(2.0**-kept)


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
    numbers = unit_numbers(key, 0, math.prod(sizes), dtype)
    return numbers.reshape(sizes).astype(numpy_dtype(dtype), copy=False)


random_uniform.shape(_sizes)
random_uniform.examples(_examples)


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_normal(key, *unknown, shape, dtype):
    """Numbers drawn from the normal distribution with mean zero and deviation one.

    Two even numbers make two normal ones: an angle and a distance (Box and Muller, 1958).
    """
    sizes = filled(shape, unknown)
    return normal_numbers(key, math.prod(sizes), dtype).reshape(sizes)


def normal_numbers(key, count, dtype, stream=0):
    """``count`` normal numbers."""
    fine = "float64" if dtype == "float64" else "float32"
    even = unit_numbers(key, 0, count + count % 2, fine, stream).reshape(-1, 2)
    distance = np.sqrt(-2 * np.log(1 - even[:, 0]))
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


def _given_sizes(key, *inputs, shape, **settings):
    """The sizes of draws whose distributions are tensors."""
    numbers = sum(not isinstance(size, int) for size in shape)
    given = inputs[: len(inputs) - numbers]
    for x in given:
        broadcast(x.sizes, Spec(shape).sizes)
    return _sizes(key, *inputs[len(given) :], shape=shape)


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_gamma(key, alpha, *unknown, shape, dtype):
    """Numbers drawn from gamma distributions of these shapes ``alpha``, with the scale one.

    Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
    """
    sizes = filled(shape, unknown)
    alpha = np.broadcast_to(alpha, sizes).astype(np.float64).ravel()
    raised = np.where(alpha < 1, alpha + 1, alpha)
    d = raised - 1 / 3
    c = 1 / np.sqrt(9 * d)
    result, waiting, stream = np.empty(alpha.size), np.ones(alpha.size, bool), 0
    while waiting.any():
        normal = normal_numbers(key, alpha.size, "float64", stream)
        even = 1 - unit_numbers(key, 0, alpha.size, "float64", stream + 1)
        v = (1 + c * normal) ** 3
        bound = 0.5 * normal**2 + d - d * v + d * np.log(np.where(v > 0, v, 1))
        taken = waiting & (v > 0) & (np.log(even) < bound)
        result[taken] = (d * v)[taken]
        waiting &= ~taken
        stream += 2
    even = 1 - unit_numbers(key, 0, alpha.size, "float64", stream=1 << 32)
    result *= np.where(alpha < 1, even ** (1 / np.maximum(alpha, 1e-300)), 1.0)
    return result.reshape(sizes).astype(numpy_dtype(dtype))


random_gamma.shape(_given_sizes)


@random_gamma.examples
def _(normal):
    yield np.array([1, 2], "uint32"), normal(3) ** 2, dict(shape=(2, 3), dtype="float32")


@primitive(dtype=lambda *inputs, shape, dtype: dtype)
def random_binomial(key, counts, chances, *unknown, shape, dtype):
    """How many of ``counts`` tries succeed, each with the same chance."""
    sizes = filled(shape, unknown)
    tries, chances = (np.broadcast_to(x, sizes).ravel() for x in (counts, chances))
    result = np.zeros(tries.size, np.int64)
    for stream in range(int(tries.max(initial=0))):
        even = unit_numbers(key, 0, tries.size, "float32", stream)
        result += (even < chances) & (stream < tries)
    return result.reshape(sizes).astype(numpy_dtype(dtype))


random_binomial.shape(_given_sizes)


@random_binomial.examples
def _(normal):
    chances = np.array([0.1, 0.5, 0.9])
    settings = dict(shape=(2, 3), dtype="float32")
    yield np.array([1, 2], "uint32"), np.array(5.0), chances, settings
