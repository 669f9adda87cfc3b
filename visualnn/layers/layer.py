"""What a layer is: settings, weights and a computation."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import dtype_policies, ops, regularizers
from visualnn.functions import effects
from visualnn.layers import building, inference, masking, quantization
from visualnn.layers.arguments import (
    Arguments,
    accepts,
    converted,
    is_tensor,
    refuse_settings_by_place,
)
from visualnn.layers.connectivity import Call, KerasTensor, Operation, as_keras_tensors
from visualnn.layers.context import calling, current_call
from visualnn.layers.holding import Holder
from visualnn.primitives.primitive import recorder
from visualnn.rematerialization import checkpoint_of_call, current_remat_scope
from visualnn.scope import current_scope, origin, scope
from visualnn.serialization import auto_name, public, serialize_keras_object, to_snake_case
from visualnn.spec import Spec, is_float
from visualnn.structure import flatten, map_structure
from visualnn.variable import autocast


@public("keras.layers", also=("keras",))
class Layer(Holder, Operation):
    """The base of all layers.

    A layer makes its weights in ``build``, which is told the shape of each tensor argument of
    ``call``, and computes in ``call``, with the functions of ``ops``.  Called on arrays it
    computes; called on the tensors of a functional model it is connected.

    Args:
        activity_regularizer: Penalises the outputs; its mean over the batch is added to the loss.
        trainable: Whether training changes the weights.
        dtype: The dtype, or dtype policy, of weights and computation.
        autocast: Whether floating-point inputs are cast to the compute dtype.
        name: The name; by default the class name in snake case with a number.
    """

    _losses: list[tuple[Any, Any]]
    _calls: list[Call]

    _needs_no_build = False
    """Whether there is nothing to build, so that it counts as built from the beginning."""

    _outdated_arguments: dict[str, str | None] = {}
    """What older code gives, and what it is called now, if there is such a setting at all."""

    _allow_non_tensor_positional_args = False
    """Whether arguments of a call that are no tensors can be given by their place."""

    _penalises_outputs = True
    """Whether ``activity_regularizer`` looks at what comes out here, not at something inside."""

    _always_in_config: tuple[str, ...] = ()
    """What a config holds even where it is ``None``."""

    def __new__(cls, *args: Any, **kwargs: Any):
        layer = super().__new__(cls)
        layer.__dict__.update(
            _constructor=(args, kwargs),
            _losses=[],
            _calls=[],
            _build_shapes=None,
            _called_on=None,
            _ready=False,
            _remat_scope=current_remat_scope(),
            built=cls._needs_no_build,
            supports_masking=cls.compute_mask is not Layer.compute_mask,
            build=building.BuildMethod(layer),
        )
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
        self._path = None
        if not isinstance(trainable, bool | np.bool_ | int):
            raise ValueError(
                f"{type(self).__name__}: `trainable` must be True or False, not {trainable!r}."
            )
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

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    @property
    def path(self) -> str:
        """The name with the names of the layers around it in front, once it is built."""
        return self._path or self.name

    @property
    def dtype_policy(self) -> Any:
        """The dtypes of weights and computation; setting a quantized one quantizes the weights."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        quantization.set_policy(self, value)

    is_quantized = False
    """Whether the weights are whole numbers of few bits."""

    def quantize(self, mode: Any = None, type_check: bool = True, config: Any = None) -> None:
        """Make the large weights whole numbers of eight bits, which training leaves alone.

        Args:
            mode: ``int8``.
            type_check: Whether a class that a user made from one of ours is refused.
            config: What is said of it in detail, an ``Int8QuantizationConfig``.

        Raises:
            ValueError: When the layer is not built, or quantized already.
            NotImplementedError: When the layer has no way to do it.
        """
        quantization.quantize(self, mode, type_check, config)

    # ------------------------------------------------------------------ what it computes

    def build(self, input_shape: Any) -> None:
        """Make the weights, knowing the shape of the input."""
        building.build_inner_layers(self, input_shape)

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
        dtype = self.input_dtype if self.autocast else None
        if not self._allow_non_tensor_positional_args:
            refuse_settings_by_place(self, args)
        args = tuple([converted(x, dtype, i == 0) for i, x in enumerate(args)])
        kwargs = {key: converted(x, dtype, False) for key, x in kwargs.items()}
        arguments = Arguments(self, args, kwargs)
        connected = recorder.get() is None and arguments.has(KerasTensor)
        with scope(self.name, self), building.naming_layer(self, arguments):
            building.check_input(self, arguments)
            building.build(self, arguments)
            training = self._training(arguments)
            if training is not None and accepts(type(self).call, "training"):
                arguments.give("training", training)
            masking.give(self, arguments)
            if connected:
                return self._connect(arguments)
            return self._compute(arguments, training)

    def _training(self, arguments: Arguments) -> bool | None:
        """Whether to train: as this call says, else as the call around it says."""
        said = arguments.named.get("training", arguments.training)
        if said is None and (outer := current_call()) is not None:
            said = outer.training
        return said

    def _compute(self, arguments: Arguments, training: bool | None) -> Any:
        if current_call() is None:
            self._clear_losses()
        with (
            calling(self, training),
            autocast(self._cast_of_weights),
            origin(call=current_scope(), **self._checkpoint()),
        ):
            outputs = self.call(*arguments.args, **arguments.kwargs)
            if self.activity_regularizer is not None and self._penalises_outputs:
                for y in filter(is_tensor, flatten(outputs)):
                    self.add_loss(self._activity_penalty(y))
            masking.pass_on(self, arguments, outputs)
        return outputs

    def _checkpoint(self) -> dict[str, Any]:
        """How a call is marked, if its inner values are computed again for the gradients."""
        return checkpoint_of_call(self._remat_scope, self.name, by_scope=False)

    def _activity_penalty(self, y: Any) -> Any:
        """The penalty of an output, for one example, so that it is the same for every batch."""
        penalty = self.activity_regularizer(y)
        return penalty / ops.cast(ops.shape(y)[0], penalty.dtype) if len(y.shape) else penalty

    @property
    def _cast_of_weights(self) -> str | None:
        """The dtype in which ``call`` reads floating-point weights, if not their own."""
        return self.compute_dtype if self.autocast and is_float(self.compute_dtype) else None

    def _connect(self, arguments: Arguments) -> Any:
        specs = self.compute_output_spec(*arguments.args, **arguments.kwargs)
        outputs = as_keras_tensors(specs)
        call = Call(self, arguments.args, arguments.kwargs, outputs)
        masking.pass_on(self, arguments, call.outputs)
        return call.outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What is known of the outputs, from what is known of the inputs.

        Found by tracing ``call``, unless the class has its own ``compute_output_shape``.
        """
        specs = inference.output_spec(self, args, kwargs)
        return map_structure(lambda x: KerasTensor(x) if isinstance(x, Spec) else x, specs)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs, from the shapes of the inputs."""
        return inference.output_shape(self, args, kwargs)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs; by default that of the inputs."""
        return previous_mask

    # ------------------------------------------------------------------ losses

    def add_loss(self, loss: Any) -> None:
        """Add something to the loss that training minimises; the newest call counts.

        Raises:
            ValueError: When it is no tensor.
        """
        for x in flatten(loss):
            if not is_tensor(x) and not isinstance(x, np.generic):
                raise ValueError(
                    f"{type(self).__name__} {self.name!r}: `add_loss` takes tensors, computed "
                    f"from the inputs, but got {x!r}."
                )
            effects.note(self._take_losses, x)
        self._losses.extend((recorder.get(), x) for x in flatten(loss))

    def _take_losses(self, losses: list[Any]) -> None:
        """Replace the losses by those that a trace of this layer has computed."""
        here = recorder.get()
        self._losses[:] = [(graph, x) for graph, x in self._losses if graph is not here]
        self._losses.extend((here, x) for x in losses)

    def add_metric(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: metrics are attributes, or arguments of ``compile``."""
        raise NotImplementedError(
            "`add_metric` is gone, as in Keras 3: give metrics to `compile(metrics=[...])`, or "
            "make one in `__init__` and call its `update_state` where its value is known."
        )

    @property
    def losses(self) -> list[Any]:
        """What was added by the last call, and the penalties of regularized weights."""
        here = recorder.get()
        added = [
            x for layer in self._flatten_layers() for graph, x in layer._losses if graph is here
        ]
        penalties = [v.regularizer(v) for v in self.trainable_weights if v.regularizer is not None]
        return [*added, *penalties]

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()

    # ------------------------------------------------------------------ connections and config

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        config: dict[str, Any] = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
        }
        if (
            self.activity_regularizer is not None
            or "activity_regularizer" in self._always_in_config
        ):
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

    def stateless_call(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
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
