"""What is plain in an HDF5 file, read without the library: groups, and arrays in one piece.

That is all that the weights of most models are, and the library takes ten times as long for
thousands of them.  What is anything else raises :class:`NotPlain` and is left to the library:
newer versions of the format, links, compressed and damaged parts.

Source: the HDF5 File Format Specification, version 1.  All that is read is counted: a file in which
the same bytes stand for many things comes to an end like any other.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from struct import Struct
from typing import Any

import numpy as np
from h5py import h5t  # type: ignore[attr-defined]

from visualnn.serialization import InvalidModelFile

_FRONT = Struct("<8s8B2HI4Q2Q")
_VERSIONS = (0, 0, 0, 0, 0, 8, 8)  # of the parts of the file; 8 bytes for addresses and sizes
_OBJECT = Struct("<BxHII4x")
_MESSAGE = Struct("<HHB3x")
_TWO = Struct("<2Q")
_NODE = Struct("<4sBBH16x")
_CHILD = Struct("<8xQ")
_HEAP = Struct("<4sB3x3Q")
_TABLE = Struct("<4sBxH")
_SYMBOL = Struct("<2QI20x")

_SPACE, _TYPE, _EXTERNAL, _PLACE, _FILTERS, _MORE, _LISTING = 1, 3, 7, 8, 11, 16, 17
_SHARED = 2  # a flag: the message is elsewhere
_LINK = 2  # a kind of symbol
_LARGEST_HEADER = 2**17
_MOST_AXES = 32
_MOST_LEVELS = 16
_DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "bool")


class NotPlain(Exception):  # noqa: N818 - it says what the part is
    """A part of a file is written in a way that only the library reads."""


class PlainFile:
    """The groups of an HDF5 file.

    Args:
        source: The file, which also reads what is not plain.

    Raises:
        NotPlain: When nothing in it is.
    """

    def __init__(self, source: Any):
        self.source = source
        self._raw = source.raw
        self._left = 4 * source.size + 2**16
        signature, *versions = _FRONT.unpack(self._at(0, _FRONT.size))
        base = versions[11]
        if signature != b"\x89HDF\r\n\x1a\n" or tuple(versions[:7]) != _VERSIONS or base:
            raise NotPlain
        self._groups: dict[str, PlainGroup | None] = {"": self._group("", versions[-1])}

    def group(self, path: str) -> PlainGroup | None:
        """The group at a path; ``None`` if there is none.

        Raises:
            NotPlain: When it, or one above it, is not plain.
        """
        if path not in self._groups:
            ends = [i for i, letter in enumerate(path) if letter == "/"]
            for end in (*ends, len(path)):
                if path[:end] not in self._groups:
                    self._find(path[:end])
        return self._groups[path]

    def _find(self, path: str) -> None:
        """Open a group in one that is open."""
        above, _, name = path.rpartition("/")
        outer = self._groups[above]
        if outer is None or name not in outer.symbols:
            self._groups[path] = None
            return
        self._groups[path] = self._group(path, outer.symbols[name])

    def _group(self, path: str, address: int) -> PlainGroup:
        for kind, body in self._messages(address):
            if kind == _LISTING and len(body) == _TWO.size:
                return PlainGroup(self, path, self._symbols(*_TWO.unpack(body)))
        raise NotPlain

    def _symbols(self, tree: int, heap: int) -> dict[str, int]:
        """What is in a group: where the header of each is, by its name."""
        signature, version, size, _, address = _HEAP.unpack(self._at(heap, _HEAP.size))
        if signature != b"HEAP" or version:
            raise NotPlain
        names = self._at(address, size)
        found = {}
        for table in self._tables(tree):
            signature, version, count = _TABLE.unpack(self._at(table, _TABLE.size))
            if signature != b"SNOD" or version != 1:
                raise NotPlain
            entries = self._at(table + _TABLE.size, count * _SYMBOL.size)
            for start, header, kind in _SYMBOL.iter_unpack(entries):
                end = names.find(b"\0", start)
                if kind == _LINK or end <= start:
                    raise NotPlain
                self._count(end - start)
                try:
                    name = names[start:end].decode(errors="surrogatepass")
                except UnicodeDecodeError as problem:
                    raise NotPlain from problem
                if name in found:
                    raise NotPlain
                found[name] = header
        return found

    def _tables(self, tree: int) -> list[int]:
        """Where the tables of symbols are that a tree has at its ends."""
        places = [tree]
        for _ in range(_MOST_LEVELS):
            levels, below = set(), []
            for place in places:
                signature, kind, level, count = _NODE.unpack(self._at(place, _NODE.size))
                if signature != b"TREE" or kind:
                    raise NotPlain
                levels.add(level)
                body = self._at(place + _NODE.size, count * _CHILD.size)
                below += [child for (child,) in _CHILD.iter_unpack(body)]
            if levels <= {0}:
                return below
            places = below
        raise NotPlain

    def array(self, path: str, address: int) -> PlainArray:
        """The array whose header is there.

        Raises:
            NotPlain: When it is not in one piece, or not of usual numbers.
        """
        shape: tuple[int, ...] | None = None
        dtype: np.dtype | None = None
        place: tuple[int, int] | None = None
        for kind, body in self._messages(address):
            if kind == _SPACE:
                shape = _shape_of(body)
            elif kind == _TYPE:
                dtype = _dtypes().get(body)
            elif kind == _PLACE and len(body) >= 18 and body[:2] == b"\x03\x01":
                place = _TWO.unpack_from(body, 2)
            elif kind in (_EXTERNAL, _FILTERS):
                raise NotPlain
        if shape is None or dtype is None or place is None:
            raise NotPlain
        return PlainArray(self.source, path, shape, dtype, *place)

    def _messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        """The messages in the header of an object."""
        version, count, _, size = _OBJECT.unpack(self._at(address, _OBJECT.size))
        if version != 1:
            raise NotPlain
        blocks = [(address + _OBJECT.size, size)]
        left = _LARGEST_HEADER
        while blocks and count:
            place, length = blocks.pop(0)
            left -= length
            if left < 0:
                raise NotPlain
            block = self._at(place, length)
            at = 0
            while count and at + _MESSAGE.size <= length:
                kind, extent, flags = _MESSAGE.unpack_from(block, at)
                at += _MESSAGE.size
                if flags & _SHARED or at + extent > length:
                    raise NotPlain
                body = block[at : at + extent]
                if kind == _MORE:
                    if extent != _TWO.size:
                        raise NotPlain
                    blocks.append(_TWO.unpack(body))
                yield kind, body
                at += extent
                count -= 1

    def _at(self, place: int, length: int) -> bytes:
        """Bytes of the file."""
        self._count(length)
        if place + length > self.source.size:
            raise NotPlain
        self._raw.seek(place)
        found = self._raw.read(length)
        if len(found) != length:
            raise NotPlain
        return found

    def _count(self, length: int) -> None:
        self._left -= length
        if self._left < 0:
            raise NotPlain


def _shape_of(body: bytes) -> tuple[int, ...]:
    if len(body) < 8 or body[0] != 1 or body[1] > _MOST_AXES or len(body) < 8 + 8 * body[1]:
        raise NotPlain
    return Struct(f"<{body[1]}Q").unpack_from(body, 8)


@functools.cache
def _dtypes() -> dict[bytes, np.dtype]:
    """The usual types of numbers by how files say them."""
    found = {}
    for name in _DTYPES:
        code = h5t.py_create(np.dtype(name), logical=True).encode()[2:]
        found[code + bytes(-len(code) % 8)] = np.dtype(name)
    return found


class PlainGroup:
    """A group; like :class:`~visualnn.saving.arrays.StoredGroup` where weights are read."""

    def __init__(self, file: PlainFile, path: str, symbols: dict[str, int]):
        self.path = path
        self.symbols = symbols
        self._file = file
        self._arrays: dict[str, Any] = {}

    def keys(self) -> list[str]:
        """The names of what is in it."""
        return list(self.symbols)

    def __contains__(self, name: object) -> bool:
        return name in self.symbols

    def __getitem__(self, name: str) -> Any:
        if name not in self._arrays:
            where = f"{self.path}/{name}".lstrip("/")
            if name not in self.symbols:
                raise InvalidModelFile(f"There is no array {where}.")
            try:
                self._arrays[name] = self._file.array(where, self.symbols[name])
            except NotPlain:
                self._arrays[name] = self._file.source.group(self.path)[name]
        return self._arrays[name]


class PlainArray:
    """An array in one piece, not read yet."""

    is_chunked = False

    def __init__(
        self,
        source: Any,
        path: str,
        shape: tuple[int, ...],
        dtype: np.dtype,
        place: int,
        stored: int,
    ):
        self.path, self.shape, self.dtype = path, shape, dtype
        self.stored = stored
        self.nbytes = dtype.itemsize
        for size in shape:
            self.nbytes *= size
        self._source = source
        self._place = place

    def read(self) -> np.ndarray:
        """The numbers.

        Raises:
            InvalidModelFile: When they are more than the file may ask for, or cut off.
        """
        self._source.account(self)
        return self._source.read_piece(self.path, self.shape, self.dtype, self._place)
