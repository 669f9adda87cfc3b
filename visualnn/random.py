"""Random numbers, repeatable by a seed: ``keras.random``.

Every draw is a pure function of a key.  An integer seed gives the same numbers at every call; a
:class:`SeedGenerator` gives new ones, because it counts its draws in a variable, in a traced
graph as well as outside.
"""

from __future__ import annotations

import math
import random as _python_random
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.defaults import floatx
from visualnn.ops.promotion import as_tensor, axis_of, dtype_name
from visualnn.primitives.operators import FUNCTIONS
from visualnn.primitives.primitive import outside_recording
from visualnn.primitives.sizes import as_setting
from visualnn.serialization import auto_name, on_clear_session, public
from visualnn.variable import Variable


@public("keras.random")
class SeedGenerator:
    """Gives a new key at every draw, and remembers how many it gave.

    Args:
        seed: A whole number; by default one is drawn.
        name: The name.

    Raises:
        ValueError: When the seed is not a whole number.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any):
        if kwargs:
            raise ValueError(f"SeedGenerator does not know {', '.join(map(repr, kwargs))}.")
        if seed is None:
            seed = make_default_seed()
        if not isinstance(seed, int | np.integer):
            raise ValueError(f"A seed is a whole number or None, but this is {seed!r}.")
        self.name = name or auto_name("seed_generator")
        self._initial_seed = int(seed)
        self.state = Variable(
            _key(int(seed)), trainable=False, dtype="uint32", name="seed_generator_state"
        )

    def next(self, ordered: bool = True) -> Any:
        """The key of the next draw, uint32[2]."""
        del ordered
        key = self.state.value
        self.state.assign(ops.add(key, np.array([0, 1], "uint32")))
        return key

    def get_config(self) -> dict[str, Any]:
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        return cls(**config)


def make_default_seed() -> int:
    """A seed for those who do not say one, from Python's own generator."""
    return _python_random.randint(1, int(1e9))


_global: list[SeedGenerator] = []


def global_seed_generator() -> SeedGenerator:
    """The generator of draws that name none."""
    if not _global:
        with outside_recording():
            _global.append(SeedGenerator(name="global_seed_generator"))
    return _global[0]


@on_clear_session
def reset_global_seed_generator() -> None:
    """Begin anew, with a seed drawn at the next use."""
    _global.clear()


def set_random_seed(seed: int) -> None:
    """Make all that is drawn from here on repeatable: by Python, by numpy and by layers.

    Args:
        seed: A whole number.
    """
    if not isinstance(seed, int | np.integer):
        raise ValueError(f"A seed is a whole number, but this is {seed!r}.")
    _python_random.seed(int(seed))
    np.random.seed(int(seed) % 2**32)  # noqa: NPY002 - for users who draw from it
    reset_global_seed_generator()


def draw_seed(seed: Any) -> Any:
    """The key that a ``seed`` argument stands for.

    Raises:
        ValueError: When it is no seed.
    """
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return global_seed_generator().next()
    if isinstance(seed, int | np.integer):
        return _key(int(seed))
    if getattr(seed, "shape", None) == (2,):
        return ops.cast(seed, "uint32")
    raise ValueError(f"A seed is a whole number, a SeedGenerator or None, but this is {seed!r}.")


FUNCTIONS["draw_seed"] = draw_seed  # for the functions of `ops` that draw


def _key(seed: int) -> np.ndarray:
    return np.array([seed % 2**32, 0], "uint32")


def _sizes(shape: Any) -> Sequence[Any]:
    return (shape,) if isinstance(shape, int) else shape


def _drawn(primitive: Any, shape: Sequence[Any], dtype: str, seed: Any) -> Any:
    setting, unknown = as_setting(_sizes(shape))
    return primitive(draw_seed(seed), *unknown, shape=setting, dtype=dtype)


def _float(dtype: Any, name: str) -> str:
    """A dtype of fractions, by default ``floatx``.

    Raises:
        ValueError: When it has none.
    """
    found = dtype_name(dtype) if dtype is not None else floatx()
    if not found.startswith(("float", "bfloat")):
        raise ValueError(
            f"random.{name} draws fractions, so its dtype cannot be {found}: cast what it gives, "
            "or use `random.randint`."
        )
    return found


def uniform(
    shape: Sequence[Any],
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Numbers drawn evenly from ``minval`` to ``maxval``, exclusive; whole ones by ``randint``."""
    numbers = _drawn(p.random_uniform, shape, _float(dtype, "uniform"), seed)
    return numbers * (maxval - minval) + minval


def normal(
    shape: Sequence[Any],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Numbers drawn from the normal distribution."""
    return _drawn(p.random_normal, shape, _float(dtype, "normal"), seed) * stddev + mean


def truncated_normal(
    shape: Sequence[Any],
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Normal numbers that lie no further than two deviations from the mean."""
    edge = math.erf(2 / math.sqrt(2))
    even = uniform(shape, -edge, edge, _float(dtype, "truncated_normal"), seed)
    return ops.clip(p.erfinv(even) * math.sqrt(2), -2.0, 2.0) * stddev + mean


def randint(
    shape: Sequence[Any], minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None
) -> Any:
    """Whole numbers drawn evenly from ``minval`` to ``maxval``, exclusive."""
    if not (dtype := dtype_name(dtype)).startswith(("int", "uint")):
        raise ValueError(f"random.randint draws whole numbers, so its dtype cannot be {dtype}.")
    span = maxval - minval
    even = _drawn(p.random_uniform, shape, "float64", seed)
    below = (
        ops.floor(even * ops.cast(span, "float64"))
        if hasattr(span, "dtype")
        else ops.floor(even * float(span))
    )
    return ops.cast(below, dtype) + ops.cast(minval, dtype)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Classes drawn by unnormalised log-probabilities, (batch, classes), to (batch, samples)."""
    batch, classes = ops.shape(logits)
    even = uniform((batch, num_samples, classes), seed=seed)
    gumbel = -ops.log(-ops.log(ops.maximum(even, 1e-20)))
    return ops.cast(ops.argmax(ops.expand_dims(logits, 1) + gumbel, axis=-1), dtype_name(dtype))


def gamma(shape: Sequence[Any], alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers drawn from gamma distributions of these shapes ``alpha``, with the scale one."""
    dtype = _float(dtype, "gamma")
    setting, unknown = as_setting(_sizes(shape))
    alpha = ops.cast(alpha, "float32")
    return p.random_gamma(draw_seed(seed), alpha, *unknown, shape=setting, dtype=dtype)


def beta(shape: Sequence[Any], alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers between zero and one, drawn from beta distributions."""
    dtype, shape = _float(dtype, "beta"), _sizes(shape)
    alpha, other = ops.cast(alpha, "float32"), ops.cast(beta, "float32")
    both = ops.stack([ops.broadcast_to(x, shape) for x in (alpha, other)])
    first, second = ops.unstack(gamma((2, *shape), both, dtype, seed), 2)
    return first / (first + second)


def binomial(
    shape: Sequence[Any], counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> Any:
    """How many of ``counts`` tries succeed, each with the same probability."""
    dtype = _float(dtype, "binomial")
    setting, unknown = as_setting(_sizes(shape))
    given = ops.cast(counts, "float32"), ops.cast(probabilities, "float32")
    return p.random_binomial(draw_seed(seed), *given, *unknown, shape=setting, dtype=dtype)


def bernoulli(shape: Sequence[Any], probability: Any, seed: Any = None) -> Any:
    """Whether each of some events happens, with this probability."""
    return ops.less(uniform(shape, seed=seed), probability)


def dropout(
    inputs: Any, rate: float, noise_shape: Sequence[Any] | None = None, seed: Any = None
) -> Any:
    """Set a share ``rate`` of the inputs to zero, and scale the rest so that the sum is kept.

    Args:
        inputs: The tensor.
        rate: The share, from zero to one.
        noise_shape: The shape of the choice, with one where it is the same along an axis and
            ``None`` where it is that of the inputs.
        seed: The seed.
    """
    if rate >= 1:  # nothing is left to scale
        return ops.zeros_like(inputs)
    inputs = as_tensor(inputs)
    sizes = ops.shape(inputs)
    if noise_shape is not None:
        last = sizes[len(sizes) - len(noise_shape) :]
        sizes = [size if n is None else n for size, n in zip(last, noise_shape, strict=True)]
    kept = ops.greater_equal(uniform(sizes, seed=seed), rate)
    return inputs * (ops.cast(kept, inputs.dtype) * (1 / (1 - rate)))


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """The same parts along an axis in a drawn order."""
    x = as_tensor(x)
    axis = axis_of(x, axis, "shuffle")
    order = ops.argsort(uniform((ops.shape(x)[axis],), seed=seed))
    return ops.take(x, order, axis=axis)


__all__ = [
    "SeedGenerator",
    "bernoulli",
    "beta",
    "binomial",
    "categorical",
    "draw_seed",
    "dropout",
    "gamma",
    "global_seed_generator",
    "make_default_seed",
    "normal",
    "randint",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
