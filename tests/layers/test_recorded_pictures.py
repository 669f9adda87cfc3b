"""Layers for pictures and sound against what real Keras has written down."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.layers.picture_cases import CASES, PICTURES, SOUNDS, results, spectrogram
from visualnn import layers
from visualnn.engine import Plan
from visualnn.graph import trace
from visualnn.layers.pictures import Pictures
from visualnn.models import Sequential
from visualnn.saving import load_model
from visualnn.spec import Spec

NUMBERS = np.load(Path(__file__).parent.parent / "recorded" / "pictures.npz")
LIBRARY = SimpleNamespace(layers=layers)
PUBLIC = [
    cls
    for cls in vars(layers).values()
    if isinstance(cls, type) and issubclass(cls, Pictures) and cls is not Pictures
]
NEEDED = {
    "height": 6, "width": 5, "factor": 0.5, "height_factor": 0.3, "width_factor": 0.2,
    "max_number": 3,
}  # fmt: skip
every_layer = pytest.mark.parametrize("cls", PUBLIC, ids=lambda cls: cls.__name__)


def made(cls, **more):
    """A layer with what it must be given, and a factor that lets it act."""
    needed = {name: field.required for name, field in cls.__declaration__.fields.items()}
    given = {name: NEEDED[name] for name, required in needed.items() if required}
    given = {"factor": 4} if cls.__name__ == "RandomPosterization" else given
    return cls(**given, **({"seed": 1} if "seed" in needed else {}), **more)


def wanted(case):
    """What Keras gave for a case, by the parts of the data."""
    names = [name for name in NUMBERS.files if name.rpartition("|")[0] == case]
    assert names, "run python -m tests.recorded.record_pictures"
    return {name.rpartition("|")[2]: NUMBERS[name] for name in names}


@pytest.mark.parametrize("case", CASES)
def test_gives_what_keras_gives(case):
    expected, found = wanted(case), results(LIBRARY, case)
    assert found.keys() <= expected.keys()
    for key, x in found.items():
        y = expected[key]
        assert (x.dtype, x.shape) == (y.dtype, y.shape), key
        tolerance = 0.05 if "images" in key or "rest" in key else 1e-3
        if "Equalization" in case or "bytes" in key:
            tolerance = 1.01  # ranks, and bytes, halfway between two numbers
        apart = ~np.isclose(x.astype("float64"), y.astype("float64"), atol=tolerance, rtol=1e-4)
        halfway = "nearest" in case or "masks" in key  # the last bit says which pixel is nearest
        assert apart.mean() <= (0.02 if halfway else 0), f"{key}: {apart.mean():.1%} differ"


@pytest.mark.parametrize("case", SOUNDS)
def test_spectrograms_are_keras_s(case):
    expected = wanted(case)[""]
    found = spectrogram(LIBRARY, case)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    apart = ~np.isclose(found, expected, rtol=2e-3, atol=2e-3)
    assert apart.mean() < 1e-3  # where there is nearly no sound, its logarithm is noise


@every_layer
@pytest.mark.parametrize("training", [True, False])
def test_traced_for_any_batch(cls, training):
    """Shapes and dtypes are those of the run; nothing is drawn at rest."""
    layer = made(cls)
    eager = layer(PICTURES, training=training)
    graph = trace(lambda x: layer(x, training=training), Spec((None, *PICTURES.shape[1:])))
    found = Plan(graph)(PICTURES)[0]
    assert (found.shape, found.dtype) == (eager.shape, eager.dtype)
    assert np.isfinite(found).all()
    if not training or not layer.variables:
        np.testing.assert_allclose(found, eager, atol=0.02)
    single = layer(PICTURES[0], training=training)
    assert single.shape == eager.shape[1:]


@every_layer
def test_saved_in_a_model(cls, tmp_path):
    model = Sequential([layers.Input(PICTURES.shape[1:]), made(cls)])
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        again.predict(PICTURES, verbose=0), model.predict(PICTURES, verbose=0), atol=1e-3
    )


@every_layer
def test_refusals(cls):
    layer = made(cls, bounding_box_format="xyxy")
    assert layer.get_config()["bounding_box_format"] == "xyxy"
    with pytest.raises(ValueError, match=r"takes pictures \(height, width, channels\)"):
        layer(PICTURES[0, 0])
    with pytest.raises(ValueError, match="must hold `images`, but holds"):
        layer({"pictures": PICTURES})
    boxes = {"boxes": np.zeros((2, 1, 4), "float32"), "labels": np.zeros((2, 1), "int32")}
    with pytest.raises(ValueError, match="by `bounding_box_format`, such as 'xyxy'"):
        made(cls)({"images": PICTURES, "bounding_boxes": boxes})
    with pytest.raises(ValueError, match="`data_format` must be one of"):
        made(cls, data_format="upside_down")


def test_what_belongs_to_pictures_moves_with_them():
    """Rectangles, masks and pictures stay together, in a batch and alone."""
    picture = np.zeros((1, 20, 30, 1), "float32")
    picture[0, 5:9, 10:16] = 1
    data = {
        "images": picture,
        "segmentation_masks": picture.astype("int32"),
        "bounding_boxes": {
            "boxes": np.array([[[10, 5, 16, 9]]], "float32"),
            "labels": np.array([[2]]),
        },
    }
    pipeline = layers.Pipeline(
        [
            layers.RandomFlip("horizontal", seed=3, bounding_box_format="xyxy"),
            layers.RandomTranslation(
                (0.2, 0.2), (-0.2, -0.2), fill_mode="constant", seed=1, bounding_box_format="xyxy"
            ),
            layers.RandomCrop(18, 25, seed=4, bounding_box_format="xyxy"),
        ]
    )
    alone = {
        key: {k: v[0] for k, v in x.items()} if isinstance(x, dict) else x[0]
        for key, x in data.items()
    }
    for given, first in ((data, 0), (alone, slice(None))):
        for _ in range(5):
            found = pipeline(given, training=True)
            rows, columns, _ = np.nonzero(np.asarray(found["images"][first]) > 0.5)
            edges = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            boxes = np.asarray(found["bounding_boxes"]["boxes"][first])
            np.testing.assert_allclose(boxes.reshape(4), edges, atol=1e-4)
            masks = np.asarray(found["segmentation_masks"][first])
            np.testing.assert_array_equal(masks > 0, np.asarray(found["images"][first]) > 0.5)


def test_chains_of_augmix_can_be_told():
    layer = layers.AugMix(seed=1)
    chains = [
        [{"layer_name": "random_brightness", "transformation": {"rgb_delta": np.float32(x)}}]
        for x in (10, 20, 40)
    ]
    told = {
        "chain_mixing_weights": np.array([0.2, 0.3, 0.5], "float32"),
        "weight_sample": np.float32(0.25),
        "chain_transforms": chains,
    }
    grey = np.full((2, 4, 4, 3), 100, "float32")
    np.testing.assert_allclose(layer.transform_images(grey, told), 121, rtol=1e-6)
    assert len(layer.variables) == 10  # the states of its layers and its own, as in Keras
