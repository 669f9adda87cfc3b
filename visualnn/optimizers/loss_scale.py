"""Losses made large before their gradients are computed, so that half precision can hold these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from visualnn import initializers, ops
from visualnn.optimizers.optimizer import Optimizer, optimizers
from visualnn.scope import origin, scope
from visualnn.serialization import serialize_keras_object
from visualnn.variable import Variable

_INNER_ONLY = (
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)


@optimizers.public()
class LossScaleOptimizer(Optimizer):
    """Lets another optimizer train with a loss that is scaled as much as its gradients bear.

    Where a gradient is not finite, the step is left out and the scale halved; after enough steps
    without that, it is doubled (Micikevicius et al., "Mixed precision training", 2018).

    Args:
        inner_optimizer: The optimizer that takes the steps.
        initial_scale: What the loss is multiplied by at first.
        dynamic_growth_steps: After so many steps the scale is doubled.
        name: The name in scopes and of variables.
    """

    def __init__(
        self,
        inner_optimizer: Any,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ):
        for key in _INNER_ONLY:
            if kwargs.pop(key, None):
                raise ValueError(
                    f"LossScaleOptimizer takes no `{key}`: set it on the optimizer inside."
                )
        super().__init__(0.0, name=name, **kwargs)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, and those of the optimizer inside."""
        return [*self._variables, *self.inner_optimizer.variables]

    def build(self, variables: list[Variable]) -> None:
        self.step_counter = self.add_variable((), "zeros", "int32", name="step_counter")
        first = initializers.Constant(self.initial_scale)
        self.dynamic_scale = self.add_variable((), first, "float32", name="dynamic_scale")
        self.inner_optimizer.build(variables)
        super().build(variables)

    @property
    def iterations(self) -> Any:
        """How many steps were taken, those left out not counted."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> Any:
        """That of the optimizer inside."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    def apply(self, grads: Iterable[Any], trainable_variables: Any = None) -> None:
        gradients = list(grads)
        if not gradients:
            return
        variables = self._checked(gradients, trainable_variables)
        pairs = [(g, v) for g, v in zip(gradients, variables, strict=True) if g is not None]

        def step() -> None:
            scale = self.dynamic_scale
            scaled = [g / ops.cast(scale, g.dtype) for g, _ in pairs]
            self.inner_optimizer.apply(scaled, [v for _, v in pairs])
            due = ops.equal(self.step_counter, self.dynamic_growth_steps - 1)
            self.dynamic_scale.assign(ops.where(due, scale * 2.0, scale))
            self.step_counter.assign(ops.where(due, 0, self.step_counter + 1))

        def leave_out() -> None:
            self.step_counter.assign(0)
            self.dynamic_scale.assign(self.dynamic_scale / 2.0)

        with scope(self.name), origin(phase="update"):
            finite = [ops.all(ops.isfinite(g)) for g, _ in pairs]
            ops.cond(ops.all(ops.stack(finite)), step, leave_out)

    def scale_loss(self, loss: Any) -> Any:
        scale = self.dynamic_scale.value if self.built else self.initial_scale
        return self.inner_optimizer.scale_loss(loss * scale)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        inner = optimizers.deserialize(config["inner_optimizer"], custom_objects)
        return cls(**{**config, "inner_optimizer": inner})
