"""The objects of a checkpoint: who holds whom under which name, and which are variables.

A checkpoint says of every tensor by which way of attributes it is reached, so that it is found
again by walking the objects, not by its name in the file.  An object that several others hold is
one node; its tensor is named after the shortest way.

Source: tensorflow/core/protobuf/trackable_object_graph.proto.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from visualnn.layers.holding import Holder
from visualnn.metrics import Metric
from visualnn.module import Module
from visualnn.optimizers import Optimizer
from visualnn.saving.checkpoint.bundle import BundleWriter
from visualnn.variable import Variable, step_boundary
from visualnn.wire.protobuf import Messages

MESSAGES = Messages(
    """
    TrackableObjectGraph: nodes=1:*TrackableObject
    TrackableObject: children=1:*ObjectReference, attributes=2:*SerializedTensor, slot_variables=3:*SlotVariableReference, registered_saver=4:RegisteredSaver, has_checkpoint_values=5:BoolValue
    ObjectReference: node_id=1:int32, local_name=2:string
    SerializedTensor: name=1:string, full_name=2:string, checkpoint_key=3:string
    SlotVariableReference: original_variable_node_id=1:int32, slot_name=2:string, slot_variable_node_id=3:int32
    RegisteredSaver: name=1:string, object_name=2:string
    BoolValue: value=1:bool
    """  # noqa: E501 - a message is a line
)
KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""The name under which a checkpoint holds the graph of its objects."""

VALUE = "VARIABLE_VALUE"
_SUFFIX = f"/.ATTRIBUTES/{VALUE}"

Children = Callable[[Any], Iterable[tuple[str, Any]]]


def children_of(owner: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds that may be, or hold, variables: pairs of name and object.

    Modules, layers, models, optimizers and metrics give their attributes, by names that
    TensorFlow and Keras use; lists and tuples number their elements; dicts give their items.  A
    class says otherwise with a method ``checkpoint_children()`` that gives such pairs.

    Raises:
        ValueError: When a dict that holds variables has a key that is no text.
    """
    own = getattr(owner, "checkpoint_children", None)
    if own is not None and not isinstance(owner, type):
        pairs = own()
    elif isinstance(owner, dict):
        pairs = owner.items()
    elif isinstance(owner, list | tuple):
        pairs = ((str(i), x) for i, x in enumerate(owner))
    elif isinstance(owner, Module | Optimizer | Metric):
        pairs = _attributes(owner)
    else:
        return
    for name, x in pairs:
        if not is_held(x):
            continue
        if not isinstance(name, str):
            raise ValueError(
                f"A dict with the key {name!r} cannot be saved in a checkpoint: its keys must be "
                "texts, because they are parts of names."
            )
        yield name, x


def is_held(x: Any) -> bool:
    """Whether something is a node of its own: a variable, or what may hold some."""
    if isinstance(x, tuple):
        return any(map(is_held, x))
    if isinstance(x, Variable | Module | Optimizer | Metric | list | dict):
        return True
    return hasattr(x, "checkpoint_children") and not isinstance(x, type)


def _attributes(owner: Any) -> Iterator[tuple[str, Any]]:
    if getattr(owner, "is_stack", False):
        yield "_functional", Live(lambda: {"_operations": Live(lambda: _layers_of(owner))})
    elif getattr(owner, "saves_layers_first", False):
        yield "_operations", owner.operations
    left_out = _left_out(owner)
    yield from ((name, x) for name, x in list(vars(owner).items()) if name not in left_out)


class Live:
    """Something between an object and what it holds, which follows it."""

    def __init__(self, held: Callable[[], dict[str, Any]]):
        self._held = held

    def checkpoint_children(self) -> Iterable[tuple[str, Any]]:
        """What is between, by name."""
        return self._held().items()


def _layers_of(stack: Any) -> dict[str, Any]:
    """The layers of a stack by number; its input has number 0 even where it is not known yet."""
    return {str(i): x for i, x in enumerate([stack._input_layer, *stack._stack])}


def _left_out(owner: Any) -> frozenset[str]:
    """The attributes in which layers, optimizers and metrics note what they hold otherwise."""
    if isinstance(owner, Holder):
        return _OF_LAYERS
    if isinstance(owner, Optimizer):
        return _OF_OPTIMIZERS
    return _OF_METRICS if isinstance(owner, Metric) else frozenset()


_OF_LAYERS = frozenset(
    {
        *("_constructor", "_calls", "_trainable_variables", "_non_trainable_variables"),
        *("_layers", "_metrics", "_seed_generators", "_modules", "_losses", "_build_shapes"),
        *("_stack", "_tensors", "_input_layer", "_input_shape_given"),
        *("_steps", "_loss_tracker", "_compiled_metrics", "_compiled_loss", "_compile_arguments"),
    }
)
_OF_OPTIMIZERS = frozenset({"_places", "_not_decayed", "_once", "_excluded"})
_OF_METRICS = frozenset({"_variables", "_metrics"})


@dataclass
class Node:
    """An object, its number, what it holds by name, and the way to it."""

    number: int
    object: Any
    path: str = ""
    children: list[tuple[str, Node]] = field(default_factory=list)
    has_values: bool = False

    @property
    def key(self) -> str:
        """The name of the tensor of a variable."""
        return self.path + _SUFFIX


class ObjectGraph:
    """All objects that are reached from one, in the order in which TensorFlow numbers them.

    Args:
        root: The object with which it begins, number 0.
        children: What an object holds, by name.
    """

    def __init__(self, root: Any, children: Children = children_of):
        self.nodes = [Node(0, root)]
        known = {id(root): self.nodes[0]}
        for node in self.nodes:  # it grows while it is walked
            for name, x in children(node.object):
                found = known.get(id(x))
                if found is None:
                    path = f"{node.path}/{_escaped(name)}" if node.number else _escaped(name)
                    found = known[id(x)] = Node(len(self.nodes), x, path)
                    self.nodes.append(found)
                node.children.append((name, found))
        self._note_values()

    def _note_values(self) -> None:
        """Find which nodes are variables, or lead to one."""
        holders: dict[int, list[Node]] = {}
        for node in self.nodes:
            for _, child in node.children:
                holders.setdefault(child.number, []).append(node)
        waiting = [node for node in self.nodes if isinstance(node.object, Variable)]
        while waiting:
            node = waiting.pop()
            if not node.has_values:
                node.has_values = True
                waiting.extend(holders.get(node.number, ()))

    def variables(self) -> list[tuple[str, Variable]]:
        """The variables by the names of their tensors, in the order in which they are saved."""
        return [(node.key, node.object) for node in self.nodes if isinstance(node.object, Variable)]

    def message(self) -> bytes:
        """The graph as a checkpoint holds it, under the name ``KEY``."""
        return MESSAGES.encode("TrackableObjectGraph", {"nodes": list(map(_message, self.nodes))})

    def counters(self) -> set[int]:
        """The numbers of what counts the steps of optimizers, which has 64 bits in TensorFlow."""
        return {
            child.number
            for node in self.nodes
            if isinstance(node.object, Optimizer)
            for _, child in node.children
            if isinstance(child.object, Variable) and child.object.storage.dtype == "int32"
        }

    def write(self, prefix: Any, wide_counters: bool = False) -> None:
        """Write the variables, all of the same training step, and the graph to a checkpoint.

        Args:
            prefix: The path without the endings.
            wide_counters: Whether what counts the steps of optimizers is written with 64 bits.
        """
        counters = self.counters() if wide_counters else ()
        wide = {self.nodes[number].key for number in counters}
        with step_boundary:
            arrays = [(name, variable.stored()) for name, variable in self.variables()]
        with BundleWriter(prefix) as writer:
            for name, array in arrays:
                writer.add(name, array.astype("int64") if name in wide else array)
            writer.add(KEY, self.message())


def _message(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if node.children:
        found["children"] = [
            {**({"node_id": child.number} if child.number else {}), "local_name": name}
            for name, child in node.children
        ]
    if isinstance(node.object, Variable):
        name = {"name": VALUE, "full_name": node.object.path, "checkpoint_key": node.key}
        found["attributes"] = [name]
    found["has_checkpoint_values"] = {"value": True} if node.has_values else {}
    return found


def _escaped(name: str) -> str:
    """A name as a part of the name of a tensor, whose parts are separated by slashes."""
    return name.replace(".", "..").replace("/", ".S")
