"""What the callback notes, read by a reader that shares nothing with the writer."""

import json
import zlib

import numpy as np
import pytest

from tests.exporting.event_reader import events
from visualnn import Input, Sequential, callbacks, layers, optimizers, utils
from visualnn.engine.watching import watchers
from visualnn.exporting import op_graph, profiles
from visualnn.exporting.events import EventWriter, histogram
from visualnn.training.callbacks.tensorboard import as_pictures

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1] * 2


def scalars(folder):
    found = {}
    for plugin, tag, step, value in events(folder):
        if plugin == "scalars":
            found.setdefault(tag, []).append((step, float(value)))
    return found


def fitted(tmp_path, epochs=3, **settings):
    model = Sequential([Input((3,)), layers.Dense(4, name="hidden"), layers.Dense(1, name="out")])
    model.compile(optimizers.SGD(0.125), "mse", metrics=["mae"])
    board = callbacks.TensorBoard(tmp_path / "logs", **settings)
    data = dict(validation_data=(X[:4], Y[:4]), batch_size=4, verbose=0)
    history = model.fit(X, Y, epochs=epochs, callbacks=[board], **data).history
    return model, board, history


def test_epochs_are_noted_for_training_and_validation(tmp_path):
    _, _, history = fitted(tmp_path)
    train, validation = (scalars(tmp_path / "logs" / kind) for kind in ("train", "validation"))
    assert sorted(train) == ["epoch_learning_rate", "epoch_loss", "epoch_mae"]
    assert train["epoch_learning_rate"] == [(0, 0.125), (1, 0.125), (2, 0.125)]
    for name in ("loss", "mae"):
        assert [step for step, _ in train[f"epoch_{name}"]] == [0, 1, 2]
        np.testing.assert_allclose([x for _, x in train[f"epoch_{name}"]], history[name])
        noted = [x for _, x in validation[f"epoch_{name}"]]
        np.testing.assert_allclose(noted, history[f"val_{name}"])
        steps = [step for step, _ in validation[f"evaluation_{name}_vs_iterations"]]
        assert steps == [2, 4, 6]


def test_batches_are_noted_as_often_as_asked(tmp_path):
    fitted(tmp_path, update_freq=2, write_steps_per_second=True)
    train = scalars(tmp_path / "logs" / "train")
    for name in ("batch_loss", "batch_mae", "batch_steps_per_second"):
        assert [step for step, _ in train[name]] == [2, 4, 6]
    assert all(speed > 0 for _, speed in train["epoch_steps_per_second"])
    fitted(tmp_path / "every", epochs=1, update_freq="batch")
    noted = scalars(tmp_path / "every" / "logs" / "train")
    assert [step for step, _ in noted["batch_loss"]] == [1, 2]


def test_weights_are_noted_as_histograms_and_pictures(tmp_path):
    model, _, _ = fitted(tmp_path, histogram_freq=2, write_images=True)
    found = events(tmp_path / "logs" / "train")
    tables = [e for e in found if e[0] == "histograms"]
    path = model.layers[0].kernel.path
    assert [step for _, tag, step, _ in tables if tag == f"{path}/histogram"] == [0, 2]
    last = next(table for _, tag, step, table in tables if (tag, step) == (f"{path}/histogram", 2))
    kernel = model.layers[0].get_weights()[0]
    assert last.shape == (30, 3) and last[:, 2].sum() == kernel.size
    assert last[0, 0] == kernel.min() and last[-1, 1] == kernel.max()
    pictures = next(e[3] for e in found if e[:3] == ("images", f"{path}/image", 2))
    assert pictures[:2] == [b"4", b"3"]
    assert pictures[2].startswith(b"\x89PNG\r\n\x1a\n")
    pixels = zlib.decompress(pictures[2].split(b"IDAT")[1][:-16])
    assert len(pixels) == 3 * (1 + 4) and max(pixels) == 255


def test_the_model_is_noted_once(tmp_path):
    model, _, _ = fitted(tmp_path, epochs=1)
    noted = [e for e in events(tmp_path / "logs" / "train") if e[0] == "graph_keras_model"]
    assert [e[1:3] for e in noted] == [("keras", 0)]
    assert json.loads(noted[0][3][0]) == json.loads(model.to_json())
    fitted(tmp_path / "without", epochs=1, write_graph=False)
    plugins = {e[0] for e in events(tmp_path / "without" / "logs" / "train")}
    assert plugins == {"scalars"}


def test_evaluate_alone_is_noted(tmp_path):
    model, _, _ = fitted(tmp_path / "first", epochs=1)
    board = callbacks.TensorBoard(tmp_path)
    loss, _ = model.evaluate(X, Y, verbose=0, callbacks=[board])
    noted = scalars(tmp_path / "validation")["evaluation_loss_vs_iterations"]
    assert noted == [(2, pytest.approx(loss))]
    assert not (tmp_path / "train").exists()


def test_the_first_training_step_is_drawn(tmp_path):
    fitted(tmp_path)
    (noted,) = [e for e in events(tmp_path / "logs" / "train") if e[1] == "train_step"]
    drawn = op_graph.MESSAGES.decode("RunMetadata", noted[3][0])
    nodes = drawn["function_graphs"][0]["pre_optimization_graph"]["node"]
    names = {node["name"] for node in nodes}
    assert len(names) == len(nodes)
    assert any(name.endswith("/hidden/matmul") for name in names)
    assert {"gradients", "loss", "metrics"} <= {name.partition("/")[0] for name in names}
    assert all(x.partition(":")[0] in names for node in nodes for x in node.get("input", ()))
    assert not watchers


@pytest.mark.parametrize(("span", "steps"), [(0, 0), (2, 1), ((3, 5), 3), ("2,3", 2), ((6, 9), 1)])
def test_batches_are_profiled(tmp_path, span, steps):
    fitted(tmp_path, profile_batch=span, write_graph=False)  # six batches
    files = list((tmp_path / "logs" / "train" / "plugins" / "profile").glob("*/*.xplane.pb"))
    assert len(files) == (steps > 0)
    assert not watchers
    if steps:
        space = profiles.MESSAGES.decode("XSpace", files[0].read_bytes())
        (plane,) = space["planes"]
        trains, operations = plane["lines"]
        names = {number: x["name"] for number, x in plane["event_metadata"].items()}
        ran = [names[event["metadata_id"]] for event in trains["events"]]
        assert ran.count("train_step") == steps  # beside those of validation
        assert any(name.endswith("hidden/matmul") for name in names.values())
        assert all(event["duration_ps"] > 0 for event in operations["events"])


def test_profiles_do_not_change_training(tmp_path):
    def trained(**settings):
        utils.set_random_seed(3)
        return fitted(tmp_path, **settings)[0].get_weights()

    for expected, found in zip(trained(), trained(profile_batch=(1, 6)), strict=True):
        np.testing.assert_array_equal(expected, found)


def test_embeddings_are_written_for_the_projector(tmp_path):
    model = Sequential([Input((3,), dtype="int32"), layers.Embedding(5, 2, name="words")])
    model.compile("sgd", "mse")
    data = np.arange(12).reshape(4, 3) % 5, np.zeros((4, 3, 2), "float32")
    (tmp_path / "words.tsv").write_text("a\nb\nc\nd\ne\n")
    settings = dict(embeddings_freq=1, embeddings_metadata={"words": tmp_path / "words.tsv"})
    model.fit(*data, verbose=0, callbacks=[callbacks.TensorBoard(tmp_path / "logs", **settings)])
    config = (tmp_path / "logs" / "train" / "projector_config.pbtxt").read_text()
    assert 'tensor_name: "words"' in config and str(tmp_path / "words.tsv") in config
    table = np.loadtxt(tmp_path / "logs" / "train" / "words.embedding.tsv", delimiter="\t")
    np.testing.assert_allclose(table, model.layers[0].get_weights()[0], rtol=1e-6)
    wrong = callbacks.TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"other": "x"})
    with pytest.raises(ValueError, match=r"names \['other'\], but the Embedding layers"):
        model.fit(*data, verbose=0, callbacks=[wrong])


def test_wrong_settings_are_refused():
    for wrong in (-1, (3, 1), "x", (0, 2), (1, 2, 3)):
        with pytest.raises(ValueError, match="`profile_batch` is a number of a batch"):
            callbacks.TensorBoard(profile_batch=wrong)
    with pytest.raises(ValueError, match="`update_freq` is 'epoch', 'batch' or a number"):
        callbacks.TensorBoard(update_freq="never")


def test_histograms_of_few_values():
    assert histogram(np.zeros(0))[:, 2].sum() == 0
    same = histogram(np.full(5, 2.0))
    assert same[-1].tolist() == [2, 2, 5] and same[:-1, 2].sum() == 0
    assert histogram(np.array([0.0, np.nan, np.inf, 1.0]))[:, 2].sum() == 2


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5,), (1, 1, 5, 1)),
        ((), None),
        ((5, 3), (1, 3, 5, 1)),
        ((3, 3, 7), (7, 3, 3, 1)),
        ((3, 3, 3, 8), (8, 3, 3, 3)),
        ((3, 3, 16, 8), None),
        ((3, 3, 1, 8), (8, 3, 3, 1)),
    ],
)
def test_weights_as_pictures(shape, expected):
    found = as_pictures(np.arange(np.prod(shape, dtype=int)).reshape(shape))
    assert (None if found is None else found.shape) == expected
    assert found is None or found.dtype == np.uint8


def test_texts_and_files_that_go_on(tmp_path):
    writer = EventWriter(tmp_path)
    writer.text("note", "*hello*", 3)
    writer.close()
    writer.scalar("later", 1.5, 4)
    writer.close()
    assert [e[:3] for e in events(tmp_path)] == [("text", "note", 3), ("scalars", "later", 4)]
