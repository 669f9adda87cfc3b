"""Several optimizers as one: which of them changes a variable is decided by the variable's path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any

from visualnn.optimizers.optimizer import Optimizer, optimizers
from visualnn.scope import origin, scope
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.variable import Variable


@optimizers.public(listed=False)
class OptimizerMap(MutableMapping):
    """Tells which optimizer a variable belongs to, by its path.

    Keys are paths, or regular expressions that match a path as a whole.

    Args:
        default_optimizer: That of all variables without a key.
        optimizer_map: The others, by key.

    Raises:
        TypeError: When it is given something else.
    """

    def __init__(self, default_optimizer: Any, optimizer_map: dict | None = None):
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(
                "OptimizerMap: `default_optimizer` must be an optimizer, "
                f"not {default_optimizer!r}."
            )
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(
                "OptimizerMap: `optimizer_map` must be a dict of optimizers by paths, "
                f"not {optimizer_map!r}."
            )
        self._default_optimizer = default_optimizer
        self._by_key: dict[str, Any] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    @property
    def default_optimizer(self) -> Any:
        """The optimizer of all variables without a key."""
        return self._default_optimizer

    def __getitem__(self, path: str) -> Any:
        """The optimizer of a variable.

        Raises:
            ValueError: When several keys match its path.
        """
        if path in self._by_key:
            return self._by_key[path]
        found = [key for key in self._by_key if re.fullmatch(key, path)]
        if len(found) > 1:
            raise ValueError(
                f"OptimizerMap: the path {path!r} is matched by several keys: "
                f"{', '.join(map(repr, found))}. Make them exclude each other."
            )
        return self._by_key[found[0]] if found else self._default_optimizer

    def __setitem__(self, key: str, optimizer: Any) -> None:
        """Give the variables whose paths match a key an optimizer.

        Raises:
            ValueError: When the key is there already, or one of both is something else.
        """
        if not isinstance(key, str):
            raise ValueError(f"OptimizerMap: keys are paths of variables, not {key!r}.")
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"OptimizerMap: {key!r} needs an optimizer, not {optimizer!r}.")
        if key in self._by_key:
            raise ValueError(f"OptimizerMap has an optimizer for {key!r} already; delete it first.")
        self._by_key[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._by_key[key]

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def get_config(self) -> dict[str, Any]:
        """The optimizers, as a saved file keeps them."""
        return {
            "default_optimizer": serialize_keras_object(self._default_optimizer),
            "optimizer_map": {
                key: serialize_keras_object(optimizer) for key, optimizer in self._by_key.items()
            },
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        """A map with optimizers like these."""
        read = optimizers.deserialize
        by_key = {k: read(x, custom_objects) for k, x in config["optimizer_map"].items()}
        return cls(read(config["default_optimizer"], custom_objects), by_key)


@optimizers.public(listed=False)
class MultiOptimizer(Optimizer):
    """Lets several optimizers train one model, each its own variables.

    There is no one learning rate: ask those in ``optimizers``.

    Args:
        optimizer_map: An ``OptimizerMap``, or a function that gives the optimizer of a variable.
        loss_scale_factor: What the loss is multiplied by, set for all of them.
        name: The name in scopes and of variables.
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Any],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ):
        self._map = optimizer_map
        self.optimizers: list[Any] = []
        self._groups: list[list[Variable]] = []
        if isinstance(optimizer_map, OptimizerMap):
            self._add(optimizer_map._by_key.values())
            self._add([optimizer_map.default_optimizer])
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)

    def _add(self, found: Iterable[Any]) -> None:
        for optimizer in found:
            if not any(optimizer is known for known in self.optimizers):
                self.optimizers.append(optimizer)

    def _optimizer_of(self, variable: Variable) -> Any:
        if isinstance(self._map, OptimizerMap):
            return self._map[variable.path]
        if not callable(self._map):
            raise TypeError(
                "MultiOptimizer: `optimizer_map` must be an OptimizerMap, or a function that gives "
                f"the optimizer of a variable, not {self._map!r}."
            )
        return self._map(variable)

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, and those of its optimizers."""
        return [*self._variables, *(v for o in self.optimizers for v in o.variables)]

    @property
    def loss_scale_factor(self) -> float | None:
        """What the loss is multiplied by."""
        return self._loss_scale_factor

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> None:
        self._loss_scale_factor = value
        for optimizer in self.optimizers:
            optimizer.loss_scale_factor = value

    @property
    def learning_rate(self) -> Any:
        raise AttributeError(
            "MultiOptimizer has no learning rate of its own: ask those in `optimizers`."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(
            "MultiOptimizer has no learning rate of its own: set those in `optimizers`."
        )

    def build(self, variables: list[Variable]) -> None:
        if self.built:
            return
        chosen = [self._optimizer_of(v) for v in variables]
        self._add(chosen)
        for optimizer in self.optimizers:
            own = [v for v, c in zip(variables, chosen, strict=True) if c is optimizer]
            self._groups.append(own)
            optimizer.loss_scale_factor = self.loss_scale_factor
            optimizer.build(own)
        super().build(variables)

    def apply(self, grads: Iterable[Any], trainable_variables: Any = None) -> None:
        gradients = list(grads)
        if not gradients:
            return
        variables = self._checked(gradients, trainable_variables)
        if all(g is None for g in gradients):
            raise ValueError("There is no gradient for any variable: the loss depends on none.")
        by_variable = {id(v): g for v, g in zip(variables, gradients, strict=True)}
        with scope(self.name), origin(phase="update"):
            for optimizer, group in zip(self.optimizers, self._groups, strict=True):
                own = [by_variable.get(id(v)) for v in group]
                if any(g is not None for g in own):
                    optimizer.apply(own, group)
            self._iterations.assign(self._iterations + 1)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        kept = list(var_list)
        for optimizer, group in zip(self.optimizers, self._groups, strict=True):
            optimizer.finalize_variable_values(
                [v for v in group if any(v is other for other in kept)]
            )

    def get_config(self) -> dict[str, Any]:
        return {
            "optimizer_map": serialize_keras_object(self._map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        record = config["optimizer_map"]
        return cls(**{**config, "optimizer_map": deserialize_keras_object(record, custom_objects)})
