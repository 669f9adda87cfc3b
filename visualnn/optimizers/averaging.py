"""Moving averages of weights, which may take their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visualnn import ops
from visualnn.variable import Variable


class Averaging:
    """The part of an optimizer that keeps moving averages of the weights."""

    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    _averages: list[Variable]
    _iterations: Variable
    iterations: Any

    def _check_averaging(self) -> None:
        if not self.use_ema:
            return
        name = type(self).__name__
        if not 0 <= self.ema_momentum <= 1:
            raise ValueError(
                f"{name}: `ema_momentum` must be from 0 to 1, but is {self.ema_momentum}."
            )
        every = self.ema_overwrite_frequency
        if every is not None and (not isinstance(every, int) or every < 0):
            raise ValueError(
                f"{name}: `ema_overwrite_frequency` must be a whole number, but is {every!r}."
            )

    def _get_variable_index(self, variable: Variable) -> int:
        raise NotImplementedError("An optimizer knows the place of its variables.")

    def _move_averages(self, variables: list[Variable]) -> None:
        """Move every average a little towards its weight, or all the way in the first step."""
        started = ops.not_equal(self.iterations, 0)
        for variable in variables:
            average = self._averages[self._get_variable_index(variable)]
            momentum = ops.cast(started, average.storage.dtype) * self.ema_momentum
            average.assign(momentum * average + (1 - momentum) * variable)
        if self.ema_overwrite_frequency:
            due = ops.equal((self.iterations + 1) % self.ema_overwrite_frequency, 0)
            for variable in variables:
                average = self._averages[self._get_variable_index(variable)]
                variable.assign(ops.where(due, average, variable))

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """At the end of training: give the weights their averages, if these are kept."""
        if not self.use_ema:
            return
        for variable in var_list:
            variable.assign(self._averages[self._get_variable_index(variable)].value)
