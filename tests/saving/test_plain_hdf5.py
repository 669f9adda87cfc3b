"""Files of weights read without the HDF5 library: what it finds, or else the library is asked."""

import io
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.saving.fixtures import FOLDER
from visualnn.layers import Dense, Input
from visualnn.models import Sequential
from visualnn.saving import InvalidModelFile
from visualnn.saving.arrays import Source, reading_arrays
from visualnn.saving.plain_hdf5 import NotPlain, PlainArray, PlainGroup

FILES = sorted(path.name for path in FOLDER.glob("*.keras"))


def weights_of(name):
    with zipfile.ZipFile(FOLDER / name) as archive:
        return archive.read("model.weights.h5")


def groups_of(data):
    """The paths of all groups, by the library."""
    found = [""]
    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(lambda path, x: found.append(path) if isinstance(x, h5py.Group) else None)
    return found


@pytest.mark.parametrize("name", FILES)
def test_files_of_keras_are_read_as_by_the_library(name):
    data = weights_of(name)
    with reading_arrays(io.BytesIO(data), len(data)) as source:
        for path in groups_of(data):
            plain, group = source.variables(path), source.group(path)
            assert isinstance(plain, PlainGroup), path
            assert plain.keys() == group.keys()
            for key in plain.keys():  # noqa: SIM118 - a group is no mapping
                if isinstance(group.child(key), type(group)):
                    continue
                assert key in plain and plain[key].shape == group[key].shape
                found, expected = plain[key].read(), group[key].read()
                assert found.dtype == expected.dtype
                np.testing.assert_array_equal(found, expected)
        assert source.variables("layers/nothing/vars") is None


def test_our_files_need_no_library(tmp_path):
    model = Sequential([Input((3,)), Dense(2), Dense(300)])
    model.compile("adam", "mse")
    model.save_weights(tmp_path / "w.weights.h5")
    data = (tmp_path / "w.weights.h5").read_bytes()
    with reading_arrays(io.BytesIO(data), len(data)) as source:
        for path in groups_of(data):
            group = source.variables(path)
            arrays = [group[key] for key in group.keys() if path.endswith("vars")]  # noqa: SIM118
            assert all(isinstance(array, PlainArray) and array.read().size for array in arrays)
        assert source._file is None


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("settings", [{}, {"chunks": (2, 2)}, {"compression": "gzip"}], ids=str)
@pytest.mark.parametrize("dtype", ["float32", ">f8", "V2", "bool"])
def test_what_is_not_plain_is_left_to_the_library(libver, settings, dtype):
    array = np.arange(12).reshape(3, 4).astype("uint16" if dtype == "V2" else dtype).view(dtype)
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver) as file:
        file.create_dataset("a/vars/0", data=array, **settings)
    data = stream.getvalue()
    with reading_arrays(io.BytesIO(data), len(data)) as source:
        found = source.variables("a/vars")["0"]
        is_plain = (libver, settings) == ("earliest", {}) and dtype in ("float32", "bool")
        assert isinstance(found, PlainArray) == is_plain
        np.testing.assert_array_equal(found.read(), array)


@pytest.mark.parametrize("size", [8, 257])
def test_trees_of_several_levels(size):
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver="earliest") as file:
        for i in range(size):
            file[f"layers/d{i}/vars/0"] = np.full(3, i)
    data = stream.getvalue()
    with reading_arrays(io.BytesIO(data), len(data)) as source:
        assert len(source.variables("layers").keys()) == size
        for i in range(size):
            assert source.variables(f"layers/d{i}/vars")["0"].read().tolist() == [i] * 3
        assert source._file is None


@given(st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=8)), min_size=1))
def test_damaged_files_are_read_otherwise_or_not_at_all(edits):
    data = bytearray(weights_of("cnn_sequential_bn_sgd.keras"))
    for place, new in edits:
        place %= len(data)
        data[place : place + len(new)] = new
    source = Source(io.BytesIO(data), len(data))
    if source._plain is None:
        return
    for path in groups_of(weights_of("cnn_sequential_bn_sgd.keras")):
        try:
            group = source._plain.group(path)
            for key in group.keys() if group is not None else ():
                source._plain.array(key, group.symbols[key]).read()
        except (InvalidModelFile, NotPlain) as problem:
            assert str(problem) or isinstance(problem, NotPlain)


def test_bytes_that_stand_for_many_things_come_to_an_end():
    """A tree whose nodes all have the same node below them, 16 levels deep."""
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver="earliest") as file:
        for i in range(300):
            file[f"d{i:03}"] = 1
    data = bytearray(stream.getvalue())
    root = data.index(b"TREE")
    while True:
        children = int.from_bytes(data[root + 6 : root + 8], "little")
        if data[root + 5]:
            break
        root = data.index(b"TREE", root + 1)
    assert children > 1
    for i in range(children):
        data[root + 32 + 16 * i : root + 40 + 16 * i] = root.to_bytes(8, "little")
    assert Source(io.BytesIO(data), len(data))._plain is None
