"""Files made to do harm by their arrays, sizes, archives and graphs; see ``hostile.py``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.saving.hostile import (
    CALLS,
    LAMBDAS,
    changed,
    file,
    filled,
    good,
    in_lambda_layer_without_module,
    layer,
    layer_of,
)
from visualnn.layers import Dense, Input
from visualnn.models import Sequential

# ---------------------------------------------------------------------- arrays

GROUP = "layers/dense/vars"


def _array(file, **settings) -> None:
    del file[GROUP]["0"]
    file[GROUP].create_dataset("0", **settings)


def _external_group(file, folder):
    del file["layers"]
    file["layers"] = h5py.ExternalLink(str(folder / "other.h5"), "/layers")


def _virtual(file, folder):
    layout = h5py.VirtualLayout((3, 2), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "x", (3, 2))
    del file[GROUP]["0"]
    file[GROUP].create_virtual_dataset("0", layout)


ARRAYS = {
    "h5_shape_bomb": lambda f, _: _array(f, shape=(10**6, 10**6), dtype="f4"),
    "h5_chunked_shape_bomb": lambda f, _: _array(
        f, shape=(2**20, 2**12), dtype="f4", chunks=(1024, 1024)
    ),
    "h5_gzip_bomb": lambda f, _: _array(
        f, data=np.zeros((2**13, 2**13), "f4"), chunks=True, compression="gzip"
    ),
    "h5_text_bomb": lambda f, _: _array(f, shape=(2,), dtype="S1000000000"),
    "h5_external_storage": lambda f, folder: _array(
        f, shape=(3, 2), dtype="f4", external=[(str(folder / "secret.txt"), 0, 24)]
    ),
    "h5_external_link": _external_group,
    "h5_virtual": _virtual,
    "h5_objects": lambda f, _: _array(f, data=np.array([b"x"], "O"), dtype=h5py.string_dtype()),
    "h5_complex": lambda f, _: _array(f, data=np.ones((3, 2), "complex64")),
    "h5_filter": lambda f, _: _array(f, data=np.ones((3, 2), "f4"), chunks=(3, 2), scaleoffset=2),
    "h5_ring": lambda f, _: f["layers"].__setitem__("dense/layers", f["layers"]),
}


@file(*ARRAYS)
def _(folder, name):
    return changed(folder, name, weights=ARRAYS[name])


def _paths(group: h5py.Group) -> list[str]:
    """The paths of all arrays in a group."""
    found: list[str] = []
    group.visititems(lambda path, x: found.append(path) if isinstance(x, h5py.Dataset) else None)
    return found


@file("legacy_h5_shape_bomb", "legacy_h5_external", "h5_lambda", "h5_get_file")
def _(folder, name):
    path = folder / f"{name}.h5"
    Sequential([Input((3,)), Dense(2, name="d")]).save(path)
    with h5py.File(path, "r+") as file:
        [kernel] = [
            f"model_weights/d/{path}"
            for path in _paths(file["model_weights/d"])
            if "kernel" in path
        ]
        group, key = file[kernel.rpartition("/")[0]], kernel.rpartition("/")[2]
        if name == "legacy_h5_shape_bomb":
            del group[key]
            group.create_dataset(key, (10**6, 10**6), "f4")
        elif name == "legacy_h5_external":
            del group[key]
            group.create_dataset(key, (3, 2), "f4", external=[(str(folder / "secret.txt"), 0, 24)])
        else:
            config = json.loads(file.attrs["model_config"])
            code = LAMBDAS["list"] if name == "h5_lambda" else CALLS["get_file"]
            in_lambda_layer_without_module(config, code)
            file.attrs["model_config"] = filled(config, folder)
    return path


# ---------------------------------------------------------------------- sizes


@file("huge_units")
def _(folder, name):
    return changed(folder, name, lambda c: layer_of(c)["config"].update(units=10**12))


@file("huge_embedding")
def _(folder, name):
    record = layer("Embedding", input_dim=10**9, output_dim=10**4)
    return changed(folder, name, lambda c: c["config"]["layers"].__setitem__(1, record))


@file("doubling_concatenates")
def _(folder, name):
    import visualnn

    x = inputs = visualnn.Input((3,))
    for _ in range(50):
        x = visualnn.layers.Concatenate()([x, x])
    path = folder / f"{name}.json"
    record = json.loads(visualnn.Model(inputs, x).to_json())
    path.write_text(json.dumps(record))
    return path


@file("deep_json")
def _(folder, name):
    path = folder / f"{name}.json"
    path.write_text("[" * 200_000)
    return path


@file("wide_json")
def _(folder, name):
    path = folder / f"{name}.json"
    path.write_text("[" + "1," * 6_000_000 + "1]")
    return path


@file("nested_models")
def _(folder, name):
    text = json.dumps(layer("Dense", units=1))
    for i in range(900):
        head = f'{{"module": "keras", "class_name": "Sequential", "config": {{"name": "s{i}", '
        text = f'{head}"layers": [{text}]}}}}'
    path = folder / f"{name}.json"
    path.write_text(text)
    return path


@file("padded_config", "padded_weights")
def _(folder, name):
    source, target = good(folder, f"{name}_good"), folder / f"{name}.keras"
    member = "config.json" if name == "padded_config" else "model.weights.h5"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            padding = b" " * 300 * 2**20 if part == member else b""
            new.writestr(part, old.read(part) + padding)
    source.unlink()
    return target


# ---------------------------------------------------------------------- archives


@file("many_members")
def _(folder, name):
    path = good(folder, name)
    with zipfile.ZipFile(path, "a") as archive:
        for i in range(10_001):
            archive.writestr(f"assets/{i}", "")
    return path


@file("symlink_member")
def _(folder, name):
    source, target = good(folder, f"{name}_good"), folder / f"{name}.keras"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            info = zipfile.ZipInfo(part)
            if part == "config.json":
                info.external_attr = 0o120777 << 16
                new.writestr(info, str(folder / "secret.txt"))
            else:
                new.writestr(info, old.read(part))
    source.unlink()
    return target


@file("encrypted_member", "other_method")
def _(folder, name):
    path = good(folder, name)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            where = place + offset + (0 if name == "encrypted_member" else 2)
            data[where] = 1 if name == "encrypted_member" else 12
    path.write_bytes(data)
    return path


@file("asset_outside")
def _(folder, name):
    path = good(folder, name)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../mark", "x")
        archive.writestr(str(folder / "mark"), "x")
        archive.writestr("assets/layers/dense/../../../../mark", "x")
    return path


@file("shards_outside", "shards_link")
def _(folder, name):
    model = Sequential([Input((3,)), Dense(2, name="d")])
    path = folder / f"{name}.weights.json"
    model.save_weights(path, max_shard_size=1)
    index = json.loads(path.read_text())
    shard = f"{name}_00000.weights.h5"
    if name == "shards_link":
        (folder / "elsewhere").mkdir()
        (folder / shard).rename(folder / "elsewhere" / shard)
        (folder / shard).symlink_to(folder / "elsewhere" / shard)
    else:
        index["weight_map"] = dict.fromkeys(
            index["weight_map"], "../shards_outside_00000.weights.h5"
        )
        path.write_text(json.dumps(index))
    return path


# ---------------------------------------------------------------------- graphs


def _functional(change: Callable[[dict], None]) -> Callable:
    def make(folder: Path, name: str) -> Path:
        import visualnn

        inputs = visualnn.Input((3,), name="in")
        hidden = visualnn.layers.Dense(3, name="a")(inputs)
        model = visualnn.Model(inputs, visualnn.layers.Dense(3, name="b")(hidden))
        record = json.loads(model.to_json())
        change(record["config"])
        path = folder / f"{name}.json"
        path.write_text(json.dumps(record))
        return path

    return make


def _history(config: dict, *where: Any) -> None:
    config["layers"][1]["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = list(where)


GRAPHS: dict[str, Callable[[dict], Any]] = {
    "graph_loop": lambda c: _history(c, "b", 0, 0),
    "graph_unknown_layer": lambda c: _history(c, "nothing", 0, 0),
    "graph_unknown_node": lambda c: _history(c, "in", 10**9, 0),
    "graph_negative_node": lambda c: _history(c, "in", -1, 0),
    "graph_unknown_output": lambda c: c.update(output_layers=["b", 0, 7]),
    "graph_same_names": lambda c: (
        c["layers"][2]["config"].update(name="a") or c["layers"][2].update(name="a")
    ),
    "graph_bad_shape": lambda c: c["layers"][0]["config"].update(batch_shape=[None, -3]),
    "graph_huge_shape": lambda c: c["layers"][0]["config"].update(batch_shape=[None, 2**40]),
    "graph_float_shape": lambda c: c["layers"][0]["config"].update(batch_shape=[None, 3.5]),
    "graph_object_array": lambda c: c["layers"][1]["inbound_nodes"][0]["kwargs"].update(
        x={"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}}
    ),
}
for _name, _change in GRAPHS.items():
    file(_name)(_functional(_change))
