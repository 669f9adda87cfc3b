"""Momentum made a rotation: all directions of a matrix count alike."""

from __future__ import annotations

import re
from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.optimizers.optimizer import Optimizer, optimizers


@optimizers.public()
@declared(
    order=(
        "learning_rate",
        "adam_beta_1",
        "adam_beta_2",
        "adam_weight_decay",
        "epsilon",
        "weight_decay",
    ),
    config=(
        "adam_beta_1",
        "adam_beta_2",
        "epsilon",
        "exclude_layers",
        "muon_a",
        "muon_b",
        "muon_c",
        "adam_lr_ratio",
        "momentum",
        "ns_steps",
        "nesterov",
        "exclude_embeddings",
        "adam_weight_decay",
        "rms_rate",
    ),
)
class Muon(Optimizer):
    """For matrices, momentum with all its lengths made about one; AdamW for all else.

    Source: Jordan, "Muon: an optimizer for hidden layers" (2024); Liu et al., "Muon is scalable for
    LLM training" (2025).

    Args:
        adam_beta_1: For AdamW: how slowly the average of gradients moves.
        adam_beta_2: For AdamW: how slowly the average of their squares moves.
        adam_weight_decay: For AdamW: the share of the weights that is taken away.
        epsilon: A small number that keeps quotients finite.
        exclude_layers: Expressions; variables in whose path one is found use AdamW.
        exclude_embeddings: Whether embeddings use AdamW.
        muon_a: The first factor of the iteration that makes lengths one.
        muon_b: Its second factor.
        muon_c: Its third factor.
        adam_lr_ratio: The learning rate of AdamW, as a multiple.
        momentum: Which share of the last momentum is kept.
        ns_steps: How many steps the iteration takes.
        nesterov: Whether the gradient counts as if the step had been taken already.
        rms_rate: The usual size of the numbers of a step; by default of the paper's.
    """

    learning_rate: Any = 0.001
    adam_beta_1: float = 0.9
    adam_beta_2: float = 0.999
    adam_weight_decay: float | None = 0.004
    epsilon: float = 1e-7
    weight_decay: float | None = 0.004
    clipnorm: float | None = None
    clipvalue: float | None = None
    global_clipnorm: float | None = None
    use_ema: bool = False
    ema_momentum: float = 0.99
    ema_overwrite_frequency: int | None = None
    loss_scale_factor: float | None = None
    gradient_accumulation_steps: int | None = None
    name: str | None = None
    exclude_layers: list | tuple[str, ...] | None = None
    exclude_embeddings: bool = True
    muon_a: float = 3.4445
    muon_b: float = -4.775
    muon_c: float = 2.0315
    adam_lr_ratio: float = 1
    momentum: float = setting(0.95, minimum=0, maximum=1)
    ns_steps: int = setting(5, minimum=1)
    nesterov: bool = True
    rms_rate: float | None = 0.2

    def __post_init__(self):
        self.exclude_layers = list(self.exclude_layers or ())

    def build(self, variables):
        super().build(variables)
        self._momentums, self._velocities = [], {}
        for place, variable in enumerate(variables):
            self._momentums.append(self.add_variable_from_reference(variable, "momentum"))
            if not self._is_rotated(variable):
                slot = self.add_variable_from_reference(variable, "velocity")
                self._velocities[place] = slot

    def _is_rotated(self, variable: Any) -> bool:
        """Whether a variable is a matrix that takes the steps made for matrices."""
        embedding = self.exclude_embeddings and "embedding" in variable.path.lower()
        excluded = any(re.search(words, variable.path) for words in self.exclude_layers or ())
        return len(variable.shape) == 2 and not embedding and not excluded

    def _decay_of(self, variable):
        if self._is_excluded(variable):
            return None
        return self.weight_decay if self._is_rotated(variable) else self.adam_weight_decay

    def update_step(self, gradient, variable, learning_rate):
        if self._is_rotated(variable):
            self._rotate(gradient, variable, learning_rate)
        else:
            self._step_of_adam(gradient, variable, learning_rate * self.adam_lr_ratio)

    def _rotate(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        momentum = self._momentums[self._get_variable_index(variable)]
        momentum.assign(momentum * self.momentum + gradient)
        way = gradient + self.momentum * momentum if self.nesterov else momentum.value
        scale = 1.0
        if self.rms_rate is not None:
            scale = self.rms_rate * max(variable.shape) ** 0.5
        variable.assign(variable - learning_rate * scale * self._with_lengths_one(way))

    def _with_lengths_one(self, x: Any) -> Any:
        """The nearest matrix whose rows, or columns, are at right angles: Newton, Schulz."""
        tall = x.shape[0] > x.shape[1]
        x = ops.transpose(x) if tall else x
        x = x / (ops.sqrt(ops.sum(ops.square(x))) + self.epsilon)
        for _ in range(self.ns_steps):
            square = ops.matmul(x, ops.transpose(x))
            mixed = self.muon_b * square + self.muon_c * ops.matmul(square, square)
            x = self.muon_a * x + ops.matmul(mixed, x)
        return ops.transpose(x) if tall else x

    def _step_of_adam(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        place = self._get_variable_index(variable)
        momentum, velocity = self._momentums[place], self._velocities[place]
        step = self.once(self._step_number, variable.storage.dtype)
        first, second = (1 - ops.power(b, step) for b in (self.adam_beta_1, self.adam_beta_2))
        momentum.assign(momentum + (gradient - momentum) * (1 - self.adam_beta_1))
        velocity.assign(velocity + (ops.square(gradient) - velocity) * (1 - self.adam_beta_2))
        rate = learning_rate * ops.sqrt(second) / first
        variable.assign(variable - momentum * rate / (ops.sqrt(velocity) + self.epsilon))

    def _step_number(self, dtype: str) -> Any:
        return ops.cast(self.iterations + 1, dtype)
