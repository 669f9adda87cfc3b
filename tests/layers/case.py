"""A layer in one setting, as it is run here and by real Keras.

A case is written once and run by both libraries: ``make`` gets the library.  Inputs and weights
are made from fixed seeds, so a recording need only hold what comes out.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np


@dataclasses.dataclass
class Case:
    """A layer, what it is called on, and how.

    Attributes:
        name: Its name.
        make: Makes the layer, given the library.
        inputs: The shape of each tensor, or a function from a random state to it.
        call: Further arguments of the call; a function gets the random state.
        listed: Whether the tensors are given as one list.
        training: What to pass as ``training``; ``None`` passes nothing.
        precise: Whether gradients can be compared with differences: no corner is near.
    """

    name: str
    make: Callable[[Any], Any]
    inputs: tuple[Any, ...]
    call: dict[str, Any] = dataclasses.field(default_factory=dict)
    listed: bool = False
    training: bool | None = None
    precise: bool = True

    def random(self) -> np.random.RandomState:
        return np.random.RandomState(zlib.crc32(self.name.encode()) % 2**31)

    def tensors(self) -> list[np.ndarray]:
        """The tensors the layer is called on."""
        random = self.random()
        return [
            x(random) if callable(x) else random.normal(size=x).astype("float32")
            for x in self.inputs
        ]

    def arguments(self) -> tuple[list, dict[str, Any]]:
        """The arguments of the call."""
        tensors = self.tensors()
        random = self.random()
        kwargs = {k: v(random) if callable(v) else v for k, v in self.call.items()}
        if self.training is not None:
            kwargs["training"] = self.training
        return ([tensors] if self.listed else tensors), kwargs

    def weights(self, layer: Any) -> list[np.ndarray]:
        """Values for the weights of the built layer."""
        random = self.random()
        found = []
        for weight in layer.weights:
            value = random.normal(size=weight.shape) * 0.5
            positive = any(x in weight.path.split("/")[-1] for x in ("variance", "stddev"))
            value = np.abs(value) + 0.5 if positive else value
            found.append(value.astype(str(weight.dtype)))
        return found


def whole(high: int, *shape: int) -> Callable:
    """Random whole numbers below ``high``."""
    return lambda random: random.randint(0, high, size=shape).astype("int32")


def mask(*shape: int) -> Callable:
    """A random mask whose first step counts everywhere but in the last example."""

    def make(random: np.random.RandomState) -> np.ndarray:
        found = random.uniform(size=shape) < 0.6
        found[:-1, 0] = True
        return found

    return make


CASES: list[Case] = []


def case(name: str, make: Callable, *inputs: Any, **more: Any) -> None:
    CASES.append(Case(name, make, inputs, **more))
