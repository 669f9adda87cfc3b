"""What an optimizer is: it changes variables so that a loss gets smaller, given its gradients.

Everything is written with the functions of ``ops`` on variables, so a step runs at once or is
traced into the graph of a training step, with its slots and its learning rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from visualnn import initializers, ops
from visualnn.defaults import floatx
from visualnn.graph import with_values
from visualnn.module import AWAITED, tell
from visualnn.optimizers import clipping
from visualnn.optimizers.averaging import Averaging
from visualnn.optimizers.slots import Slots
from visualnn.schedules import LearningRateSchedule
from visualnn.scope import absolute_scope, current_scope, origin, scope
from visualnn.serialization import (
    Namespace,
    auto_name,
    deserialize_keras_object,
    public,
    serialize_keras_object,
)
from visualnn.variable import Variable

optimizers = Namespace("keras.optimizers", "optimizer", lower=True)


@public("keras", also=("keras.optimizers",))
class Optimizer(Slots, Averaging):
    """The base of all optimizers.

    A subclass makes its slots in ``build`` and changes one variable in ``update_step``.

    Args:
        learning_rate: How far each step goes: a number, a schedule, or a function that gives one.
        weight_decay: Which share of the weights is taken away in each step, times the learning
            rate.
        clipnorm: The greatest length of the gradient of each variable.
        clipvalue: The greatest size of each number of a gradient.
        global_clipnorm: The greatest length of all gradients together.
        use_ema: Whether a moving average of the weights is kept, which may take their place.
        ema_momentum: How slowly the moving average moves, from 0 to 1.
        ema_overwrite_frequency: After so many steps the weights become their average; by default
            at the end of training.
        loss_scale_factor: What the loss is multiplied by before the gradients are computed, for
            half precision.
        gradient_accumulation_steps: So many gradients are averaged before each step.
        name: The name in scopes and of variables.
    """

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        kwargs.pop("decay", None)  # Keras 2 had it; schedules do it now
        if kwargs:
            raise ValueError(
                f"{type(self).__name__} does not know the arguments {', '.join(kwargs)}."
            )
        self.name = name or auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.global_clipnorm = global_clipnorm
        self.clipvalue = clipvalue
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        clipping.check(self)
        self._check_averaging()
        if gradient_accumulation_steps and gradient_accumulation_steps < 2:
            raise ValueError(
                f"{type(self).__name__}: `gradient_accumulation_steps` must be at least 2, "
                f"but is {gradient_accumulation_steps}."
            )
        self.built = False
        self._variables: list[Variable] = []
        self._trainable_variables: list[Variable] = []
        self._places: dict[int, int] = {}
        self._not_decayed: tuple[set[int], tuple[str, ...]] = (set(), ())
        self._once: dict[Any, Any] = {}
        self._scope = ""
        self._iterations = self.add_variable((), "zeros", "int32", name="iteration")
        self._learning_rate: Any = self._as_learning_rate(learning_rate)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if AWAITED in self.__dict__:
            tell(self)

    def build(self, variables: list[Variable]) -> None:
        """Make the slots for the variables that will be changed."""
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulated = self.add_optimizer_variables(variables, "gradient_accumulator")
        self._trainable_variables = list(variables)
        self._places = {id(v): i for i, v in enumerate(variables)}
        self.built = True

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a variable among those it was built with: that of its slots."""
        return self._places[id(variable)]

    # ------------------------------------------------------------------ learning rate

    @property
    def iterations(self) -> Any:
        """How many steps were taken."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """How far the next step goes: a variable to assign to, or what a schedule says."""
        if isinstance(self._learning_rate, Variable):
            return self._learning_rate
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self._iterations)
        return self._learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(self._learning_rate, Variable) and not callable(value):
            self._learning_rate.assign(value)
            return
        if isinstance(self._learning_rate, LearningRateSchedule) and not callable(value):
            raise TypeError(
                f"{type(self).__name__} was made with a schedule, so its learning rate cannot be "
                "set to a number. Make it with a number to be able to set it."
            )
        held = self._learning_rate
        self._variables = [v for v in self._variables if v is not held]
        self._learning_rate = value

    def _as_learning_rate(self, value: Any) -> Any:
        if isinstance(value, dict):
            value = deserialize_keras_object(value, namespace="optimizers.schedules")
        if isinstance(value, LearningRateSchedule) or (
            callable(value) and not isinstance(value, Variable)
        ):
            return value
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"{type(self).__name__}: `learning_rate` must be a number, a schedule or a "
                f"function that gives a number, but is {value!r}."
            ) from None
        return self.add_variable((), initializers.Constant(number), floatx(), name="learning_rate")

    # ------------------------------------------------------------------ steps

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how it changes a variable: give it a method "
            "`update_step(self, gradient, variable, learning_rate)`."
        )

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """Take one step, given pairs of gradients and variables."""
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self._iterations

    def apply(self, grads: Iterable[Any], trainable_variables: Any = None) -> None:
        """Take one step.

        Args:
            grads: The gradients; ``None`` for variables that shall stay as they are.
            trainable_variables: The variables they belong to; by default those of ``build``.

        Raises:
            ValueError: When gradients and variables do not belong together.
        """
        gradients = list(grads)
        if not gradients:
            return
        variables = self._checked(gradients, trainable_variables)
        pairs = [(g, v) for g, v in zip(gradients, variables, strict=True) if g is not None]
        if not pairs:
            raise ValueError("There is no gradient for any variable: the loss depends on none.")
        with scope(self.name), origin(phase="update"):
            if self.loss_scale_factor is not None:
                pairs = [(g / self.loss_scale_factor, v) for g, v in pairs]
            pairs = self._without_overwritten(pairs)
            if pairs and self.gradient_accumulation_steps:
                self._accumulate(pairs)
            elif pairs:
                self._step(pairs)
            if self.use_ema:
                self._move_averages(variables)
            for variable in variables:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable))
            self._iterations.assign(self._iterations + 1)

    def stateless_apply(
        self, optimizer_variables: list, grads: list, trainable_variables: list
    ) -> tuple[list, list]:
        """Weights and own variables after a step, given those before; both keep what they have.

        Args:
            optimizer_variables: A value for each of ``variables``.
            grads: A gradient for each weight.
            trainable_variables: A value for each weight that the optimizer was built with.

        Raises:
            ValueError: When it is not built, or numbers are missing.
        """
        name = type(self).__name__
        if not self.built:
            raise ValueError(f"{name} has no variables yet: call `build(variables)` first.")
        weights, own = self._trainable_variables, self.variables
        for what, given, held in (
            ("optimizer_variables", optimizer_variables, own),
            ("trainable_variables", trainable_variables, weights),
            ("grads", grads, weights),
        ):
            if len(given) != len(held):
                raise ValueError(f"{name}: `{what}` must be {len(held)} arrays, not {len(given)}.")
        _, changed = with_values(
            [*weights, *own],
            [*trainable_variables, *optimizer_variables],
            lambda: self.apply(grads, weights),
            [*weights, *own],
        )
        return changed[: len(weights)], changed[len(weights) :]

    def _checked(self, gradients: list, trainable_variables: Any) -> list[Variable]:
        """The variables of these gradients, all known here."""
        name = type(self).__name__
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    f"{name} does not know which variables to change: "
                    "call `build(variables)` first, or give them with the gradients."
                )
            variables = self._trainable_variables
        else:
            variables = list(trainable_variables)
            if not self.built:
                self.build(variables)
        if len(gradients) != len(variables):
            raise ValueError(
                f"{name} got {len(gradients)} gradients for {len(variables)} variables."
            )
        for variable in variables:
            if id(variable) not in self._places:
                raise ValueError(
                    f"{name} was not built with the variable {variable.path!r}: "
                    "make a new optimizer for other variables."
                )
        return variables

    def _without_overwritten(self, pairs: list) -> list:
        """Replace the variables that take their gradient as value; the other pairs are left."""
        for gradient, variable in pairs:
            if variable.overwrite_with_gradient:
                variable.assign(gradient)
        return [(g, v) for g, v in pairs if not v.overwrite_with_gradient]

    def _step(self, pairs: list) -> None:
        """Clip, decay and change."""
        pairs = clipping.clipped(self, pairs)
        learning_rate = self.learning_rate
        self._once, self._scope = {}, current_scope()
        self._before_updates()
        self._decay([v for _, v in pairs], learning_rate)
        for gradient, variable in pairs:
            dtype = variable.storage.dtype
            with scope(variable.path.replace("/", "_")):
                rate = self.once(ops.cast, learning_rate, dtype)
                self.update_step(ops.cast(gradient, dtype), variable, rate)
        self._once = {}

    def _before_updates(self) -> None:
        """What is done once in each step, before the variables are changed."""

    def once(self, function: Callable, *arguments: Any) -> Any:
        """The result of a function that is the same for all variables of a step."""
        key = (function, *map(_key, arguments))
        if key not in self._once:
            with absolute_scope(self._scope):  # it belongs to no variable in particular
                self._once[key] = function(*arguments), arguments
        return self._once[key][0]

    def _accumulate(self, pairs: list) -> None:
        """Add the gradients up, and take a step with their mean when there are enough."""
        steps = self.gradient_accumulation_steps
        assert steps is not None
        held = [self._accumulated[self._get_variable_index(v)] for _, v in pairs]
        variables = [v for _, v in pairs]
        sums = [g + a for (g, _), a in zip(pairs, held, strict=True)]

        def step() -> None:
            self._step([(s / steps, v) for s, v in zip(sums, variables, strict=True)])
            for slot in held:
                slot.assign(ops.zeros_like(slot))

        def wait() -> None:
            for slot, total in zip(held, sums, strict=True):
                slot.assign(total)

        ops.cond(ops.equal((self._iterations + 1) % steps, 0), step, wait)

    def _decay(self, variables: list[Variable], learning_rate: Any) -> None:
        for variable in variables:
            decay = self._decay_of(variable)
            if decay is not None:
                share = ops.cast(learning_rate, variable.storage.dtype) * decay
                variable.assign(variable - variable * share)

    def _decay_of(self, variable: Variable) -> float | None:
        """Which share of a variable is taken away, times the learning rate."""
        return None if self._is_excluded(variable) else self.weight_decay

    def _is_excluded(self, variable: Variable) -> bool:
        known, names = self._not_decayed
        return id(variable) in known or any(name in variable.name for name in names)

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Take no weight away from some variables.

        Args:
            var_list: The variables.
            var_names: Texts; variables whose names contain one of them.
        """
        self._not_decayed = (set(map(id, var_list or ())), tuple(var_names or ()))
        self._excluded = list(var_list or ())  # so that their ids stay their own

    def scale_loss(self, loss: Any) -> Any:
        """The loss to compute the gradients of."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    # ------------------------------------------------------------------ files

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        rate = self._learning_rate
        rate = float(rate.numpy()) if isinstance(rate, Variable) else serialize_keras_object(rate)
        config = {"name": self.name, "learning_rate": rate}
        return {**config, **{key: getattr(self, key) for key in _SETTINGS}}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        """An optimizer with these settings, and slots of its own."""
        config = dict(config)
        rate = config.get("learning_rate")
        if isinstance(rate, dict):
            config["learning_rate"] = deserialize_keras_object(
                rate, custom_objects, namespace="optimizers.schedules"
            )
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


_SETTINGS = (
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)


def _key(argument: Any) -> Any:
    return argument if isinstance(argument, str | int | float) else id(argument)
