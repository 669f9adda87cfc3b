"""``train.Checkpoint``: any objects with variables, saved together and restored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from visualnn.module import AWAITED, tell
from visualnn.saving.checkpoint.bundle import BundleReader
from visualnn.saving.checkpoint.object_graph import ObjectGraph, children_of, is_held
from visualnn.saving.checkpoint.state import CheckpointState, write_state
from visualnn.saving.checkpoint.status import LoadStatus, NothingRestored, restored
from visualnn.variable import Variable

_COUNTER = "save_counter"


class Checkpoint:
    """Saves objects that hold variables in TensorFlow's files, and restores them from there.

    ::

        checkpoint = Checkpoint(model=model, optimizer=optimizer)
        path = checkpoint.save("folder/name")                # folder/name-1.index and .data-...
        checkpoint.restore(path).assert_consumed()

    Args:
        root: An object whose attributes are saved without a name in front.
        **kwargs: Objects by name: modules, layers, models, optimizers, metrics, variables, and
            lists, tuples and dicts of such.

    Raises:
        ValueError: When one holds no variables and never will.
    """

    def __init__(self, root: Any = None, **kwargs: Any):
        if root is not None:
            kwargs["root"] = root
        for name, x in kwargs.items():
            if not is_held(x):
                raise ValueError(
                    f"`Checkpoint` saves objects that hold variables: modules, layers, models, "
                    f"optimizers, variables, lists and dicts of such. But {name} is {x!r}."
                )
        self._root = self if root is None else root
        for name in sorted(kwargs):
            setattr(self, name, kwargs[name])

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        tell(self)

    def checkpoint_children(self) -> Iterator[tuple[str, Any]]:
        """The objects that were given, by name."""
        left_out = ("_root", AWAITED)
        for name, x in list(vars(self).items()):
            if name not in left_out:
                yield name.removeprefix("_") if name == f"_{_COUNTER}" else name, x

    def _children(self, owner: Any) -> Iterator[tuple[str, Any]]:
        yield from children_of(owner)
        if owner is self._root and owner is not self:
            yield from children_of(self)

    @property
    def save_counter(self) -> Variable:
        """How often it was saved, which is the number behind the name of the file."""
        if f"_{_COUNTER}" not in vars(self):
            self._save_counter = Variable(0, dtype="int64", trainable=False, name=_COUNTER)
        return self._save_counter

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write all variables to ``<file_prefix>.index`` and ``<file_prefix>.data-...``.

        Args:
            file_prefix: The path without the endings; no number is added.
            options: Accepted for TensorFlow's sake.

        Returns:
            The path.
        """
        del options
        prefix = os.fspath(file_prefix)
        ObjectGraph(self._root, self._children).write(prefix, wide_counters=True)
        return prefix

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write all variables and how often that was done, and note that this is the newest.

        Args:
            file_prefix: The path, to which a number is added.
            options: Accepted for TensorFlow's sake.

        Returns:
            The path with the number.
        """
        self.save_counter.assign_add(1)
        prefix = f"{os.fspath(file_prefix)}-{int(self.save_counter.numpy())}"
        self.write(prefix, options)
        write_state(os.path.dirname(prefix) or ".", CheckpointState(prefix, [prefix]))
        return prefix

    def read(self, save_path: Any, options: Any = None) -> LoadStatus:
        """Give the objects the values of a checkpoint that was written with ``write``.

        Args:
            save_path: The path without the endings, or a folder with a SavedModel.
            options: Accepted for TensorFlow's sake.

        Raises:
            FileNotFoundError: When there is none.
            InvalidModelFile: When it is damaged.
            ValueError: When a variable has another shape.
        """
        del options
        return restored(BundleReader(_prefix(save_path)), self._root, self._children)

    def restore(self, save_path: Any, options: Any = None) -> LoadStatus | NothingRestored:
        """Give the objects the values of a checkpoint, and the counter its number.

        Variables that are made later get theirs when they are assigned to attributes.

        Args:
            save_path: The path without the endings; ``None`` to restore nothing.
            options: Accepted for TensorFlow's sake.

        Raises:
            FileNotFoundError: When there is none.
            InvalidModelFile: When it is damaged.
            ValueError: When a variable has another shape.
        """
        del options
        if save_path is None:
            return NothingRestored()
        counter = self.save_counter
        status = restored(BundleReader(_prefix(save_path)), self._root, self._children)
        return status.without(counter)


def _prefix(path: Any) -> str:
    """The path of the variables of a SavedModel, if it is the folder of one."""
    path = os.fspath(path)
    inner = Path(path, "variables", "variables")
    return str(inner) if Path(path).is_dir() and inner.with_suffix(".index").is_file() else path
