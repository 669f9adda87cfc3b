"""Records and their checksums, against facts that are not ours."""

import io

import numpy as np
import pytest

from visualnn.wire.records import RecordError, crc32c, masked, read_records, record


@pytest.mark.parametrize(
    ("data", "checksum"),
    [  # RFC 3720, B.4
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (b"123456789", 0xE3069283),
        (b"", 0),
    ],
)
def test_checksums_are_those_of_the_standard(data, checksum):
    assert crc32c(data) == checksum


@pytest.mark.parametrize("size", [4095, 4096, 4097, 10_001, 300_007])
def test_long_texts_have_the_same_checksum_in_one_piece_and_in_small_ones(size):
    data = np.random.default_rng(size).bytes(size)
    in_pieces = 0
    for start in range(0, size, 1000):  # short enough for the loop
        in_pieces = crc32c(data[start : start + 1000], in_pieces)
    assert crc32c(data) == in_pieces
    assert crc32c(data[size // 3 :], crc32c(data[: size // 3])) == in_pieces


def test_an_array_has_the_checksum_of_its_bytes():
    array = np.arange(5000, dtype="float32")
    assert crc32c(array) == crc32c(array.tobytes())


def test_records_come_back_and_damage_is_found():
    texts = [b"", b"one", bytes(9000)]
    whole = b"".join(map(record, texts))
    assert list(read_records(io.BytesIO(whole))) == texts
    assert whole[:12] == bytes(8) + masked(crc32c(bytes(8))).to_bytes(4, "little")
    for place in (2, 9, 18, 30, len(whole) - 5):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        with pytest.raises(RecordError):
            list(read_records(io.BytesIO(bytes(damaged))))
    for end in (5, 20, len(whole) - 1):
        with pytest.raises(RecordError):
            list(read_records(io.BytesIO(whole[:end])))
