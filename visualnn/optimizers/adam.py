"""Adam and its kin: momentum, divided by the usual size of the gradient."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.optimizers.optimizer import Optimizer, optimizers


class Moments(Optimizer):
    """Keeps moving averages of gradients and of their squares, from zero on.

    Args:
        beta_1: How slowly the average of gradients moves, from 0 to 1.
        beta_2: How slowly the average of their squares moves, from 0 to 1.
        epsilon: A small number that keeps quotients finite.
    """

    beta_1: Any
    beta_2: Any
    _slots = ("momentum", "velocity")

    def build(self, variables):
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(variables, self._slots)

    def _slots_of(self, variable: Any) -> tuple[Any, Any]:
        place = self._get_variable_index(variable)
        return self._momentums[place], self._velocities[place]

    def _move(self, gradient: Any, variable: Any) -> tuple[Any, Any]:
        """Both averages, moved towards this gradient and its square."""
        momentum, velocity = self._slots_of(variable)
        momentum.assign(momentum + (gradient - momentum) * (1 - self.beta_1))
        velocity.assign(velocity + (ops.square(gradient) - velocity) * (1 - self.beta_2))
        return momentum, velocity

    def _step_number(self, dtype: str) -> Any:
        return ops.cast(self.iterations + 1, dtype)

    def _missing(self, beta: float, dtype: str) -> Any:
        """Which share of an average is still missing because it began at zero, from one."""
        step = self.once(self._step_number, dtype)
        return 1 - ops.power(ops.cast(beta, dtype), step)


@optimizers.public()
@declared
class Adam(Moments):
    """Momentum, divided by the root of the moving average of the squared gradient.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization" (2014).

    Args:
        amsgrad: Whether the average of squares may never fall (Reddi et al., 2018).
    """

    learning_rate: Any = 0.001
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.999, minimum=0, maximum=1)
    epsilon: float = 1e-7
    amsgrad: bool = False

    def build(self, variables):
        super().build(variables)
        if self.amsgrad:
            self._greatest = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient, variable, learning_rate):
        rate = self.once(self._corrected, learning_rate, variable.storage.dtype)
        momentum, velocity = self._move(gradient, variable)
        if self.amsgrad:
            greatest = self._greatest[self._get_variable_index(variable)]
            greatest.assign(ops.maximum(greatest, velocity))
            velocity = greatest
        variable.assign(variable - momentum * rate / (ops.sqrt(velocity) + self.epsilon))

    def _corrected(self, learning_rate: Any, dtype: str) -> Any:
        """The learning rate, corrected for averages that began at zero."""
        missing = ops.sqrt(self._missing(self.beta_2, dtype))
        return learning_rate * missing / self._missing(self.beta_1, dtype)


@optimizers.public()
@declared(order=("learning_rate", "weight_decay"))
class AdamW(Adam):
    """Adam that takes a share of the weights away in each step.

    Source: Loshchilov, Hutter, "Decoupled weight decay regularization" (2019).
    """

    weight_decay: float | None = 0.004

    def __post_init__(self):
        if self.weight_decay is None:
            raise ValueError("AdamW needs a number for `weight_decay`; Adam does without.")


@optimizers.public()
@declared
class Adamax(Moments):
    """Momentum, divided by the greatest size of the gradient, which fades.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization" (2014), section 7.
    """

    learning_rate: Any = 0.001
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.999, minimum=0, maximum=1)
    epsilon: float = 1e-7

    _slots = ("momentum", "norm")

    def update_step(self, gradient, variable, learning_rate):
        momentum, norm = self._slots_of(variable)
        momentum.assign(momentum + (gradient - momentum) * (1 - self.beta_1))
        norm.assign(ops.maximum(self.beta_2 * norm, ops.absolute(gradient)))
        missing = self.once(self._missing, self.beta_1, variable.storage.dtype)
        step = learning_rate * momentum / (missing * (norm + self.epsilon))
        variable.assign(variable - step)


@optimizers.public()
@declared
class Nadam(Moments):
    """Adam with Nesterov's momentum: the gradient counts as if the step had begun.

    Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016).
    """

    learning_rate: Any = 0.001
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.999, minimum=0, maximum=1)
    epsilon: float = 1e-7

    def build(self, variables):
        super().build(variables)
        self._u_product = self.add_variable((), "ones", name="u_product")

    def _before_updates(self):
        self._u_product.assign(self._u_product * self._share(1, self._u_product.dtype))

    def _share(self, ahead: int, dtype: str) -> Any:
        """The share of momentum in the step after next: it warms up."""
        step = ops.cast(self.iterations + ahead, dtype)
        return self.beta_1 * (1.0 - 0.5 * ops.power(ops.cast(0.96, dtype), step))

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.storage.dtype
        now, later = self.once(self._share, 1, dtype), self.once(self._share, 2, dtype)
        product = self.once(ops.cast, self._u_product, dtype)
        momentum, velocity = self._move(gradient, variable)
        ahead = later * momentum / (1.0 - product * later)
        ahead = ahead + (1.0 - now) * gradient / (1.0 - product)
        spread = velocity / self.once(self._missing, self.beta_2, dtype)
        variable.assign(variable - ahead * learning_rate / (ops.sqrt(spread) + self.epsilon))


@optimizers.public()
@declared
class Lamb(Moments):
    """Adam with steps as long as the weights are, for large batches.

    Source: You et al., "Large batch optimization for deep learning" (2020).
    """

    learning_rate: Any = 0.001
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.999, minimum=0, maximum=1)
    epsilon: float = 1e-7

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.storage.dtype
        momentum, velocity = self._move(gradient, variable)
        mean = momentum / self.once(self._missing, self.beta_1, dtype)
        spread = ops.sqrt(velocity / self.once(self._missing, self.beta_2, dtype)) + self.epsilon
        step = mean / spread
        length = ops.sqrt(ops.sum(ops.square(variable)))
        step_length = ops.sqrt(ops.sum(ops.square(step)))
        both = ops.logical_and(length > 0, step_length > 0)
        ratio = ops.where(both, ops.divide_no_nan(length, step_length), ops.ones_like(length))
        variable.assign(variable - ratio * learning_rate * step)


@optimizers.public()
@declared
class Lion(Optimizer):
    """Steps of one size, in the direction of the momentum.

    Source: Chen et al., "Symbolic discovery of optimization algorithms" (2023).

    Args:
        beta_1: The share of the momentum in a step, from 0 to 1.
        beta_2: How slowly the momentum moves, from 0 to 1.
    """

    learning_rate: Any = 0.001
    beta_1: float = setting(0.9, minimum=0, maximum=1)
    beta_2: float = setting(0.99, minimum=0, maximum=1)

    def __post_init__(self):
        if self.beta_1 == 0:
            raise ValueError(
                "Lion: `beta_1` must be above 0, because without momentum only signs are left."
            )

    def build(self, variables):
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        momentum = self._momentums[self._get_variable_index(variable)]
        direction = ops.sign(momentum * self.beta_1 + gradient * (1.0 - self.beta_1))
        variable.assign(variable - learning_rate * direction)
        momentum.assign(momentum * self.beta_2 + gradient * (1.0 - self.beta_2))
