"""Weights alone: in one file or in shards, skipped where they do not fit, and taken by name."""

import json
import os

import numpy as np
import pytest

import visualnn as keras
from visualnn import layers
from visualnn.saving import InvalidModelFile

LIMIT = 60_000 / 2**30  # gigabytes


def deep(width=100):
    stack = [layers.Dense(width, name=f"d{i}") for i in range(4)]
    model = keras.Sequential([keras.Input((10,)), *stack])
    model.compile("adam", "mse")
    return model


@pytest.fixture
def trained():
    model = deep()
    model.fit(np.ones((2, 10)), np.ones((2, 100)), verbose=0)
    return model


def same(model, other):
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def index_of(path):
    return json.loads(path.read_text())


def test_shards_come_back(trained, tmp_path):
    path = tmp_path / "w.weights.json"
    trained.save_weights(path, max_shard_size=LIMIT)
    index = index_of(path)
    assert "/layers/dense/vars" in index["weight_map"]
    weights = [*trained.weights, *trained.optimizer.variables]
    assert index["metadata"]["total_size"] == sum(np.asarray(w).nbytes for w in weights)
    names = {x for listed in index["weight_map"].values() for x in listed}
    assert names == {f"w_{i:05}.weights.h5" for i in range(len(names))} and len(names) > 5
    fresh = deep()
    fresh.optimizer.build(fresh.trainable_variables)
    fresh.load_weights(path)
    same(fresh, trained)
    for a, b in zip(fresh.optimizer.variables, trained.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_shards_are_replaced_as_a_whole(trained, tmp_path):
    path = tmp_path / "w.weights.json"
    for scale in (1, 2, 3, 4):
        trained.set_weights([np.full_like(w, scale) for w in trained.get_weights()])
        trained.save_weights(path, max_shard_size=LIMIT)
        fresh = deep()
        fresh.optimizer.build(fresh.trainable_variables)
        fresh.load_weights(path)
        same(fresh, trained)
        listed = {x for names in index_of(path)["weight_map"].values() for x in names}
        there = {x for x in os.listdir(tmp_path) if x.endswith(".h5")}
        assert there - listed <= {"w_00000.weights.h5"}, "earlier shards go"
        assert "w_00000.weights.h5" in there  # which Keras opens in any case


def test_a_shard_that_is_too_small_changes_nothing(trained, tmp_path):
    path = tmp_path / "w.weights.json"
    trained.save_weights(path, max_shard_size=LIMIT)
    before = {x: (tmp_path / x).read_bytes() for x in os.listdir(tmp_path)}
    with pytest.raises(ValueError, match="larger `max_shard_size`"):
        trained.save_weights(path, max_shard_size=LIMIT / 2)
    assert {x: (tmp_path / x).read_bytes() for x in os.listdir(tmp_path)} == before


@pytest.mark.parametrize("name", ["w.weights.h5", "w.h5", "w"])
def test_names_of_indices(name, trained, tmp_path):
    if name == "w.weights.h5":  # understood
        trained.save_weights(tmp_path / name, max_shard_size=LIMIT)
        assert (tmp_path / "w.weights.json").exists()
        return
    with pytest.raises(ValueError, match=r"\.weights\.json"):
        trained.save_weights(tmp_path / name, max_shard_size=LIMIT)


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda m: m.update({"/layers/dense/vars": "../w_00000.weights.h5"}), "beside it"),
        (lambda m: m.update({"/layers/dense/vars": "/etc/passwd"}), "beside it"),
        (lambda m: m.update({"/layers/dense/vars": "gone.weights.h5"}), "no file"),
        (lambda m: m.update({"/layers/dense/vars": "link.weights.h5"}), "link"),
        (lambda m: m.update({"/layers/dense/vars": 3}), "name of a file"),
        (lambda m: m.update({"/layers/dense/vars": ["w_00004.weights.h5"]}), "no group"),
    ],
)
def test_indices_that_lie(change, said, trained, tmp_path):
    path = tmp_path / "w.weights.json"
    trained.save_weights(path, max_shard_size=LIMIT)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.weights.h5").write_bytes(b"")
    (tmp_path / "link.weights.h5").symlink_to(tmp_path / "elsewhere" / "x.weights.h5")
    index = index_of(path)
    change(index["weight_map"])
    path.write_text(json.dumps(index))
    with pytest.raises(InvalidModelFile, match=rf"w\.weights\.json.*{said}"):
        deep().load_weights(path)


def other():
    stack = [layers.Dense(n, name=f"d{i}") for i, n in enumerate((100, 7, 100, 100))]
    return keras.Sequential([keras.Input((10,)), *stack])


@pytest.mark.parametrize("sharded", [False, True])
def test_what_does_not_fit(sharded, trained, tmp_path):
    path = tmp_path / ("w.weights.json" if sharded else "w.weights.h5")
    trained.save_weights(path, max_shard_size=LIMIT if sharded else None)
    model = other()
    with pytest.raises(ValueError, match=r"Dense 'd1'.*\(100, 7\), but \(100, 100\)"):
        model.load_weights(path)
    with pytest.warns(UserWarning, match="'d1'"):
        model.load_weights(path, skip_mismatch=True)
    for name in ("d0", "d3"):
        np.testing.assert_array_equal(model.get_layer(name).kernel, trained.get_layer(name).kernel)


def test_layers_that_are_left(trained, tmp_path):
    trained.save_weights(tmp_path / "w.weights.h5")
    model = other()
    left = [model.get_layer("d1"), model.get_layer("d2")]
    before = [w for layer in left for w in layer.get_weights()]
    model.load_weights(tmp_path / "w.weights.h5", objects_to_skip=left)
    for a, b in zip(before, [w for x in left for w in x.get_weights()], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.layers[0].kernel, trained.layers[0].kernel)


def test_by_name(trained, tmp_path):
    trained.save(tmp_path / "m.h5")
    model = keras.Sequential(
        [keras.Input((10,)), layers.Dense(100, name="d0"), layers.Dense(3, name="new")]
    )
    before = model.layers[1].get_weights()
    model.load_weights(tmp_path / "m.h5", by_name=True)
    np.testing.assert_array_equal(model.layers[0].kernel, trained.layers[0].kernel)
    np.testing.assert_array_equal(model.layers[1].kernel, before[0])


def test_a_model_for_new_data(trained, tmp_path):
    """Layers of a loaded model go into another, whose own weights are saved and loaded."""
    trained.save(tmp_path / "base.keras")
    base = keras.models.load_model(tmp_path / "base.keras", compile=False)
    base.trainable = False
    x = keras.Input((10,))
    net = keras.Model(x, layers.Dense(2, name="head")(base(x)))
    net.compile("adam", "mse")
    kernel = base.layers[0].kernel.numpy()
    net.fit(np.ones((4, 10)), np.ones((4, 2)), verbose=0)
    np.testing.assert_array_equal(base.layers[0].kernel, kernel)
    net.save(tmp_path / "net.keras")
    again = keras.models.load_model(tmp_path / "net.keras")
    same(again, net)
    assert [v.path for v in again.trainable_variables] == [v.path for v in net.trainable_variables]
