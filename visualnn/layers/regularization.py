"""Layers that make learning by heart harder: noise and gaps in training, penalties."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any

from visualnn import ops, random, regularizers
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.settings import Kind

FAMILY = "Regularization"


def generator_of(seed: int | SeedGenerator | None) -> SeedGenerator:
    """A generator that begins with this seed, or the generator itself."""
    return seed if isinstance(seed, SeedGenerator) else SeedGenerator(seed)


class Noisy(Layer):
    """The base of layers that draw random numbers in training, and else do nothing."""

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True
        if self.amount > 0:
            self.seed_generator = generator_of(self.seed)

    @property
    def amount(self) -> float:
        """How much is changed; with zero, nothing is drawn."""
        return self.rate

    def call(self, inputs, training=False):
        return self.disturbed(inputs) if training and self.amount > 0 else inputs

    def disturbed(self, inputs: Any) -> Any:
        """The inputs with the noise."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does.")


def _noise_shape(x: Any) -> Any:
    """The shape of a choice.

    Raises:
        ValueError: When it is none.
    """
    if isinstance(x, str) or not isinstance(x, Iterable):
        raise ValueError(f"must be several whole numbers or None, but is {x!r}.")
    for size in x:
        if size is not None and not (isinstance(size, int) and size > 0):
            raise ValueError(f"must hold whole numbers above zero or None, but holds {size!r}.")
    return x


NoiseShape = Annotated[Any, Kind("shape", lambda x: None if x is None else _noise_shape(x))]


@public("keras.layers")
@declared
class Dropout(Noisy):
    """Sets some of the inputs to zero in training, and makes the others greater to compensate.

    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Args:
        rate: The share of inputs that become zero.
        noise_shape: The shape of the choice; along axes of size one it is the same everywhere.
        seed: Makes the choices repeatable.
    """

    rate: float = setting(minimum=0, maximum=1)
    noise_shape: NoiseShape = None
    seed: int | SeedGenerator | None = None

    def disturbed(self, inputs):
        return random.dropout(
            inputs, self.rate, noise_shape=self.noise_shape, seed=self.seed_generator
        )


class SpatialDropout(Noisy):
    """The base of dropout of whole channels."""

    rank = 0
    data_format = "channels_last"

    def __post_init__(self):
        super().__post_init__()
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def get_config(self):
        config = super().get_config()
        del config["trainable"]
        return {**config, "dtype": self.dtype}

    def disturbed(self, inputs):
        sizes = ops.shape(inputs)
        places = (1,) * self.rank
        last = self.data_format == "channels_last"
        shape = (sizes[0], *places, sizes[-1]) if last else (sizes[0], sizes[1], *places)
        return random.dropout(inputs, self.rate, noise_shape=shape, seed=self.seed_generator)


@public("keras.layers")
@declared
class SpatialDropout1D(SpatialDropout):
    """Sets some channels of a sequence to zero in training, (batch, steps, channels).

    Args:
        rate: The share of channels that become zero.
        seed: Makes the choices repeatable.
        name: The name of the layer.
        dtype: The dtype of the computation.
    """

    rate: float = setting(minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None
    name: str | None = None
    dtype: Any = None

    rank = 1


@public("keras.layers")
@declared
class SpatialDropout2D(SpatialDropout):
    """Sets some channels of an image to zero in training.

    Args:
        rate: The share of channels that become zero.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
        name: The name of the layer.
        dtype: The dtype of the computation.
    """

    rate: float = setting(minimum=0, maximum=1)
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None
    name: str | None = None
    dtype: Any = None

    rank = 2


@public("keras.layers")
@declared
class SpatialDropout3D(SpatialDropout):
    """Sets some channels of a volume to zero in training.

    Args:
        rate: The share of channels that become zero.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
        name: The name of the layer.
        dtype: The dtype of the computation.
    """

    rate: float = setting(minimum=0, maximum=1)
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None
    name: str | None = None
    dtype: Any = None

    rank = 3


@public("keras.layers")
@declared
class GaussianDropout(Noisy):
    """Multiplies the inputs by random numbers around one in training.

    Args:
        rate: How much they vary: the deviation is ``sqrt(rate / (1 - rate))``.
        seed: Makes the choices repeatable.
    """

    rate: float = setting(minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    def disturbed(self, inputs):
        if self.rate == 1:
            raise ValueError("GaussianDropout: with a rate of 1 the deviation would be infinite.")
        deviation = math.sqrt(self.rate / (1.0 - self.rate))
        return inputs * random.normal(
            shape=ops.shape(inputs),
            mean=1.0,
            stddev=deviation,
            dtype=self.compute_dtype,
            seed=self.seed_generator,
        )


@public("keras.layers")
@declared
class GaussianNoise(Noisy):
    """Adds random numbers around zero to the inputs in training.

    Args:
        stddev: The deviation of the random numbers.
        seed: Makes the choices repeatable.
    """

    stddev: float = setting(minimum=0, maximum=1)
    seed: int | SeedGenerator | None = None

    @property
    def amount(self) -> float:
        return self.stddev

    def disturbed(self, inputs):
        return inputs + random.normal(
            shape=ops.shape(inputs),
            mean=0.0,
            stddev=self.stddev,
            dtype=self.compute_dtype,
            seed=self.seed_generator,
        )


@public("keras.layers")
@declared
class AlphaDropout(Noisy):
    """Replaces some inputs in training so that their mean and deviation stay as they are.

    It goes with the activation ``selu``.  Klambauer et al., "Self-normalizing neural networks",
    2017.

    Args:
        rate: The share of inputs that are replaced.
        noise_shape: The shape of the choice; along axes of size one it is the same everywhere.
        seed: Makes the choices repeatable.
    """

    rate: float = setting(minimum=0, maximum=1)
    noise_shape: Any = None
    seed: int | SeedGenerator | None = None

    def disturbed(self, inputs):
        low = -1.6732632423543772 * 1.0507009873554805  # the least value of selu
        if self.rate == 1:
            return ops.zeros_like(inputs)
        factor = ((1 - self.rate) * (1 + self.rate * low**2)) ** -0.5
        summand = -factor * low * self.rate
        sizes = ops.shape(inputs)
        shape = sizes
        if self.noise_shape is not None:
            shape = tuple(
                a if b is None else b for a, b in zip(sizes, self.noise_shape, strict=True)
            )
        chosen = random.uniform(shape=shape, seed=self.seed_generator) >= self.rate
        kept = ops.where(chosen, inputs, ops.full_like(inputs, low))
        return factor * kept + summand


@public("keras.layers")
@declared
class ActivityRegularization(Layer):
    """Gives its inputs back unchanged, and penalises them in the loss.

    Args:
        l1: The factor of the sum of absolute values.
        l2: The factor of the sum of squares.
    """

    l1: float = setting(0.0, minimum=0)
    l2: float = setting(0.0, minimum=0)

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True
        self.activity_regularizer = regularizers.L1L2(l1=self.l1, l2=self.l2)

    def call(self, inputs):
        return inputs

    def get_config(self):
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return {**config, "l1": self.l1, "l2": self.l2}
