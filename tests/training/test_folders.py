"""Folders of pictures, texts and recordings become batches, as Keras makes them."""

import io
import itertools
import wave

import numpy as np
import pytest
from PIL import Image
from visualnn.utils import (
    array_to_img,
    audio_dataset_from_directory,
    image_dataset_from_directory,
    img_to_array,
    load_img,
    save_img,
    text_dataset_from_directory,
)

from visualnn import layers, models, ops
from visualnn.training.resampling import INTERPOLATIONS, resampled

CLASSES = ("a", "b", "empty")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two classes of six files of each kind, half of them in a folder below; and some others."""
    root = tmp_path_factory.mktemp("files")
    random = np.random.default_rng(0)
    for name, below, i in itertools.product("ba", ("", "sub"), range(3)):
        place = root / name / below
        place.mkdir(parents=True, exist_ok=True)
        picture = random.integers(0, 255, (7 + i, 10, 3), dtype="uint8")
        Image.fromarray(picture).save(place / f"{name}{i}.png")
        (place / f"{name}{i}.txt").write_text(f"Grüße {i} from {name}", encoding="utf-8")
        write_wave(place / f"{name}{i}.wav", np.arange(10 + i) * 1000, 2)
    for name in ("empty", ".hidden"):
        (root / name).mkdir()
    for ending in ("png", "txt", "wav"):
        (root / f"top.{ending}").write_bytes((root / "a" / f"a0.{ending}").read_bytes())
    return root


def write_wave(path, numbers, width, channels=1, rate=8000):
    raw = np.asarray(numbers, "<i4").view("uint8").reshape(-1, 4)[:, :width]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(raw.tobytes())


def images(folder, **settings):
    given = dict(image_size=(4, 6), shuffle=False, verbose=False, **settings)
    return image_dataset_from_directory(folder, **given)


KINDS = {
    "images": (image_dataset_from_directory, dict(image_size=(4, 6)), ".png"),
    "texts": (text_dataset_from_directory, {}, ".txt"),
    "recordings": (audio_dataset_from_directory, {}, ".wav"),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


@EVERY_KIND
def test_labels_and_classes(folder, kind, capsys):
    read, settings, ending = KINDS[kind]
    settings = dict(settings, shuffle=False)
    dataset = read(folder, **settings)
    assert capsys.readouterr().out == "Found 12 files belonging to 3 classes.\n"
    ((batch, labels),) = dataset
    assert len(batch) == 12 and dataset.class_names == list(CLASSES)
    assert labels.tolist() == [0] * 6 + [1] * 6 and labels.dtype == "int32"
    inside = [path.removeprefix(f"{folder}/") for path in dataset.file_paths]
    assert inside[:4] == [f"a/{x}{ending}" for x in ("a0", "a1", "a2", "sub/a0")]
    _, rows = read(folder, label_mode="categorical", batch_size=5, **settings)[2]
    np.testing.assert_array_equal(rows, np.eye(3, dtype="float32")[[1, 1]])
    assert rows.dtype == "float32"
    pair = read(folder, label_mode="binary", class_names=["b", "a"], **settings)
    assert pair[0][1].tolist() == [[0.0]] * 6 + [[1.0]] * 6 and pair.class_names == ["b", "a"]
    one, label = read(folder, batch_size=None, **settings)[7]
    np.testing.assert_array_equal(one, batch[7][: len(one)] if kind == "recordings" else batch[7])
    assert label == 1


@EVERY_KIND
@pytest.mark.parametrize("without", [dict(labels=None), dict(label_mode=None)], ids=str)
def test_without_labels_all_files_are_taken(folder, kind, without, capsys):
    read, settings, ending = KINDS[kind]
    dataset = read(folder, shuffle=False, **settings, **without)
    assert capsys.readouterr().out == "Found 13 files.\n"
    assert dataset.class_names is None and dataset.file_paths[0].endswith(f"top{ending}")
    (batch,) = dataset
    assert isinstance(batch, np.ndarray) and len(batch) == 13


def test_labels_by_a_list(folder):
    dataset = images(folder, labels=[7] * 6 + [9] * 7)
    assert dataset.class_names == ["7", "9"]
    assert dataset[0][1].tolist() == [7] * 6 + [9] * 7


@EVERY_KIND
def test_the_order_is_that_of_keras(folder, kind):
    read, settings, ending = KINDS[kind]
    dataset = read(folder, seed=1, verbose=False, **settings)
    names = ["a2", "sub/a0", "sub/a1", "sub/b1", "a1", "b0", "a0", "b1"]
    names += ["sub/b2", "sub/b0", "b2", "sub/a2"]  # recorded from Keras 3.15 for these files
    assert dataset.file_paths == [f"{folder}/{x[-2]}/{x}{ending}" for x in names]
    orders = [[label for _, y in dataset for label in y.tolist()] for _ in range(2)]
    assert orders[0] == [int(name[-2] == "b") for name in names]
    assert sorted(orders[0]) == sorted(orders[1])
    train, held = read(folder, seed=1, validation_split=0.2, subset="both", **settings)
    assert [len(train.file_paths), len(held.file_paths)] == [10, 2]
    assert train.file_paths + held.file_paths == dataset.file_paths
    alone = read(folder, seed=1, validation_split=0.2, subset="validation", **settings)
    assert alone.file_paths == held.file_paths and alone.class_names == list(CLASSES)


def test_each_epoch_has_an_order_of_its_own(folder):
    dataset = image_dataset_from_directory(folder, seed=1, verbose=False, image_size=(2, 2))
    first, second = ([x.sum() for x, _ in dataset for x in x] for _ in range(2))
    assert first != second and sorted(first) == sorted(second)


def test_pictures_in_each_mode(folder):
    path = f"{folder}/a/a0.png"
    assert images(folder, color_mode="grayscale")[0][0].shape == (12, 4, 6, 1)
    first = images(folder, color_mode="rgba", data_format="channels_first")[0][0]
    assert first.shape == (12, 4, 4, 6) and (first[:, 3] == 255).all()
    for settings in ({}, dict(crop_to_aspect_ratio=True), dict(pad_to_aspect_ratio=True)):
        picture = img_to_array(load_img(path))
        expected = ops.image.resize(picture, (4, 6), **settings)
        made = images(folder, **settings)[0][0]
        assert made.dtype == "float32"
        np.testing.assert_allclose(made[0], expected, atol=1e-3)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_resampling(interpolation):
    x = np.random.default_rng(1).random((12, 9, 3), dtype="float32")
    for size in ((5, 4), (30, 17)):
        found = resampled(resampled(x, size[0], 0, interpolation), size[1], 1, interpolation)
        assert found.shape == (*size, 3) and found.dtype == "float32"
        if interpolation not in ("area", "gaussian", "mitchellcubic"):
            expected = ops.image.resize(x, size, interpolation)
            np.testing.assert_allclose(found, expected, atol=1e-4)
    even = np.full((8, 1), 3.0)
    np.testing.assert_allclose(resampled(even, 5, 0, interpolation), 3, rtol=1e-6)
    if interpolation == "area":
        halves = resampled(x, 4, 0, "area")
        np.testing.assert_allclose(halves, x.reshape(4, 3, 9, 3).mean(1), rtol=1e-5)


def test_a_model_learns_from_pictures(folder):
    dataset = images(folder, batch_size=5, label_mode="categorical")
    model = models.Sequential(
        [layers.Input((4, 6, 3)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)]
    )
    model.compile("sgd", "mse")
    model.fit(dataset, epochs=1, verbose=0, validation_data=dataset)
    assert model.predict(dataset, verbose=0).shape == (12, 3)


def test_texts(folder):
    ((texts, _),) = text_dataset_from_directory(folder, shuffle=False, verbose=False)
    assert texts[1] == "Grüße 1 from a" and texts.dtype.kind == "U"
    short = text_dataset_from_directory(folder, shuffle=False, verbose=False, max_length=4)
    assert short[0][0][0] == "Grü"
    vectors = layers.TextVectorization(vocabulary=["from", "a"])
    assert vectors(texts).shape == (12, 4)


def test_recordings(folder):
    read = audio_dataset_from_directory
    settings = dict(shuffle=False, verbose=False)
    batch, _ = read(folder, **settings)[0]
    assert batch.shape == (12, 12, 1) and batch.dtype == "float32"
    np.testing.assert_allclose(batch[0, :, 0], [*np.arange(10) * 1000 / 32768, 0, 0])
    assert read(folder, output_sequence_length=5, **settings)[0][0].shape == (12, 5, 1)
    ragged, _ = read(folder, ragged=True, **settings)[0]
    assert [len(x) for x in ragged[:3]] == [10, 11, 12]
    assert read(folder, sampling_rate=4000, **settings)[0][0].shape == (12, 6, 1)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_recordings_of_each_width(tmp_path, width):
    most = 2 ** (8 * width - 1)
    numbers = np.array([0, 1, most - 1, -1, -most])
    write_wave(tmp_path / "x.wav", numbers + (128 if width == 1 else 0), width)
    batch = audio_dataset_from_directory(tmp_path, labels=None, verbose=False)[0]
    np.testing.assert_allclose(batch[0, :, 0], numbers / most, rtol=1e-6)


def test_a_tone_stays_a_tone_at_another_rate(tmp_path):
    seconds = np.arange(4000) / 8000
    tone = np.sin(2 * np.pi * 440 * seconds)
    write_wave(tmp_path / "x.wav", (tone * 30000).astype(int), 2)
    batch = audio_dataset_from_directory(tmp_path, None, sampling_rate=6000, verbose=False)[0]
    at = (np.arange(3000) + 0.5) / 6000 - 0.5 / 8000
    expected = np.sin(2 * np.pi * 440 * at) * 30000 / 32768
    np.testing.assert_allclose(batch[0, 50:-50, 0], expected[50:-50], atol=5e-3)


def test_what_is_no_recording_is_refused(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"RIFF1234WAVEnothing")
    dataset = audio_dataset_from_directory(tmp_path, None, verbose=False)
    with pytest.raises(ValueError, match=r"x\.wav' cannot be read.*WAV files of whole numbers"):
        dataset[0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (dict(labels="x"), "`labels` must be"),
        (dict(labels=[1, 2]), "it has 2, and there are 13"),
        (dict(labels=[1] * 13, class_names=["a"]), "`class_names`"),
        (dict(class_names=["a", "c"]), "must be names of folders"),
        (dict(label_mode="x"), "`label_mode`"),
        (dict(label_mode="binary"), "for two classes"),
        (dict(validation_split=0.2), "they belong together"),
        (dict(subset="both"), "they belong together"),
        (dict(validation_split=1.2, subset="both", seed=1), "between 0 and 1"),
        (dict(validation_split=0.2, subset="x", seed=1), "`subset`"),
        (dict(validation_split=0.2, subset="both"), "give a `seed`"),
        (dict(validation_split=0.01, subset="validation", seed=1), "There are no"),
        (dict(class_names=["empty"]), "There are no"),
        (dict(batch_size=0), "`batch_size`"),
    ],
    ids=str,
)
@EVERY_KIND
def test_what_does_not_go_together_is_refused(folder, kind, settings, said):
    read, own, _ = KINDS[kind]
    with pytest.raises(ValueError, match=said):
        read(folder, verbose=False, **own, **settings)


@EVERY_KIND
def test_a_folder_that_is_not_there(tmp_path, kind):
    with pytest.raises(FileNotFoundError, match="no folder"):
        KINDS[kind][0](tmp_path / "nothing")


@pytest.mark.parametrize(
    "settings",
    [
        dict(color_mode="x"),
        dict(interpolation="x"),
        dict(image_size=(3,)),
        dict(data_format="x"),
        dict(format="x"),
        dict(crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
    ],
    ids=str,
)
def test_settings_of_pictures_that_are_not_known(folder, settings):
    with pytest.raises(ValueError, match=f"`{next(iter(settings))}`"):
        image_dataset_from_directory(folder, **settings)


def test_pictures_are_written_and_read_again(tmp_path):
    x = np.random.default_rng(0).integers(0, 255, (5, 7, 4), dtype="uint8")
    save_img(tmp_path / "x.png", x, scale=False)
    again = img_to_array(load_img(tmp_path / "x.png", "rgba"), dtype="uint8")
    np.testing.assert_array_equal(again, x)
    with pytest.warns(UserWarning, match="no transparency"):
        save_img(tmp_path / "x.jpg", x)
    assert load_img(str(tmp_path / "x.jpg"), target_size=(3, 4)).size == (4, 3)
    file = io.BytesIO()
    save_img(file, x.transpose(2, 0, 1)[:3], "channels_first", "jpg")
    assert load_img(io.BytesIO(file.getvalue())).size == (7, 5)
    picture = array_to_img([[[1.0], [3.0]]])
    assert np.asarray(picture).tolist() == [[0, 255]] and picture.mode == "L"
