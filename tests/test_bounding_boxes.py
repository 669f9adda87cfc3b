"""Rectangles: formats, edges, and how they compare; numbers by Keras 3.15."""

import numpy as np
import pytest

from visualnn import bounding_boxes as rectangles
from visualnn.bounding_boxes import FORMATS

BOXES = np.array([[1, 2, 5, 8], [3, 0, 7, 4]], "float32")
OTHERS = np.array([[2, 2, 6, 6], [0, 0, 3, 3], [10, 10, 12, 12]], "float32")
ANCHORS = np.array([[2, 2, 6, 6], [1, 0, 4, 5]], "float32")
FIRST = {
    "xyxy": [1, 2, 5, 8], "yxyx": [2, 1, 8, 5], "xywh": [1, 2, 4, 6],
    "center_xywh": [3, 5, 4, 6], "center_yxhw": [5, 3, 6, 4], "rel_xyxy": [0.05, 0.2, 0.25, 0.8],
    "rel_yxyx": [0.2, 0.05, 0.8, 0.25], "rel_xywh": [0.05, 0.2, 0.2, 0.6],
    "rel_center_xywh": [0.15, 0.5, 0.2, 0.6],
}  # fmt: skip


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_formats(source, target):
    size = {"height": 10, "width": 20}
    given = rectangles.convert_format(BOXES, "xyxy", source, **size)
    np.testing.assert_allclose(given[0], FIRST[source], rtol=1e-6)
    found = rectangles.convert_format({"boxes": given, "labels": [1]}, source, target, **size)
    np.testing.assert_allclose(found["boxes"][0], FIRST[target], rtol=1e-5, atol=1e-6)
    back = rectangles.convert_format(found["boxes"][None], target, "XYXY", **size)
    np.testing.assert_allclose(back[0], BOXES, rtol=1e-5, atol=1e-5)


def test_edges():
    boxes = {
        "boxes": np.array([[[1, 2, 5, 8], [-3, 4, 30, 14], [12, 12, 14, 14]]], "float32"),
        "labels": np.array([[1, 2, 3]]),
    }
    found = rectangles.clip_to_image_size(boxes, height=10, width=20)
    assert found["boxes"].tolist() == [[[1, 2, 5, 8], [0, 4, 20, 10], [12, 10, 14, 10]]]
    assert found["labels"].tolist() == [[1, 2, -1]]
    assert rectangles.crop(BOXES, 1, 2, 4, 6).tolist() == [[0, 1, 3, 4], [1, 0, 5, 3]]
    assert rectangles.pad(BOXES, 1, 2).tolist() == [[3, 3, 7, 9], [5, 1, 9, 5]]


@pytest.mark.parametrize(
    "settings, wanted",
    [
        ({}, [1, 2, 5, 8]),
        ({"angle": 90}, [7, 9, 13, 13]),
        ({"translate_x": 2, "translate_y": 1}, [39, 11, 43, 17]),
        ({"scale": 2}, [-7.5, -0.5, 0.5, 11.5]),
        ({"shear_x": 10}, [0.5592, 2, 5.6171, 8]),
        ({"shear_y": 10}, [1, 0.5012, 5, 7.2065]),
        (
            {"angle": 20, "translate_x": 1, "translate_y": -2, "scale": 1.5, "shear_x": 10,
             "shear_y": 5, "center_x": 0.2, "center_y": 0.8},
            [9.8957, -34.4148, 20.4256, -24.1294],
        ),
    ],
)  # fmt: skip
def test_turned_sheared_and_moved(settings, wanted):
    names = ("angle", "translate_x", "translate_y", "scale", "shear_x", "shear_y")
    given = [np.array([settings.get(name, name == "scale")], "float32") for name in names]
    centre = {key: x for key, x in settings.items() if key.startswith("center")}
    found = rectangles.affine_transform(BOXES[None], *given, 10, 20, **centre)
    np.testing.assert_allclose(found[0, 0], wanted, atol=2e-4)


def test_compared():
    wanted = [[0.4286, 0.0645, 0], [0.2308, 0, 0]]
    np.testing.assert_allclose(rectangles.compute_iou(BOXES, OTHERS, "xyxy"), wanted, atol=1e-4)
    many = rectangles.compute_iou(BOXES[None].repeat(2, 0), OTHERS, "xyxy")
    np.testing.assert_allclose(many, [wanted, wanted], atol=1e-4)
    relative = rectangles.compute_iou(BOXES / 20, OTHERS / 20, "rel_xyxy", image_shape=(9, 9, 3))
    np.testing.assert_allclose(relative, wanted, atol=1e-4)
    masked = np.concatenate([OTHERS[:1], np.full((1, 4), -1, "float32")])
    found = rectangles.compute_iou(BOXES, masked, "xyxy", use_masking=True)
    np.testing.assert_allclose(found, [[0.4286, -1], [0.2308, -1]], atol=1e-4)
    alike = rectangles.compute_ciou(BOXES, OTHERS[:2], "xyxy")
    np.testing.assert_allclose(alike, [0.3954, -0.1923], atol=1e-4)
    alike = rectangles.compute_ciou(BOXES, OTHERS[:2], "xywh")
    np.testing.assert_allclose(alike, [0.432, -0.2185], atol=1e-4)


@pytest.mark.parametrize(
    "settings, wanted",
    [
        ({}, [0.25, -0.25, 0.4055, 0]),
        ({"encoding": "center_xywh"}, [-0.25, 0.25, 0, 0.4055]),
        ({"variance": [0.1, 0.1, 0.2, 0.2]}, [2.5, -2.5, 2.0273, 0]),
    ],
)
def test_relative_to_anchors(settings, wanted):
    form, variance = settings.get("encoding", "center_yxhw"), settings.get("variance")
    deltas = rectangles.encode_box_to_deltas(ANCHORS, BOXES, "xyxy", "xyxy", form, variance)
    np.testing.assert_allclose(deltas[0], wanted, atol=1e-4)
    back = rectangles.decode_deltas_to_boxes(
        {"p3": ANCHORS}, {"p3": deltas}, "xyxy", "yxyx", form, variance
    )
    np.testing.assert_allclose(back["p3"], BOXES[:, [1, 0, 3, 2]], atol=1e-4)


@pytest.mark.parametrize(
    "call, problem, words",
    [
        (lambda: rectangles.convert_format(BOXES, "xyxy", "round"), ValueError, "must be one of"),
        (lambda: rectangles.convert_format(BOXES, "xyxy", "rel_xyxy"), ValueError, "must be given"),
        (lambda: rectangles.convert_format(BOXES[:, :3], "xyxy", "xywh"), ValueError, "four"),
        (lambda: rectangles.crop(BOXES, 1, 2, 4, 6, "xywh"), NotImplementedError, "before it"),
        (lambda: rectangles.compute_iou(BOXES[0], OTHERS, "xyxy"), ValueError, "takes rectangles"),
        (lambda: rectangles.compute_iou(BOXES, OTHERS, "rel_xyxy"), ValueError, "`image_shape`"),
        (
            lambda: rectangles.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", "xyxy"),
            ValueError,
            "must be 'center_xywh'",
        ),
        (
            lambda: rectangles.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", variance=[1]),
            ValueError,
            "must be four numbers",
        ),
    ],
)
def test_refusals(call, problem, words):
    with pytest.raises(problem, match=words):
        call()
