"""Adam on one sequence of weights, their average on another: no schedule is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.optimizers.adam import Moments
from visualnn.optimizers.optimizer import optimizers
from visualnn.variable import Variable


@optimizers.public()
@declared
class ScheduleFreeAdamW(Moments):
    """Adam's steps on weights of its own; the model has a mixture of these and their average.

    Source: Defazio et al., "The road less scheduled" (2024).

    Args:
        beta_1: The share of the average in the mixture, from 0 to 1.
        beta_2: How slowly the average of squared gradients moves, from 0 to 1.
        warmup_steps: For so many steps the learning rate rises.
    """

    learning_rate: Any = 0.0025
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.999, minimum=0, maximum=1)
    epsilon: float = 1e-8
    warmup_steps: int = setting(0, minimum=0)

    def build(self, variables):
        super(Moments, self).build(variables)
        self._momentums, self._velocities = [], []
        for variable in variables:
            slot = self.add_variable_from_reference
            self._momentums.append(slot(variable, "momentum", _first_value_of(variable)))
            self._velocities.append(slot(variable, "velocity"))

    def _before_updates(self):
        for own in self._momentums:
            own.stored()  # made from the weight while this is still as it was

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.storage.dtype
        step = self.once(self._step_number, dtype)
        if self.warmup_steps:
            learning_rate = learning_rate * ops.minimum(step / self.warmup_steps, 1.0)
        own, velocity = self._slots_of(variable)
        average = self._average(variable)
        velocity.assign(velocity + (ops.square(gradient) - velocity) * (1 - self.beta_2))
        spread = velocity / self.once(self._missing, self.beta_2, dtype)
        own.assign(own - learning_rate * gradient / (ops.sqrt(spread) + self.epsilon))
        average = average + (own - average) / step
        variable.assign(self.beta_1 * average + (1 - self.beta_1) * own)

    def _average(self, variable: Variable) -> Any:
        """The average, which nothing holds, from the mixture that the model has."""
        own, _ = self._slots_of(variable)
        return (variable - (1 - self.beta_1) * own) / self.beta_1


def _first_value_of(variable: Variable) -> Callable:
    def first_value(shape: Any, dtype: Any = None) -> Any:
        return variable.numpy()

    return first_value
