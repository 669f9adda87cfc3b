"""Initializers that make the same array always: zeros, ones, one number, one matrix."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from visualnn.declaration import declared
from visualnn.dtype_policies import standardize_dtype
from visualnn.primitives.conversion import numpy_dtype
from visualnn.primitives.tensor import Tensor
from visualnn.serialization import Namespace, deserialize_keras_object, public

initializers = Namespace("keras.initializers", "initializer")


@public("keras", also=("keras.initializers",))
class Initializer:
    """The base of all initializers: a function of shape and dtype that gives an array."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """An array of this shape."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it makes: "
            "give it a method `__call__(self, shape, dtype=None)`."
        )

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def clone(self) -> Any:
        """Another one with the same settings."""
        return type(self).from_config(self.get_config())


def filled(shape: Any, dtype: Any, value: Any) -> Tensor:
    """An array of this shape that holds the value, or values that broadcast to it."""
    array = np.empty(tuple(shape), numpy_dtype(standardize_dtype(dtype)))
    array[...] = value
    return array.view(Tensor)


@initializers.public("zero")
@declared
class Zeros(Initializer):
    """All zeros."""

    def __call__(self, shape, dtype=None):
        return filled(shape, dtype, 0)


@initializers.public("one")
@declared
class Ones(Initializer):
    """All ones."""

    def __call__(self, shape, dtype=None):
        return filled(shape, dtype, 1)


@initializers.public()
@declared
class Constant(Initializer):
    """One number everywhere.

    Args:
        value: The number, or an array that broadcasts to the shape.
    """

    value: Any = 0.0

    def __call__(self, shape, dtype=None):
        return filled(shape, dtype, self.value)

    @classmethod
    def from_config(cls, config):
        return cls(deserialize_keras_object(config["value"]))


@initializers.public("IdentityInitializer")
@declared
class Identity(Initializer):
    """Ones on the diagonal of a matrix, zeros elsewhere.

    Args:
        gain: What the ones are multiplied by.
    """

    gain: float = 1.0

    def __call__(self, shape, dtype=None):
        if len(shape) != 2:
            raise ValueError(f"Identity makes matrices, but the shape is {tuple(shape)}.")
        return filled(shape, dtype, self.gain * np.eye(*shape))

    def get_config(self):
        return {} if self.gain == 1 else {"gain": self.gain}  # Keras forgets it


@initializers.public("STFTInitializer")
@declared(config=("side", "window", "periodic", "scaling"))
class STFT(Initializer):
    """The waves of a short-time Fourier transform, for a convolution.

    Args:
        side: ``real`` for cosines, ``imag`` for sines.
        window: The window: ``hann``, ``hamming``, ``blackman``, ``bartlett``, or none.
        scaling: Divided by the root of the window's squares, by its sum, or not.
        periodic: Whether the window is one period of a periodic function.
    """

    side: Literal["real", "imag"] = "real"
    window: Literal["hann", "hamming", "blackman", "bartlett"] | None = "hann"
    scaling: Literal["density", "spectrum"] | None = "density"
    periodic: bool = False

    def __call__(self, shape, dtype=None):
        frame, _, bins = shape
        times, waves = np.arange(frame)[:, None], np.arange(bins)
        angles = math.pi * times * waves / max(1, bins - 1)
        table = np.cos(angles) if self.side == "real" else -np.sin(angles)
        if self.window is not None:
            window = getattr(np, {"hann": "hanning"}.get(self.window, self.window))
            weights = window(frame + 1)[:-1] if self.periodic else window(frame)
            scale = dict(density=np.sqrt(np.sum(weights**2)), spectrum=np.sum(weights))
            table = table * (weights / scale.get(str(self.scaling), 1.0))[:, None]
        return filled((frame, 1, bins), dtype, table[:, None])
