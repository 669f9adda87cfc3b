"""Checkpoints in TensorFlow's files, with those in ``checkpoints``, which ``record.py`` wrote."""

import copy
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import visualnn
from visualnn import layers, train
from visualnn.module import Module
from visualnn.saving import InvalidModelFile
from visualnn.saving.checkpoint import KEY, BundleWriter

RECORDED = Path(__file__).parent / "checkpoints"
VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
FILES = (".index", ".data-00000-of-00001")


class Dense(Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.w = visualnn.Variable(
            np.arange(rows * columns, dtype="f4").reshape(rows, columns), name="w"
        )
        self.b = visualnn.Variable(np.zeros(columns, "f4"), name="b")


class Net(Module):
    def __init__(self):
        super().__init__()
        one, two = visualnn.Variable(1.5, name="one"), visualnn.Variable(2, name="two")
        self.dense_2, self.dense_1 = Dense(3, 2), Dense(2, 1)
        self.in_list = [one, Dense(1, 1), [two]]
        self.in_dict = {"x": visualnn.Variable(np.array(True), name="x"), "y/z.q": Dense(1, 2)}
        self.in_tuple = (visualnn.Variable(np.float64(0.1), name="tenth"), 7)
        self.empty, self.numbers, self.settings, self.pair = [], [1, 2], {"a": 1}, (1, 2)
        self.shared = self.dense_1
        self.size, self.array = 5, np.ones(3)


def changed(net):
    for variable in net.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
    return net


def stack(with_input=True):
    given = [visualnn.Input((4,))] if with_input else []
    return visualnn.Sequential(
        [
            *given,
            layers.Dense(3, name="first"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(2),
        ]
    )


def words():
    x = inputs = visualnn.Input((5,), dtype="int32")
    x = layers.Embedding(7, 4)(x)
    x = layers.LSTM(3, return_sequences=True)(x)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(2))(x)
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 2)(x, x))
    return visualnn.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))


def is_filled(model):
    for i, weight in enumerate(model.get_weights()):
        expected = np.arange(weight.size, dtype="f4").reshape(weight.shape) + i
        np.testing.assert_array_equal(weight, expected)


def same_files(one, other):
    return [Path(f"{one}{end}").read_bytes() == Path(f"{other}{end}").read_bytes() for end in FILES]


# ---------------------------------------------------------------------- files


def test_modules_are_written_as_by_tensorflow(tmp_path):
    train.Checkpoint(model=Net()).write(tmp_path / "module")
    assert same_files(tmp_path / "module", RECORDED / "module") == [True, True]
    assert sorted(os.listdir(tmp_path)) == ["module.data-00000-of-00001", "module.index"]


@pytest.mark.parametrize("name", ["dtypes", "module", "keras3", "keras2"])
def test_tensors_are_read_and_written_the_same(name, tmp_path):
    reader = train.load_checkpoint(RECORDED / name)
    places = {key: reader._entries[key].get("offset", 0) for key in reader}
    with BundleWriter(tmp_path / name) as writer:
        for key in sorted(reader, key=lambda key: (places[key], len(key))):
            value = reader.get_tensor(key)
            is_texts = isinstance(value, np.ndarray) and value.dtype.kind == "O"
            writer.add(key, value.tolist() if is_texts else value)
    if name != "dtypes":  # which has an empty tensor: nobody can tell where it was
        assert same_files(tmp_path / name, RECORDED / name) == [True, True]
    again = train.load_checkpoint(tmp_path / name)
    assert again.get_variable_to_dtype_map() == reader.get_variable_to_dtype_map()
    assert again.get_variable_to_shape_map() == reader.get_variable_to_shape_map()
    for key in reader:
        np.testing.assert_array_equal(again.get_tensor(key), reader.get_tensor(key))


def test_all_dtypes_are_read():
    reader = train.load_checkpoint(RECORDED / "dtypes")
    for key, dtype in reader.get_variable_to_dtype_map().items():
        name = key.partition("/")[0]
        if name not in (KEY, "texts", "empty"):
            value = reader.get_tensor(key)
            assert value.dtype.name == dtype == name
            expected = np.array([[0, 1, 2], [3, 4, 5]], bool if name == "bool" else "f8")
            np.testing.assert_array_equal(value.astype("complex128"), expected)
    assert list(reader.get_tensor(f"texts{VALUE}")) == [b"", b"a", b"longer" * 40]
    assert reader.get_tensor(f"empty{VALUE}").shape == (0, 3)


def test_large_indexes_have_several_blocks(tmp_path):
    names = [f"{i * 2654435761 % 2**32:08x}/the/rest/of/a/rather/long/name" for i in range(6000)]
    with BundleWriter(tmp_path / "many") as writer:
        for i, name in enumerate(names):
            writer.add(name, np.int32(i))
    assert (tmp_path / "many.index").stat().st_size > 3e5
    reader = train.load_checkpoint(tmp_path / "many")
    assert sorted(reader) == sorted(names)
    assert reader.get_tensor(names[4321]) == 4321


def test_large_tensors_are_not_copied(tmp_path):
    import tracemalloc

    array = np.zeros((1 << 23) + 1, "f4")
    tracemalloc.start()
    with BundleWriter(tmp_path / "large") as writer:
        writer.add("large", array)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 28 * 2**20 < array.nbytes
    assert train.load_variable(tmp_path / "large", "large").shape == array.shape


def test_a_problem_leaves_the_old_files(tmp_path):
    train.Checkpoint(model=Net()).write(tmp_path / "x")
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    with pytest.raises(ValueError, match="datetime64"), BundleWriter(tmp_path / "x") as writer:
        writer.add("time", np.zeros(3, "M8[s]"))
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


@pytest.mark.parametrize(
    "end, change, said",
    [
        (".index", lambda data: data[:-1], "cut off"),
        (".index", lambda data: b"", "cut off"),
        (".index", lambda data: data[:9] + b"\xff" + data[10:], "checksum"),
        (FILES[1], lambda data: data[:10] + b"\xff" + data[11:], "checksum"),
        (FILES[1], lambda data: data[:-200], "cut off"),
    ],
)
def test_damage_is_refused(end, change, said, tmp_path):
    for file in FILES:
        shutil.copy(f"{RECORDED / 'module'}{file}", tmp_path)
    path = tmp_path / f"module{end}"
    path.write_bytes(change(path.read_bytes()))
    net = changed(Net())
    with pytest.raises(InvalidModelFile, match=said):
        train.Checkpoint(model=net).read(tmp_path / "module")
    assert not any(np.any(v.numpy()) for v in net.variables)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.index"):
        train.load_checkpoint(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="no checkpoint in the folder"):
        train.load_checkpoint(tmp_path)
    shutil.copy(f"{RECORDED / 'module'}.index", tmp_path)
    with pytest.raises(InvalidModelFile, match="missing"):
        train.load_variable(tmp_path / "module", KEY)
    with pytest.raises(ValueError, match="no tensor 'x'"):
        train.load_variable(RECORDED / "module", "x")


# ---------------------------------------------------------------------- restoring


def test_modules_of_tensorflow_are_restored():
    net = changed(Net())
    train.Checkpoint(model=net).read(RECORDED / "module").assert_consumed()
    for a, b in zip(net.variables, Net().variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize("with_input", [True, False])
@pytest.mark.parametrize("name", ["keras2", "keras2_slots", "keras3"])
def test_weights_of_keras_are_loaded(name, with_input):
    model = stack(with_input)
    model.compile("adam", "mse")
    if name != "keras3":
        status = model.load_weights(RECORDED / name)
    else:
        checkpoint = train.Checkpoint(model=model, optimizer=model.optimizer)
        status = checkpoint.read(RECORDED / name)
    if not with_input:
        with pytest.raises(AssertionError, match="belong to no object"):
            status.assert_consumed()
        model.build((None, 4))
    is_filled(model)
    model.optimizer.build(model.trainable_variables)
    status.assert_consumed()
    slots = [int(v.numpy().flat[0]) for v in model.optimizer.variables[2:]]
    first = {"keras2": 101, "keras3": 102}.get(name)  # Keras 2 does not count the learning rate
    if first is None:
        count = len(slots) // 2
        assert slots == [n + i for i in range(count) for n in (200, 300)]
    else:
        assert slots == list(range(first, first + len(slots)))


def test_layers_in_layers_of_keras_2_are_loaded():
    model = words()
    model.load_weights(RECORDED / "keras2_words").assert_consumed()
    is_filled(model)


def test_variables_of_the_future_are_restored(tmp_path):
    class Lazy(Module):
        seen = None

        def __call__(self, x):
            if not hasattr(self, "w"):
                self.w = visualnn.Variable(np.zeros((x.shape[-1], 2), "f4"), name="w")
                self.seen = self.w.numpy()
                self.more = [visualnn.Variable(0.0)]
            return visualnn.ops.matmul(x, self.w)

    x, first = np.ones((1, 3), "f4"), Lazy()
    first(x)
    first.w.assign(first.w + 7)
    first.more[0].assign(8)
    train.Checkpoint(module=first).write(tmp_path / "lazy")
    second = Lazy()
    status = train.Checkpoint(module=second).read(tmp_path / "lazy")
    status.assert_existing_objects_matched()
    with pytest.raises(AssertionError, match="module/w"):
        status.assert_consumed()
    third = copy.deepcopy(second)  # which waits for nothing
    second(x)
    assert np.all(second.seen == 7) and float(second.more[0]) == 8
    status.assert_consumed()
    third(x)
    assert not np.any(third.w.numpy())


def test_statuses_tell_what_is_left(tmp_path):
    net, extra = Net(), visualnn.Variable(1.0, name="extra")
    path = train.Checkpoint(net=net, extra=extra).save(tmp_path / "x")
    status = train.Checkpoint(net=Net()).restore(path)
    assert status.assert_existing_objects_matched() is status.expect_partial()
    with pytest.raises(AssertionError, match="extra/"):
        status.assert_consumed()
    more = train.Checkpoint(net=Net(), extra=extra, other=visualnn.Variable(2.0, name="other"))
    with pytest.raises(AssertionError, match="other"):
        more.restore(path).assert_existing_objects_matched()
    with pytest.raises(AssertionError, match="holds"):
        train.Checkpoint(unlike=Net()).read(path).assert_nontrivial_match()
    with pytest.raises(AssertionError, match="save_counter"):
        train.Checkpoint(net=Net(), extra=extra).read(path).assert_consumed()
    with pytest.raises(AssertionError, match="nothing is restored"):
        train.Checkpoint(net=net).restore(None).assert_consumed()
    written = train.Checkpoint(net=net).write(tmp_path / "w")
    train.Checkpoint(net=Net()).restore(written).assert_consumed()


@pytest.mark.parametrize(
    "value, said", [(np.zeros(3, "f4"), r"shape \(3,\)"), (np.zeros((), "i4"), "is int32")]
)
def test_what_does_not_fit_changes_nothing(value, said, tmp_path):
    first = visualnn.Variable(5.0)
    train.Checkpoint(a=first, b=visualnn.Variable(1.0)).write(tmp_path / "x")
    first.assign(6)
    with pytest.raises(ValueError, match=said):
        train.Checkpoint(a=first, b=visualnn.Variable(value, name="b")).read(tmp_path / "x")
    assert float(first) == 6


def test_roots_have_no_name(tmp_path):
    net = Net()
    train.Checkpoint(net, step=visualnn.Variable(3)).save(tmp_path / "x")
    names = dict(train.list_variables(tmp_path))
    assert names["dense_1/w/.ATTRIBUTES/VARIABLE_VALUE"] == [2, 1]
    assert {f"step{VALUE}", f"save_counter{VALUE}"} < set(names)
    step = visualnn.Variable(0)
    checkpoint = train.Checkpoint(changed(Net()), step=step)
    checkpoint.restore(train.latest_checkpoint(tmp_path)).assert_consumed()
    assert int(step) == 3 and int(checkpoint.save_counter) == 1


def test_what_holds_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="step is 5"):
        train.Checkpoint(step=5)
    with pytest.raises(ValueError, match="the key 1"):
        train.Checkpoint(x={1: visualnn.Variable(1.0)}).write(tmp_path / "x")


# ---------------------------------------------------------------------- folders


def test_the_newest_is_noted(tmp_path):
    checkpoint = train.Checkpoint(x=visualnn.Variable(1.0))
    assert train.latest_checkpoint(tmp_path) is None
    for number in (1, 2):
        path = checkpoint.save(tmp_path / "deeper" / "x")
        assert path == str(tmp_path / "deeper" / f"x-{number}")
        assert train.latest_checkpoint(tmp_path / "deeper") == path
    text = (tmp_path / "deeper" / "checkpoint").read_text()
    assert text == 'model_checkpoint_path: "x-2"\nall_model_checkpoint_paths: "x-2"\n'


def test_old_ones_are_removed(tmp_path):
    checkpoint = train.Checkpoint(x=visualnn.Variable(1.0))
    manager = train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    assert manager.restore_or_initialize() is None
    for _ in range(4):
        manager.save()
    kept = [str(tmp_path / f"ckpt-{i}") for i in (3, 4)]
    assert manager.checkpoints == kept and manager.latest_checkpoint == kept[1]
    assert len(os.listdir(tmp_path)) == 5
    again = train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    assert again.checkpoints == kept
    again.save(checkpoint_number=20)
    assert again.checkpoints == [kept[1], str(tmp_path / "ckpt-20")]
    assert train.get_checkpoint_state(tmp_path).all_model_checkpoint_paths == again.checkpoints
    assert again.restore_or_initialize() == str(tmp_path / "ckpt-20")


def test_some_are_kept_for_good(tmp_path):
    checkpoint = train.Checkpoint(x=visualnn.Variable(1.0))
    manager = train.CheckpointManager(
        checkpoint, tmp_path, max_to_keep=1, keep_checkpoint_every_n_hours=0
    )
    for _ in range(3):
        manager.save()
    assert len(manager.checkpoints) == 1
    assert sum(name.endswith(".index") for name in os.listdir(tmp_path)) == 3


def test_intervals_are_kept(tmp_path):
    step, called = visualnn.Variable(0, dtype="int64"), []
    manager = train.CheckpointManager(
        train.Checkpoint(step=step),
        tmp_path,
        max_to_keep=3,
        step_counter=step,
        checkpoint_interval=3,
        init_fn=lambda: called.append(1),
    )
    assert manager.restore_or_initialize() is None and called == [1]
    written = []
    for _ in range(8):
        written.append(manager.save() is not None)
        step.assign_add(1)
    assert written == [True, False, False] * 2 + [True, False]
    assert manager.save(check_interval=False) is not None
    with pytest.raises(ValueError, match="step_counter"):
        train.CheckpointManager(manager.checkpoint, tmp_path, 1, checkpoint_interval=3)
    with pytest.raises(ValueError, match="positive"):
        train.CheckpointManager(manager.checkpoint, tmp_path, 0)


# ---------------------------------------------------------------------- weights of models


def test_weights_are_saved_to_paths_without_ending(tmp_path):
    model = stack()
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 2)), verbose=0)
    model.save_weights(tmp_path / "ckpt")
    with pytest.raises(FileExistsError):
        model.save_weights(tmp_path / "ckpt", overwrite=False)
    other = stack()
    other.compile("adam", "mse")
    other.optimizer.build(other.trainable_variables)
    other.load_weights(str(tmp_path / "ckpt")).assert_consumed()
    fresh = stack()
    fresh.load_weights(tmp_path).assert_existing_objects_matched()  # the newest of a folder
    for a, b, c in zip(model.get_weights(), other.get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    with pytest.raises(ValueError, match="skip_mismatch"):
        fresh.load_weights(tmp_path / "ckpt", skip_mismatch=True)
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        fresh.save_weights(tmp_path / "x.keras")
    fresh.save_weights(tmp_path / "x.y", save_format="tf")
    assert (tmp_path / "x.y.index").exists()
    with pytest.raises(ValueError, match="save_format"):
        fresh.save_weights(tmp_path / "x", save_format="zip")


def test_layers_in_lists_and_dicts_are_saved(tmp_path):
    class Nested(visualnn.Model):
        def __init__(self):
            super().__init__()
            self.several = [layers.Dense(2), layers.Dense(3)]
            self.named = {"last": layers.Dense(1)}
            self.scale = self.add_weight(shape=(), name="scale")

        def call(self, x):
            for layer in self.several:
                x = layer(x)
            return self.named["last"](x) * self.scale

    x = np.ones((2, 4), "f4")
    model, other = Nested(), Nested()
    expected = model(x)
    model.save_weights(tmp_path / "ckpt")
    status = other.load_weights(tmp_path / "ckpt")
    np.testing.assert_array_equal(other(x), expected)
    status.assert_consumed()
    names = [name for name, _ in train.list_variables(tmp_path)]
    assert "several/1/_kernel/.ATTRIBUTES/VARIABLE_VALUE" in names
    assert "named/last/bias/.ATTRIBUTES/VARIABLE_VALUE" in names
