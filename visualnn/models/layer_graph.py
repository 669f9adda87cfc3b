"""The layer calls between the inputs and the outputs of a model: their order, and running them.

The order of layers decides the paths of weights in a saved file.  Source: keras.md section 4.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from visualnn.layers.arguments import accepts
from visualnn.layers.connectivity import Call, KerasTensor, calls_between, calls_of
from visualnn.layers.input_layer import InputLayer
from visualnn.layers.layer import Layer
from visualnn.structure import flatten, map_structure


class LayerGraph:
    """Which layers and operations are called between some inputs and some outputs.

    Args:
        inputs: The inputs, in any nesting of lists, tuples and dicts.
        outputs: The outputs, likewise.

    Attributes:
        calls: Every call, each after those it needs.
        operations: Every layer and operation, in Keras's order.

    Raises:
        ValueError: When an output is not made from the inputs, or two layers have one name.
    """

    def __init__(self, inputs: Any, outputs: Any):
        check_tensors("inputs", inputs)
        check_tensors("outputs", outputs)
        if not all(is_input(x) for x in flatten(inputs)):
            inputs, outputs = with_new_inputs(inputs, outputs)
        self.inputs = inputs
        self.outputs = outputs
        self.input_tensors: list[KerasTensor] = flatten(inputs)
        self.output_tensors: list[KerasTensor] = flatten(outputs)
        self._roots = {id(x.made_by): x for x in self.input_tensors}
        visited, indices = self._visited()
        self.calls = [call for call in visited if id(call) not in self._roots]
        self.operations = self._ordered(visited, indices)
        self._kept = self._kept_calls(visited)
        self._last_used = self._last_uses()
        _check_names(self.operations)

    @property
    def layers(self) -> list[Layer]:
        """The operations that are layers."""
        return [x for x in self.operations if isinstance(x, Layer)]

    def calls_of(self, operation: Any) -> list[Call]:
        """The calls of a layer or operation that belong to this graph."""
        return self._kept.get(id(operation), [])

    def place_of(self, tensor: KerasTensor) -> tuple[str, int, int]:
        """Where a tensor comes from: the name, which call of it here, which of its outputs."""
        call = tensor.made_by
        assert call is not None
        return call.operation.name, self._index[id(call)], tensor.tensor_index

    # ------------------------------------------------------------------ finding the order

    def _visited(self) -> tuple[list[Call], dict[int, int]]:
        """The calls that lead to the outputs, each after those it needs.

        With them comes the order in which their operations were met.
        """
        done: set[int] = set()
        order: list[Call] = []
        indices: dict[int, int] = {}
        stack: list[tuple[Any, bool]] = [(x, False) for x in reversed(self.output_tensors)]
        while stack:
            item, finished = stack.pop()
            if finished:
                order.append(item)
                continue
            call = item.made_by
            if call is None or (not call.tensors and id(call) not in self._roots):
                raise ValueError(_not_connected(item, self.input_tensors))
            if id(call) in done:
                continue
            done.add(id(call))
            indices.setdefault(id(call.operation), len(indices))
            stack.append((call, True))
            stack.extend((x, False) for x in reversed(call.tensors))
        return order, indices

    def _ordered(self, visited: list[Call], indices: dict[int, int]) -> list[Any]:
        """All operations: those farthest from the outputs first, then as they were met."""
        depth_of_call: Counter[int] = Counter()
        depth: dict[int, int] = {}
        operations: dict[int, Any] = {}
        for call in reversed(visited):
            key = id(call.operation)
            here = max(depth_of_call[id(call)], depth.get(key, 0))
            operations[key] = call.operation
            depth[key] = depth_of_call[id(call)] = here
            for x in call.tensors:
                before = id(x.made_by)
                depth_of_call[before] = max(depth_of_call[before], here + 1)
        for x in self.input_tensors:  # an input that nothing uses
            operation = x.made_by.operation  # type: ignore[union-attr] - it is an input
            if id(operation) not in operations:
                operations[id(operation)] = operation
                depth[id(operation)], indices[id(operation)] = 0, -1
        return sorted(operations.values(), key=lambda o: (-depth[id(o)], indices[id(o)]))

    def _kept_calls(self, visited: list[Call]) -> dict[int, list[Call]]:
        kept = {id(call) for call in visited} | set(self._roots)
        found: dict[int, list[Call]] = {}
        self._index: dict[int, int] = {}
        for operation in self.operations:
            here = [call for call in calls_of(operation) if id(call) in kept]
            found[id(operation)] = here
            self._index.update((id(call), i) for i, call in enumerate(here))
        return found

    def _last_uses(self) -> dict[int, list[int]]:
        """For each call, the tensors that nobody needs after it."""
        last: dict[int, int] = {}
        for call in self.calls:
            last.update((id(x), id(call)) for x in call.tensors)
        for x in self.output_tensors:
            last.pop(id(x), None)
        found: dict[int, list[int]] = {}
        for tensor, call in last.items():
            found.setdefault(call, []).append(tensor)
        return found

    # ------------------------------------------------------------------ running

    def run(self, tensors: list[Any], training: bool | None = None) -> Any:
        """Call every layer on real tensors, and return the outputs, nested.

        Args:
            tensors: The inputs in flattened order.
            training: Whether layers train; by default as it was when they were connected.
        """
        here: dict[int, Any] = {id(x): y for x, y in zip(self.input_tensors, tensors, strict=True)}
        for call in self.calls:
            args, kwargs = _filled(call, here)
            if training is not None and "training" in kwargs and _takes_training(call.operation):
                kwargs = {**kwargs, "training": training}
            made = call.operation(*args, **kwargs)
            present = [x for x in flatten(made) if x is not None]
            here.update(zip(map(id, call.output_tensors), present, strict=True))
            for done in self._last_used.get(id(call), ()):
                here.pop(done, None)
        return map_structure(lambda x: here[id(x)], self.outputs)


def _filled(call: Call, here: dict[int, Any]) -> tuple[tuple, dict[str, Any]]:
    """The arguments of a call, with real tensors in place of placeholders."""
    if len(call.args) == 1 and not call.kwargs and isinstance(call.args[0], KerasTensor):
        return (here[id(call.args[0])],), {}
    return map_structure(
        lambda x: here[id(x)] if isinstance(x, KerasTensor) else x, (call.args, call.kwargs)
    )


def _takes_training(operation: Any) -> bool:
    return isinstance(operation, Layer) and accepts(type(operation).call, "training")


def is_input(x: KerasTensor) -> bool:
    """Whether a tensor is what an ``InputLayer`` gives."""
    return x.made_by is not None and isinstance(x.made_by.operation, InputLayer)


def check_tensors(what: str, structure: Any) -> None:
    """Refuse whatever is not made of tensors of the layer graph.

    Raises:
        ValueError: When there is something else.
    """
    leaves = flatten(structure)
    for x in leaves:
        if not isinstance(x, KerasTensor):
            raise ValueError(
                f"The {what} of a model must be made by `Input(...)` and by calling layers on it, "
                f"but there is {_brief(x)} among them."
            )
    if not leaves:
        raise ValueError(f"A model needs {what}, but there are none.")


def _brief(x: Any) -> str:
    if hasattr(x, "shape"):
        return f"an array of shape {tuple(x.shape)}"
    if isinstance(x, Layer):
        return f"the layer {x.name!r} itself (call it on a tensor)"
    return f"{x!r} of type {type(x).__name__}"


def _not_connected(tensor: KerasTensor, inputs: Iterable[KerasTensor]) -> str:
    names = ", ".join(repr(x.name) for x in inputs)
    where = tensor.name if tensor.made_by is None else tensor.made_by.operation.name
    return (
        f"The outputs depend on {where!r}, an input that is not among the inputs of the model "
        f"({names}). Add it to `inputs`, or make the outputs from these inputs."
    )


def _check_names(operations: list[Any]) -> None:
    counts = Counter(operation.name for operation in operations)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        kinds = [type(x).__name__ for x in operations if x.name == twice]
        raise ValueError(
            f"Two layers of one model are called {twice!r} ({', '.join(kinds)}). "
            "Give each a name of its own, by `name=`."
        )


def with_new_inputs(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """The same calls on inputs of their own, where a model begins in the middle of another."""
    here: dict[int, KerasTensor] = {}
    for x in flatten(inputs):
        if is_input(x):
            here[id(x)] = x
        else:
            layer = InputLayer(batch_shape=x.shape, dtype=x.dtype, name=f"{x.name}_input")
            here[id(x)] = layer.output
    for call in calls_between(flatten(inputs), flatten(outputs)):
        args, kwargs = map_structure(
            lambda x: here.get(id(x), x) if isinstance(x, KerasTensor) else x,
            (call.args, call.kwargs),
        )
        made = map_structure(
            lambda x: KerasTensor(x.spec) if isinstance(x, KerasTensor) else x, call.outputs
        )
        Call(call.operation, args, kwargs, made)
        tensors = [x for x in flatten(made) if isinstance(x, KerasTensor)]
        here.update(zip(map(id, call.output_tensors), tensors, strict=True))
    return (
        map_structure(lambda x: here[id(x)], inputs),
        map_structure(lambda x: here.get(id(x), x), outputs),
    )
