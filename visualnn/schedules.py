"""Learning rates that change as training goes on: functions of the number of steps taken."""

from __future__ import annotations

import math
from typing import Any

from visualnn import ops
from visualnn.declaration import declared
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object

_module = "keras.optimizers.schedules"


@public(_module)
class LearningRateSchedule:
    """The base of all schedules."""

    def __call__(self, step: Any) -> Any:
        """The learning rate at a step."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how the learning rate changes: "
            "give it a method `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        if type(self).get_config is LearningRateSchedule.get_config:
            raise NotImplementedError(
                f"{type(self).__name__} cannot be saved: give it a method `get_config` that "
                "returns the arguments of its constructor."
            )
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


class _Decay(LearningRateSchedule):
    """The base of those that fall for a number of steps, which must be above zero."""

    def __post_init__(self) -> None:
        for name in ("decay_steps", "first_decay_steps"):
            steps = getattr(self, name, 1)
            if steps <= 0:
                raise ValueError(
                    f"{type(self).__name__}: `{name}` must be above 0, but is {steps}."
                )


def _number(step: Any) -> Any:
    return ops.cast(step, "float32")


@public(_module)
@declared
class ExponentialDecay(_Decay):
    """``initial_learning_rate * decay_rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: The learning rate at the start.
        decay_steps: After so many steps it has been multiplied by ``decay_rate`` once.
        decay_rate: What it is multiplied by.
        staircase: Whether it changes only every ``decay_steps`` steps.
        name: The name in scopes.
    """

    initial_learning_rate: float
    decay_steps: int
    decay_rate: float
    staircase: bool = False
    name: str = "ExponentialDecay"

    def __call__(self, step):
        share = _number(step) / self.decay_steps
        if self.staircase:
            share = ops.floor(share)
        return self.initial_learning_rate * ops.power(self.decay_rate, share)


@public(_module)
@declared
class InverseTimeDecay(_Decay):
    """``initial_learning_rate / (1 + decay_rate * step / decay_steps)``.

    Args:
        initial_learning_rate: The learning rate at the start.
        decay_steps: After so many steps the divisor has grown by ``decay_rate``.
        decay_rate: How fast it falls.
        staircase: Whether it changes only every ``decay_steps`` steps.
        name: The name in scopes.
    """

    initial_learning_rate: float
    decay_steps: int
    decay_rate: float
    staircase: bool = False
    name: str = "InverseTimeDecay"

    def __call__(self, step):
        share = _number(step) / self.decay_steps
        if self.staircase:
            share = ops.floor(share)
        return self.initial_learning_rate / (1.0 + self.decay_rate * share)


@public(_module)
@declared
class PiecewiseConstantDecay(LearningRateSchedule):
    """One learning rate up to and with each boundary, then the next.

    Args:
        boundaries: Steps, in rising order.
        values: The learning rates: one more than there are boundaries.
        name: The name in scopes.
    """

    boundaries: list
    values: list
    name: str = "PiecewiseConstant"

    def __post_init__(self):
        if len(self.boundaries) != len(self.values) - 1:
            raise ValueError(
                "PiecewiseConstantDecay needs one value more than boundaries, but it got "
                f"{len(self.boundaries)} boundaries and {len(self.values)} values."
            )

    def __call__(self, step):
        step = _number(step)
        rate = ops.convert_to_tensor(self.values[-1], "float32")
        for boundary, value in zip(self.boundaries[::-1], self.values[-2::-1], strict=True):
            rate = ops.where(step <= boundary, ops.convert_to_tensor(value, "float32"), rate)
        return rate


@public(_module)
@declared
class PolynomialDecay(_Decay):
    """From one learning rate to another along a polynomial.

    Args:
        initial_learning_rate: The learning rate at the start.
        decay_steps: After so many steps it has reached its end.
        end_learning_rate: The learning rate at the end.
        power: The power of the polynomial; 1 is a straight line.
        cycle: Whether it starts anew from the end, with as many steps more each time.
        name: The name in scopes.
    """

    initial_learning_rate: float
    decay_steps: int
    end_learning_rate: float = 0.0001
    power: float = 1.0
    cycle: bool = False
    name: str = "PolynomialDecay"

    def __call__(self, step):
        step = _number(step)
        if self.cycle:
            cycles = ops.where(step == 0, 1.0, ops.ceil(step / self.decay_steps))
            share = step / (self.decay_steps * cycles)
        else:
            share = ops.minimum(step, float(self.decay_steps)) / self.decay_steps
        way = self.initial_learning_rate - self.end_learning_rate
        return way * ops.power(1.0 - share, self.power) + self.end_learning_rate


@public(_module)
@declared
class CosineDecay(_Decay):
    """From one learning rate down along half a cosine wave, if asked after a warm-up.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    Args:
        initial_learning_rate: The learning rate at the start.
        decay_steps: How many steps it falls for.
        alpha: What is left of it at the end, as a share.
        name: The name in scopes.
        warmup_target: The learning rate at the end of the warm-up, if there is one.
        warmup_steps: How many steps it rises for.
    """

    initial_learning_rate: float
    decay_steps: int
    alpha: float = 0.0
    name: str = "CosineDecay"
    warmup_target: float | None = None
    warmup_steps: int = 0

    def __call__(self, step):
        step = _number(step)
        if self.warmup_target is None:
            return self._fallen(step, self.initial_learning_rate)
        risen = (self.warmup_target - self.initial_learning_rate) * (step / self.warmup_steps)
        return ops.where(
            step < self.warmup_steps,
            risen + self.initial_learning_rate,
            self._fallen(step - self.warmup_steps, self.warmup_target),
        )

    def _fallen(self, step, start):
        share = ops.minimum(step, float(self.decay_steps)) / self.decay_steps
        wave = 0.5 * (1.0 + ops.cos(math.pi * share))
        return start * ((1.0 - self.alpha) * wave + self.alpha)


@public(_module)
@declared
class CosineDecayRestarts(_Decay):
    """Down along half a cosine wave again and again, each time longer and lower if asked.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).

    Args:
        initial_learning_rate: The learning rate at the start.
        first_decay_steps: How many steps the first period takes.
        t_mul: How many times longer each period is than the one before.
        m_mul: How many times higher each period starts than the one before.
        alpha: What is left at the end of a period, as a share.
        name: The name in scopes.
    """

    initial_learning_rate: float
    first_decay_steps: int
    t_mul: float = 2.0
    m_mul: float = 1.0
    alpha: float = 0.0
    name: str = "SGDRDecay"

    def __call__(self, step):
        share = _number(step) / self.first_decay_steps
        if self.t_mul == 1.0:
            period = ops.floor(share)
            share = share - period
        else:
            grown = ops.log(1.0 - share * (1.0 - self.t_mul)) / math.log(self.t_mul)
            period = ops.floor(grown)
            longer = ops.power(self.t_mul, period)
            share = (share - (1.0 - longer) / (1.0 - self.t_mul)) / longer
        wave = 0.5 * ops.power(self.m_mul, period) * (1.0 + ops.cos(math.pi * share))
        return self.initial_learning_rate * ((1.0 - self.alpha) * wave + self.alpha)


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """The record of a schedule."""
    return serialize_keras_object(learning_rate_schedule)


def deserialize(config: dict[str, Any], custom_objects: dict | None = None) -> Any:
    """The schedule that a record describes."""
    return deserialize_keras_object(config, custom_objects, namespace="optimizers.schedules")
