"""Steps divided by all that the gradient has been so far."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared
from visualnn.initializers import Constant
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared
class Adagrad(Optimizer):
    """Against the gradient, divided by the root of the sum of all its squares.

    Source: Duchi et al., "Adaptive subgradient methods" (2011).

    Args:
        initial_accumulator_value: What the sum begins with.
        epsilon: A small number that keeps quotients finite.
    """

    learning_rate: Any = 0.001
    initial_accumulator_value: float = 0.1
    epsilon: float = 1e-7

    def build(self, variables):
        super().build(variables)
        first = Constant(self.initial_accumulator_value)
        self._accumulators = self.add_optimizer_variables(variables, "accumulator", first)

    def update_step(self, gradient, variable, learning_rate):
        accumulator = self._accumulators[self._get_variable_index(variable)]
        accumulator.assign(accumulator + ops.square(gradient))
        step = learning_rate * gradient / ops.sqrt(accumulator + self.epsilon)
        variable.assign(variable - step)


@optimizers.public()
@declared
class Adadelta(Optimizer):
    """Steps of the usual size of past steps, where the gradient is of its usual size.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).

    Args:
        rho: How slowly the averages move, from 0 to 1.
        epsilon: A small number that keeps quotients finite.
    """

    learning_rate: Any = 0.001
    rho: float = 0.95
    epsilon: float = 1e-7

    def build(self, variables):
        super().build(variables)
        names = ("accumulated_grad", "accumulated_delta_var")
        self._gradients, self._steps = self.add_optimizer_variables(variables, names)

    def update_step(self, gradient, variable, learning_rate):
        place = self._get_variable_index(variable)
        gradients, steps = self._gradients[place], self._steps[place]
        gradients.assign(self.rho * gradients + (1 - self.rho) * ops.square(gradient))
        usual, past = (ops.sqrt(x + self.epsilon) for x in (gradients, steps))
        step = past * gradient / usual
        steps.assign(self.rho * steps + (1 - self.rho) * ops.square(step))
        variable.assign(variable - learning_rate * step)
