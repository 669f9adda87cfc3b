"""Sorted tables of byte strings: the ``.index`` of a checkpoint.

A table is blocks of entries, sorted by key.  An entry tells how many bytes its key shares with the
one before; every sixteenth key is written in full.  Behind each block stand its kind of
compression, which is none, and a checksum.  The last block but the footer lists the others.

Source: https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from visualnn.serialization import InvalidModelFile
from visualnn.wire.protobuf import ProtobufError, read_varint, varint
from visualnn.wire.records import crc32c, masked

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5  # the kind of compression, and the checksum
_RESTART = 16  # every so many keys one is written in full
_LARGEST_BLOCK = 262144


class _Block:
    """A block that is being filled."""

    def __init__(self, restart: int = _RESTART):
        self.restart = restart
        self.data = bytearray()
        self.starts = [0]
        self.last = b""
        self._since = 0

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._since < self.restart:
            shared = _shared(self.last, key)
        else:
            self.starts.append(len(self.data))
            self._since = 0
        rest = key[shared:]
        self.data += varint(shared) + varint(len(rest)) + varint(len(value)) + rest + value
        self.last = key
        self._since += 1

    @property
    def is_full(self) -> bool:
        return len(self.data) + 4 * len(self.starts) + 4 >= _LARGEST_BLOCK

    def finished(self) -> bytes:
        numbers = (*self.starts, len(self.starts))
        return bytes(self.data) + struct.pack(f"<{len(numbers)}I", *numbers)


def table(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The bytes of a table of these keys and values, which are sorted by key."""
    made = bytearray()
    index, block = _Block(restart=1), _Block()
    waiting: tuple[bytes, bytes] | None = None  # a block whose entry in the index is not made yet

    def write(block: _Block) -> bytes:
        data = block.finished()
        handle = varint(len(made)) + varint(len(data))
        made.extend(data + b"\0" + struct.pack("<I", masked(crc32c(data + b"\0"))))
        return handle

    for key, value in entries:
        if waiting is not None:
            index.add(_between(waiting[0], key), waiting[1])
            waiting = None
        block.add(key, value)
        if block.is_full:
            waiting = block.last, write(block)
            block = _Block()
    if block.data:
        waiting = block.last, write(block)
    if waiting is not None:
        index.add(_after(waiting[0]), waiting[1])
    handles = write(_Block()) + write(index)
    return bytes(made) + handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC)


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes two keys begin with together."""
    shared, most = 0, min(len(one), len(other))
    while shared < most and one[shared] == other[shared]:
        shared += 1
    return shared


def _between(before: bytes, after: bytes) -> bytes:
    """A short key that is not below ``before``, but below ``after``."""
    shared = _shared(before, after)
    if shared < min(len(before), len(after)) and before[shared] + 1 < after[shared]:
        return before[:shared] + bytes([before[shared] + 1])
    return before


def _after(key: bytes) -> bytes:
    """A short key that is not below this one."""
    for place, byte in enumerate(key):
        if byte != 0xFF:
            return key[:place] + bytes([byte + 1])
    return key


def read_table(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a table, in their order.

    Raises:
        InvalidModelFile: When it is damaged: a checksum is wrong, or something is not where it is
            said to be.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise InvalidModelFile("It is not the index of a checkpoint, or it is cut off.")
    try:
        place = len(data) - _FOOTER
        for _ in range(2):  # the list of further tables, which is empty
            _, place = read_varint(data, place)
        for _, handle in _entries(data, place):
            yield from _entries(handle, 0, data)
    except (ProtobufError, IndexError, struct.error) as problem:
        raise InvalidModelFile(f"The index of the checkpoint is damaged: {problem}") from problem


def _entries(handle: bytes, place: int, data: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
    """What is in the block of a handle, which stands at a place of some bytes."""
    start, place = read_varint(handle, place)
    length, _ = read_varint(handle, place)
    block = _block(handle if data is None else data, start, length)
    (count,) = struct.unpack("<I", block[-4:])
    end = len(block) - 4 - 4 * count
    if end < 0:
        raise InvalidModelFile("The index of the checkpoint is damaged: a block is too short.")
    key, place = b"", 0
    while place < end:
        shared, place = read_varint(block, place)
        rest, place = read_varint(block, place)
        size, place = read_varint(block, place)
        if shared > len(key) or place + rest + size > end:
            raise InvalidModelFile("The index of the checkpoint is damaged: a key has no end.")
        key = key[:shared] + block[place : place + rest]
        place += rest
        yield key, block[place : place + size]
        place += size


def _block(data: bytes, start: int, length: int) -> bytes:
    """A block without what stands behind it, which is checked."""
    if length < 4 or start + length + _TRAILER > len(data):
        raise InvalidModelFile("The index of the checkpoint is damaged, or cut off.")
    body = data[start : start + length + 1]
    (checksum,) = struct.unpack("<I", data[start + length + 1 : start + length + _TRAILER])
    if masked(crc32c(body)) != checksum:
        raise InvalidModelFile("The index of the checkpoint is damaged: a checksum is another.")
    if body[-1]:
        raise InvalidModelFile("The index of the checkpoint is compressed, which is not read here.")
    return body[:-1]
