"""The collections in which an HDF5 file keeps texts of any length, looked at before HDF5 does.

The library believes the sizes in them: with a size of zero it reads the same place for ever.
Source: the HDF5 File Format Specification, version 1, section III.E.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Any

from visualnn.serialization import InvalidModelFile

_SIGNATURE = b"GCOL"
_COLLECTION = Struct("<4sB3xQ")
_OBJECT = Struct("<HH4xQ")
_BLOCK = 2**24
_MOST_OBJECTS = 2_000_000  # in all of a file


def check_global_heaps(raw: Any, size: int) -> None:
    """Go through every collection that is anywhere in a file, as the library would.

    Args:
        raw: The file.
        size: How many bytes it has.

    Raises:
        InvalidModelFile: When one is damaged.
    """
    left = _MOST_OBJECTS
    for place in _places(raw):
        raw.seek(place)
        head = raw.read(_COLLECTION.size)
        if len(head) < _COLLECTION.size or head[len(_SIGNATURE)] != 1:
            continue  # numbers that look alike, or what is refused anyway
        _, _, length = _COLLECTION.unpack(head)
        if length > size - place:
            continue
        body = raw.read(length - len(head)) if length > len(head) else b""
        left -= _count(body, left)


def _places(raw: Any) -> Iterator[int]:
    """Where the signature is."""
    begin = 0
    while True:
        raw.seek(begin)
        block = raw.read(_BLOCK)
        found = block.find(_SIGNATURE)
        while found >= 0:
            yield begin + found
            found = block.find(_SIGNATURE, found + 1)
        if len(block) < _BLOCK:
            return
        begin += len(block) - len(_SIGNATURE) + 1


def _count(body: bytes, most: int) -> int:
    """How many objects a collection holds."""
    at = count = 0
    while len(body) - at >= _OBJECT.size:
        number, _, length = _OBJECT.unpack_from(body, at)
        step = length if number == 0 else _OBJECT.size + length + -length % 8
        count += 1
        if not 0 < step <= len(body) - at or count > most:
            raise InvalidModelFile("A collection of texts in it is damaged.")
        at += step
    return count
