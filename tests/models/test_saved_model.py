"""Models saved as folders: as they were where their classes are known, else as what was traced."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, models, optimizers, saving
from visualnn.models import RevivedModel
from visualnn.saving import InvalidModelFile

X, Y = np.linspace(-1, 1, 96, dtype="float32").reshape(32, 3), np.ones((32, 1), "float32")


class Own(Model):
    """A subclassed model whose class is not registered."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.inner = layers.Dense(units, activation="tanh")
        self.norm = layers.BatchNormalization()
        self.out = layers.Dense(1)

    def call(self, x, training=None):
        return self.out(self.norm(self.inner(x), training=training))

    def get_config(self):
        return {"units": self.units}


def compiled():
    model = Sequential([Input((3,)), layers.Dense(4, activation="relu"), layers.Dense(1)])
    model.compile(optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("steps", [0, 1])
def test_a_compiled_model_goes_on_where_it_was(tmp_path, steps):
    model = compiled()
    if steps:
        model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m")
    assert {"saved_model.pb", "variables", "assets"} <= {x.name for x in (tmp_path / "m").iterdir()}
    again = models.load_model(tmp_path / "m")
    assert type(again) is Sequential
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
    first, second = (m.fit(X, Y, shuffle=False, verbose=0).history for m in (model, again))
    assert first == second


def test_without_optimizer_and_uncompiled(tmp_path):
    model = compiled()
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m", include_optimizer=False)
    assert models.load_model(tmp_path / "m").optimizer is None
    model.save(tmp_path / "m")
    assert models.load_model(tmp_path / "m", compile=False).optimizer is None


def test_formats_by_name_and_by_ending(tmp_path):
    model = compiled()
    model.save(tmp_path / "folder.v1", save_format="tf")
    assert (tmp_path / "folder.v1" / "saved_model.pb").is_file()
    model.save(tmp_path / "file.any", save_format="h5")
    np.testing.assert_array_equal(models.load_model(tmp_path / "file.any")(X), model(X))
    with pytest.raises(ValueError, match="save_format"):
        model.save(tmp_path / "m", save_format="zip")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear reader")
    with pytest.raises(FileExistsError):
        model.save(tmp_path / "other")
    with pytest.raises(FileExistsError):
        model.save(tmp_path / "folder.v1", save_format="tf", overwrite=False)


def test_a_class_that_is_known_comes_back(tmp_path):
    model = Own(5)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "m")
    again = models.load_model(tmp_path / "m", custom_objects={"Own": Own})
    assert isinstance(again, Own)
    np.testing.assert_allclose(again(X), model(X))


def test_a_class_that_is_not_known_is_revived(tmp_path):
    model = Own(5)
    want = model(X)
    model.save(tmp_path / "m")
    revived = models.load_model(tmp_path / "m")
    assert type(revived) is RevivedModel
    np.testing.assert_allclose(revived(X), want, rtol=1e-6)
    np.testing.assert_allclose(revived.predict(X[:5], verbose=0), want[:5], rtol=1e-6)
    assert len(revived.trainable_variables) == 6 and len(revived.weights) == 8
    revived.compile("sgd", "mse")
    before = revived.evaluate(X, Y, verbose=0)
    averages = [v.numpy() for v in revived.non_trainable_variables]
    revived.fit(X, Y, epochs=5, verbose=0)
    assert revived.evaluate(X, Y, verbose=0) < before
    moved = [
        np.abs(v.numpy() - a).max()
        for v, a in zip(revived.non_trainable_variables, averages, strict=False)
    ]
    assert max(moved) > 0
    revived.save(tmp_path / "again")
    np.testing.assert_allclose(models.load_model(tmp_path / "again")(X), revived(X), rtol=1e-5)
    with pytest.raises(NotImplementedError, match="without its class"):
        revived.save(tmp_path / "m.keras")


def test_without_traces_the_class_must_be_known(tmp_path):
    model = Own(5)
    want = model(X)
    model.save(tmp_path / "m", save_traces=False)
    again = models.load_model(tmp_path / "m", custom_objects={"Own": Own})
    np.testing.assert_allclose(again(X), want)
    with pytest.raises(ValueError, match="Own"):
        models.load_model(tmp_path / "m")


def test_words_are_saved_for_us_alone(tmp_path):
    texts = np.array([["b a"], ["a"]], object)
    model = Sequential(
        [
            Input((1,), dtype="string"),
            layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=3),
        ]
    )
    with pytest.raises(ValueError, match=r"text_vectorization.*no form in TensorFlow"):
        model.save(tmp_path / "m")
    model.save(tmp_path / "m", save_traces=False)
    np.testing.assert_array_equal(models.load_model(tmp_path / "m")(texts), model(texts))


def test_a_batch_that_must_be_known_is_the_one_it_was_built_for(tmp_path):
    class Flat(Model):
        def call(self, x):
            from visualnn import ops

            return ops.concatenate([x[i] for i in range(len(x))], axis=0)

    model, x = Flat(), X[:4]
    want = model(x)
    model.save(tmp_path / "m")
    revived = models.load_model(tmp_path / "m")
    np.testing.assert_array_equal(revived(x), want)
    with pytest.raises(ValueError, match=r"signature.*float32\[4, 3\]"):
        revived(X)


def test_damaged_folders_are_refused(tmp_path):
    model = compiled()
    model.save(tmp_path / "m")
    data = next((tmp_path / "m" / "variables").glob("*.data-*"))
    content = bytearray(data.read_bytes())
    content[3] ^= 1
    data.write_bytes(content)
    with pytest.raises(InvalidModelFile, match="checksum"):
        saving.load_model(tmp_path / "m")
    data.unlink()
    with pytest.raises(InvalidModelFile, match="missing"):
        saving.load_model(tmp_path / "m")


def test_models_that_were_never_called_are_refused(tmp_path):
    with pytest.raises(ValueError, match="not built"):
        Own(2).save(tmp_path / "m")
    with pytest.raises(ValueError, match="not built"):
        Own(2).export(tmp_path / "m")
    with pytest.raises(ValueError, match="no format 'torch'"):
        compiled().export(tmp_path / "m", format="torch")
