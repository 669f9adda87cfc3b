"""Weights in HDF5: the layout of ``model.weights.h5``, written and read.

Every saveable object has a group ``<path>/vars`` with its own variables, numbered.  Source:
keras.md sections 9 and 10.  A file is not believed: links, virtual and external data are refused,
and shapes are compared before anything is read.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.optimizers import Optimizer
from visualnn.saving.arrays import (
    StoredArray,
    StoredGroup,
    VariablesStore,
)
from visualnn.saving.walk import walk
from visualnn.serialization import InvalidModelFile
from visualnn.variable import step_boundary

_LISTED = re.compile(r"(.*/)?layers/\w+")
"""The path of a layer in a list of layers.  One that is in several lists, of a model and of a model
inside it, is several layers for Keras: each finds its weights where it looks for them."""


class VariablesReader:
    """What ``load_own_variables`` takes arrays from: a group of the file, or nothing."""

    def __init__(self, group: StoredGroup | None):
        self.group = group
        self._keys: list[str] | None = None

    def keys(self) -> list[str]:
        if self._keys is None:
            self._keys = [] if self.group is None else self.group.keys()
        return self._keys

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def shape(self, key: str) -> tuple[int, ...]:
        """The shape of an array, without reading it."""
        return self._array(key).shape

    def __getitem__(self, key: str) -> np.ndarray:
        return self._array(key).read()

    def _array(self, key: str) -> StoredArray:
        if self.group is None:
            raise InvalidModelFile(f"There is no array {key}.")
        return self.group[key]


# ---------------------------------------------------------------------- writing


def write_weights(model: Any, writer: Any, include_optimizer: bool = True) -> None:
    """Write the variables of a model, and of its optimizer.

    An optimizer that has not made a step yet is written as it would begin, so that a reader
    finds all that it expects.

    Args:
        model: The model.
        writer: Makes groups and puts arrays into them, as ``ArraysWriter`` does.
        include_optimizer: Whether the state of the optimizer is written.
    """
    optimizer: Any = getattr(model, "optimizer", None)
    if isinstance(optimizer, Optimizer) and model.built and not optimizer.built:
        optimizer.build(model.trainable_variables)
    written: dict[int, str] = {}
    with step_boundary:
        for path, obj in walk(model):
            if isinstance(obj, Optimizer) and not include_optimizer:
                continue
            if id(obj) in written:
                if _LISTED.fullmatch(path) and _LISTED.fullmatch(written[id(obj)]):
                    writer.link(f"{written[id(obj)]}/vars", f"{path}/vars")
                continue
            written[id(obj)] = path
            group = writer.group(f"{path}/vars".lstrip("/"))
            if isinstance(getattr(obj, "name", None), str):
                writer.mark(group, "name", obj.name)
            obj.save_own_variables(VariablesStore(functools.partial(writer.put, group)))


# ---------------------------------------------------------------------- reading


def read_weights(
    model: Any, source: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give the variables of a model the values in an HDF5 file.

    Raises:
        ValueError: When the file does not fit the model; it says every layer that does not fit.
            With ``skip_mismatch`` that is a warning.
        InvalidModelFile: When the file itself is not what it should be.
    """
    skipped = {id(x) for x in objects_to_skip or ()}
    loaded: set[int] = set(skipped)
    failed: dict[int, tuple[str, Any, str]] = {}
    notice = ""
    for path, obj in walk(model):
        if id(obj) in loaded:
            continue
        where = f"{path}/vars".lstrip("/")
        reader = VariablesReader(source.variables(where))
        try:
            if isinstance(obj, Optimizer):
                notice = read_optimizer(obj, reader)
            else:
                _check_before(obj, reader)
                obj.load_own_variables(reader)
        except (InvalidModelFile, MemoryError):
            raise
        except Exception as problem:
            failed.setdefault(id(obj), (path, obj, str(problem)))
            continue
        loaded.add(id(obj))
        failed.pop(id(obj), None)
    if notice:
        warnings.warn(notice, stacklevel=5)
    if failed:
        report(failed, skip_mismatch)


def _check_before(obj: Any, reader: VariablesReader) -> None:
    """Compare shapes before anything is read, where the layer reads in the usual way."""
    if not type(obj).load_own_variables.__module__.startswith("visualnn."):
        return
    own = obj.own_variables
    if len(own) != len(reader):
        return  # the layer says so better
    for i, variable in enumerate(own):
        if str(i) in reader and reader.shape(str(i)) != variable.shape:
            raise ValueError(
                f"the variable {variable.path!r} has the shape {variable.shape}, "
                f"but {reader.shape(str(i))} was saved"
            )


def read_optimizer(optimizer: Any, reader: VariablesReader) -> str:
    """Read an optimizer's state, or say why it is left as it is."""
    own = optimizer.variables
    if not len(reader) or not own:
        return ""
    places = _places(optimizer, reader)
    if places is None:
        return (
            f"The state of the optimizer {optimizer.name!r} is not loaded: the file has "
            f"{len(reader)} variables for it, the model {len(own)}, or of other shapes."
        )
    if len(places) == len(own):
        optimizer.load_own_variables(reader)
    else:
        for i, place in enumerate(places):
            own[place].assign(reader[str(i)])
    return ""


def _places(optimizer: Any, reader: VariablesReader) -> list[int] | None:
    """Which of an optimizer's variables those in a file are, if they fit at all.

    Keras 2 kept the learning rate with the settings alone; a model that was saved before it was
    trained has nothing but numbers.
    """
    own = optimizer.variables
    orders = [list(range(len(own)))]
    if len(reader) == len(own) - 1 and own[1] is optimizer._learning_rate:
        orders.insert(0, [0, *range(2, len(own))])
    for order in orders:
        places = order[: len(reader)]
        fits = len(reader) <= len(order) and all(
            str(i) in reader and reader.shape(str(i)) == tuple(own[place].shape)
            for i, place in enumerate(places)
        )
        if fits and (len(places) == len(order) or all(own[i].shape == () for i in places)):
            return places
    return None


def report(failed: dict[int, tuple[str, Any, str]], skip_mismatch: bool) -> None:
    """Raise, or warn of, all that does not fit: by the object's id its path, itself, and why."""
    lines = []
    for path, obj, said in failed.values():
        name = getattr(obj, "name", "")
        lines.append(f"  {type(obj).__name__} {name!r} ({path or 'the model itself'}): {said}")
    text = "\n".join(lines[:20] + [f"  and {len(lines) - 20} more"] * (len(lines) > 20))
    if skip_mismatch:
        warnings.warn(f"These weights were skipped, for they do not fit:\n{text}", stacklevel=5)
        return
    raise ValueError(f"The weights in the file do not fit the model:\n{text}")
