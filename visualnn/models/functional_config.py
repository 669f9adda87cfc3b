"""Functional models as records: their layers, and which call takes what from which.

Source: keras.md section 4, by files that Keras 3.15 wrote.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from visualnn.layers.arguments import accepts
from visualnn.layers.connectivity import ConnectedOperation, KerasTensor, calls_of
from visualnn.layers.input_layer import InputLayer
from visualnn.layers.layer import Layer
from visualnn.models.layer_graph import LayerGraph
from visualnn.ops.operation import OPERATIONS, is_operation_module
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    place,
    reading,
    serialize_keras_object,
)
from visualnn.serialization.writing import Record
from visualnn.structure import flatten, map_structure

_TENSOR = "__keras_tensor__"

# ---------------------------------------------------------------------- writing


def graph_config(graph: LayerGraph, counts_from_one: Callable[[Any], bool]) -> dict[str, Any]:
    """The records of all layers with their calls, and where inputs and outputs come from.

    Args:
        graph: The layer graph.
        counts_from_one: Whether the calls of a layer are numbered from one where the inputs and
            outputs are listed, as Keras does for models inside models.
    """

    def listed(tensor: KerasTensor) -> list[Any]:
        name, call, index = graph.place_of(tensor)
        operation = tensor.made_by.operation  # type: ignore[union-attr] - it is in the graph
        return [name, call + counts_from_one(operation), index]

    return {
        "layers": [_layer_record(graph, operation) for operation in graph.operations],
        "input_layers": map_structure(listed, graph.inputs),
        "output_layers": map_structure(listed, graph.outputs),
    }


def _layer_record(graph: LayerGraph, operation: Any) -> Record:
    if isinstance(operation, ConnectedOperation):
        record = operation_record(operation)
    else:
        record = serialize_keras_object(operation)
    calls = [] if isinstance(operation, InputLayer) else graph.calls_of(operation)
    record["name"] = operation.name
    record["inbound_nodes"] = [
        {"args": _argument(graph, list(call.args)), "kwargs": _argument(graph, call.kwargs)}
        for call in calls
    ]
    return record


def operation_record(operation: ConnectedOperation) -> Record:
    """The record of a function of ``ops`` in a model."""
    known = operation.operation
    return Record(
        module=known.module,
        class_name=known.class_name,
        config=serialize_keras_object(operation.get_config()),
        registered_name=known.class_name,
    )


def _argument(graph: LayerGraph, x: Any) -> Any:
    """An argument of a call as a file holds it."""

    def record(leaf: Any) -> Any:
        if not isinstance(leaf, KerasTensor):
            return leaf
        config = {
            "shape": list(leaf.shape),
            "dtype": leaf.dtype,
            "keras_history": list(graph.place_of(leaf)),
        }
        return Record(class_name=_TENSOR, config=config)

    return serialize_keras_object(map_structure(record, x))


# ---------------------------------------------------------------------- reading


def read_graph(
    config: dict[str, Any],
    counts_from_one: Callable[[Any], bool],
    custom_objects: dict[str, Any] | None = None,
) -> tuple[Any, Any]:
    """The inputs and outputs that a config describes, with the layers between them.

    Raises:
        InvalidModelFile: When it does not describe a model; the message names the place.
    """
    with reading(custom_objects):
        return _Reader(config, counts_from_one).read()


@dataclass
class _Pending:
    """A call that waits for tensors which are not made yet."""

    layer: Any
    number: int
    args: Any
    kwargs: dict[str, Any]
    where: tuple
    waits_for: set[tuple[str, int]] = field(default_factory=set)


class _Reader:
    """Makes the layers, then the calls, each when its inputs are there."""

    def __init__(self, config: dict[str, Any], counts_from_one: Callable[[Any], bool]):
        self.config = config
        self.counts_from_one = counts_from_one
        self.layers: dict[str, Any] = {}
        self.made: dict[tuple[str, int], list[KerasTensor]] = {}

    def read(self) -> tuple[Any, Any]:
        pending = self._make_layers()
        self._make_calls(pending)
        found = []
        for key in ("input_layers", "output_layers"):
            with place(key):
                if key not in self.config:
                    raise InvalidModelFile(f"The key {key!r} is missing.")
                found.append(self._listed(self.config[key]))
        return found[0], found[1]

    # ------------------------------------------------------------------ layers

    def _make_layers(self) -> list[_Pending]:
        records = self.config.get("layers")
        if not isinstance(records, list):
            raise InvalidModelFile("It must be a list of layers.", "layers")
        pending: list[_Pending] = []
        for i, record in enumerate(records):
            with place("layers", i):
                pending += self._make_layer(record, i)
        return pending

    def _make_layer(self, record: Any, position: int) -> Iterator[_Pending]:
        if not isinstance(record, dict) or not isinstance(record.get("config"), dict):
            raise InvalidModelFile("It must be the record of a layer, with its config.")
        name = record.get("name", record["config"].get("name"))
        if not isinstance(name, str):
            raise InvalidModelFile("The layer has no name.", "name")
        if name in self.layers:
            raise InvalidModelFile(f"There are two layers named {name!r}.", "name")
        layer = self.layers[name] = _made(record)
        if isinstance(layer, InputLayer):
            self.made[name, 0] = calls_of(layer)[0].output_tensors
        nodes = record.get("inbound_nodes", [])
        if not isinstance(nodes, list):
            raise InvalidModelFile("It must be a list of calls.", "inbound_nodes")
        for number, node in enumerate(nodes):
            where = ("layers", position, "inbound_nodes", number)
            if not (
                isinstance(node, dict)
                and isinstance(node.get("args", []), list)
                and isinstance(node.get("kwargs", {}), dict)
            ):
                raise InvalidModelFile(
                    "A call has `args` and `kwargs`; older forms are not read.", *where[2:]
                )
            call = _Pending(layer, number, node.get("args", []), node.get("kwargs", {}), where)
            call.waits_for = {key[:2] for key in _references((call.args, call.kwargs))}
            yield call

    # ------------------------------------------------------------------ calls

    def _make_calls(self, pending: list[_Pending]) -> None:
        """Make every call as soon as its inputs are there, in the order of the file."""
        waiting: dict[tuple[str, int], list[_Pending]] = {}
        ready: deque[_Pending] = deque()
        for call in pending:
            call.waits_for -= self.made.keys()
            for key in call.waits_for:
                waiting.setdefault(key, []).append(call)
            if not call.waits_for:
                ready.append(call)
        done = 0
        while ready:
            call = ready.popleft()
            with place(*call.where):
                self._make_call(call)
            done += 1
            for other in waiting.pop((call.layer.name, call.number), ()):
                other.waits_for.discard((call.layer.name, call.number))
                if not other.waits_for:
                    ready.append(other)
        if done < len(pending):
            self._explain(waiting, pending)

    def _make_call(self, call: _Pending) -> None:
        args = [self._value(x) for x in call.args]
        if _is_indexing(call.layer) and len(args) > 1 and isinstance(args[1], list):
            args[1] = tuple(args[1])  # files know lists only
        kwargs = {key: self._value(x) for key, x in call.kwargs.items()}
        outputs = call.layer(*args, **_accepted(call.layer, kwargs))
        tensors = [x for x in flatten(outputs) if isinstance(x, KerasTensor)]
        if not tensors:
            raise InvalidModelFile(f"The call of {call.layer.name!r} takes no tensors.")
        self.made[call.layer.name, call.number] = tensors

    def _value(self, x: Any) -> Any:
        """An argument of a call, from the file."""
        if isinstance(x, list | tuple):
            return type(x)(self._value(item) for item in x)
        if isinstance(x, dict):
            if x.get("class_name") == _TENSOR:
                return self._tensor(*_history(x))
            if "class_name" not in x or "config" not in x:
                return {key: self._value(item) for key, item in x.items()}
            return deserialize_keras_object(x)
        return x

    def _tensor(self, name: str, number: int, index: int) -> KerasTensor:
        tensors = self.made.get((name, number))
        if tensors is None or not 0 <= index < len(tensors):
            raise InvalidModelFile(f"There is no output {index} of call {number} of {name!r}.")
        return tensors[index]

    def _explain(
        self, waiting: dict[tuple[str, int], list[_Pending]], pending: list[_Pending]
    ) -> None:
        """Say why calls never got their inputs."""
        for (name, number), calls in waiting.items():
            with place(*calls[0].where):
                if name not in self.layers:
                    raise InvalidModelFile(f"There is no layer named {name!r}.")
                if all((c.layer.name, c.number) != (name, number) for c in pending):
                    raise InvalidModelFile(f"{name!r} has no call number {number}.")
        names = sorted({c.layer.name for calls in waiting.values() for c in calls})
        raise InvalidModelFile(f"The layers {', '.join(names)} form a loop.", "layers")

    # ------------------------------------------------------------------ inputs and outputs

    def _listed(self, x: Any) -> Any:
        """Tensors in any nesting, by names and numbers."""
        if isinstance(x, list | tuple) and len(x) == 3 and isinstance(x[0], str):
            name, number, index = x
            if not (_is_count(number) and _is_count(index)):
                raise InvalidModelFile(f"{x!r} must name a layer, a call and an output of it.")
            if name not in self.layers:
                raise InvalidModelFile(f"There is no layer named {name!r}.")
            if self.counts_from_one(self.layers[name]) and number > 0:
                number -= 1
            return self._tensor(name, number, index)
        if isinstance(x, list | tuple):
            return [self._listed(item) for item in x]
        if isinstance(x, dict):
            return {key: self._listed(item) for key, item in x.items()}
        raise InvalidModelFile(f"{x!r} must name a layer, a call and an output of it.")


def _made(record: dict[str, Any]) -> Any:
    """The layer or operation of a record."""
    known = find_operation(record)
    if known is not None:
        config = dict(deserialize_keras_object(record["config"]))
        name = config.pop("name", record.get("name"))
        strange = config.keys() - {*known.signature.parameters, *known.settings}
        if strange:
            raise InvalidModelFile(
                f"The operation {known.name!r} does not know {', '.join(sorted(strange))}.",
                "config",
            )
        return ConnectedOperation(known, config, name)
    return deserialize_keras_object(
        {key: x for key, x in record.items() if key not in ("name", "inbound_nodes")},
        namespace="layers",
    )


def find_operation(record: dict[str, Any]) -> Any:
    """What a record says is a function of ``ops``; ``None`` if it is a layer.

    Raises:
        InvalidModelFile: When there is no such function.
    """
    module, name = str(record.get("module")), record.get("class_name")
    if not is_operation_module(module):
        return None
    found = OPERATIONS.get((module, str(name)))
    if found is None:
        raise InvalidModelFile(
            f"The operation {name!r} of {module} is not known here.", "class_name"
        )
    return found


def _is_indexing(operation: Any) -> bool:
    return isinstance(operation, ConnectedOperation) and operation.operation.name == "get_item"


def _accepted(layer: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments without those that say nothing and that the layer does not take."""
    if not isinstance(layer, Layer):
        return kwargs
    call = type(layer).call
    return {
        key: x
        for key, x in kwargs.items()
        if accepts(call, key) or not (x is None or (key == "training" and isinstance(x, bool)))
    }


def _references(x: Any) -> Iterator[tuple[str, int, int]]:
    """Where the tensors in an argument come from."""
    stack = [x]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            if here.get("class_name") == _TENSOR:
                yield _history(here)
            else:
                stack.extend(here.values())
        elif isinstance(here, list | tuple):
            stack.extend(here)


def _history(record: dict[str, Any]) -> tuple[str, int, int]:
    config = record.get("config")
    history = config.get("keras_history") if isinstance(config, dict) else None
    if not (
        isinstance(history, list)
        and len(history) == 3
        and isinstance(history[0], str)
        and _is_count(history[1])
        and _is_count(history[2])
    ):
        raise InvalidModelFile(
            f"A tensor must name a layer, a call and an output of it, but it has {history!r}."
        )
    return history[0], history[1], history[2]


def _is_count(x: Any) -> bool:
    return isinstance(x, int) and not isinstance(x, bool) and x >= 0
