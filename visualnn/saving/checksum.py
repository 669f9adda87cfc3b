"""The checksum that zip archives have of their members, counted while they are written."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31  # the polynomial 1; bits are in the order of CRC-32, the highest power last
_WORTH_A_THREAD = 2**20  # bytes


class Checksum:
    """The CRC-32 of bytes; that of large pieces is counted while these are written."""

    def __init__(self) -> None:
        self._crc = 0
        self._size = 0
        self._beside: Any = None

    def add(self, data: Any, write: Callable[[Any], Any]) -> None:
        """Write bytes, and count them."""
        if len(data) < _WORTH_A_THREAD:
            self._crc = zlib.crc32(data, self._crc)
            write(data)
        else:
            if self._beside is None:
                from concurrent.futures import ThreadPoolExecutor

                self._beside = ThreadPoolExecutor(1)
            counted = self._beside.submit(zlib.crc32, data, self._crc)
            write(data)
            self._crc = counted.result()
        self._size += len(data)

    def after(self, front: bytes) -> int:
        """The checksum of all bytes, with these in front of them."""
        return joined(zlib.crc32(front), self._crc, self._size)

    def close(self) -> None:
        """Let the thread beside end."""
        if self._beside is not None:
            self._beside.shutdown()


def joined(first: int, second: int, size: int) -> int:
    """The checksum of two pieces in one, from those of each and the ``size`` of the second.

    A checksum is the remainder of a polynomial over the field of two elements.  With ``size``
    bytes behind it, the first is multiplied by ``x ** (8 * size)``.
    """
    power, base = _ONE, _ONE >> 8  # x ** 8
    while size:
        if size & 1:
            power = _product(power, base)
        base = _product(base, base)
        size >>= 1
    return _product(first, power) ^ second


def _product(a: int, b: int) -> int:
    """The product of two polynomials, modulo that of CRC-32."""
    found = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            found ^= b
        b = b >> 1 ^ (_POLYNOMIAL if b & 1 else 0)
    return found
