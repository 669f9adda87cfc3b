"""Gradient descent, with momentum if asked."""

from __future__ import annotations

from typing import Any

from visualnn.declaration import declared, setting
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared
class SGD(Optimizer):
    """Against the gradient; with momentum, also on in the direction of the steps before.

    Args:
        momentum: Which share of the last step is taken again; 0 is none.
        nesterov: Whether the gradient counts as if that share had been taken already.
    """

    learning_rate: Any = 0.01
    momentum: float = setting(0.0, minimum=0, maximum=1)
    nesterov: bool = False

    def build(self, variables):
        super().build(variables)
        self.momentums = (
            self.add_optimizer_variables(variables, "momentum") if self.momentum else []
        )

    def update_step(self, gradient, variable, learning_rate):
        step = gradient * learning_rate
        if not self.momentum:
            variable.assign(variable - step)
            return
        slot = self.momentums[self._get_variable_index(variable)]
        moved = slot * self.momentum - step
        slot.assign(moved)
        variable.assign(variable + (moved * self.momentum - step if self.nesterov else moved))
