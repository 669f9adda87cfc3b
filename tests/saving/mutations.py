"""Good files of every kind, and what chance may make of them."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

import visualnn
from tests.saving.fixtures import FOLDER
from visualnn.saving import InvalidModelFile
from visualnn.saving.inspection import inspect_file

MODELS = (
    *("cnn_sequential_bn_sgd", "nested_models", "shared_layers", "dict_io", "ops_arithmetic"),
    *("lookup_assets", "lstm_bidirectional", "transformer_block", "optimizer_adamw_schedule"),
    *("k2_functional", "list_io_losses", "regularized_constrained"),
)
WHOLE_FILES = (
    *(f"{name}.keras" for name in MODELS),
    *("cnn_sequential_bn_sgd.h5", "k2_functional.h5", "nested_models.weights.h5"),
    "sharded_weights.weights.json",
)


@cache
def record_of(name: str) -> dict[str, Any]:
    """The record of a model that real Keras saved."""
    with zipfile.ZipFile(FOLDER / f"{name}.keras") as archive:
        return json.loads(archive.read("config.json"))


@cache
def places_of(name: str) -> list[tuple]:
    """Every place in a record, from the outside to the inside."""
    found: list[tuple] = []
    waiting: list[tuple[tuple, Any]] = [((), record_of(name))]
    while waiting:
        place, value = waiting.pop()
        found.append(place)
        if isinstance(value, dict):
            waiting += [((*place, key), x) for key, x in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, i), x) for i, x in enumerate(value)]
    return sorted(found, key=repr)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2, 3, 2**31, 2**63, -(2**63), 10**30, 0.5, -0.0]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(
        [*("", "a", "relu", "adam", "mse", "float16", "int8", "string", "same", "../x", "\0", "é")]
    ),
    st.sampled_from(
        ["Dense", "Lambda", "Functional", "Sequential", "InputLayer", "function", "__numpy__"]
    ),
    st.just({"class_name": "__keras_tensor__", "config": {}}),
    st.just({"class_name": "__lambda__", "config": {"code": "", "defaults": None}}),
    st.just({"class_name": "__tensor__", "config": {"value": [[1], [1, 2]], "dtype": "float32"}}),
    st.recursive(
        st.integers(-3, 3) | st.text(max_size=3),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=3), x, max_size=3),
        max_leaves=5,
    ),
)


RECORD_EDITS = st.tuples(
    st.sampled_from(["replace", "leave out", "double", "exchange", "rename"]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    VALUES,
)
"""What is done, the numbers of the place and of another one, and a new value."""

changed_records = st.tuples(st.sampled_from(MODELS), st.lists(RECORD_EDITS, min_size=1, max_size=3))
"""A model's name and what is done to its record."""


def edited_record(name: str, edits: list[tuple]) -> dict[str, Any]:
    """The record of a model with places replaced, left out, doubled, exchanged or renamed."""
    record, places = copy.deepcopy(record_of(name)), places_of(name)
    for what, number, other, value in edits:
        place = places[number % len(places)]
        holder = _value_at(record, place[:-1])
        if not place or not isinstance(holder, dict | list):
            continue
        key = place[-1]
        if isinstance(holder, list) and not (isinstance(key, int) and key < len(holder)):
            continue
        if what == "replace":
            holder[key] = copy.deepcopy(value)
        elif what == "exchange":
            holder[key] = copy.deepcopy(_value_at(record, places[other % len(places)]))
        elif what == "leave out" and (isinstance(holder, list) or key in holder):
            del holder[key]
        elif what == "double" and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif what == "rename" and isinstance(holder, dict):
            holder[str(value)[:5]] = holder.pop(key, None)
    return record


def _value_at(value: Any, place: tuple) -> Any:
    for part in place:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


BYTE_EDITS = st.tuples(
    st.sampled_from(["bit", "bytes", "cut", "repeat", "end"]),
    st.integers(0, 2**20),
    st.sampled_from([1, 1, 2, 4, 8, 100, 5000]),
    st.binary(min_size=1, max_size=8),
)
"""What is done, where, on how many bytes, and new bytes."""

changed_files = st.tuples(
    st.sampled_from(WHOLE_FILES), st.lists(BYTE_EDITS, min_size=1, max_size=4)
)
"""A file's name and what is done to its bytes."""


def edited_bytes(name: str, edits: list[tuple]) -> bytes:
    """The bytes of a file, some of them changed, left out, or written twice."""
    data = bytearray((FOLDER / name).read_bytes())
    for what, number, length, new in edits:
        place = number % max(len(data), 1)
        if what == "bit" and data:
            data[place] ^= 1 << length % 8
        elif what == "bytes":
            data[place : place + len(new)] = new
        elif what == "cut":
            del data[place : place + length]
        elif what == "repeat":
            data[place:place] = data[place : place + length]
        elif what == "end":
            del data[place:]
    return bytes(data)


def load_record(name: str, edits: list[tuple]) -> None:
    """Load a ``.keras`` file with its record edited; only what a user can be told may be raised.

    Raises:
        AssertionError: When anything else is.
    """
    stream = io.BytesIO()
    text = json.dumps(edited_record(name, edits))
    with zipfile.ZipFile(FOLDER / f"{name}.keras") as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.namelist():
            new.writestr(member, text if member == "config.json" else old.read(member))
    stream.seek(0)
    _told(lambda: visualnn.saving.load_model(stream), text)


def load_bytes(name: str, edits: list[tuple], folder: Path) -> None:
    """Load and inspect a file with its bytes edited; only what a user can be told may be raised."""
    path = folder / name
    path.write_bytes(edited_bytes(name, edits))
    if name.endswith((".weights.h5", ".weights.json")):
        model = visualnn.Sequential([visualnn.Input((4,)), visualnn.layers.Dense(3)])
        _told(lambda: model.load_weights(path), name)
    else:
        _told(lambda: visualnn.saving.load_model(path), name)
    _told(lambda: str(inspect_file(path)), name)


def _told(action: Any, what: str) -> None:
    try:
        with np.errstate(all="ignore"):
            action()
    except InvalidModelFile as problem:
        assert str(problem)
    except ValueError as problem:
        assert "do not fit" in str(problem), f"{problem!r} for {what[:3000]}"
