"""Optimizers as older versions of Keras put them into checkpoints.

Keras 2 has all variables of an optimizer in a list as Keras 3 does, but without the learning rate.
Before, what an optimizer keeps for a weight was a *slot* of the two, and settings were variables.
"""

from __future__ import annotations

from typing import Any

from visualnn.optimizers import Optimizer
from visualnn.variable import Variable

SETTINGS = frozenset({"beta_1", "beta_2", "decay", "momentum", "rho", "epsilon"})
"""What were variables and are settings now; those of the optimizer here count."""

_SLOTS = {
    "m": ("momentum",),
    "v": ("velocity", "norm"),
    "vhat": ("velocity_hat",),
    "momentum": ("momentum",),
    "rms": ("velocity",),
    "mg": ("average_gradient",),
    "accumulator": ("accumulator",),
    "linear": ("linear",),
    "accum_grad": ("accumulated_grad",),
    "accum_var": ("accumulated_delta_var",),
}
"""What each slot is called now."""


def is_of_keras_2(children: dict[str, int]) -> bool:
    """Whether the saved object with these children is an optimizer of Keras 2."""
    return "_index_dict" in children


def variables_of_keras_2(optimizer: Optimizer) -> dict[str, Variable]:
    """The variables by the numbers that they had in Keras 2."""
    rate = optimizer._learning_rate
    return {str(i): v for i, v in enumerate(v for v in optimizer.variables if v is not rate)}


def slot_of(optimizer: Optimizer, weight: Any, slot: str) -> Variable | None:
    """What an optimizer keeps for a weight, by the older name of the slot."""
    if not isinstance(weight, Variable):
        return None
    owner = weight.path.replace("/", "_")
    names = {f"{owner}_{kind}" for kind in _SLOTS.get(slot, ())}
    fitting = (v for v in optimizer.variables if v.name in names and v.shape == weight.shape)
    return next(fitting, None)
