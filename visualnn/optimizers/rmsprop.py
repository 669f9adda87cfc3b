"""Steps divided by the usual size of the gradient."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared
class RMSprop(Optimizer):
    """Against the gradient, divided by the root of the moving average of its square.

    Source: Hinton, lecture 6 of "Neural networks for machine learning" (2012).

    Args:
        rho: How slowly the average moves, from 0 to 1.
        momentum: Which share of the last step is taken again; 0 is none.
        epsilon: A small number that keeps quotients finite.
        centered: Whether the mean of the gradient is taken out of the average.
    """

    learning_rate: Any = 0.001
    rho: float = 0.9
    momentum: float = setting(0.0, minimum=0, maximum=1)
    epsilon: float = 1e-7
    centered: bool = False

    def build(self, variables):
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        if self.momentum > 0:
            self._momentums = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self._means = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient, variable, learning_rate):
        place = self._get_variable_index(variable)
        velocity = self._velocities[place]
        velocity.assign(self.rho * velocity + (1 - self.rho) * ops.square(gradient))
        spread = velocity + self.epsilon
        if self.centered:
            mean = self._means[place]
            mean.assign(self.rho * mean + (1 - self.rho) * gradient)
            spread = velocity - ops.square(mean) + self.epsilon
        step = learning_rate * gradient / ops.sqrt(spread)
        if self.momentum > 0:
            slot = self._momentums[place]
            slot.assign(self.momentum * slot + step)
            step = slot
        variable.assign(variable - step)
