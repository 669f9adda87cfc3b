"""Initializers that draw random numbers.

One with a seed makes the same numbers whenever it is called; without one it chooses a seed when it
is made.  The numbers are computed at once, never recorded into a graph.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from visualnn import random
from visualnn.declaration import declared, setting
from visualnn.dtype_policies import standardize_dtype
from visualnn.initializers.fixed import Initializer, filled, initializers
from visualnn.primitives.primitive import outside_recording
from visualnn.random import SeedGenerator
from visualnn.serialization import deserialize_keras_object, serialize_keras_object

# the deviation of normal numbers that lie within two deviations
_TRUNCATED = 0.87962566103423978


class RandomInitializer(Initializer):
    """The base of those that draw random numbers.

    Args:
        seed: A whole number, or a ``SeedGenerator``, which gives other numbers each time.
    """

    def __init__(self, seed: int | SeedGenerator | None = None):
        self._init_seed = seed
        if isinstance(seed, dict):
            seed = deserialize_keras_object(seed)
        if seed is None:
            seed = random.make_default_seed()
        elif not isinstance(seed, SeedGenerator):
            try:
                seed = int(seed.__index__())
            except AttributeError:
                raise ValueError(
                    f"{type(self).__name__}: `seed` must be a whole number or a SeedGenerator, "
                    f"but is {seed!r}."
                ) from None
        self.seed: Any = seed

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {"seed": serialize_keras_object(self._init_seed)}


@initializers.public("normal")
@declared
class RandomNormal(RandomInitializer):
    """Normal numbers.

    Args:
        mean: Their mean.
        stddev: Their standard deviation.
    """

    mean: float = 0.0
    stddev: float = setting(0.05, minimum=0)

    def __call__(self, shape, dtype=None):
        dtype = standardize_dtype(dtype)
        with outside_recording():
            return random.normal(shape, self.mean, self.stddev, dtype, self.seed)


@initializers.public()
@declared
class TruncatedNormal(RandomInitializer):
    """Normal numbers, those farther than two deviations from the mean drawn again.

    Args:
        mean: Their mean.
        stddev: Their standard deviation before.
    """

    mean: float = 0.0
    stddev: float = setting(0.05, minimum=0)

    def __call__(self, shape, dtype=None):
        dtype = standardize_dtype(dtype)
        with outside_recording():
            return random.truncated_normal(
                shape, self.mean, self.stddev, standardize_dtype(dtype), self.seed
            )


@initializers.public("uniform")
@declared
class RandomUniform(RandomInitializer):
    """Numbers evenly spread.

    Args:
        minval: The least.
        maxval: The greatest.
    """

    minval: float = -0.05
    maxval: float = 0.05

    def __call__(self, shape, dtype=None):
        dtype = standardize_dtype(dtype)
        with outside_recording():
            return random.uniform(
                shape, self.minval, self.maxval, standardize_dtype(dtype), self.seed
            )


@declared
class _Scaled(RandomInitializer):
    """Random numbers of a variance that keeps signals alike through many layers.

    Args:
        seed: Makes the numbers repeatable.
        input_axes: The axes of the shape that are inputs, if not the usual ones.
        output_axes: The axes of the shape that are outputs, if not the usual ones.
    """

    seed: int | SeedGenerator | None = None
    input_axes: tuple[int, ...] | None = None
    output_axes: tuple[int, ...] | None = None

    scale, mode, distribution = 1.0, "fan_in", "truncated_normal"

    def __call__(self, shape, dtype=None):
        inputs, outputs = fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        deviation = math.sqrt(self.scale / max(1.0, fan))
        settings = dict(dtype=standardize_dtype(dtype), seed=self.seed)
        with outside_recording():
            if self.distribution == "uniform":
                limit = math.sqrt(3.0) * deviation
                return random.uniform(shape, -limit, limit, **settings)
            if self.distribution == "untruncated_normal":
                return random.normal(shape, 0.0, deviation, **settings)
            return random.truncated_normal(shape, 0.0, deviation / _TRUNCATED, **settings)


def fans(shape: Any, input_axes: Any = None, output_axes: Any = None) -> tuple[int, int]:
    """The numbers of inputs and of outputs of one unit whose weights have this shape."""
    shape = tuple(shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[i] for i in input_axes), math.prod(shape[i] for i in output_axes)
    if len(shape) < 2:
        size = math.prod(shape)
        return size, size
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


@initializers.public()
@declared(
    order=("scale", "mode", "distribution"),
    config=("scale", "mode", "distribution", "input_axes", "output_axes"),
)
class VarianceScaling(_Scaled):
    """Random numbers of a variance that keeps signals alike through many layers.

    The variance is ``scale`` divided by the number of inputs or outputs of one unit.

    Args:
        scale: What the variance is multiplied by.
        mode: Divided by the number of inputs, of outputs, or the mean of both.
        distribution: Normal within two deviations, normal, or even.
    """

    scale: float = 1.0
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["truncated_normal", "untruncated_normal", "uniform", "normal"] = (
        "truncated_normal"
    )

    def __post_init__(self):
        if self.scale <= 0:
            raise ValueError(f"VarianceScaling: `scale` must be positive, but is {self.scale}.")
        if self.distribution == "normal":
            self.distribution = "truncated_normal"


@initializers.public()
@declared
class GlorotUniform(_Scaled):
    """Even numbers, scaled by inputs and outputs (Glorot, Bengio, 2010)."""

    scale, mode, distribution = 1.0, "fan_avg", "uniform"


@initializers.public()
@declared
class GlorotNormal(_Scaled):
    """Normal numbers, scaled by inputs and outputs (Glorot, Bengio, 2010)."""

    scale, mode, distribution = 1.0, "fan_avg", "truncated_normal"


@initializers.public()
@declared
class LecunUniform(_Scaled):
    """Even numbers, scaled by inputs (LeCun et al., 1998)."""

    scale, mode, distribution = 1.0, "fan_in", "uniform"


@initializers.public()
@declared
class LecunNormal(_Scaled):
    """Normal numbers, scaled by inputs (LeCun et al., 1998)."""

    scale, mode, distribution = 1.0, "fan_in", "truncated_normal"


@initializers.public()
@declared
class HeUniform(_Scaled):
    """Even numbers, scaled by inputs, for layers with relu (He et al., 2015)."""

    scale, mode, distribution = 2.0, "fan_in", "uniform"


@initializers.public()
@declared
class HeNormal(_Scaled):
    """Normal numbers, scaled by inputs, for layers with relu (He et al., 2015)."""

    scale, mode, distribution = 2.0, "fan_in", "truncated_normal"


@initializers.public("OrthogonalInitializer")
@declared
class Orthogonal(RandomInitializer):
    """A matrix with rows, or columns, at right angles and of length one (Saxe et al., 2014).

    Args:
        gain: What it is multiplied by.
    """

    gain: float = 1.0

    def __call__(self, shape, dtype=None):
        if len(shape) < 2:
            raise ValueError(
                f"Orthogonal needs a shape of at least two axes, but it is {tuple(shape)}."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        with outside_recording():
            drawn = np.asarray(random.normal(tall, 0.0, 1.0, "float32", self.seed))
        unit, triangle = np.linalg.qr(drawn)
        unit = unit * np.sign(np.diag(triangle))  # makes every such matrix as probable
        return filled(
            shape, dtype, self.gain * (unit if rows >= columns else unit.T).reshape(shape)
        )
