"""Files that are not what they claim to be: one clear error, and nothing else happens."""

import io
import json
import struct
import zipfile

import h5py
import numpy as np
import pytest

from visualnn.layers import Dense, Input
from visualnn.models import Sequential
from visualnn.saving import InvalidModelFile, load_model, load_weights
from visualnn.saving.inspection import inspect_file


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.keras"
    Sequential([Input((3,)), Dense(2, name="d")]).save(path)
    return path


def changed(path, config=None, weights=None, **members):
    """A copy of a file with some members changed; a member that is ``None`` is left out."""
    target = path.with_name("bad.keras")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json" and config is not None:
                record = json.loads(data)
                config(record)
                data = json.dumps(record)
            if name == "model.weights.h5" and weights is not None:
                stream = io.BytesIO(data)
                with h5py.File(stream, "r+") as file:
                    weights(file)
                data = stream.getvalue()
            if members.get(name.replace(".", "_"), data) is not None:
                new.writestr(name, members.get(name.replace(".", "_"), data))
    return target


GROUP = "layers/dense/vars"


def soft_link(file):
    del file[GROUP]["0"]
    file[GROUP]["0"] = h5py.SoftLink("/layers/dense/vars/1")


def external_link(file):
    del file[GROUP]
    file[GROUP] = h5py.ExternalLink("/etc/hostname", "/")


def external_storage(file):
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", (3, 2), "f4", external=[("/etc/hostname", 0, 24)])


def shape_bomb(file):
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", (10**6, 10**6), "f4")


def never_written(file):
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", (3, 2), "f4", chunks=(3, 2))


def text(file):
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", data=np.array([b"a" * 100] * 6).reshape(3, 2))


def complex_numbers(file):
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", data=np.ones((3, 2), "complex64"))


def array_for_group(file):
    del file["layers"]
    file["layers"] = np.ones(3)


@pytest.mark.parametrize(
    "change, said",
    [
        (soft_link, "link to another place"),
        (external_link, "link to another place"),
        (external_storage, "another file"),
        (text, "not numbers"),
        (complex_numbers, "not numbers"),
        (array_for_group, "should be a group"),
    ],
)
def test_weights_that_are_not_plain_arrays(good, change, said):
    with pytest.raises(InvalidModelFile, match=f"bad.keras.*weights.*{said}"):
        load_model(changed(good, weights=change))


def test_a_shape_bomb_is_seen_before_it_is_read(good):
    with pytest.raises(ValueError, match=r"has the shape \(3, 2\), but \(1000000, 1000000\)"):
        load_model(changed(good, weights=shape_bomb))


def no_layers(record):
    del record["config"]["layers"]


def unknown_class(record):
    record["config"]["layers"][1]["class_name"] = "Dens"


def any_function(record):
    record["config"]["layers"][1].update(module="os", class_name="system", config={"command": "x"})


def a_lambda(record):
    record["config"]["layers"][1]["config"]["activation"] = {
        "class_name": "__lambda__",
        "config": {"value": ["abc", None, None]},
    }


def a_huge_layer(record):
    record["config"]["layers"][1]["config"]["units"] = -5


def a_bad_name(record):
    record["config"]["layers"][1]["config"]["name"] = "../../outside"


def an_unknown_key(record):
    record["config"]["layers"][1]["config"]["surprise"] = 1


@pytest.mark.parametrize(
    "change, said",
    [
        (no_layers, "config"),
        (unknown_class, r"layers\[1\].*Dens.*'Dense' meant"),
        (any_function, r"layers\[1\].*system"),
        (a_lambda, "lambda"),
        (a_huge_layer, "units"),
        (a_bad_name, "name"),
        (an_unknown_key, "surprise"),
        (lambda record: record.update(class_name=5), "class_name"),
        (lambda record: record.update(config=[]), "config"),
    ],
)
def test_configs_that_are_no_model(good, change, said):
    with pytest.raises(InvalidModelFile, match=f"bad.keras.*{said}"):
        load_model(changed(good, config=change))


@pytest.mark.parametrize("member", ["config.json", "model.weights.h5"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"[" * 5000, b'{"a": 1, "a": 2}', b"null"])
def test_members_that_are_something_else(good, member, data):
    with pytest.raises(InvalidModelFile, match=r"bad\.keras"):
        load_model(changed(good, **{member.replace(".", "_"): data}))


@pytest.mark.parametrize("member", ["config.json", "model.weights.h5"])
def test_missing_members(good, member):
    with pytest.raises(InvalidModelFile, match=rf"bad\.keras.*has no {member}"):
        load_model(changed(good, **{member.replace(".", "_"): None}))


def test_two_members_of_one_name(good):
    with zipfile.ZipFile(good, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", "{}")
    with pytest.raises(InvalidModelFile, match=r"two members named config\.json"):
        load_model(good)


def test_a_member_whose_name_is_no_text(good):
    data = bytearray(good.read_bytes())
    header = data.rindex(b"PK\x03\x04", 0, data.index(b"config.json"))
    data[header + 7] |= 8  # says that the name is UTF-8
    data[header + 30] = 0x80
    good.write_bytes(data)
    with pytest.raises(InvalidModelFile, match=r"good\.keras.*config\.json is damaged"):
        load_model(good)


def test_an_array_whose_name_is_no_text(good):
    def rename(file):
        variables = file[GROUP].id
        variables.links.move(b"1", variables, b"\x80")

    bad = changed(good, weights=rename)
    with pytest.raises(InvalidModelFile, match=r"bad\.keras.*vars is no text"):
        load_model(bad)
    assert "vars is no text" in str(inspect_file(bad))


def test_a_text_that_inflates(good, tmp_path):
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (65 * 2**20))
    with pytest.raises(InvalidModelFile, match="larger than"):
        load_model(path)


@pytest.mark.parametrize("keep", [0, 10, 200, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(good, keep):
    data = good.read_bytes()
    good.write_bytes(data[: keep if keep > 1 else int(len(data) * keep)])
    with pytest.raises(InvalidModelFile, match=r"good\.keras"):
        load_model(good)


def test_any_changed_byte_is_an_error_or_harmless(good, tmp_path):
    data = bytearray(good.read_bytes())
    random = np.random.default_rng(0)
    for place in random.integers(0, len(data), 300):
        other = bytearray(data)
        other[place] ^= 1 << int(random.integers(8))
        path = tmp_path / "other.keras"
        path.write_bytes(other)
        try:
            load_model(path).predict(np.ones((1, 3), "float32"), verbose=0)
        except (InvalidModelFile, ValueError) as problem:
            assert str(problem)


def test_weights_files_obey_the_same_rules(good, tmp_path):
    model = load_model(good)
    path = tmp_path / "w.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "r+") as file:
        soft_link(file)
    with pytest.raises(InvalidModelFile, match=r"w\.weights\.h5.*link"):
        load_weights(model, path)
    path.write_bytes(b"nothing")
    with pytest.raises(InvalidModelFile, match=r"w\.weights\.h5.*not an HDF5 file"):
        load_weights(model, path)


@pytest.mark.parametrize("length", [0, 2**64 - 16, 2**63])
@pytest.mark.parametrize("number", [0, 1])
def test_texts_that_hdf5_would_read_for_ever(tmp_path, number, length):
    """It goes from object to object by their lengths, and the last one said is one of these."""
    path = tmp_path / "m.h5"
    Sequential([Input((3,)), Dense(2, name="d")]).save(path)
    data = bytearray(path.read_bytes())
    first = data.index(b"GCOL") + 16
    data[first : first + 16] = struct.pack("<HHIQ", number, 0, 0, length)
    if number and not length:  # an empty object, and then nothing
        data[first + 16 : first + 32] = bytes(16)
    path.write_bytes(data)
    with pytest.raises(InvalidModelFile, match=r"m\.h5.*collection of texts"):
        load_model(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*nowhere\.keras"):
        load_model(tmp_path / "nowhere.keras")
