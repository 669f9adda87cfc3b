"""HDF5 files, written from the front to the back: the arrays as they come, then what lists them.

The HDF5 library spends most of its time on each of the thousands of small arrays of a model, and
cannot say the checksum of what it wrote.  What a file of weights needs of the format is little:
groups, hard links, arrays in one piece and a text here and there, as the oldest version of the
format has them, so that every version of the library reads them.  The same arrays give the same
bytes.

Source: the HDF5 File Format Specification, version 1.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, chain
from pathlib import Path
from struct import Struct
from typing import IO, Any

import numpy as np
from h5py import h5t  # type: ignore[attr-defined]

from visualnn.saving.checksum import Checksum

_NOWHERE = 2**64 - 1
_FRONT_SIZE = 96
_ENTRIES = 8  # of a table of symbols
_CHILDREN = 32  # of a node of a tree
_TABLE_SIZE = 8 + 40 * _ENTRIES
_NODE_SIZE = 24 + 16 * _CHILDREN + 8
_MOST_TEXTS = 60_000  # texts in one collection
_SMALLEST_COLLECTION = 4096

_FRONT = Struct("<8s8B2HI4Q2Q2I2Q")
_OBJECT = Struct("<BxHII4x")
_MESSAGE = Struct("<HHB3x")
_SYMBOL = Struct("<2Q24x")
_TWO = Struct("<2Q")
_NODE = Struct("<4sBBH2Q")
_HEAP = Struct("<4s4x3Q")
_TABLE = Struct("<4sBxH")
_COLLECTION = Struct("<4sB3xQ")
_IN_COLLECTION = Struct("<HH4xQ")
_TEXT_PLACE = Struct("<IQI")
_ATTRIBUTE = Struct("<BxHHH")
_LAYOUT = Struct("<BBQQ6x")

_SPACE, _TYPE, _FILL, _PLACE, _MARK, _LISTING = 1, 3, 5, 8, 12, 17  # kinds of messages
_NO_FILL = bytes([2, 2, 2, 1, 0, 0, 0, 0])
_SCALAR = bytes([1, 0, 0, 0, 0, 0, 0, 0])
_TEXT = bytes.fromhex("1901010010000000100000000100000000000800")  # UTF-8 of any length


class _Node:
    """A group or an array: what is written of it, and where."""

    def __init__(self, name: str):
        self.name = name  # its path, for messages
        self.links = 1
        self.marks: list[tuple[str, str]] = []
        self.address = 0


class Group(_Node):
    """A group that is being filled."""

    def __init__(self, name: str):
        super().__init__(name)
        self.inside: dict[str, _Node] = {}
        self.listing: tuple[int, int] = (0, 0)  # where the tree of its symbols is, and their names


class _Array(_Node):
    """An array whose numbers are written already."""

    def __init__(self, name: str, messages: bytes):
        super().__init__(name)
        self.messages = messages


@contextmanager
def writing_arrays(path: Path) -> Iterator[ArraysWriter]:
    """Write a new HDF5 file at a path."""
    with path.open("wb") as stream, ArraysWriter(stream) as writer:
        yield writer


class ArraysWriter:
    """Groups of arrays, in an HDF5 file that is complete when the block ends.

    Args:
        stream: A seekable file, open for writing; the HDF5 file begins where it stands.
        checked: Whether to count the checksum of all that is written, for ``crc``.

    Attributes:
        size: How many bytes the HDF5 file has.
        crc: Its checksum.
    """

    def __init__(self, stream: IO[bytes], checked: bool = False):
        self.size = 0
        self.crc = 0
        self._stream = stream
        self._begin = stream.tell()
        self._checksum = Checksum() if checked else None
        self._root = Group("")
        self._groups: dict[str, Group] = {"": self._root}
        self._nodes: list[_Node] = [self._root]
        self._places: list[bytes] = []  # of the texts of marks

    def __enter__(self) -> ArraysWriter:
        self._stream.write(bytes(_FRONT_SIZE))
        self.size = _FRONT_SIZE
        return self

    def __exit__(self, kind: Any, problem: Any, traceback: Any) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            if self._checksum is not None:
                self._checksum.close()

    def group(self, path: str) -> Group:
        """A group, in groups that are made where they are not there yet."""
        if path not in self._groups:
            ends = [i for i, letter in enumerate(path) if letter == "/"]
            for end in (*ends, len(path)):
                if path[:end] not in self._groups:
                    self._begin_group(path[:end])
        return self._groups[path]

    def _begin_group(self, path: str) -> None:
        """Make a group in one that is there."""
        above, _, name = path.rpartition("/")
        made = Group(path)
        self._add(self._groups[above], name, made)
        self._groups[path] = made
        self._nodes.append(made)

    def link(self, path: str, other: str) -> None:
        """Let a group be found by another path, too."""
        above, _, name = other.rpartition("/")
        self._add(self.group(above), name, self._groups[path])
        self._groups[path].links += 1

    def mark(self, where: _Node, name: str, text: str) -> None:
        """Write a text as an attribute of a group or an array."""
        where.marks.append((name, text))

    def put(self, group: Group, key: str, array: np.ndarray) -> None:
        """Write an array; HDF5 has no ``bfloat16``, so these are kept as they are, and marked.

        Raises:
            ValueError: When there is something by this name already, or it is no name.
        """
        is_bfloat16 = array.dtype.kind == "V" and array.dtype.name == "bfloat16"
        shape = array.shape
        array = np.ascontiguousarray(array.view("V2") if is_bfloat16 else array)
        self._write(bytes(-self.size % 8))
        address = self.size if array.size else _NOWHERE
        place = _message(_PLACE, _LAYOUT.pack(3, 1, address, array.nbytes))
        made = _Array(f"{group.name}/{key}", _array_messages(array.dtype, shape) + place)
        self._add(group, key, made)
        self._nodes.append(made)
        self._write(array.reshape(-1).view(np.uint8).data)
        if is_bfloat16:
            self.mark(made, "dtype", "bfloat16")

    def _add(self, group: Group, name: str, node: _Node) -> None:
        if name in ("", ".") or "/" in name or "\0" in name:
            raise ValueError(f"{name!r} cannot be the name of an array or a group in a file.")
        if name in group.inside:
            raise ValueError(f"There is {name!r} in {group.name!r} already.")
        group.inside[name] = node

    def _write(self, data: Any) -> None:
        if self._checksum is None:
            self._stream.write(data)
        else:
            self._checksum.add(data, self._stream.write)
        self.size += len(data)

    # ------------------------------------------------------------------ what lists the arrays

    def _finish(self) -> None:
        """Write the headers of all objects and the listings, and then the front of the file."""
        self._write(bytes(-self.size % 8))
        texts = self._texts_of_marks()
        at = self.size + len(texts)
        for node in self._nodes:
            node.address = at
            at += _header_size(node)
        listings: list[bytes] = []
        for node in self._nodes:
            if isinstance(node, Group):
                at = _list(node, at, listings)
        places = iter(self._places)
        headers = [_header(node, places) for node in self._nodes]
        self._write(b"".join((texts, *headers, *listings)))
        front = self._front()
        if self._checksum is not None:
            self.crc = self._checksum.after(front)
        self._stream.seek(self._begin)
        self._stream.write(front)
        self._stream.seek(self._begin + self.size)

    def _texts_of_marks(self) -> bytes:
        """The collections of texts; where each of them is goes to ``_places``."""
        texts = [x.encode(errors="surrogatepass") for node in self._nodes for _, x in node.marks]
        parts: list[bytes] = []
        at = self.size
        for begin in range(0, len(texts), _MOST_TEXTS):
            some = texts[begin : begin + _MOST_TEXTS]
            objects = [_IN_COLLECTION.pack(i, 0, len(x)) + _padded(x) for i, x in _counted(some)]
            filled = 16 + sum(map(len, objects))
            size = max(filled + 16, _SMALLEST_COLLECTION)
            free = _IN_COLLECTION.pack(0, 0, size - filled)
            rest = bytes(size - filled - len(free))
            parts += [_COLLECTION.pack(b"GCOL", 1, size), *objects, free, rest]
            self._places += [_TEXT_PLACE.pack(len(x), at, i) for i, x in _counted(some)]
            at += size
        return b"".join(parts)

    def _front(self) -> bytes:
        return _FRONT.pack(
            b"\x89HDF\r\n\x1a\n",
            *(0, 0, 0, 0, 0, 8, 8, 0),  # versions, and the bytes of addresses and sizes
            *(_ENTRIES // 2, _CHILDREN // 2, 0),
            *(0, _NOWHERE, self.size, _NOWHERE),
            *(0, self._root.address, 1, 0, *self._root.listing),
        )


def _counted(texts: list[bytes]) -> Any:
    return enumerate(texts, 1)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def _message(kind: int, data: bytes, constant: bool = False) -> bytes:
    data = _padded(data)
    return _MESSAGE.pack(kind, len(data), constant) + data


@functools.lru_cache(4096)
def _array_messages(dtype: np.dtype, shape: tuple[int, ...]) -> bytes:
    """What the header of an array says besides where its numbers are."""
    space = Struct(f"<BB6x{len(shape)}Q").pack(1, len(shape), *shape)
    kind = h5t.py_create(dtype, logical=True).encode()[2:]
    fill = _message(_FILL, _NO_FILL, constant=True)
    return _message(_SPACE, space) + _message(_TYPE, kind, constant=True) + fill


@functools.cache
def _mark_before_its_text(name: str) -> bytes:
    key = name.encode() + b"\0"
    sizes = _ATTRIBUTE.pack(1, len(key), len(_TEXT), len(_SCALAR))
    return sizes + _padded(key) + _padded(_TEXT) + _SCALAR


def _header_size(node: _Node) -> int:
    marks = sum(len(_mark_before_its_text(name)) + 24 for name, _ in node.marks)
    return _OBJECT.size + marks + (len(node.messages) if isinstance(node, _Array) else 24)


def _header(node: _Node, texts: Any) -> bytes:
    """The header of an object; the places of the texts of its marks are the next ones."""
    marks = [_message(_MARK, _mark_before_its_text(name) + next(texts)) for name, _ in node.marks]
    if isinstance(node, _Array):
        own, count = node.messages, 4
    else:
        assert isinstance(node, Group)
        own, count = _message(_LISTING, _TWO.pack(*node.listing)), 1
    data = b"".join((own, *marks))
    return _OBJECT.pack(1, count + len(marks), node.links, len(data)) + data


def _list(group: Group, at: int, parts: list[bytes]) -> int:
    """Add what lists a group: the names, tables of symbols, and a tree over these.

    Returns:
        Where the next bytes go.
    """
    inside = sorted((x.encode(errors="surrogatepass"), node) for x, node in group.inside.items())
    names = [_padded(name + b"\0") for name, _ in inside]
    starts = [*accumulate(map(len, names), initial=8)]
    heap = at
    at += _HEAP.size
    parts += [_HEAP.pack(b"HEAP", starts[-1], 1, at), bytes(8), *names]
    at += starts[-1]
    symbols = [
        _SYMBOL.pack(start, node.address)
        for start, (_, node) in zip(starts[:-1], inside, strict=True)
    ]
    tables = []
    last = [0]  # where the last name in each table, or node, is, and first of all none
    for begin in range(0, len(symbols), _ENTRIES):
        entries = symbols[begin : begin + _ENTRIES]
        table = _TABLE.pack(b"SNOD", 1, len(entries)) + b"".join(entries)
        parts.append(table.ljust(_TABLE_SIZE, b"\0"))
        tables.append(at)
        last.append(starts[begin + len(entries) - 1])
        at += _TABLE_SIZE
    below, level = tables, 0
    while level == 0 or len(below) > 1:
        nodes = _tree_level(level, at, below, last)
        parts += nodes
        below = [at + i * _NODE_SIZE for i in range(len(nodes))]
        last = [*last[:-1:_CHILDREN], last[-1]] if len(last) > 1 else last
        at += len(nodes) * _NODE_SIZE
        level += 1
    group.listing = below[0], heap
    return at


def _tree_level(level: int, at: int, below: list[int], last: list[int]) -> list[bytes]:
    """The nodes of a tree above these places, side by side."""
    begins = range(0, len(below) or 1, _CHILDREN)
    nodes = []
    for i, begin in enumerate(begins):
        children = below[begin : begin + _CHILDREN]
        keys = last[begin : begin + len(children) + 1]
        left = at + (i - 1) * _NODE_SIZE if i else _NOWHERE
        right = at + (i + 1) * _NODE_SIZE if i + 1 < len(begins) else _NOWHERE
        body = [*chain.from_iterable(zip(keys[:-1], children, strict=True)), keys[-1]]
        head = _NODE.pack(b"TREE", 0, level, len(children), left, right)
        node = head + Struct(f"<{len(body)}Q").pack(*body)
        nodes.append(node.ljust(_NODE_SIZE, b"\0"))
    return nodes
