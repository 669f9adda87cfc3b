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
    ObjectGraph,
    children_of,
)
from visualnn.serialization import InvalidModelFile
from visualnn.variable import Variable, step_boundary
from visualnn.wire.protobuf import ProtobufError

_SHOWN = 10


@dataclass
class SavedNode:
    """An object of a checkpoint: the name of its tensor, if it is a variable, and its children."""

    key: str = ""
    children: dict[str, int] = field(default_factory=dict)


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
        if not all(0 <= number < len(nodes) for number in children.values()):
            raise InvalidModelFile(f"{reader.prefix!r} is damaged: it holds an object it has not.")
        keys = {x.get("name"): x.get("checkpoint_key", "") for x in node.get("attributes", ())}
        key = keys.get(VALUE, "")
        if key and key not in reader:
            raise InvalidModelFile(f"{reader.prefix!r} is damaged: it lacks the tensor {key!r}.")
        found.append(SavedNode(key, children))
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
        while queue:
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
        if isinstance(x, Optimizer):
            names = _of_optimizer(saved, names)
        if not names:
            return
        held, missing = dict(self.children(x)), False
        for name in names:
            child = _found(held, x, name)
            if child is None:
                missing = True
            else:
                yield saved[name], child, child if hasattr(child, "__dict__") else owner
        if missing and hasattr(owner, "__dict__"):
            self.waiting.setdefault(id(owner), {})[number] = x
            vars(owner)[AWAITED] = Awaited(self)

    def look_again(self, owner: Any) -> None:
        """Match what an object holds now, and did not before."""
        starts = [
            start
            for number, x in self.waiting.pop(id(owner), {}).items()
            for start in self._children(number, x, owner)
        ]
        if starts:
            self._lay_over(starts)

    def _check(self, key: str, variable: Variable) -> None:
        shape = tuple(self.reader.get_variable_to_shape_map()[key])
        dtype = self.reader.get_variable_to_dtype_map()[key]
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


def _of_optimizer(saved: dict[str, int], names: list[str]) -> list[str]:
    """What an optimizer holds, with the list of all it has last.

    Keras 2 has it without the learning rate; there the numbers mean something else.
    """
    rest = [name for name in names if name != "_variables"]
    return rest if "_index_dict" in saved or len(rest) == len(names) else [*rest, "_variables"]


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


class LoadStatus:
    """What came of restoring: each method checks something and gives the status again.

    What is not there yet when a checkpoint is restored, as the weights of a layer that is not
    built, gets its values when it is made, so the checks see more and more.
    """

    def __init__(self, restoration: Restoration):
        self._restoration = restoration
        self._exempt: Variable | None = None

    def without(self, counter: Variable) -> LoadStatus:
        """Let this variable, which is there for saving alone, need no value."""
        self._exempt = counter
        return self

    def assert_consumed(self) -> LoadStatus:
        """Check that every tensor of the checkpoint has its variable, and every variable one.

        Raises:
            AssertionError: When one has not; it says which.
        """
        self._look_again()
        unused = self._restoration.unused()
        if unused:
            raise AssertionError(
                f"Unresolved: {_counted(len(unused), 'tensor')} of the checkpoint "
                f"{self._restoration.reader.prefix!r} belong to no object here: {_shown(unused)}."
            )
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Check that every variable that is there has a tensor in the checkpoint.

        Raises:
            AssertionError: When one has not; it says which.
        """
        self._look_again()
        missing = [x for x in self._restoration.unmatched() if x is not self._exempt]
        if missing:
            paths = [f"{x.path} {x.shape}" for x in missing]
            raise AssertionError(
                f"{_counted(len(missing), 'variable')} have no value in the checkpoint "
                f"{self._restoration.reader.prefix!r}: {_shown(paths)}."
            )
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Check that something but the root was found.

        Raises:
            AssertionError: When nothing was.
        """
        self._look_again()
        if len(self._restoration.matched) < 2:
            raise AssertionError(
                f"Nothing here matches the checkpoint {self._restoration.reader.prefix!r}: it "
                f"holds {_shown(list(self._restoration.nodes[0].children))}."
            )
        return self

    def expect_partial(self) -> LoadStatus:
        """Say that tensors of the checkpoint are left over on purpose; nothing warns of them."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Do nothing: values are restored at once."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Do nothing: values are restored at once."""

    def _look_again(self) -> None:
        """Find what came to plain lists and dicts, which tell nobody."""
        for _, child in list(self._restoration.matched.items()):
            if hasattr(child, "__dict__") and id(child) in self._restoration.waiting:
                self._restoration.look_again(child)


class NothingRestored:
    """The status where there was no checkpoint: there is nothing to check."""

    def _refuse(self) -> Any:
        raise AssertionError("No checkpoint was given (save_path=None): nothing is restored.")

    def assert_consumed(self) -> Any:
        """Refuse: nothing was restored."""
        return self._refuse()

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self) -> NothingRestored:
        """Give the status again."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Do nothing."""

    initialize_or_restore = run_restore_ops


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def restored(reader: BundleReader, root: Any, children: Children = children_of) -> LoadStatus:
    """Give objects their values; the status says what came of it."""
    return LoadStatus(Restoration(reader, root, children))
