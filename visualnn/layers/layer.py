"""What a layer is: settings, weights and a computation."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import dtype_policies, initializers, regularizers
from visualnn.layers import building, inference, masking
from visualnn.layers.arguments import Arguments, accepts, converted
from visualnn.layers.connectivity import Call, KerasTensor, as_keras_tensors
from visualnn.layers.context import calling, current_call
from visualnn.layers.tracking import tracked
from visualnn.module import Module
from visualnn.primitives.primitive import recorder
from visualnn.random import SeedGenerator
from visualnn.scope import current_scope, origin, scope
from visualnn.serialization import auto_name, serialize_keras_object, to_snake_case
from visualnn.structure import flatten
from visualnn.variable import Variable, autocast, step_boundary


class Layer(Module):
    """The base of all layers.

    A layer makes its weights in ``build``, which is told the shape of each tensor argument of
    ``call``, and computes in ``call``, with the functions of ``ops``.  Called on arrays it
    computes; called on the tensors of a functional model it is connected.

    Args:
        activity_regularizer: Penalises the outputs; its value is added to the loss.
        trainable: Whether training changes the weights.
        dtype: The dtype, or dtype policy, of weights and computation.
        autocast: Whether floating-point inputs are cast to the compute dtype.
        name: The name; by default the class name in snake case with a number.
    """

    def __new__(cls, *args: Any, **kwargs: Any):
        layer = super().__new__(cls)
        start = dict(
            _constructor=(args, kwargs),
            _trainable_variables=[],
            _non_trainable_variables=[],
            _layers=[],
            _metrics=[],
            _seed_generators=[],
            _losses=[],
            calls=[],
            built=False,
            build_shapes=None,
            supports_masking=False,
            _trainable=True,
            _ready=False,
        )
        vars(layer).update(start)
        vars(layer)["build"] = building.build_method(layer)
        return layer

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ):
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(
                f"{name!r} cannot be the name of a {type(self).__name__}: "
                "a name is a text without '/'."
            )
        self._name = name or auto_name(to_snake_case(type(self).__name__))
        self._trainable = bool(trainable)
        self.dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.input_spec: Any = None
        self._input_shape_given = building.given_input_shape(self, kwargs)
        self._ready = True
        if kwargs:
            raise ValueError(
                f"{type(self).__name__} {self.name!r} does not know the "
                f"argument{'s' * (len(kwargs) > 1)} {', '.join(map(repr, kwargs))}."
            )

    # ------------------------------------------------------------------ what it holds

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_constructor" or name in _OWN_LISTS:
            return object.__setattr__(self, name, value)
        return object.__setattr__(self, name, self._track(value))

    def __delattr__(self, name: str) -> None:
        self._untrack(getattr(self, name, None))
        object.__delattr__(self, name)

    def _track(self, value: Any) -> Any:
        """Note what is held, in the order in which it comes."""
        match value:
            case Variable():
                own = self._trainable_variables if value.trainable else self._non_trainable_variables
                _add_once(own, value)
            case Layer():
                _add_once(self._layers, value)
            case SeedGenerator():
                _add_once(self._seed_generators, value)
            case list() | tuple() | dict() | set():
                return tracked(value, self._track)
            case _ if hasattr(value, "update_state") and hasattr(value, "result"):
                _add_once(self._metrics, value)
        return value

    def _untrack(self, value: Any) -> None:
        for own in (self._trainable_variables, self._non_trainable_variables, self._layers):
            own[:] = [x for x in own if x is not value]

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    @property
    def path(self) -> str:
        return self.name

    @property
    def variables(self) -> list[Variable]:  # type: ignore[override]
        """Weights and random states, of this layer and the layers inside."""
        own = [*self._trainable_variables, *self._non_trainable_variables]
        own += [generator.state for generator in self._seed_generators]
        return _once(own + [v for layer in self._layers for v in layer.variables])

    @property
    def weights(self) -> list[Variable]:
        """What is saved: all variables but random states and metrics."""
        own = [*self._trainable_variables, *self._non_trainable_variables]
        return _once(own + [v for layer in self._layers for v in layer.weights])

    @property
    def trainable_variables(self) -> list[Variable]:  # type: ignore[override]
        return [v for v in self.variables if v.trainable] if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:  # type: ignore[override]
        return [v for v in self.variables if not (self.trainable and v.trainable)]

    @property
    def trainable_weights(self) -> list[Variable]:
        return [v for v in self.weights if v.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        return [v for v in self.weights if not (self.trainable and v.trainable)]

    @property
    def metrics(self) -> list[Any]:
        """The metrics of this layer and the layers inside."""
        return [*self._metrics, *(m for layer in self._layers for m in layer.metrics)]

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it sets the layers inside too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        object.__setattr__(self, "_trainable", bool(value))
        for variable in self._trainable_variables:
            variable.trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def dtype(self) -> str:
        return self.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype that the layer computes in."""
        return self.dtype_policy.compute_dtype

    @property
    def input_dtype(self) -> str:
        return self.compute_dtype

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
        return sum(int(np.prod(w.shape, dtype=np.int64)) for w in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights, all of the same training step."""
        with step_boundary:
            return [w.numpy() for w in self.weights]

    def set_weights(self, weights: list) -> None:
        """Replace the weights.

        Raises:
            ValueError: When their number or one of their shapes differs; nothing is changed then.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ValueError(
                f"{type(self).__name__} {self.name!r} has {len(own)} weights, "
                f"but {len(weights)} were given."
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
        dtype = np.dtype(dtype).name if dtype and not isinstance(dtype, str) else dtype
        dtype = dtype or self.variable_dtype
        if initializer is None:
            initializer = "glorot_uniform" if "float" in dtype else "zeros"
        with scope(self.name, self):
            weight = Variable(
                initializers.get(initializer),
                shape=() if shape is None else shape,
                dtype=dtype,
                trainable=trainable,
                autocast=autocast,
                name=name,
            )
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = building.constraint_of(constraint)
        weight.overwrite_with_gradient = overwrite_with_gradient
        self._track(weight)
        if trainable and not self.trainable:
            weight.trainable = False
        return weight

    # ------------------------------------------------------------------ what it computes

    def build(self, input_shape: Any) -> None:
        """Make the weights, knowing the shape of the input."""
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, with the functions of ``ops``."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it computes: "
            "give it a method `call(self, inputs)`."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, or connect the layer where the input is a ``KerasTensor``.

        Raises:
            ShapeError: When the input does not fit; the message names the layer.
        """
        if not self._ready:
            raise RuntimeError(
                f"{type(self).__name__}.__init__ must begin with `super().__init__(...)`."
            )
        dtype = self.compute_dtype if self.autocast else None
        args = tuple(converted(x, dtype, i == 0) for i, x in enumerate(args))
        kwargs = {key: converted(x, dtype, False) for key, x in kwargs.items()}
        arguments = Arguments(self, args, kwargs)
        connected = recorder.get() is None and any(
            isinstance(x, KerasTensor) for x in flatten(arguments.named)
        )
        with scope(self.name, self), building.naming_layer(self):
            building.check_input(self, arguments)
            building.build(self, arguments)
            training = self._training(arguments)
            if accepts(type(self).call, "training") and training is not None:
                kwargs["training"] = training
            masking.give(self, arguments, kwargs)
            if connected:
                return self._connect(args, kwargs, arguments)
            return self._compute(args, kwargs, arguments, training)

    def _training(self, arguments: Arguments) -> bool | None:
        """Whether to train: as this call says, else as the call around it says."""
        said = arguments.named.get("training")
        if said is None and (outer := current_call()) is not None:
            said = outer.training
        return said

    def _compute(self, args: tuple, kwargs: dict, arguments: Arguments, training: Any) -> Any:
        if current_call() is None:
            self._clear_losses()
        cast = self.compute_dtype if self.autocast else None
        with calling(self, training), autocast(cast), origin(call=current_scope()):
            outputs = self.call(*args, **kwargs)
            if self.activity_regularizer is not None:
                for y in flatten(outputs):
                    self.add_loss(self.activity_regularizer(y))
            masking.pass_on(self, arguments, outputs)
        return outputs

    def _connect(self, args: tuple, kwargs: dict, arguments: Arguments) -> Any:
        specs = self.compute_output_spec(*args, **kwargs)
        outputs = as_keras_tensors(specs)
        call = Call(self, args, kwargs, outputs)
        masking.pass_on(self, arguments, call.outputs)
        return call.outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What is known of the outputs, from what is known of the inputs.

        Found by tracing ``call``, unless the class has its own ``compute_output_shape``.
        """
        return inference.output_spec(self, args, kwargs)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs, from the shapes of the inputs."""
        return inference.output_shape(self, args, kwargs)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs; by default that of the inputs."""
        return previous_mask

    # ------------------------------------------------------------------ losses

    def add_loss(self, loss: Any) -> None:
        """Add something to the loss that training minimises; the newest call counts."""
        self._losses.extend(flatten(loss))

    @property
    def losses(self) -> list[Any]:
        """What was added by the last call, and the penalties of regularized weights."""
        added = [x for layer in self._flatten_layers() for x in layer._losses]
        penalties = [v.regularizer(v) for v in self.trainable_weights if v.regularizer is not None]
        return [*added, *penalties]

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Layer]:
        """This layer and all layers inside, each once, without recursion."""
        found: dict[int, Layer] = {}
        stack: list[Layer] = [self] if include_self else list(reversed(self._layers))
        while stack:
            layer = stack.pop()
            if id(layer) in found:
                continue
            found[id(layer)] = layer
            if recursive or layer is self:
                stack.extend(reversed(layer._layers))
        return list(found.values())

    # ------------------------------------------------------------------ connections and config

    @property
    def input(self) -> Any:
        """The input of the layer's first call in a functional model."""
        call = self._only_call("input")
        return call.tensors[0] if len(call.tensors) == 1 else call.tensors

    @property
    def output(self) -> Any:
        """The output of the layer's first call in a functional model."""
        return self._only_call("output").outputs

    def _only_call(self, what: str) -> Call:
        if not self.calls:
            raise AttributeError(
                f"{type(self).__name__} {self.name!r} has no {what} yet: "
                "it has not been called in a functional model."
            )
        return self.calls[0]

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serialize_keras_object(self.activity_regularizer)
        if type(self).get_config is Layer.get_config:
            return building.automatic_config(self, config)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer with these settings, and weights of its own."""
        return building.from_config(cls, config)

    def get_build_config(self) -> dict[str, Any] | None:
        """What ``build`` was told, as a saved file keeps it."""
        return building.build_config(self)

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights as a saved file says."""
        building.build_from_config(self, config)

    def save_own_variables(self, store: Any) -> None:
        """Put the variables of this layer itself into a store, numbered."""
        own = [*self._trainable_variables, *self._non_trainable_variables]
        for i, variable in enumerate(own):
            store[str(i)] = variable.stored()

    def load_own_variables(self, store: Any) -> None:
        """Take the variables of this layer itself from a store.

        Raises:
            ValueError: When the store has another number of them, or of other shapes.
        """
        own = [*self._trainable_variables, *self._non_trainable_variables]
        if len(store.keys()) != len(own):
            raise ValueError(
                f"{type(self).__name__} {self.name!r} has {len(own)} variables, but "
                f"{len(store.keys())} were saved"
                + ("." if self.built else ": it is not built, so its variables are not made yet.")
            )
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])

    def stateless_call(
        self,
        trainable_variables: list,
        non_trainable_variables: list,
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Compute with these values instead of the layer's own, and change nothing.

        Returns:
            The outputs, the new values of the non-trainable variables, and, if asked, the losses.
        """
        return inference.stateless_call(
            self, trainable_variables, non_trainable_variables, args, kwargs, return_losses
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


_OWN_LISTS = {
    "_trainable_variables",
    "_non_trainable_variables",
    "_layers",
    "_metrics",
    "_seed_generators",
    "_losses",
    "calls",
    "_input_shape_given",
    "build_shapes",
}


def _add_once(items: list, item: Any) -> None:
    if all(x is not item for x in items):
        items.append(item)


def _once(items: list) -> list:
    return list({id(x): x for x in items}.values())
