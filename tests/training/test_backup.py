"""Training that was broken off goes on as if nothing had happened."""

import json

import numpy as np
import pytest

from visualnn import Input, Sequential, callbacks, layers

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1] * 2


def model():
    model = Sequential([Input((3,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile("adam", "mse")
    return model


def fit(*added, epochs=5):
    trained = model()
    history = trained.fit(
        X, Y, batch_size=4, epochs=epochs, shuffle=False, verbose=0, callbacks=list(added)
    )
    return history, trained.get_weights()


class Broken(callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise RuntimeError("the power is out")


def test_it_goes_on_where_it_was(tmp_path):
    folder = tmp_path / "copies"
    with pytest.raises(RuntimeError, match="power"):
        fit(callbacks.BackupAndRestore(folder), Broken(3))
    place = json.loads((folder / "training_metadata.json").read_text())
    assert place["epoch"] == 3 and len(list(folder.iterdir())) == 2
    history, weights = fit(callbacks.BackupAndRestore(folder))
    whole, expected = fit()
    assert history.epoch == [3, 4] and not folder.exists()
    np.testing.assert_array_equal(history.history["loss"], whole.history["loss"][3:])
    for found, wanted in zip(weights, expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_the_next_fit_begins_anew(tmp_path):
    trained = model()
    backup = callbacks.BackupAndRestore(tmp_path / "copies")
    for _ in range(2):
        assert trained.fit(X, Y, epochs=2, verbose=0, callbacks=[backup]).epoch == [0, 1]


def test_copies_within_an_epoch(tmp_path):
    backup = callbacks.BackupAndRestore(tmp_path, save_freq=3, delete_checkpoint=False)
    (tmp_path / "notes.txt").write_text("mine")
    fit(backup, epochs=2)
    place = json.loads((tmp_path / "training_metadata.json").read_text())
    assert (place["epoch"], place["batch"]) == (1, 0)
    history, _ = fit(callbacks.BackupAndRestore(tmp_path, save_freq=3), epochs=2)
    assert history.epoch == [1] and [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(("twice", "count"), [(False, 1), (True, 2)])
def test_two_copies(tmp_path, twice, count):
    backup = callbacks.BackupAndRestore(tmp_path, double_checkpoint=twice, delete_checkpoint=False)
    fit(backup, epochs=4)
    assert len(list(tmp_path.glob("*.weights.h5"))) == count


def test_a_file_elsewhere_is_not_read(tmp_path):
    place = {"epoch": 1, "weights": "../other.weights.h5"}
    (tmp_path / "training_metadata.json").write_text(json.dumps(place))
    with pytest.raises(ValueError, match="names a file that is somewhere else"):
        fit(callbacks.BackupAndRestore(tmp_path))


def test_settings_that_make_no_sense(tmp_path):
    with pytest.raises(ValueError, match="names a directory; it is empty"):
        callbacks.BackupAndRestore("")
    for frequency in (0, True, "batch"):
        with pytest.raises(ValueError, match="'epoch' or a number of batches"):
            callbacks.BackupAndRestore(tmp_path, save_freq=frequency)
