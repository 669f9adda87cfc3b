"""Layers around a layer."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.arguments import accepts
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.layer_settings import InnerLayer, InnerLayerOrNone, layer_of
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object
from visualnn.spec import ShapeError, is_float
from visualnn.structure import flatten

FAMILY = "Wrapper"


@public("keras.layers")
@declared
class Wrapper(Layer):
    """The base of layers that do something around another layer.

    Args:
        layer: The layer inside.
    """

    layer: InnerLayer

    def build(self, input_shape=None):
        if not self.layer.built:
            self.layer.build(input_shape)


@public("keras.layers")
@declared
class TimeDistributed(Wrapper):
    """Applies a layer to every step of a sequence by itself: (batch, steps, ...).

    Args:
        layer: The layer that is applied.
    """

    def __post_init__(self):
        self.supports_masking = True

    def build(self, input_shape):
        if not isinstance(input_shape, list | tuple) or len(input_shape) < 3:
            raise ShapeError(
                "It needs an input with a batch, steps and something for the layer inside, at "
                f"least 3 axes, but got {input_shape}."
            )
        super().build((input_shape[0], *input_shape[2:]))

    def call(self, inputs, training=None, mask=None):
        if mask is not None and len(mask.shape) < 2:
            mask = None
        given = {}
        if accepts(type(self.layer).call, "training"):
            given["training"] = training
        masked = mask is not None and accepts(type(self.layer).call, "mask")
        if not masked and treats_examples_alone(self.layer):
            return self.in_own_dtype(self.all_at_once(inputs, given))

        def one_step(_, element):
            masks = {"mask": element[1]} if masked else {}
            return (), self.layer(element[0], **given, **masks)

        sequences = [steps_first(x) for x in ((inputs, mask) if masked else (inputs,))]
        return self.in_own_dtype(steps_first(ops.scan(one_step, (), sequences)[1]))

    def in_own_dtype(self, y: Any) -> Any:
        """Outputs in the dtype of this layer, where that is not the dtype of its weights."""
        mixed = self.compute_dtype != self.variable_dtype
        return ops.cast(y, self.compute_dtype) if mixed and is_float(str(y.dtype)) else y

    def all_at_once(self, inputs: Any, given: dict[str, Any]) -> Any:
        """The steps of all examples as one large batch."""
        sizes = ops.shape(inputs)
        batch = ops.reshape(inputs, (-1, *sizes[2:]))
        outputs = self.layer(batch, **given)
        return ops.reshape(outputs, (sizes[0], sizes[1], *ops.shape(outputs)[1:]))


def steps_first(x: Any) -> Any:
    """Exchange the first two axes: the batch and the steps."""
    return ops.transpose(x, (1, 0, *range(2, len(x.shape))))


def treats_examples_alone(layer: Layer) -> bool:
    """Whether what comes out for an example does not depend on the others, nor on the order."""
    return all(
        type(inner).__module__.startswith("visualnn.")
        and not inner._seed_generators
        and not inner._non_trainable_variables
        and not getattr(inner, "stateful", False)
        for inner in layer._flatten_layers()
    )


@public("keras.layers")
@declared(config=("merge_mode", "layer", "backward_layer"))
class Bidirectional(Layer):
    """Reads a sequence from both ends and puts the results together.

    Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.

    Args:
        layer: The recurrent layer that reads forwards.
        merge_mode: How the results are combined; ``None`` gives both.
        weights: The first weights of both layers, as ``get_weights`` gives them.
        backward_layer: The layer that reads backwards; by default one like ``layer``.
    """

    layer: InnerLayer = setting(attribute="forward_layer")
    merge_mode: Literal["concat", "sum", "ave", "mul"] | None = "concat"
    weights: Any = setting(None, config=False, attribute="_first_weights")
    backward_layer: InnerLayerOrNone = setting(None)

    def __post_init__(self):
        forward: Any = self.forward_layer
        backward: Any = self.backward_layer
        for layer in filter(None, (forward, backward)):
            if not hasattr(layer, "go_backwards") or not hasattr(layer, "return_sequences"):
                raise ValueError(
                    f"Bidirectional: {layer!r} is not a recurrent layer: it must have "
                    "`go_backwards`, `return_sequences` and `return_state`, as LSTM has."
                )
        forward = copy_of(forward)
        if backward is None:
            backward = copy_of(forward, go_backwards=True)
            name = forward.name.removeprefix("forward_")
            forward.name, backward.name = f"forward_{name}", f"backward_{name}"
        else:
            forward.name = f"forward_{forward.name.removeprefix('forward_')}"
        if forward.go_backwards == backward.go_backwards:
            raise ValueError(
                "Bidirectional: one of both layers must have `go_backwards=True`, the other not."
            )
        for name in ("stateful", "return_sequences", "return_state"):
            if getattr(forward, name, False) != getattr(backward, name, False):
                raise ValueError(f"Bidirectional: both layers must have the same `{name}`.")
        for layer in (forward, backward):  # or masked steps would be shown as their neighbours
            layer.zero_output_for_mask = forward.return_sequences
        self._layers.clear()
        self.forward_layer: Any = forward
        self.backward_layer = backward
        self.stateful = getattr(forward, "stateful", False)
        self.return_sequences = forward.return_sequences
        self.return_state = forward.return_state
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=3)

    def build(self, sequences_shape, initial_state_shape=None):
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def call(self, sequences, initial_state=None, mask=None, training=None):
        given: dict[str, Any] = {"mask": mask, "training": training}
        forwards = backwards = None
        if initial_state is not None:
            states = flatten(initial_state)
            half = len(states) // 2
            forwards, backwards = states[:half], states[half:]
        a = self.forward_layer(sequences, initial_state=forwards, **given)
        b = self.backward_layer(sequences, initial_state=backwards, **given)
        last: tuple = ()
        if self.return_state:
            (a, *states_a), (b, *states_b) = a, b
            last = (*states_a, *states_b)
        a, b = (ops.cast(y, self.compute_dtype) for y in (a, b))
        if self.return_sequences:
            b = ops.flip(b, axis=1)
        merged = self.merged(a, b)
        if self.return_state:
            return (a, b, *last) if self.merge_mode is None else (merged, *last)
        return merged

    def merged(self, a: Any, b: Any) -> Any:
        """Both results as one."""
        match self.merge_mode:
            case "concat":
                return ops.concatenate([a, b], axis=-1)
            case "sum":
                return a + b
            case "ave":
                return (a + b) / 2
            case "mul":
                return a * b
        return a, b

    def reset_state(self) -> None:
        """Make the states of stateful layers zero."""
        if not self.stateful:
            raise AttributeError(f"Bidirectional {self.name!r} is not stateful: it has no states.")
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    @property
    def states(self) -> Any:
        """The states of both layers, if they are stateful."""
        forwards, backwards = self.forward_layer.states, self.backward_layer.states
        return None if not forwards or not backwards else [*forwards, *backwards]

    def compute_mask(self, inputs, previous_mask=None):
        mask = previous_mask[0] if isinstance(previous_mask, list | tuple) else previous_mask
        output = mask if self.return_sequences else None
        outputs = [output, output] if self.merge_mode is None else [output]
        if not self.return_state:
            return outputs if self.merge_mode is None else output
        states = flatten(self.forward_layer.state_size)
        return [*outputs, *(None for _ in range(2 * len(states)))]


def copy_of(layer: Layer, **changes: Any) -> Any:
    """A layer with the same settings, but for some, and weights of its own."""
    record = serialize_keras_object(layer)
    record = {**record, "config": {**record["config"], **changes}}
    record.pop("build_config", None)
    if record.get("module") is None or record.get("registered_name"):
        return type(layer).from_config(record["config"])
    return layer_of(deserialize_keras_object(record))
