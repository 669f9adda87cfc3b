"""Pictures as PNG, which needs a checksum and zlib alone.

Source: https://www.w3.org/TR/png
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

_KINDS = {1: 0, 2: 4, 3: 2, 4: 6}  # grey, grey and alpha, colours, colours and alpha


def png(picture: np.ndarray) -> bytes:
    """A picture (height, width, channels) of bytes as a file.

    Raises:
        ValueError: When it has another number of axes, or of channels.
    """
    if picture.ndim != 3 or picture.shape[2] not in _KINDS or picture.dtype != np.uint8:
        raise ValueError(
            "A picture is an array of bytes (height, width, channels) with 1 to 4 channels, not "
            f"{picture.dtype.name}{list(picture.shape)}."
        )
    height, width, channels = picture.shape
    head = struct.pack(">IIBBBBB", width, height, 8, _KINDS[channels], 0, 0, 0)
    rows = np.ascontiguousarray(picture).reshape(height, width * channels)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(unfiltered.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
