"""Weights in HDF5: the layout of ``model.weights.h5``, written and read.

Every saveable object has a group ``<path>/vars`` with its own variables, numbered.  Source:
keras.md sections 9 and 10.  A file is not believed: links, virtual and external data are refused,
and shapes are compared before anything is read.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from visualnn.layers.layer import Layer
from visualnn.optimizers import Optimizer
from visualnn.saving.walk import walk
from visualnn.serialization import InvalidModelFile
from visualnn.variable import step_boundary

_PLAIN = h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT, h5py.h5d.CHUNKED
_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32, 32000}
_MOST_EXPANSION = 1000  # how much larger than the file all that is compressed in it may be


class VariablesWriter(dict):
    """What ``save_own_variables`` puts arrays into: a group of the file."""

    def __init__(self, group: h5py.Group):
        super().__init__()
        self.group = group

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(value)
        if array.dtype.name == "bfloat16":
            dataset = self.group.create_dataset(key, data=array.view("V2"))
            dataset.attrs["dtype"] = "bfloat16"
        else:
            self.group.create_dataset(key, data=array)
        super().__setitem__(key, None)


class VariablesReader:
    """What ``load_own_variables`` takes arrays from: a checked group of the file."""

    def __init__(self, group: h5py.Group | None, path: str, source: Source):
        self.group = group
        self.path = path
        self.source = source

    def keys(self) -> list[str]:
        return [] if self.group is None else list(self.group.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return self.group is not None and key in self.group

    def shape(self, key: str) -> tuple[int, ...]:
        """The shape of an array, without reading it."""
        return tuple(self._dataset(key).shape)

    def __getitem__(self, key: str) -> np.ndarray:
        dataset = self._dataset(key)
        self.source.account(dataset, f"{self.path}/{key}")
        array = self.source.read(dataset)
        if dataset.attrs.get("dtype") == "bfloat16" and dataset.dtype.itemsize == 2:
            import ml_dtypes

            return array.view(ml_dtypes.bfloat16)
        return array

    def _dataset(self, key: str) -> h5py.Dataset:
        where = f"{self.path}/{key}"
        if key not in self:
            raise InvalidModelFile(f"There is no array {where}.")
        assert self.group is not None
        return checked_dataset(self.group, key, where)


class Source:
    """An HDF5 file that is being read, and how much of memory it may ask for."""

    def __init__(self, file: h5py.File, size: int, raw: Any = None):
        self.file = file
        self.left = max(size * _MOST_EXPANSION, 2**26)
        self.size = size
        self.raw = raw  # the bytes of the file, where arrays can be read past HDF5

    def account(self, dataset: h5py.Dataset, where: str) -> None:
        """Take the memory of an array from what the file may ask for."""
        stored = dataset.id.get_storage_size()
        compressed = dataset.chunks is not None
        if dataset.nbytes > stored and not compressed:
            raise InvalidModelFile(
                f"The array {where} claims {dataset.nbytes:,} bytes, but {stored:,} are stored."
            )
        self.left -= dataset.nbytes
        if dataset.nbytes > max(stored, 1) * _MOST_EXPANSION or self.left < 0:
            raise InvalidModelFile(
                f"The array {where} claims {dataset.nbytes:,} bytes in a file of {self.size:,}."
            )

    def read(self, dataset: h5py.Dataset) -> np.ndarray:
        """The array; straight from the file's bytes where it lies there in one piece."""
        array = np.empty(dataset.shape, dataset.dtype)
        offset = dataset.id.get_offset()
        if self.raw is not None and offset is not None and array.nbytes and dataset.dtype.isnative:
            self.raw.seek(offset)
            if self.raw.readinto(array.reshape(-1).view(np.uint8).data) != array.nbytes:
                raise InvalidModelFile(f"The array {dataset.name} is cut off.")
        elif array.size:
            dataset.read_direct(array)
        return array

    def group(self, path: str) -> h5py.Group | None:
        """The group at a path, each part of which is a plain link; ``None`` if there is none."""
        here: Any = self.file
        done = ""
        for part in path.split("/"):
            done = f"{done}/{part}".lstrip("/")
            link = here.get(part, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise InvalidModelFile(f"{done} is a link to another place, which is not followed.")
            here = here[part]
            if not isinstance(here, h5py.Group):
                raise InvalidModelFile(f"{done} should be a group, but is an array.")
        return here


def checked_dataset(group: h5py.Group, key: str, where: str) -> h5py.Dataset:
    """The dataset of this name, if it is a plain array of numbers in this file.

    Raises:
        InvalidModelFile: When it is anything else.
    """
    if not isinstance(group.get(key, getlink=True), h5py.HardLink):
        raise InvalidModelFile(f"{where} is a link to another place, which is not followed.")
    dataset = group[key]
    if not isinstance(dataset, h5py.Dataset):
        raise InvalidModelFile(f"{where} should be an array, but is a group.")
    if dataset.shape is None or len(dataset.shape) > 32:
        raise InvalidModelFile(f"{where} is not an array of numbers.")
    properties = dataset.id.get_create_plist()
    if dataset.external or dataset.is_virtual or properties.get_layout() not in _PLAIN:
        raise InvalidModelFile(f"{where} keeps its numbers in another file, which is not read.")
    filters = {properties.get_filter(i)[0] for i in range(properties.get_nfilters())}
    if filters - _FILTERS:
        raise InvalidModelFile(f"{where} is compressed in a way that is not read here.")
    is_half = dataset.dtype.kind == "V" and dataset.dtype.itemsize == 2 and not dataset.dtype.names
    if dataset.dtype.kind not in "fiub" and not is_half:
        raise InvalidModelFile(f"{where} holds {dataset.dtype}, not numbers.")
    return dataset


# ---------------------------------------------------------------------- writing


def write_weights(model: Any, file: h5py.File) -> None:
    """Write the variables of a model, and of its optimizer, into an HDF5 file.

    An optimizer that has not made a step yet is written as it would begin, so that a reader
    finds all that it expects.
    """
    optimizer: Any = getattr(model, "optimizer", None)
    if isinstance(optimizer, Optimizer) and model.built and not optimizer.built:
        optimizer.build(model.trainable_variables)
    written: set[int] = set()
    with step_boundary:
        for path, obj in walk(model):
            if id(obj) in written:
                continue
            written.add(id(obj))
            group = file.create_group(f"{path}/vars".lstrip("/"))
            if isinstance(getattr(obj, "name", None), str):
                group.attrs["name"] = obj.name
            obj.save_own_variables(VariablesWriter(group))


# ---------------------------------------------------------------------- reading


def read_weights(
    model: Any, source: Source, skip_mismatch: bool = False, objects_to_skip: Any = None
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
        reader = VariablesReader(source.group(where), where, source)
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
    if type(obj).load_own_variables is not Layer.load_own_variables:
        return
    own = [*obj._trainable_variables, *obj._non_trainable_variables]
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
