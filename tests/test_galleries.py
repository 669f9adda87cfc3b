"""Pictures with rectangles, masks and words on them, and galleries of them."""

import numpy as np
import pytest

from visualnn import visualization

PICTURES = np.full((2, 12, 16, 3), 100, "uint8")
BOXES = {
    "boxes": np.array([[[3, 2, 10, 9], [0, 0, 4, 4]], [[1, 1, 6, 6], [-1, -1, -1, -1]]], "float32"),
    "labels": np.array([[1, 0], [0, -1]]),
}
COLOURS = {0: (0, 0, 0), 1: (255, 0, 0), 2: (0, 255, 0), 3: (0, 0, 255)}
PIXELS = np.full((1, 2, 4, 3), 100, "uint8")
PIXELS[0, 0, 0] = [0, 10, 20]
CLASSES = np.array([[[0, 1, 2, -1], [1, 1, 3, 0]]])[..., None]


@pytest.mark.parametrize(
    "settings, wanted",
    [
        ({}, [[0, 2, 4], [224, 20, 20], [20, 224, 20], [100, 100, 100]]),
        ({"alpha": 0.5}, [[0, 5, 10], [177, 50, 50], [50, 177, 50], [100, 100, 100]]),
        ({"blend": False}, [[0, 0, 0], [255, 0, 0], [0, 255, 0], [100, 100, 100]]),
        ({"ignore_index": 1}, [[0, 2, 4], [100, 100, 100], [20, 224, 20], [100, 100, 100]]),
    ],
)
def test_pixels_are_painted_in_the_colour_of_their_class(settings, wanted):
    """By Keras's numbers; a class of -1 that is not ignored has no colour."""
    colours = {**COLOURS, -1: (100, 100, 100)}
    made = visualization.draw_segmentation_masks(PIXELS, CLASSES, color_mapping=colours, **settings)
    assert made[0, 0].tolist() == wanted
    assert made.dtype == ("float32" if settings == {"blend": False} else "uint8")


def test_what_cannot_be_painted_is_refused():
    draw = visualization.draw_segmentation_masks
    with pytest.raises(ValueError, match="takes a batch of pictures"):
        draw(PIXELS[0], CLASSES[0])
    with pytest.raises(TypeError, match="must be whole numbers, but are float64"):
        draw(PIXELS, CLASSES + 0.5)
    with pytest.raises(ValueError, match=r"must be \(1, 2, 4\), but are \(1, 1, 4, 1\)"):
        draw(PIXELS, CLASSES[:, :1])
    with pytest.raises(KeyError, match="no colour for class 3"):
        draw(PIXELS, CLASSES, color_mapping={0: (0, 0, 0), 1: (1, 1, 1), 2: (2, 2, 2)})
    assert len({tuple(x) for x in draw(PIXELS, CLASSES).reshape(-1, 3)}) >= 4


@pytest.mark.parametrize("form", ["xyxy", "rel_xyxy", "xywh"])
def test_rectangles_are_drawn(form):
    from visualnn.utils import bounding_boxes

    boxes = bounding_boxes.convert_format(BOXES, "xyxy", form, height=12, width=16)
    made = visualization.draw_bounding_boxes(PICTURES, boxes, form, color=(1, 2, 3))
    drawn = (made == [1, 2, 3]).all(-1)
    assert made.dtype == "uint8" and made.shape == PICTURES.shape
    assert drawn[0, 2, 3:10].all() and drawn[0, 2:9, 3].all() and drawn[0, 8, 3:10].all()
    assert not drawn[0, 4:7, 5:8].any() and not drawn[1, 9:, 9:].any()
    named = visualization.draw_bounding_boxes(
        PICTURES, boxes, form, class_mapping={0: "cat", 1: "dog"}, color=(1, 2, 3)
    )
    assert (named != made).any()
    with pytest.raises(TypeError, match="as a dict with `boxes` and `labels`"):
        visualization.draw_bounding_boxes(PICTURES, BOXES["boxes"], form)


@pytest.fixture
def plots(monkeypatch):
    """matplotlib without a screen."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as pyplot

    yield pyplot
    pyplot.close("all")


def test_galleries(plots, tmp_path):
    figure = visualization.plot_image_gallery(
        PICTURES, y_true=[0, 1], y_pred=[1, 1], label_map={0: "cat", 1: "dog"}
    )
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["true: cat\npredicted: dog", "true: dog\npredicted: dog"]
    many = visualization.plot_image_gallery(np.zeros((5, 4, 4, 1)), cols=2, value_range=(0, 1))
    assert len(many.axes) == 6
    assert visualization.plot_image_gallery(PICTURES, path=str(tmp_path / "a.png")) is None
    assert (tmp_path / "a.png").stat().st_size > 100
    with pytest.raises(ValueError, match="not both"):
        visualization.plot_image_gallery(PICTURES, path="a.png", show=True)
    boxes = visualization.plot_bounding_box_gallery(
        PICTURES, "xyxy", y_true=BOXES, y_pred=BOXES, legend=True
    )
    assert [text.get_text() for text in boxes.legends[0].get_texts()] == [
        "Ground truth",
        "Prediction",
    ]
    with pytest.raises(ValueError, match="not both"):
        visualization.plot_bounding_box_gallery(PICTURES, "xyxy", legend=True, legend_handles=[])
    masks = visualization.plot_segmentation_mask_gallery(PIXELS, 4, y_true=CLASSES, y_pred=CLASSES)
    assert len(masks.axes) == 3


def test_what_is_not_installed_is_named(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ImportError, match="plot_image_gallery needs matplotlib, which is not"):
        visualization.plot_image_gallery(PICTURES)
    with pytest.raises(ImportError, match="needs Pillow, which is not installed"):
        visualization.draw_bounding_boxes(PICTURES, BOXES, "xyxy", class_mapping={1: "dog"})
