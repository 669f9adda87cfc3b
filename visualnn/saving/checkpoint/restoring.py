"""Giving objects the values that a checkpoint has for them, now or as soon as they hold variables.

The graph of objects in the file is laid over the objects here, beginning with the roots: what a
node holds under a name is what the object here holds under that name.  Where an object has not yet
what its node has, as a layer that is not built, it is looked at again when it gets something.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from visualnn.module import AWAITED
from visualnn.optimizers import Optimizer
from visualnn.saving.checkpoint.bundle import BundleReader
from visualnn.saving.checkpoint.object_graph import (
    KEY,
    MESSAGES,
    VALUE,
    Children,
    Live,
    ObjectGraph,
    children_of,
)
from visualnn.saving.checkpoint.older_optimizers import (
    SETTINGS,
    is_of_keras_2,
    slot_of,
    variables_of_keras_2,
)
from visualnn.serialization import InvalidModelFile
from visualnn.variable import Variable, step_boundary
from visualnn.wire.protobuf import ProtobufError


@dataclass
class SavedNode:
    """An object of a checkpoint: the name of its tensor, if it is a variable, and what it holds."""

    key: str = ""
    children: dict[str, int] = field(default_factory=dict)
    slots: list[tuple[int, str, int]] = field(default_factory=list)  # weight, name, variable


def saved_nodes(reader: BundleReader) -> list[SavedNode]:
    """The objects of a checkpoint, the root first.

    Raises:
        InvalidModelFile: When there are none, or they are damaged.
    """
    if KEY not in reader:
        raise InvalidModelFile(
            f"{reader.prefix!r} has tensors by name only, no objects to restore. Read them with "
            "`train.load_checkpoint(...).get_tensor(name)`."
        )
    message = reader.get_tensor(KEY)
    if not isinstance(message, bytes):
        raise InvalidModelFile(f"{reader.prefix!r}: the graph of its objects is no text.")
    try:
        nodes = MESSAGES.decode("TrackableObjectGraph", message).get("nodes", [])
    except ProtobufError as problem:
        raise InvalidModelFile(f"{reader.prefix!r} is damaged: {problem}") from None
    found = []
    for node in nodes:
        children = {
            child.get("local_name", ""): child.get("node_id", 0)
            for child in node.get("children", ())
        }
        slots = [
            (
                slot.get("original_variable_node_id", 0),
                slot.get("slot_name", ""),
                slot.get("slot_variable_node_id", 0),
            )
            for slot in node.get("slot_variables", ())
        ]
        held = [*children.values(), *(number for slot in slots for number in slot[::2])]
        if not all(0 <= number < len(nodes) for number in held):
            raise InvalidModelFile(f"{reader.prefix!r} is damaged: it holds an object it has not.")
        keys = {x.get("name"): x.get("checkpoint_key", "") for x in node.get("attributes", ())}
        key = keys.get(VALUE, "")
        if key and key not in reader:
            raise InvalidModelFile(f"{reader.prefix!r} is damaged: it lacks the tensor {key!r}.")
        found.append(SavedNode(key, children, slots))
    if not found:
        raise InvalidModelFile(f"{reader.prefix!r} is damaged: it has no objects.")
    return found


class Restoration:
    """One checkpoint being restored into some objects.

    Args:
        reader: The checkpoint.
        root: The object that stands for its first node.
        children: What an object holds, by name.

    Raises:
        InvalidModelFile: When the checkpoint is damaged.
        ValueError: When a tensor has another shape than its variable; nothing is changed then.
    """

    def __init__(self, reader: BundleReader, root: Any, children: Children = children_of):
        self.reader = reader
        self.root = root
        self.children = children
        self.nodes = saved_nodes(reader)
        self.matched: dict[int, Any] = {}
        self.waiting: dict[int, dict[int, Any]] = {}
        self._lay_over([(0, root, root)])

    def _lay_over(self, starts: list[tuple[int, Any, Any]]) -> None:
        """Match nodes with objects, from these on, and give variables their values."""
        found: list[tuple[str, Variable]] = []
        queue = deque(starts)
        while queue or (queue := deque(self._slots())):
            number, x, owner = queue.popleft()
            if self.matched.setdefault(number, x) is not x:
                continue  # another way leads to another object; the shorter one counts
            if isinstance(x, Variable):
                if key := self.nodes[number].key:
                    self._check(key, x)
                    found.append((key, x))
            else:
                queue.extend(self._children(number, x, owner))
        arrays = [(x, x.fitting(self.reader.get_tensor(key))) for key, x in found]
        with step_boundary:
            for variable, array in arrays:
                variable.store(array)

    def _children(self, number: int, x: Any, owner: Any) -> Iterator[tuple[int, Any, Any]]:
        """The children of a node with the objects that stand for them, and who holds these."""
        saved = self.nodes[number].children
        names = [name for name in saved if saved[name] not in self.matched]
        missing = any(slot[2] not in self.matched for slot in self.nodes[number].slots)
        if not names and not missing:
            return
        held = dict(self.children(x))
        if isinstance(x, Optimizer):
            names = self._of_optimizer(x, saved, names, held)
        for name in names:
            child = _found(held, x, name)
            if child is None:
                missing = True
            else:
                yield saved[name], child, child if hasattr(child, "__dict__") else owner
        if missing and hasattr(owner, "__dict__"):
            self.waiting.setdefault(id(owner), {})[number] = x
            vars(owner)[AWAITED] = Awaited(self)

    def _of_optimizer(
        self, x: Optimizer, saved: dict[str, int], names: list[str], held: dict[str, Any]
    ) -> list[str]:
        """What an optimizer holds, with the list of all it has last: older ones count otherwise."""
        self.matched.update((saved[name], x) for name in names if name in SETTINGS - held.keys())
        if is_of_keras_2(saved):
            held["_variables"] = Live(lambda: variables_of_keras_2(x))
        names = [name for name in names if saved[name] not in self.matched]
        return sorted(names, key=lambda name: name == "_variables")

    def _slots(self) -> list[tuple[int, Any, Any]]:
        """What older optimizers that were found kept for weights that were found."""
        optimizers = [
            (self.nodes[number], x)
            for number, x in self.matched.items()
            if isinstance(x, Optimizer) and self.nodes[number].slots
        ]
        found = [
            (variable, slot_of(x, self.matched.get(weight), name), x)
            for node, x in optimizers
            for weight, name, variable in node.slots
            if variable not in self.matched
        ]
        return [(number, variable, x) for number, variable, x in found if variable is not None]

    def look_again(self, owner: Any) -> None:
        """Match what an object holds now, and did not before."""
        waiting = self.waiting.pop(id(owner), {})
        starts = [start for n, x in waiting.items() for start in self._children(n, x, owner)]
        if starts or isinstance(owner, Optimizer):
            self._lay_over(starts)

    def _check(self, key: str, variable: Variable) -> None:
        shape, dtype = self.reader.shape_of(key), self.reader.dtype_of(key)
        if shape != variable.shape:
            raise ValueError(
                f"Variable {variable.path!r} has the shape {variable.shape}, but the checkpoint "
                f"{self.reader.prefix!r} has {key!r} of shape {shape}."
            )
        if _kind(dtype) != _kind(variable.storage.dtype):
            raise ValueError(
                f"Variable {variable.path!r} is {variable.storage.dtype}, but the checkpoint "
                f"{self.reader.prefix!r} has {key!r} as {dtype}."
            )

    # ------------------------------------------------------------------ what came of it

    def unused(self) -> list[str]:
        """The names of the tensors that belong to no object here."""
        return [
            node.key
            for number, node in enumerate(self.nodes)
            if node.key and number not in self.matched
        ]

    def unmatched(self) -> list[Variable]:
        """The variables here that the checkpoint has no value for."""
        matched = {id(x) for x in self.matched.values()}
        graph = ObjectGraph(self.root, self.children)
        return [x for _, x in graph.variables() if id(x) not in matched]


class Awaited:
    """Stands at an object that a restoration waits for; copies of the object wait for nothing."""

    def __init__(self, restoration: Restoration | None = None):
        self.restoration = restoration

    def look_again(self, owner: Any) -> None:
        """Tell the restoration that the object holds something new."""
        if self.restoration is not None:
            self.restoration.look_again(owner)

    def __reduce__(self):
        return Awaited, ()

    def __deepcopy__(self, memo: dict) -> Awaited:
        return Awaited()


def _kind(dtype: str) -> str:
    """Whole numbers are given to whole numbers, and fractions to fractions, of any size."""
    return re.sub(r"\d.*", "", dtype).removeprefix("u").removeprefix("b")


def _found(held: dict[str, Any], owner: Any, name: str) -> Any:
    """What an object holds under a name, or under one that it had in another version."""
    if name in held:
        return held[name]
    other = name[1:] if name.startswith("_") else f"_{name}"
    if other in held:
        return held[other]
    number = re.fullmatch(r"layer-(\d{1,9})", name)  # Keras 2
    if number is None or not hasattr(owner, "saves_layers_first"):
        return {"iter": held.get("_iterations")}.get(name)
    layers = owner._stack if owner.is_stack else owner.layers if owner.saves_layers_first else []
    return layers[int(number[1])] if int(number[1]) < len(layers) else None
