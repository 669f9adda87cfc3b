"""Follow the regularized leader: weights that stay exactly zero until they are worth it."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.initializers import Constant
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared
class Ftrl(Optimizer):
    """Weights found anew in each step from the sum of all gradients, most of them zero.

    Source: McMahan et al., "Ad click prediction: a view from the trenches" (2013).

    Args:
        learning_rate_power: How the learning rate falls with the sum of squares; 0: not at all.
        initial_accumulator_value: What the sum of squares begins with.
        l1_regularization_strength: The penalty of absolute values.
        l2_regularization_strength: The penalty of squares.
        l2_shrinkage_regularization_strength: The penalty of squares, on the gradient only.
        beta: Another part of the penalty of squares, divided by the learning rate.
    """

    learning_rate: Any = 0.001
    learning_rate_power: float = setting(-0.5, maximum=0)
    initial_accumulator_value: float = setting(0.1, minimum=0)
    l1_regularization_strength: float = setting(0.0, minimum=0)
    l2_regularization_strength: float = setting(0.0, minimum=0)
    l2_shrinkage_regularization_strength: float = setting(0.0, minimum=0)
    beta: float = 0.0

    def build(self, variables):
        super().build(variables)
        first = Constant(self.initial_accumulator_value)
        self._accumulators, self._linears = [], []
        for variable in variables:
            slot = self.add_variable_from_reference
            self._accumulators.append(slot(variable, "accumulator", first))
            self._linears.append(slot(variable, "linear"))

    def update_step(self, gradient, variable, learning_rate):
        place = self._get_variable_index(variable)
        accumulator, linear = self._accumulators[place], self._linears[place]
        l2 = self.l2_regularization_strength + self.beta / (2.0 * learning_rate)
        shrunk = gradient + 2.0 * self.l2_shrinkage_regularization_strength * variable
        before = accumulator.value
        after = before + ops.square(gradient)
        power = -self.learning_rate_power
        grown = (ops.power(after, power) - ops.power(before, power)) / learning_rate
        total = linear + shrunk - grown * variable
        quadratic = ops.power(after, power) / learning_rate + 2.0 * l2
        limit = self.l1_regularization_strength
        linear.assign(total)
        accumulator.assign(after)
        variable.assign((ops.clip(total, -limit, limit) - total) / quadratic)
