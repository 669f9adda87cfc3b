"""What is written is what Keras 3.0 and all that came after it take.

``tests/recorded/older_keras.json`` holds which settings the classes of older versions take;
``tests/long`` runs those versions themselves.
"""

import contextlib
import inspect
import json

import pytest

import visualnn
from tests.layers import cases, sequence_cases  # noqa: F401 - they fill the list
from tests.layers.case import CASES
from tests.recorded import cases as values
from tests.recorded.record_older_keras import VERSIONS, recorded
from visualnn.layers import LSTM, Concatenate, Dense, Input
from visualnn.models import Model, Sequential
from visualnn.ops.operation import OPERATIONS
from visualnn.saving import load_model, serialize_keras_object
from visualnn.saving.older_versions import NEWER_SETTINGS, for_older_versions
from visualnn.serialization.registry import NAMES

TAKEN = recorded()
ALWAYS = {"name", "trainable", "dtype", "vocabulary_size"}  # taken by ``**kwargs``


def objects():
    """One object of every class that can be made, and those that other tests are about."""
    for case in CASES:
        yield case.make(visualnn)
    for family, listed in (
        (visualnn.optimizers, values.OPTIMIZERS),
        (visualnn.optimizers.schedules, values.SCHEDULES),
    ):
        for name, settings in listed:
            yield getattr(family, name)(**settings)
    for cls in NAMES:
        if inspect.isclass(cls) and _needs_nothing(cls):
            with contextlib.suppress(ValueError):  # its settings depend on each other
                yield cls()


def _needs_nothing(cls):
    parameters = inspect.signature(cls).parameters.values()
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return hasattr(cls, "get_config") and all(p.default is not p.empty for p in named)


def records_in(value):
    """The records of built-in classes in a record."""
    if isinstance(value, dict):
        if isinstance(value.get("module"), str) and isinstance(value.get("config"), dict):
            yield value
        for item in value.values():
            yield from records_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from records_in(item)


@pytest.fixture(scope="module")
def written():
    """Every record as files hold it."""
    found = []
    for obj in objects():
        try:
            record = serialize_keras_object(obj)
        except (TypeError, NotImplementedError):  # a base class
            continue
        found += records_in(for_older_versions(record, "3.15.1"))
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_settings_are_those_that_the_version_takes(written, version):
    looked_at = set()
    for record in written:
        name = f"{record['module']}.{record['class_name']}"
        taken = TAKEN[version].get(name)
        if taken is None or name == "keras.layers.InputSpec":  # newer, or in no file
            continue
        newer = NEWER_SETTINGS.get((record["module"], record["class_name"]), {})
        strange = record["config"].keys() - {*taken, *newer, *ALWAYS}
        assert not strange, f"{name} of Keras {version} does not take {strange}"
        for key in newer.keys() & record["config"].keys() - set(taken):
            assert record["config"][key] != newer[key], f"{name} goes without {key}"
        looked_at.add(name)
    assert len(looked_at) > 150


@pytest.mark.parametrize("name", [f"{m}.{c}" for m, c in OPERATIONS])
def test_settings_of_operations_are_those_that_each_version_takes(name):
    module, _, class_name = name.rpartition(".")
    operation = OPERATIONS[module, class_name]
    left_out = NEWER_SETTINGS.get((module, class_name), {})
    for version in VERSIONS:
        taken = TAKEN[version].get(name)
        for key in operation.settings if taken is not None else ():
            default = operation.signature.parameters[key].default
            needed = default is inspect.Parameter.empty
            assert key in taken or needed or left_out.get(key, ...) == default, (version, key)


@pytest.mark.parametrize("name", NEWER_SETTINGS, ids=".".join)
def test_what_is_left_out_goes_without_saying(name):
    module, class_name = name
    if name in OPERATIONS:
        parameters = OPERATIONS[name].signature.parameters
        assert all(parameters[k].default == x for k, x in NEWER_SETTINGS[name].items())
        return
    space = getattr(visualnn, module.removeprefix("keras."))
    cls = getattr(space, class_name)
    for key, default in NEWER_SETTINGS[name].items():
        said = inspect.signature(cls).parameters[key].default
        assert said == default or said is None, key  # ``None`` stands for the default


def single():
    x = Input((3, 2), name="x")
    y = Concatenate(name="both")([LSTM(2)(x), visualnn.ops.mean(x, axis=1)])
    return Model(x, Dense(2, name="y")(y))


def config_of(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))["config"]


def test_policies_are_written_by_name(tmp_path):
    net = Sequential([Input((2,)), Dense(1, dtype="mixed_float16")])
    net.save(tmp_path / "m.keras")
    config = config_of(tmp_path / "m.keras")
    assert [x["config"]["dtype"] for x in config["layers"]] == ["float32", "mixed_float16"]
    assert load_model(tmp_path / "m.keras").layers[0].dtype_policy.name == "mixed_float16"


def test_lists_of_one_are_for_those_who_ask(tmp_path):
    net = single()
    net.save(tmp_path / "new.keras")
    assert config_of(tmp_path / "new.keras")["output_layers"] == ["y", 0, 0]
    net.save(tmp_path / "old.keras", keras_version="3.0")
    assert config_of(tmp_path / "old.keras")["output_layers"] == [["y", 0, 0]]
    again = load_model(tmp_path / "old.keras")  # the file says that it is of an old version
    assert again.output.shape == (None, 2) and again.input.shape == (None, 3, 2)
    assert load_model(tmp_path / "old.keras").get_config() == net.get_config()


def test_names_of_operations_stay_where_they_count(tmp_path):
    net = single()
    net.save(tmp_path / "m.keras")
    operation = next(x for x in config_of(tmp_path / "m.keras")["layers"] if ".ops." in x["module"])
    assert "name" not in operation["config"] and operation["name"].startswith("mean")
    x = Input((3, 2), name="x")
    net = Model(x, visualnn.ops.mean(x, axis=1))
    net.save(tmp_path / "end.keras")
    (operation,) = config_of(tmp_path / "end.keras")["layers"][1:]
    assert operation["config"]["name"] == operation["name"]
    x = Input((3, 2), name="mean_7")
    net = Model(x, Dense(1)(visualnn.ops.mean(x, axis=1)))
    net.save(tmp_path / "alike.keras")
    operation = config_of(tmp_path / "alike.keras")["layers"][1]
    assert operation["config"]["name"] == operation["name"]
