"""A stack of layers, one after the other."""

from __future__ import annotations

from typing import Any

from visualnn.graph import SymbolicError
from visualnn.layers.arguments import accepts
from visualnn.layers.building import as_shape, naming_layer
from visualnn.layers.connectivity import KerasTensor
from visualnn.layers.context import fresh_call
from visualnn.layers.input_layer import InputLayer
from visualnn.layers.layer import Layer
from visualnn.models.layer_graph import LayerGraph, is_input
from visualnn.models.model import Model
from visualnn.primitives.primitive import outside_recording
from visualnn.scope import scope
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    place,
    public,
    reading,
    serialize_keras_object,
)
from visualnn.structure import flatten


@public("keras", also=("keras.models",))
class Sequential(Model):
    """Layers one after the other, each taking what the one before gives.

    It is built as soon as the shape of its input is known: by an ``Input`` at the beginning, by
    the first data it is called on, or by ``build``.

    Args:
        layers: The layers, bottom first.
        trainable: Whether training changes the weights.
        name: The name of the model.
    """

    saves_layers_first = True
    is_stack = True
    _why_not_connected = (
        "it is not built yet. Begin with an `Input`, call it on data, or `build` it."
    )
    not_saved = Model.not_saved | {"_stack", "_input_layer"}

    def __init__(
        self, layers: Any = None, trainable: bool = True, name: str | None = None, **kwargs: Any
    ):
        super().__init__(name=name, trainable=trainable, **kwargs)
        self.__dict__.update(
            _stack=[],  # the layers
            _input_layer=None,
            _tensors=[],  # the input, then what each layer makes of it
            _names=set(),  # that layers have had
            supports_masking=True,
        )
        for layer in flatten(layers) if layers is not None else ():
            self.add(layer)

    # ------------------------------------------------------------------ layers

    def _get_layers(self) -> list[Layer]:
        return list(self._stack)

    @property
    def graph(self) -> LayerGraph | None:
        """The layer graph, once the model is built."""
        if self._graph is None and self._stack and len(self._tensors) == len(self._stack) + 1:
            self.__dict__["_graph"] = LayerGraph(self._tensors[0], self._tensors[-1])
        return self._graph

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: A layer, or an ``Input`` to begin with.
            rebuild: Accepted for Keras's sake.

        Raises:
            ValueError: When it is no layer, has the name of another, or does not fit.
        """
        del rebuild
        if isinstance(layer, KerasTensor) and is_input(layer):
            layer = layer.made_by.operation  # type: ignore[union-attr] - it is an input
        if isinstance(layer, InputLayer):
            self._begin_with(layer)
            return
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Sequential {self.name!r} is made of layers, but {layer!r} of type "
                f"{type(layer).__name__} was added."
            )
        if layer.name in self._names and any(
            x.name == layer.name and x is not layer for x in self._stack
        ):
            raise ValueError(
                f"Sequential {self.name!r} has a layer named {layer.name!r} already. "
                "Give each a name of its own, by `name=`."
            )
        if not self._stack and self._input_layer is None:
            self._take_input_of(layer)
        self._stack.append(layer)
        self._names.add(layer.name)
        self._layers.append(layer)
        self.__dict__["_graph"] = None
        self.built = False
        if self._tensors:
            try:
                self._connect_on(layer)
            except Exception:
                self._stack.pop()
                self._layers.pop()
                raise

    def _begin_with(self, layer: InputLayer) -> None:
        if self._stack or self._input_layer is not None:
            raise ValueError(
                f"Sequential {self.name!r}: an Input can only be the first layer"
                + (
                    f", and there is one of shape {self._input_layer.batch_shape} already."
                    if self._input_layer is not None
                    else f", but {self._stack[0].name!r} comes before it."
                )
            )
        self._set_input(layer)

    def _set_input(self, layer: InputLayer) -> None:
        self.__dict__["_input_layer"] = layer
        self._layers.insert(0, layer)
        self._tensors.append(layer.output)

    def _take_input_of(self, layer: Layer) -> None:
        """Begin with the input that the first layer tells, if it does."""
        if layer._input_shape_given is not None:
            self._begin_with(InputLayer(batch_shape=layer._input_shape_given))
        elif isinstance(layer, Model) and (graph := layer.graph) is not None:
            first = graph.inputs
            if isinstance(first, KerasTensor):
                self._begin_with(InputLayer(batch_shape=first.shape, dtype=first.dtype))

    def _connect_on(self, layer: Layer) -> None:
        """Call a layer on what the one before it makes."""
        with outside_recording(), fresh_call(), scope(self.name, self), naming_layer(self):
            self._tensors.append(layer(self._tensors[-1]))
        self.built = True

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the topmost layer away, and return it.

        Raises:
            IndexError: When there is none.
        """
        del rebuild
        if not self._stack:
            raise IndexError(f"Sequential {self.name!r} has no layer to take away.")
        layer = self._stack.pop()
        self._layers[:] = [x for x in self._layers if x is not layer]
        self.__dict__["_graph"] = None
        if len(self._tensors) > len(self._stack) + 1:
            self._tensors.pop()
        self.built = bool(self._stack) and len(self._tensors) == len(self._stack) + 1
        return layer

    # ------------------------------------------------------------------ building and running

    def build(self, input_shape: Any = None) -> None:
        """Make the weights, knowing the shape of the input.

        Args:
            input_shape: The shape with the batch; with inputs that are not one tensor, layers are
                built where they are called.
        """
        if self._tensors or not self._stack:
            return
        if not _is_shape(input_shape):
            return
        self._set_input(InputLayer(batch_shape=tuple(input_shape)))
        try:
            for layer in self._stack:
                self._connect_on(layer)
        except SymbolicError:  # a layer looks at numbers: the layers run one after the other
            self._forget_input()
        except Exception:
            self._forget_input()
            raise

    def _forget_input(self) -> None:
        self._layers[:] = [x for x in self._layers if x is not self._input_layer]
        self._tensors.clear()
        self.__dict__.update(_input_layer=None, _graph=None)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run all layers."""
        graph = self.graph
        if graph is not None:
            return self._run(graph, inputs, training, mask, fixed_shapes=False)
        if not self._stack:
            return inputs
        outputs = inputs
        for i, layer in enumerate(self._stack):
            call, more = type(layer).call, {}
            if training is not None and accepts(call, "training"):
                more["training"] = training
            if i == 0 and mask is not None and accepts(call, "mask"):
                more["mask"] = mask
            outputs = layer(outputs, **more)
        return outputs

    # ------------------------------------------------------------------ files

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them: all layers."""
        held = [] if self._input_layer is None else [self._input_layer]
        config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
            "layers": [serialize_keras_object(layer) for layer in (*held, *self._stack)],
        }
        if self._tensors:
            config["build_input_shape"] = self._tensors[0].shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        """A model with these settings, and weights of its own."""
        if "layers" not in config:
            return super().from_config(config, custom_objects)
        records = config["layers"]
        if not isinstance(records, list):
            raise InvalidModelFile("It must be a list of layers.", "layers")
        model = cls(name=config.get("name"))
        with reading(custom_objects):
            for i, record in enumerate(records):
                with place("layers", i):
                    model.add(deserialize_keras_object(record, namespace="layers"))
        model.__dict__["_trainable"] = bool(config.get("trainable", True))
        shape = as_shape(config.get("build_input_shape"))
        if not model._tensors and _is_shape(shape):
            with place("build_input_shape"):
                model.build(shape)
        return model

    def get_build_config(self) -> dict[str, Any] | None:
        """What ``build`` was told, as a saved file keeps it."""
        if self.built and self._tensors:
            return {"input_shape": self._tensors[0].shape}
        return super(Model, self).get_build_config()


def _is_shape(x: Any) -> bool:
    """Whether something is the shape of one tensor."""
    return isinstance(x, list | tuple) and all(size is None or isinstance(size, int) for size in x)
