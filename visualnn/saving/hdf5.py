"""HDF5 files that are not believed: opened, and their attributes read, with limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from visualnn.saving.arrays import Source, StoredGroup, damage_is_told, reading_arrays
from visualnn.serialization import InvalidModelFile, place
from visualnn.serialization.limits import LARGEST_TEXT

_LONGEST_NAME = 2**16
_MOST_NAMES = 1_000_000
_NUMBERED = 10_000  # parts that a list of names may be cut into


@contextmanager
def open_hdf5(filepath: Any) -> Iterator[Source]:
    """An HDF5 file, open for reading; problems inside are told with the name of the file."""
    if hasattr(filepath, "read"):
        stream, name, close = filepath, getattr(filepath, "name", "the file"), False
        if not stream.seekable():
            stream = io.BytesIO(stream.read())
    else:
        path = Path(filepath)
        if not path.exists():
            raise FileNotFoundError(f"There is no file {str(path)!r}.")
        stream, name, close = path.open("rb"), str(path), True
    try:
        size = stream.seek(0, io.SEEK_END)
        with place(str(name)), reading_arrays(stream, size) as source:
            yield source
    finally:
        if close:
            stream.close()


def text_of(group: StoredGroup, name: str) -> str | None:
    """The text in an attribute, or ``None`` if there is no such attribute."""
    value = _attribute(group, name, 1, LARGEST_TEXT)
    if value is None:
        return None
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    return _text(value, name, LARGEST_TEXT)


def names_of(group: StoredGroup, name: str) -> list[str]:
    """The names in an attribute, which long lists have in numbered parts."""
    whole = _attribute(group, name, _MOST_NAMES, LARGEST_TEXT)
    if whole is not None:
        return _names(whole, name)
    found: list[str] = []
    for number in range(_NUMBERED):
        part = _attribute(group, f"{name}{number}", _MOST_NAMES, LARGEST_TEXT)
        if part is None:
            break
        found += _names(part, name)
        if len(found) > _MOST_NAMES:
            raise InvalidModelFile(f"The attribute {name} holds more than {_MOST_NAMES:,} names.")
    return found


def _names(values: Any, name: str) -> list[str]:
    values = np.asarray(values)
    return [_text(x, name, _LONGEST_NAME) for x in values.reshape(-1)]


def _attribute(group: StoredGroup, name: str, most: int, largest: int) -> Any:
    """An attribute of text, after its size was looked at."""
    with damage_is_told():
        key = name.encode()
        if not h5py.h5a.exists(group.id, key):
            return None
        attribute = h5py.h5a.open(group.id, key)
        count = attribute.get_space().get_simple_extent_npoints()
        kind = attribute.get_type().get_class()
        if not count:
            return np.array([], object)
        if kind != h5py.h5t.STRING:
            raise InvalidModelFile(f"The attribute {name} should be text.")
        if count > most or attribute.get_storage_size() > largest:
            raise InvalidModelFile(f"The attribute {name} is too large to be read.")
        group.source.check_texts()
        return h5py.AttributeManager(h5py.Group(group.id))[name]


def _text(value: Any, name: str, longest: int) -> str:
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError as problem:
            raise InvalidModelFile(f"The attribute {name} is not text: {problem}.") from problem
    if not isinstance(value, str) or len(value) > longest:
        raise InvalidModelFile(f"The attribute {name} should be text, and not longer than needed.")
    return value
