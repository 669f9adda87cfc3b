"""Documents from the records that saved files hold of models, and back, without loss.

Source: keras.md sections 4, 5 and 17.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from visualnn.builder.document import FUNCTIONAL, Document, Structure
from visualnn.builder.frozen import FrozenDict, freeze, thaw
from visualnn.builder.records import Call, LayerRecord, is_address
from visualnn.builder.trees import Ref
from visualnn.serialization.limits import InvalidModelFile, place

Specs = Callable[[Ref], tuple[tuple[int | None, ...], str] | None]

_RECORD_KEYS = ("module", "class_name", "config", "registered_name")
_NODE_KEYS = ("name", "inbound_nodes")


def record_of(record: dict[str, Any]) -> LayerRecord:
    """What a saved file says of a layer or model, frozen."""
    config = record.get("config")
    name = record.get("class_name")
    if not isinstance(config, dict) or not isinstance(name, str):
        raise InvalidModelFile("A layer has a class_name, which is a text, and a config.")
    extra = {k: v for k, v in record.items() if k not in (*_RECORD_KEYS, *_NODE_KEYS)}
    config = {**config, "name": config.get("name") or record.get("name") or ""}
    module, registered = record.get("module"), record.get("registered_name")
    return LayerRecord(name, freeze(config), module, registered, freeze(extra))


def config_of(record: LayerRecord) -> dict[str, Any]:
    """The record as a saved file has it."""
    return {
        "module": record.module,
        "class_name": record.class_name,
        "config": thaw(record.config),
        "registered_name": record.registered_name,
        **thaw(record.extra),
    }


# ---------------------------------------------------------------------- reading


def document_from(record: dict[str, Any]) -> Document:
    """The document of a model's record.

    Raises:
        InvalidModelFile: When it is no functional or sequential model; the message says why.
    """
    with place("config"):
        config = record.get("config")
        if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
            raise InvalidModelFile(
                f"{record.get('class_name')} cannot be drawn: what it computes is written in "
                "Python, and its file does not say which layers are connected to which."
            )
        if "output_layers" in config:
            return _Reader(record).document()
        return _sequential(record)


def _sequential(record: dict[str, Any]) -> Document:
    config = dict(record["config"])
    layers: dict[str, LayerRecord] = {}
    calls: dict[str, Call] = {}
    last: str | None = None
    for i, item in enumerate(config.pop("layers")):
        with place("layers", i):
            layer = _input_translated(record_of(item))
            if not layer.name or layer.name in layers:
                raise InvalidModelFile(f"The name {layer.name!r} is missing or occurs twice.")
            layers[layer.name] = layer
            args = () if layer.is_input else (Ref(last) if last else None,)
            calls[layer.name] = Call(layer.name, args)
            last = layer.name
    model = record_of({**record, "config": config})
    return Document(FrozenDict(layers), FrozenDict(calls), model=model)


class _Reader:
    """Reads the record of a functional model."""

    def __init__(self, record: dict[str, Any]):
        self.record = record
        self.config = dict(record["config"])
        self.legacy = _is_legacy(record)
        self.layers: dict[str, LayerRecord] = {}
        self.calls: dict[str, Call] = {}
        self.nodes: dict[tuple[str, int], str] = {}
        self.recorded: dict[str, dict[int, Any]] = {}

    def document(self) -> Document:
        items = self.config.pop("layers")
        for i, item in enumerate(items):
            with place("layers", i):
                self.name_calls(item)
        for i, item in enumerate(items):
            with place("layers", i, "inbound_nodes"):
                self.read_calls(item)
        for call, known in self.recorded.items():
            recorded = tuple(known.get(i) for i in range(max(known) + 1))
            self.calls[call] = replace(self.calls[call], recorded=recorded)
        with place("input_layers"):
            inputs = self.structure(self.config.pop("input_layers", None))
        with place("output_layers"):
            outputs = self.structure(self.config.pop("output_layers"))
        model = record_of({**self.record, "config": self.config})
        if self.legacy:
            model = replace(FUNCTIONAL, config=model.config, extra=model.extra)
        document = Document(FrozenDict(self.layers), FrozenDict(self.calls), model=model)
        if len(document.order) < len(document.calls):
            raise InvalidModelFile("Its layers are connected in a loop.", "layers")
        if document.input_structure != inputs:
            document = replace(document, inputs=inputs)
        if document.output_structure != outputs:
            document = replace(document, outputs=outputs)
        return document

    def name_calls(self, item: dict[str, Any]) -> None:
        """Give every call of a layer an id; an input has one that no file writes down."""
        layer = _input_translated(record_of(item))
        name = layer.name
        if not name or name in self.layers:
            raise InvalidModelFile(f"The name {name!r} is missing or occurs twice.")
        self.layers[name] = layer
        for i in range(max(1, len(_nodes(item)))):
            call = name if i == 0 else f"{name}/{i + 1}"
            self.calls[call] = Call(name)
            self.nodes[name, i] = call

    def read_calls(self, item: dict[str, Any]) -> None:
        name = item.get("name") or item["config"]["name"]
        for i, node in enumerate(_nodes(item)):
            with place(i):
                args, kwargs = self.arguments(node)
                call = self.nodes[name, i]
                self.calls[call] = Call(name, args, kwargs)

    def arguments(self, node: Any) -> tuple[tuple[Any, ...], FrozenDict[str, Any]]:
        """The arguments of one call, in the form of Keras 3 or of Keras 2."""
        if isinstance(node, dict):
            args, kwargs = node.get("args"), node.get("kwargs")
            if not isinstance(args, list) or not isinstance(kwargs, dict):
                raise InvalidModelFile("A node has args, a list, and kwargs, an object.")
            return self.tree(args), self.tree(kwargs)
        leaves = [node] if is_address(node[:3]) else node
        kwargs = leaves[0][3] if leaves and len(leaves[0]) > 3 else {}
        tensors = tuple(self.ref(*leaf[:3], from_one=True) for leaf in leaves)
        args = tensors if len(tensors) == 1 else (tensors,)
        return args, FrozenDict({key: self.legacy_tree(x) for key, x in kwargs.items()})

    def tree(self, value: Any) -> Any:
        """Arguments with the tensors in them as references."""
        if isinstance(value, list):
            return tuple(self.tree(item) for item in value)
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return self.tensor(value["config"])
            if "class_name" in value and "config" in value:
                return freeze(value)
            return FrozenDict({key: self.tree(item) for key, item in value.items()})
        return value

    def legacy_tree(self, value: Any) -> Any:
        if is_address(value):
            return self.ref(*value, from_one=True)
        return freeze(value)

    def tensor(self, config: dict[str, Any]) -> Ref:
        history: Any = config.get("keras_history")
        if not is_address(history):
            raise InvalidModelFile(f"{history!r} is no keras_history: [layer, node, tensor].")
        ref = self.ref(*history, from_one=self.legacy)
        shape = config.get("shape")
        if isinstance(shape, list | tuple):
            known = self.recorded.setdefault(ref.call, {})
            known[ref.output] = (tuple(shape), config.get("dtype"))
        return ref

    def ref(self, name: str, node: Any, output: Any, *, from_one: bool) -> Ref:
        """The tensor at an address; nodes of nested models may be counted from one."""
        counts = all(isinstance(x, int) and 0 <= x < 100_000 for x in (node, output))
        found = self.layers.get(name)
        if found is None or not counts:
            raise InvalidModelFile(f"There is no tensor {[name, node, output]!r}.")
        index = node - 1 if from_one and found.is_model and node else node
        if (name, index) not in self.nodes:
            raise InvalidModelFile(f"{name!r} has no call number {node}.")
        return Ref(self.nodes[name, index], output)

    def structure(self, value: Any) -> Structure:
        """The inputs or outputs with their addresses as references."""
        if is_address(value):
            name, node, output = value
            found = self.layers.get(name)
            nested = found is not None and found.is_model and "output_layers" in found.config
            return self.ref(name, node, output, from_one=self.legacy or nested)
        if isinstance(value, dict):
            return FrozenDict({key: self.structure(item) for key, item in value.items()})
        if isinstance(value, list):
            return tuple(self.structure(item) for item in value)
        return ()


def _nodes(item: dict[str, Any]) -> list[Any]:
    nodes = item.get("inbound_nodes") or []
    if not isinstance(nodes, list):
        raise InvalidModelFile("inbound_nodes is a list.")
    return nodes


def _is_legacy(record: dict[str, Any]) -> bool:
    """Whether Keras 2 wrote this: it counts the calls of nested models from one everywhere."""
    module = str(record.get("module") or "")
    return module.startswith(("tf_keras", "tensorflow", "keras.engine", "keras.src.engine"))


def _input_translated(record: LayerRecord) -> LayerRecord:
    """An input as Keras 3 writes it."""
    if not record.is_input or "batch_input_shape" not in record.config:
        return record
    config = dict(record.config)
    shape = config.pop("batch_input_shape")
    return replace(record, config=FrozenDict({"batch_shape": shape, **config}))


# ---------------------------------------------------------------------- writing


def config_from(document: Document, specs: Specs | None = None) -> dict[str, Any]:
    """The record of a model that is being drawn.

    Args:
        document: The model.
        specs: Tells shape and dtype of a tensor, where they are known; otherwise what the file
            said that the document was read from is told again.
    """
    if is_sequential(document):
        return _sequential_config(document)
    return _Writer(document, specs).record()


def is_sequential(document: Document) -> bool:
    """Whether this is still a plain chain of layers, if it was one."""
    if document.model.class_name != "Sequential" or document.outputs is not None:
        return False
    last: str | None = None
    for i, (call, use) in enumerate(document.calls.items()):
        if use.kwargs or document.layers[use.layer].is_input != (use.args == ()):
            return False
        if use.args not in ((), (Ref(last) if last else None,)) or (use.args == () and i):
            return False
        last = call
    return len(document.layers) == len(document.calls)


def _sequential_config(document: Document) -> dict[str, Any]:
    record = config_of(document.model)
    layers = [config_of(document.record(call)) for call in document.calls]
    config = record["config"]
    record["config"] = {
        **{key: config[key] for key in ("name", "trainable", "dtype") if key in config},
        "layers": layers,
        **{k: v for k, v in config.items() if k not in ("name", "trainable", "dtype")},
    }
    return record


class _Writer:
    """Writes the record of a functional model."""

    def __init__(self, document: Document, specs: Specs | None):
        self.document = document
        self.specs = specs
        self.index = {
            call: i for calls in document.calls_of.values() for i, call in enumerate(calls)
        }

    def record(self) -> dict[str, Any]:
        document = self.document
        model = document.model
        if model.class_name == "Sequential":
            kept = ("name", "trainable")
            config = {key: model.config[key] for key in kept if key in model.config}
            extra = model.extra.without({"build_config"})
            model = replace(FUNCTIONAL, config=FrozenDict(config), extra=extra)
        record = config_of(model)
        record["config"] = {
            **record["config"],
            "layers": [self.layer(layer) for layer in document.layers],
            "input_layers": self.structure(document.input_structure),
            "output_layers": self.structure(document.output_structure),
        }
        return record

    def layer(self, layer: str) -> dict[str, Any]:
        document = self.document
        record = document.layers[layer]
        calls = [document.calls[call] for call in document.calls_of[layer]]
        nodes = [] if record.is_input else [self.node(call) for call in calls]
        return {**config_of(record), "name": record.name, "inbound_nodes": nodes}

    def node(self, call: Call) -> dict[str, Any]:
        return {"args": thaw(call.args, self.leaf), "kwargs": thaw(call.kwargs, self.leaf)}

    def leaf(self, leaf: Any) -> Any:
        if not isinstance(leaf, Ref):
            return leaf
        shape, dtype = self.spec(leaf)
        history = [self.document.name_of(leaf.call), self.index[leaf.call], leaf.output]
        config = {"shape": shape, "dtype": dtype, "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}

    def spec(self, ref: Ref) -> tuple[Any, Any]:
        found = self.specs(ref) if self.specs else None
        if found is None:
            recorded = self.document.calls[ref.call].recorded
            found = recorded[ref.output] if ref.output < len(recorded) else None
        return (list(found[0]), found[1]) if found else (None, "float32")

    def structure(self, structure: Structure) -> Any:
        return thaw(structure, self.address)

    def address(self, leaf: Any) -> Any:
        if not isinstance(leaf, Ref):
            return leaf
        record = self.document.record(leaf.call)
        from_one = record.is_model and "output_layers" in record.config
        return [record.name, self.index[leaf.call] + from_one, leaf.output]


def nested_documents(document: Document) -> Iterator[tuple[str, Document]]:
    """The layers that are whole models, opened."""
    for layer, record in document.layers.items():
        if record.is_model:
            yield layer, document_from(config_of(record))
