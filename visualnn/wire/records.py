"""Records in a file, each with its length and two checksums: TFRecord, and its CRC-32C.

Source: https://www.tensorflow.org/tutorials/load_data/tfrecord and RFC 3720, appendix B.4.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reversed
_ALL = 0xFFFFFFFF
_FEW = 4096  # bytes for which a loop is as fast as numpy
_MANY = 1 << 23  # bytes that are looked at together
_LONGEST = 1 << 31


class RecordError(ValueError):
    """A file of records that is damaged."""


@functools.cache
def _by_byte() -> list[int]:
    """The remainder of each byte."""
    table = []
    for remainder in range(256):
        for _ in range(8):
            remainder = remainder >> 1 ^ (_POLYNOMIAL if remainder & 1 else 0)
        table.append(remainder)
    return table


@functools.cache
def _by_two_bytes() -> np.ndarray:
    """The remainder of each pair of bytes."""
    one = np.array(_by_byte(), np.uint32)
    pairs = np.arange(1 << 16, dtype=np.uint32)
    first = one[pairs & 0xFF]
    return one[(first ^ pairs >> 8) & 0xFF] ^ first >> 8


def crc32c(data: Any, before: int = 0) -> int:
    """The checksum of bytes; of a longer text piece by piece, when given that of the part before.

    Long ones are cut into blocks of powers of two, which numpy reads in lanes side by side.
    """
    data, place = memoryview(data).cast("B"), 0
    register = before ^ _ALL
    while (left := len(data) - place) >= _FEW:
        size = min(1 << left.bit_length() - 1, _MANY)
        register = _side_by_side(data[place : place + size], register)
        place += size
    return _looped(data[place:], register) ^ _ALL


def _side_by_side(block: memoryview, register: int) -> int:
    """The register after a block, cut into lanes.

    The remainders of neighbours are put together as if zeros followed the left one.
    """
    lanes = 1 << (len(block).bit_length() // 2 + 1)
    length = len(block) // lanes
    pairs = np.frombuffer(block, "<u2").reshape(lanes, length // 2)
    registers = np.zeros(lanes, np.uint32)
    registers[0] = register
    table = _by_two_bytes()
    for column in np.ascontiguousarray(pairs.T):
        registers = table[(registers ^ column) & 0xFFFF] ^ registers >> 16
    while len(registers) > 1:
        registers = _followed(registers[::2], length) ^ registers[1::2]
        length *= 2
    return int(registers[0])


def _looped(data: memoryview, register: int) -> int:
    table = _by_byte()
    for byte in data:
        register = table[(register ^ byte) & 0xFF] ^ register >> 8
    return register


def _followed(registers: np.ndarray, zeros: int) -> np.ndarray:
    """What registers become when so many zero bytes follow."""
    tables = _zeros_follow(zeros)
    shifts = range(0, 32, 8)
    found = np.zeros_like(registers)
    for table, shift in zip(tables, shifts, strict=True):
        found ^= table[registers >> shift & 0xFF]
    return found


@functools.lru_cache(maxsize=64)
def _zeros_follow(zeros: int) -> list[np.ndarray]:
    """What each byte of a register becomes when so many zero bytes follow: a linear map."""
    columns = [1 << bit for bit in range(32)]
    power = [_POLYNOMIAL, *(1 << bit for bit in range(31))]  # one zero bit
    for _ in range(3):
        power = [_applied(power, column) for column in power]  # one zero byte
    while zeros:
        if zeros & 1:
            columns = [_applied(power, column) for column in columns]
        power = [_applied(power, column) for column in power]
        zeros >>= 1
    return [
        np.array([_applied(columns, byte << shift) for byte in range(256)], np.uint32)
        for shift in range(0, 32, 8)
    ]


def _applied(columns: list[int], bits: int) -> int:
    """A matrix of bits times a vector of bits."""
    found = place = 0
    while bits:
        if bits & 1:
            found ^= columns[place]
        bits >>= 1
        place += 1
    return found


def masked(checksum: int) -> int:
    """A checksum as it stands in files, so that one of data that holds checksums is sound."""
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & _ALL


def record(data: bytes) -> bytes:
    """Bytes as a record: length, checksum of it, the bytes, their checksum."""
    length = struct.pack("<Q", len(data))
    checks = (struct.pack("<I", masked(crc32c(x))) for x in (length, data))
    return length + next(checks) + data + next(checks)


def read_records(file: BinaryIO) -> Iterator[bytes]:
    """The records of a file, one by one.

    Raises:
        RecordError: When a checksum is wrong, or the file ends amid a record.
    """
    while head := file.read(12):
        (length, check) = struct.unpack("<QI", head.ljust(12, b"\0"))
        if len(head) < 12 or masked(crc32c(head[:8])) != check or length > _LONGEST:
            raise RecordError("The length of a record is damaged.")
        data, tail = file.read(length), file.read(4)
        if len(data) < length or len(tail) < 4:
            raise RecordError("The file ends amid a record.")
        if masked(crc32c(data)) != struct.unpack("<I", tail)[0]:
            raise RecordError("A record is damaged: its checksum is another.")
        yield data
