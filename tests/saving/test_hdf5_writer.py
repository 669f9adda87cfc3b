"""Our HDF5 files, read by the HDF5 library; their checksums."""

import io
import zlib

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualnn.saving.checksum import Checksum, joined
from visualnn.saving.hdf5_writer import ArraysWriter

DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int64", "bool", "complex64", ">f4")


def written(fill, before=b""):
    """A file that is filled by a function, after other bytes of the stream."""
    stream = io.BytesIO()
    stream.write(before)
    with ArraysWriter(stream, checked=True) as writer:
        fill(writer)
    assert stream.tell() == len(before) + writer.size
    data = stream.getvalue()[len(before) :]
    assert zlib.crc32(data) == writer.crc and len(data) == writer.size
    return data


@pytest.mark.parametrize("count", [0, 1, 8, 9, 256, 257, 8193])
def test_groups_of_every_size_are_listed(count):
    """Tables have 8 entries and nodes of trees 32: these numbers fill them, or need one more."""
    names = [f"schicht_ü{i}" for i in range(count)]

    def fill(writer):
        outer = writer.group("layers")
        for i, name in enumerate(names):
            group = writer.group(f"layers/{name}/vars")
            writer.mark(group, "name", name)
            writer.put(group, "0", np.full((2, 3), i, "float32"))
        writer.put(outer, "of all", np.arange(count))

    with h5py.File(io.BytesIO(written(fill, b"in front"))) as file:
        assert list(file["layers"]) == sorted(["of all", *names], key=str.encode)
        assert list(file["layers/of all"]) == list(range(count))
        for i, name in enumerate(names):
            group = file["layers"][name]["vars"]
            assert group.attrs["name"] == name
            assert group["0"].shape == (2, 3) and (group["0"][()] == i).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_of_every_kind_come_back(dtype):
    cube = np.arange(24).reshape(2, 3, 4).astype(dtype)
    arrays = [cube, cube.T, cube[:, ::2], np.array(1, dtype), np.zeros((0, 2), dtype)]

    def fill(writer):
        for i, array in enumerate(arrays):
            writer.put(writer.group(""), str(i), array)

    with h5py.File(io.BytesIO(written(fill))) as file:
        for i, array in enumerate(arrays):
            found = file[str(i)]
            assert found.dtype == array.dtype and found.shape == array.shape
            np.testing.assert_array_equal(found[()], array)


def test_the_library_goes_on_writing(tmp_path):
    path = tmp_path / "x.h5"
    path.write_bytes(written(lambda w: w.put(w.group("a/b"), "0", np.arange(3.0))))
    with h5py.File(path, "a") as file:
        file["a/b"].attrs["new"] = "ä" * 1000
        file["a/c"] = np.arange(1000)
        del file["a/b/0"]
        for i in range(100):
            file[f"a/b/{i}"] = i
    with h5py.File(path) as file:
        assert len(file["a/b"]) == 100 and file["a/b/99"][()] == 99 and len(file["a/c"]) == 1000


def test_a_group_in_two_places_is_one():
    def fill(writer):
        writer.put(writer.group("a/vars"), "0", np.arange(3))
        writer.link("a/vars", "b/c/vars")

    with h5py.File(io.BytesIO(written(fill))) as file:
        assert file["a/vars"] == file["b/c/vars"]
        assert h5py.h5o.get_info(file["a/vars"].id).rc == 2


def test_many_texts_fill_several_collections(monkeypatch):
    monkeypatch.setattr("visualnn.saving.hdf5_writer._MOST_TEXTS", 10)
    texts = ["x" * i for i in range(35)]

    def fill(writer):
        for i, text in enumerate(texts):
            writer.mark(writer.group(f"g{i}"), "name", text)

    with h5py.File(io.BytesIO(written(fill))) as file:
        assert [file[f"g{i}"].attrs["name"] for i in range(35)] == texts


@pytest.mark.parametrize("key", ["", ".", "a/b", "a\0b"])
def test_what_is_no_name_is_refused(key):
    with (
        ArraysWriter(io.BytesIO()) as writer,
        pytest.raises(ValueError, match="cannot be the na"),
    ):
        writer.put(writer.group("vars"), key, np.zeros(1))


def test_nothing_is_written_over():
    with ArraysWriter(io.BytesIO()) as writer:
        writer.put(writer.group("vars"), "0", np.zeros(1))
        with pytest.raises(ValueError, match="'0' in 'vars' already"):
            writer.put(writer.group("vars"), "0", np.zeros(1))


@given(st.binary(max_size=50), st.binary(max_size=3000))
def test_checksums_are_joined(first, second):
    assert joined(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


def test_the_checksum_of_large_pieces_is_that_of_all():
    pieces = [b"small", np.arange(2**19, dtype="int64").data.cast("B"), b"end"]
    seen, checksum = [], Checksum()
    for piece in pieces:
        checksum.add(piece, seen.append)
    checksum.close()
    assert seen == pieces
    assert checksum.after(b"front") == zlib.crc32(b"front" + b"".join(map(bytes, pieces)))
