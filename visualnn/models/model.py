"""Models: layers that can be trained and saved, made of other layers."""

from __future__ import annotations

import inspect
import io
from typing import Any

from visualnn import saving
from visualnn.exporting.formats import export_model
from visualnn.layers import building
from visualnn.layers.arguments import accepts
from visualnn.layers.context import calling, current_call
from visualnn.layers.layer import Layer
from visualnn.models.functional_config import graph_config, read_graph
from visualnn.models.inputs import matched, shapes_of
from visualnn.models.layer_graph import LayerGraph
from visualnn.models.quantizing import quantize_layers
from visualnn.models.quick_calls import QuickCalls
from visualnn.models.summary import html_summary, print_summary
from visualnn.serialization import public, serialize_keras_object, write_json
from visualnn.training import Trainer

_OURS = ("visualnn.models.model", "visualnn.models.sequential")
_GRAPH_KEYS = ("name", "layers", "input_layers", "output_layers")


def _from_bytes(data: bytes) -> Any:
    """The model of a ``.keras`` file in memory."""
    return saving.load_model(io.BytesIO(data))


class Model(Trainer, Layer):
    """Layers put together, to be trained, tested and saved.

    ``Model(inputs, outputs)`` is the model of all layers that lead from the inputs to the outputs.
    A subclass makes its layers in ``__init__`` and calls them in ``call``.

    Args:
        inputs: Tensors made by ``Input``, in any nesting of lists, tuples and dicts.
        outputs: Tensors made from them by calling layers, likewise.
        name: The name of the model.
        trainable: Whether training changes the weights.
        dtype: The dtype, or dtype policy, of weights and computation.
    """

    _locks_when_built = False
    saves_layers_first = False
    """Whether a file holds the weights by the order of ``layers``, not by attributes."""
    not_saved = frozenset({"operations", "training_control"})

    def __new__(cls, *args: Any, **kwargs: Any):
        connects = cls is Model and _is_functional_call(args, kwargs)
        kind: Any = Functional if connects else cls
        model = super().__new__(kind, *args, **kwargs)
        model.__dict__.update(_graph=None)
        return model

    def __init__(self, *args: Any, **kwargs: Any):
        if _is_functional_call(args, kwargs):
            given = dict(zip(("inputs", "outputs", "name"), args, strict=False))
            inputs = given.pop("inputs", kwargs.pop("inputs", None))
            outputs = given.pop("outputs", kwargs.pop("outputs", None))
            Layer.__init__(self, **given, **kwargs)
            self._set_graph(LayerGraph(inputs, outputs))
            return
        if args:
            raise TypeError(
                f"{type(self).__name__} takes `inputs` and `outputs` together, and all else by "
                f"name, but {len(args)} positional argument{'s were' * (len(args) > 1)}"
                f"{' was' * (len(args) == 1)} given."
            )
        Layer.__init__(self, **kwargs)

    def _set_graph(self, graph: LayerGraph) -> None:
        """Become the model of these layers."""
        self.__dict__.update(
            _graph=graph, built=True, supports_masking=True, saves_layers_first=True
        )
        known = {id(layer) for layer in self._layers}
        self._layers[:0] = [layer for layer in graph.layers if id(layer) not in known]
        if not self.trainable:
            self.trainable = False

    def __reduce__(self) -> Any:
        """How it is pickled, and copied: as the ``.keras`` file that ``save`` would write."""
        file = io.BytesIO()
        saving.save_model(self, file)
        return _from_bytes, (file.getvalue(),)

    def quantize(  # type: ignore[override] - as in Keras, it is a matter of several layers
        self, mode: Any = None, config: Any = None, filters: Any = None, **kwargs: Any
    ) -> None:
        """Make the large weights of the layers whole numbers of eight bits.

        Args:
            mode: ``int8``.
            config: What is said of it in detail, an ``Int8QuantizationConfig``.
            filters: Which layers: a regular expression that is found in the name, several of
                them, or a function of the layer.  By default all that have a way to.
            **kwargs: ``type_check``, as layers accept it.

        Raises:
            ValueError: When a layer is not built, or quantized already.
        """
        kwargs.pop("type_check", None)
        if kwargs:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: `quantize` does not know the arguments "
                f"{', '.join(kwargs)}."
            )
        quantize_layers(self, mode, config, filters)

    # ------------------------------------------------------------------ what it is made of

    @property
    def graph(self) -> LayerGraph | None:
        """The layer graph, of models that are made of connected layers."""
        return self._graph

    is_stack = False
    """Whether its layers simply follow each other, and its input goes without saying."""

    _why_not_connected = "what it computes is written in its `call`."

    def _connected(self, what: str) -> LayerGraph:
        graph = self.graph
        if graph is None:
            why = self._why_not_connected
            raise AttributeError(f"{type(self).__name__} {self.name!r} has no {what}: {why}")
        return graph

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order in which they run, or else in which they were made."""
        return self._get_layers()

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            f"`layers` of {type(self).__name__} {self.name!r} is what the model is made of: "
            "choose another name for this attribute."
        )

    def _get_layers(self) -> list[Layer]:
        return list(self._layers) if self._graph is None else self._graph.layers

    @property
    def operations(self) -> list[Any]:
        """The layers and operations of the layer graph."""
        return list(self._connected("operations").operations)

    @property
    def inputs(self) -> list[Any]:
        """The inputs, one after the other."""
        return list(self._connected("inputs").input_tensors)

    @property
    def outputs(self) -> list[Any]:
        """The outputs, one after the other."""
        return list(self._connected("outputs").output_tensors)

    @property
    def input(self) -> Any:
        """The inputs, nested as they were given."""
        return self._connected("input").inputs

    @property
    def output(self) -> Any:
        """The outputs, nested as they were given."""
        return self._connected("output").outputs

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or of several in a list."""
        return shapes_of(self._connected("input shape").inputs)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or of several in a list."""
        return shapes_of(self._connected("output shape").outputs)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [x.made_by.operation.name for x in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that make the outputs."""
        return [x.made_by.operation.name for x in self.outputs]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of this name, or at this place.

        Raises:
            ValueError: When there is none.
        """
        layers = self.layers
        if index is not None and name is not None:
            raise ValueError(f"Give a name or an index, not both: {name!r} and {index}.")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(f"There is no layer {index}: the model has {len(layers)} layers.")
            return layers[index]
        if name is None:
            raise ValueError("Give the name of a layer, or its index.")
        for layer in layers:
            if layer.name == name:
                return layer
        known = ", ".join(repr(layer.name) for layer in layers)
        raise ValueError(f"There is no layer named {name!r}. There are: {known or 'none'}.")

    # ------------------------------------------------------------------ what it computes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs, or connect the model where the input is a ``KerasTensor``."""
        if len(args) == 1 and not kwargs and type(self).__module__ in _OURS:
            return self._call_quickly(args[0])
        if "training" not in kwargs or accepts(type(self).call, "training"):
            return super().__call__(*args, **kwargs)
        training = kwargs.pop("training")  # for the layers inside
        if current_call() is None:
            self._clear_losses()
        with calling(self, training):
            return super().__call__(*args, **kwargs)

    def _call_quickly(self, x: Any) -> Any:
        """Call it as often before; with the Python code of all layers where there is need to."""
        quick = self.__dict__.get("_quick_calls")
        if quick is None:
            quick = self.__dict__["_quick_calls"] = QuickCalls(self)
        outputs = quick.run(x)
        if outputs is None:
            outputs = super().__call__(x)
            quick.note(x, outputs)
        return outputs

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run all layers; subclasses say here what they compute."""
        if self._graph is None:
            raise NotImplementedError(
                f"{type(self).__name__} {self.name!r} does not say what it computes: "
                "give the class a method `call(self, inputs)`."
            )
        return self._run(self._graph, inputs, training, mask)

    def _run(
        self, graph: LayerGraph, inputs: Any, training: Any, mask: Any, fixed_shapes: bool = True
    ) -> Any:
        tensors = matched(self, graph.inputs, inputs, fixed_shapes)
        if mask is not None:
            masks = mask if isinstance(mask, list | tuple) else [mask]
            for x, its_mask in zip(tensors, masks, strict=False):
                if its_mask is not None and x is not None:
                    x._keras_mask = its_mask
        return graph.run(tensors, training)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs; those of connected layers bring their own."""
        return None if self.graph is not None else super().compute_mask(inputs, previous_mask)

    # ------------------------------------------------------------------ summary

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print a table of the layers with their output shapes, parameters and connections.

        In a notebook it is a table whose models inside can be opened.

        Args:
            line_length: How many characters wide it is.
            positions: Where columns end, as shares of the width or in characters.
            print_fn: Called with the text, instead of ``print``.
            expand_nested: Whether the layers of models inside are listed, too.
            show_trainable: Whether to tell which layers are trained.
            layer_range: The names, or patterns for the names, of the first and the last layer.
        """
        print_summary(
            self,
            line_length=line_length,
            positions=positions,
            print_fn=print_fn,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )

    def _repr_html_(self) -> str:
        return html_summary(self)

    # ------------------------------------------------------------------ files

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Write the model to a ``.keras`` or ``.h5`` file, with the state of training.

        A path without ending becomes a folder with a SavedModel.
        """
        saving.save_model(self, filepath, overwrite, zipped, **kwargs)

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Write what the model predicts, for programs that only run it.

        Args:
            filepath: The file, or for ``tf_saved_model`` the folder.
            format: ``"tf_saved_model"``, ``"onnx"`` or ``"openvino"``.
            verbose: Whether to print what was written.
            input_signature: The specs of its arguments, where it is not known what it takes.
            **kwargs: ``opset_version``, for ONNX.
        """
        export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def save_weights(
        self,
        filepath: Any,
        overwrite: bool = True,
        max_shard_size: float | None = None,
        **kwargs: Any,
    ) -> None:
        """Write the weights, and the state of the optimizer, to a ``.weights.h5`` file.

        With ``max_shard_size``, in gigabytes, to several, which a ``.weights.json`` file lists; to
        a path without ending, as a checkpoint.
        """
        saving.save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> Any:
        """Take the weights from a file of weights, or of a whole model, or from a checkpoint.

        Returns:
            What came of it, for a checkpoint; ``assert_consumed()`` checks that all was used.
        """
        return saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def to_json(self, **kwargs: Any) -> str:
        """The model without its weights, as JSON; ``model_from_json`` makes it again.

        Args:
            **kwargs: Settings of ``json.dumps``, such as ``indent=2``.
        """
        return write_json(serialize_keras_object(self), **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them; of connected layers, all of them."""
        if self._graph is not None and _is_made_by_graph(type(self)):
            config = {"name": self.name, "trainable": self.trainable}
            return {**config, **graph_config(self._graph, counts_from_one)}
        config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
        }
        if type(self).get_config is Model.get_config:
            return building.automatic_config(self, config)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        """A model with these settings, and weights of its own.

        Raises:
            InvalidModelFile: When it is not the config of a model.
        """
        if all(key in config for key in _GRAPH_KEYS) and _is_made_by_graph(cls):
            inputs, outputs = read_graph(config, counts_from_one, custom_objects)
            kept = {key: x for key, x in config.items() if key not in _GRAPH_KEYS[1:]}
            return cls(inputs, outputs, **kept)
        return building.from_config(cls, config)

    def get_build_config(self) -> dict[str, Any] | None:
        """What ``build`` was told, as a saved file keeps it."""
        if self._graph is not None:
            return {"input_shape": None}
        return super().get_build_config()


@public("keras.src.models.functional", "Model")
class Functional(Model):
    """The model of all layers that lead from some inputs to some outputs.

    Args:
        inputs: Tensors made by ``Input``, in any nesting of lists, tuples and dicts.
        outputs: Tensors made from them by calling layers, likewise.
        name: The name of the model.
        **kwargs: ``trainable``, as of every layer.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any):
        super().__init__(inputs, outputs, name=name, **kwargs)


def _is_functional_call(args: tuple, kwargs: dict[str, Any]) -> bool:
    """Whether arguments are those of a model of connected layers."""
    if "outputs" in kwargs:
        return "inputs" in kwargs or len(args) == 1
    return len(args) in (2, 3) and "inputs" not in kwargs


def _is_made_by_graph(cls: type) -> bool:
    """Whether a class is constructed from inputs and outputs, so that a file holds its layers."""
    if cls in (Model, Functional):
        return True
    wanted = list(inspect.signature(Functional.__init__).parameters.values())
    found = list(inspect.signature(cls.__init__).parameters.values())
    if [p.name for p in found][:3] == [p.name for p in wanted][:3]:
        return True
    return [(p.name, p.kind) for p in found[1:]] == [
        ("args", inspect.Parameter.VAR_POSITIONAL),
        ("kwargs", inspect.Parameter.VAR_KEYWORD),
    ]


def counts_from_one(operation: Any) -> bool:
    """Whether a file numbers the calls of a layer from one, where it lists a model's outputs."""
    return isinstance(operation, Model) and operation._graph is not None and not operation.is_stack
