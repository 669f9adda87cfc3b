"""Steps divided by the usual size of the gradient, kept in little memory."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared
class Adafactor(Optimizer):
    """Against the gradient, divided by its usual size in its row and column.

    Source: Shazeer, Stern, "Adafactor: adaptive learning rates with sublinear memory cost" (2018).

    Args:
        beta_2_decay: How the averages slow down with the steps.
        epsilon_1: A small number that keeps quotients finite.
        epsilon_2: The least size of a weight that counts for the learning rate.
        clip_threshold: The greatest usual size of a step.
        relative_step: Whether the learning rate falls with the root of the steps.
    """

    learning_rate: Any = 0.001
    beta_2_decay: float = -0.8
    epsilon_1: float = 1e-30
    epsilon_2: float = 1e-3
    clip_threshold: float = 1.0
    relative_step: bool = True

    def build(self, variables):
        super().build(variables)
        self._rows, self._columns, self._velocities = [], [], []
        for variable in variables:
            shape, name = variable.shape, variable.name
            matrix = len(shape) >= 2
            row, column = (shape[:-1], shape[:-2] + shape[-1:]) if matrix else ((), ())
            dtype = variable.storage.dtype if matrix else "int32"
            self._rows.append(self.add_variable(row, "zeros", dtype, name=name))
            self._columns.append(self.add_variable(column, "zeros", dtype, name=name))
            self._velocities.append(self.add_variable_from_reference(variable, "velocity"))

    def update_step(self, gradient, variable, learning_rate):
        place = self._get_variable_index(variable)
        step = ops.cast(self.iterations + 1, variable.storage.dtype)
        rate = learning_rate
        if self.relative_step:
            rate = ops.minimum(learning_rate, 1.0 / ops.sqrt(step))
        rate = ops.maximum(_size(variable), self.epsilon_2) * rate
        squares = ops.square(gradient) + self.epsilon_1
        share = 1.0 - ops.power(step, self.beta_2_decay)
        velocity = self._velocities[place]
        if len(variable.shape) >= 2:
            row, column = self._rows[place], self._columns[place]
            row.assign(share * row + (1.0 - share) * ops.mean(squares, axis=-1))
            column.assign(share * column + (1.0 - share) * ops.mean(squares, axis=-2))
            relative = row / ops.mean(row, axis=-1, keepdims=True)
            velocity.assign(ops.expand_dims(relative, -1) * ops.expand_dims(column, -2))
        else:
            velocity.assign(share * velocity + (1.0 - share) * squares)
        way = gradient / ops.sqrt(velocity)
        way = way / ops.maximum(1.0, _size(way) / self.clip_threshold)
        variable.assign(variable - rate * way)


def _size(x: Any) -> Any:
    """The usual size of the numbers of a tensor: the root of the mean of their squares."""
    return ops.sqrt(ops.mean(ops.square(x)))
