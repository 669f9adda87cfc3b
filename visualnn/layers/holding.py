"""What a layer holds: its weights and random states, and the layers inside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import constraints, initializers, regularizers
from visualnn.layers.quantization import policy_of
from visualnn.layers.tracking import tracked
from visualnn.module import AWAITED, Module, tell
from visualnn.random import SeedGenerator
from visualnn.scope import absolute_scope, scope
from visualnn.serialization import auto_name
from visualnn.variable import Variable, step_boundary

_settings = [0]


def number_of_settings() -> int:
    """How often a layer was given an attribute, which may change what it computes."""
    return _settings[0]


_NOT_TRACKED = {
    "_constructor",
    "_trainable_variables",
    "_non_trainable_variables",
    "_layers",
    "_metrics",
    "_seed_generators",
    "_modules",
    "_losses",
    "_calls",
    "_build_shapes",
}


class Holder(Module):
    """The part of a layer that knows what belongs to it.

    Whatever is assigned to an attribute, or put into a list, dict or set that is one, is noted in
    the order in which it comes.
    """

    _scopes_calls = False  # a layer is put under its name

    _locks_when_built = True
    """Whether new weights and layers are refused once the layer has been built."""

    _trainable_variables: list[Variable]
    _non_trainable_variables: list[Variable]
    _layers: list[Any]
    _metrics: list[Any]
    _seed_generators: list[Any]
    _modules: list[Any]
    _trainable: bool
    _locked: bool
    built: bool
    _dtype_policy: Any
    _path: str | None = None

    def __new__(cls, *args: Any, **kwargs: Any):
        holder = super().__new__(cls)
        vars(holder).update(
            _trainable_variables=[],
            _non_trainable_variables=[],
            _layers=[],
            _metrics=[],
            _seed_generators=[],
            _modules=[],
            _trainable=True,
            _locked=False,
        )
        return holder

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _NOT_TRACKED:
            value = self._track(value)
        object.__setattr__(self, name, value)
        if name[0] != "_" and "_graph" not in vars(self):  # of models, nothing else counts
            _settings[0] += 1
        if AWAITED in self.__dict__:
            tell(self)

    def __delattr__(self, name: str) -> None:
        self._forget(vars(self).get(name))
        object.__delattr__(self, name)

    def _forget(self, value: Any) -> None:
        """Hold something no more, nor what is in it if it is a list, tuple, dict or set."""
        if isinstance(value, list | tuple | dict | set):
            for item in value.values() if isinstance(value, dict) else value:
                self._forget(item)
            return
        own = (self._trainable_variables, self._non_trainable_variables, self._layers)
        for held in (*own, self._metrics, self._seed_generators, self._modules):
            held[:] = [x for x in held if x is not value]

    def _track(self, value: Any) -> Any:
        """Note what is held, in the order in which it comes."""
        match value:
            case Variable() if value.trainable:
                self._note(self._trainable_variables, value)
            case Variable():
                self._note(self._non_trainable_variables, value)
            case Holder():
                self._note(self._layers, value)
            case Module():
                self._note(self._modules, value)
            case SeedGenerator():
                self._note(self._seed_generators, value)
            case list() | tuple() | dict() | set():
                return tracked(value, self._track, self._forget)
            case _ if hasattr(value, "update_state") and hasattr(value, "result"):
                self._note(self._metrics, value)
        return value

    def _note(self, held: list, value: Any) -> None:
        if any(x is value for x in held):
            return
        if self._locked:
            if any(x is value for x in (*self.variables, *self._flatten_layers())):
                return
            kind = "weight" if isinstance(value, Variable) else "layer or metric"
            raise ValueError(
                f"{type(self).__name__} {self.name!r} is built, so it cannot get a new {kind} "
                f"({value!r}) any more. Make weights and inner layers in `__init__` or `build`."
            )
        held.append(value)

    # ------------------------------------------------------------------ weights

    @property
    def variables(self) -> list[Variable]:  # type: ignore[override]
        """Weights and random states, of this layer and the layers inside."""
        own = self._held_variables
        own += [generator.state for generator in self._seed_generators]
        return _once(own + [v for layer in self._layers for v in layer.variables])

    @property
    def weights(self) -> list[Variable]:
        """What is saved: all variables but random states and metrics."""
        own = self._held_variables
        return _once(own + [v for layer in self._layers for v in layer.weights])

    @property
    def trainable_variables(self) -> list[Variable]:  # type: ignore[override]
        return self._trained(self.variables)

    @property
    def non_trainable_variables(self) -> list[Variable]:  # type: ignore[override]
        return _without(self.variables, self.trainable_variables)

    @property
    def trainable_weights(self) -> list[Variable]:
        return self._trained(self.weights)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        return _without(self.weights, self.trainable_weights)

    def _trained(self, variables: list[Variable]) -> list[Variable]:
        """Those that training changes: none of frozen layers and modules."""
        if not self.trainable:
            return []
        found = [v for v in variables if v.trainable]
        modules = [m for layer in self._flatten_layers() for m in layer._modules]
        frozen = [v for module in modules for v in module.non_trainable_variables]
        return _without(found, frozen) if frozen else found

    @property
    def metrics(self) -> list[Any]:
        """The metrics of this layer and the layers inside."""
        return _once([*self._metrics, *(m for layer in self._layers for m in layer.metrics)])

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of the metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it sets the layers inside too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        object.__setattr__(self, "_trainable", bool(value))
        for variable in self._trainable_variables:
            variable.trainable = bool(value)
        for inner in (*self._layers, *self._modules):
            inner.trainable = value

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        """This layer and all layers inside, each once, without recursion."""
        found: dict[int, Any] = {}
        stack = [self] if include_self else list(reversed(self._layers))
        while stack:
            layer = stack.pop()
            if id(layer) in found:
                continue
            found[id(layer)] = layer
            if recursive or layer is self:
                stack.extend(reversed(layer._layers))
        return list(found.values())

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """A new weight, in the order of Keras's arguments.

        Args:
            shape: Its shape; by default a single number.
            initializer: Makes its first value; ``glorot_uniform``, or ``zeros`` for whole numbers.
            dtype: Its dtype; by default the layer's.
            trainable: Whether training changes it.
            autocast: Whether it is read in the compute dtype.
            regularizer: Penalises its size.
            constraint: Applied to it after every step.
            aggregation: Accepted for Keras's sake.
            overwrite_with_gradient: Whether training replaces it by its gradient.
            name: Its name.
        """
        dtype = self.variable_dtype if dtype is None else dtype
        dtype = dtype if isinstance(dtype, str) else np.dtype(dtype).name
        if initializer is None:
            initializer = "glorot_uniform" if "float" in dtype else "zeros"
        with scope(self.name, self) if self._path is None else absolute_scope(self._path):
            weight = Variable(
                initializers.get(initializer),
                shape=() if shape is None else shape,
                dtype=dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name or auto_name("variable"),
            )
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        weight.overwrite_with_gradient = overwrite_with_gradient
        self._track(weight)
        return weight

    def add_variable(self, *args: Any, **kwargs: Any) -> Variable:
        """A new weight: the older name of ``add_weight``, with the same arguments."""
        return self.add_weight(*args, **kwargs)

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises:
            ValueError: When the layer is not built, so nobody knows.
        """
        if not self.built:
            raise ValueError(
                f"{type(self).__name__} {self.name!r} is not built: its weights depend on its "
                "input. Call it on data, or `build(input_shape)` it, first."
            )
        return sum(int(np.prod(w.shape, dtype=object)) for w in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights, all of the same training step."""
        with step_boundary:
            return [w.numpy() for w in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Replace the weights.

        Raises:
            ValueError: When their number or one of their shapes differs; nothing is changed then.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ValueError(
                f"{type(self).__name__} {self.name!r} has {len(own)} weights, "
                f"but {len(weights)} were given."
                + ("" if getattr(self, "built", True) else " It is not built yet.")
            )
        for variable, value in zip(own, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ValueError(
                    f"{type(self).__name__} {self.name!r}: the weight {variable.path!r} has the "
                    f"shape {variable.shape}, but {tuple(np.shape(value))} was given."
                )
        with step_boundary:
            for variable, value in zip(own, weights, strict=True):
                variable.assign(value)

    @property
    def own_variables(self) -> list[Variable]:
        """The variables of this layer itself, in the order of a file."""
        return self._held_variables

    @property
    def _held_variables(self) -> list[Variable]:
        """The variables of this layer itself, in the order in which it got them."""
        own = [*self._trainable_variables, *self._non_trainable_variables]
        if self._modules:  # which are no layers, so nobody else saves what they hold
            return _once(own + [v for module in self._modules for v in module.variables])
        return own

    def save_own_variables(self, store: Any) -> None:
        """Put the variables of this layer itself into a store, numbered."""
        for i, variable in enumerate(self.own_variables):
            store[str(i)] = variable.stored()

    def load_own_variables(self, store: Any) -> None:
        """Take the variables of this layer itself from a store.

        Raises:
            ValueError: When the store has another number of them, or of other shapes.
        """
        own = self.own_variables
        title = f"{type(self).__name__} {self.name!r}"
        if len(store.keys()) != len(own):
            raise ValueError(
                f"{title} has {len(own)} variables, but {len(store.keys())} were saved"
                + ("." if self.built else ": it is not built, so its variables are not made yet.")
            )
        for i, variable in enumerate(own):
            if str(i) not in store.keys():  # noqa: SIM118 - a store need not be a dict
                raise ValueError(f"{title}: the saved variables {[*store.keys()]} lack '{i}'.")
            variable.assign(store[str(i)])

    # ------------------------------------------------------------------ dtypes

    @property
    def dtype(self) -> str:
        return self.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return policy_of(self).variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype that the layer computes in."""
        return policy_of(self).compute_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How the weights are made whole numbers of few bits; ``None`` where they are not."""
        return policy_of(self).quantization_mode

    @property
    def input_dtype(self) -> str:
        return self.compute_dtype


def _once(items: list) -> list:
    return list({id(x): x for x in items}.values())


def _without(items: list, others: list) -> list:
    left_out = set(map(id, others))
    return [x for x in items if id(x) not in left_out]
