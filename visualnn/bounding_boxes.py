"""Rectangles around things in pictures: ``keras.utils.bounding_boxes``.

A rectangle is four numbers in the last axis, in one of several formats.  x runs along the columns,
y along the rows; ``rel`` formats count in widths and heights of the picture instead of pixels.
Rectangles with classes are a dict ``{"boxes": (..., 4), "labels": (...)}``, where the class -1 says
that there is none.
"""

from __future__ import annotations

import math
from typing import Any

from visualnn import ops
from visualnn.spec import ShapeError, Spec

FORMATS = (
    "xyxy",
    "yxyx",
    "xywh",
    "center_xywh",
    "center_yxhw",
    "rel_xyxy",
    "rel_yxyx",
    "rel_xywh",
    "rel_center_xywh",
)


def _parts(boxes: Any) -> list[Any]:
    return [boxes[..., i : i + 1] for i in range(4)]


def _corners(boxes: Any, form: str) -> list[Any]:
    """Left, top, right and bottom."""
    a, b, c, d = _parts(boxes)
    match form:
        case "xyxy":
            return [a, b, c, d]
        case "yxyx":
            return [b, a, d, c]
        case "xywh":
            return [a, b, a + c, b + d]
        case "center_yxhw":
            a, b, c, d = b, a, d, c
    return [a - c / 2, b - d / 2, a + c / 2, b + d / 2]


def _formed(left: Any, top: Any, right: Any, bottom: Any, form: str) -> list[Any]:
    match form:
        case "xyxy":
            return [left, top, right, bottom]
        case "yxyx":
            return [top, left, bottom, right]
        case "xywh":
            return [left, top, right - left, bottom - top]
    x, y, width, height = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
    return [y, x, height, width] if form == "center_yxhw" else [x, y, width, height]


def _format(name: str, what: str) -> str:
    if not isinstance(name, str) or name.lower() not in FORMATS:
        raise ValueError(f"`{what}` must be one of {', '.join(map(repr, FORMATS))}, not {name!r}.")
    return name.lower()


def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: Any = "float32",
) -> Any:
    """The same rectangles in another format.

    Args:
        boxes: Rectangles (..., 4), or a dict with such ``boxes``.
        source: The format they have.
        target: The format they get.
        height: How many rows the picture has, where one format is relative and one is not.
        width: How many columns it has.
        dtype: The dtype of the result.

    Raises:
        ValueError: When there is no such format, or the size of the picture is missing.
    """
    if isinstance(boxes, dict):
        numbers = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return {**boxes, "boxes": numbers}
    source, target = _format(source, "source"), _format(target, "target")
    boxes = ops.cast(boxes, dtype)
    if not Spec.of(boxes).ndim or Spec.of(boxes).sizes[-1] != 4:
        raise ShapeError(f"A rectangle is four numbers in the last axis, but got {Spec.of(boxes)}.")
    if source == target:
        return boxes
    left, top, right, bottom = _corners(boxes, source.removeprefix("rel_"))
    if source.startswith("rel_") != target.startswith("rel_"):
        if height is None or width is None:
            raise ValueError(
                f"From {source!r} to {target!r}, `height` and `width` of the picture must be given."
            )
        down, along = ops.cast(height, dtype), ops.cast(width, dtype)
        if source.startswith("rel_"):
            left, top, right, bottom = left * along, top * down, right * along, bottom * down
        else:
            left, top, right, bottom = left / along, top / down, right / along, bottom / down
    made = _formed(left, top, right, bottom, target.removeprefix("rel_"))
    return ops.concatenate(made, axis=-1)


def _only(form: str, known: tuple[str, ...], name: str) -> None:
    if form not in known:
        raise NotImplementedError(
            f"{name} takes rectangles in the format {' or '.join(map(repr, known))}, not {form!r}: "
            "use `convert_format` before it."
        )


def clip_to_image_size(
    bounding_boxes: dict[str, Any],
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Cut off what lies outside the picture; rectangles of which nothing is left get class -1.

    Args:
        bounding_boxes: A dict with ``boxes`` and ``labels``.
        height: How many rows the picture has.
        width: How many columns it has.
        bounding_box_format: ``"xyxy"`` or ``"rel_xyxy"``.

    Raises:
        ValueError: When the size of the picture is missing.
    """
    _only(bounding_box_format, ("xyxy", "rel_xyxy"), "clip_to_image_size")
    if bounding_box_format == "rel_xyxy":
        height = width = 1
    if height is None or width is None:
        raise ValueError("clip_to_image_size: `height` and `width` must be given for 'xyxy'.")
    boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
    along, down = (ops.cast(size, ops.dtype(boxes)) for size in (width, height))
    left, top, right, bottom = _parts(boxes)
    left, right = (ops.clip(x, 0, along) for x in (left, right))
    top, bottom = (ops.clip(y, 0, down) for y in (top, bottom))
    area = ops.squeeze((right - left) * (bottom - top), axis=-1)
    return {
        **bounding_boxes,
        "boxes": ops.concatenate([left, top, right, bottom], axis=-1),
        "labels": ops.where(area > 0, labels, ops.full_like(labels, -1)),
    }


def crop(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any,
    width: Any,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The rectangles in a piece of the picture, this large and cut out at this place."""
    _only(bounding_box_format, ("xyxy",), "crop")
    boxes = ops.convert_to_tensor(boxes)
    at, size = _both(top, left, boxes), _both(height, width, boxes)
    x1, y1, x2, y2 = _parts(boxes)
    made = [
        ops.clip(x - at[axis], 0, size[axis]) for x, axis in ((x1, 1), (y1, 0), (x2, 1), (y2, 0))
    ]
    return ops.concatenate(made, axis=-1)


def pad(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The rectangles in a picture that got so many rows above and columns on the left."""
    del height, width  # what is added below and on the right moves nothing
    _only(bounding_box_format, ("xyxy",), "pad")
    boxes = ops.convert_to_tensor(boxes)
    down, along = _both(top, left, boxes)
    x1, y1, x2, y2 = _parts(boxes)
    return ops.concatenate([x1 + along, y1 + down, x2 + along, y2 + down], axis=-1)


def _both(down: Any, along: Any, boxes: Any) -> tuple[Any, Any]:
    return ops.cast(down, ops.dtype(boxes)), ops.cast(along, ops.dtype(boxes))


# --------------------------------------------------------------------------- moved


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The smallest upright rectangles around rectangles that were moved, sheared and turned.

    Args:
        boxes: Rectangles (pictures, rectangles, 4).
        angle: By how many degrees each picture is turned, against the clock: (pictures,).
        translate_x: By how many widths it is moved to the right.
        translate_y: By how many heights it is moved down.
        scale: How much larger it gets.
        shear_x: By how many degrees it leans to the side.
        shear_y: By how many degrees it leans down.
        height: How many rows it has.
        width: How many columns it has.
        center_x: The point that stays, as a share of the width; by default the middle.
        center_y: The point that stays, as a share of the height.
        bounding_box_format: ``"xyxy"``.
    """
    _only(bounding_box_format, ("xyxy",), "affine_transform")
    boxes = ops.cast(boxes, "float32")
    if Spec.of(boxes).ndim != 3:
        raise ShapeError(f"affine_transform takes (pictures, rectangles, 4), not {Spec.of(boxes)}.")

    def number(x: Any) -> Any:
        return ops.reshape(ops.cast(x, "float32"), (-1, 1, 1))

    last_column, last_row = number(width) - 1, number(height) - 1
    x0 = number(0.5 if center_x is None else center_x) * last_column
    y0 = number(0.5 if center_y is None else center_y) * last_row
    turned = number(angle) * (math.pi / 180)
    lean_x, lean_y = (ops.tan(number(x) * (math.pi / 180)) for x in (shear_x, shear_y))
    cos, sin = ops.cos(turned), ops.sin(turned)
    p, q = cos + sin * lean_y, sin - cos * lean_y
    left, top, right, bottom = _parts(boxes)
    x = ops.concatenate([left, right, right, left], axis=-1) + number(translate_x) * last_column
    y = ops.concatenate([top, top, bottom, bottom], axis=-1) + number(translate_y) * last_row
    x, y, times = x - x0, y - y0, number(scale)
    columns = times * ((cos + lean_x * q) * x + (sin + lean_x * p) * y) + x0
    rows = times * (p * y - q * x) + y0
    ends = [f(z, axis=-1) for f in (ops.min, ops.max) for z in (columns, rows)]
    return ops.stack(ends, axis=-1)


# --------------------------------------------------------------------------- compared


def _as_corners(boxes: Any, form: str, image_shape: Any, target: str = "xyxy") -> Any:
    """Rectangles by their corners, in pixels.

    Raises:
        ValueError: When they are relative and the size of the picture is missing.
    """
    height = width = None
    if form.startswith("rel_"):
        if image_shape is None:
            raise ValueError(f"For the format {form!r}, `image_shape` must be given.")
        height, width = image_shape[-3], image_shape[-2]
    return convert_format(boxes, form, target, height=height, width=width)


def _overlap(first: list[Any], second: list[Any]) -> tuple[Any, Any]:
    """The areas of the intersection and of the union."""
    x1, y1, x2, y2 = first
    u1, v1, u2, v2 = second
    width = ops.maximum(ops.minimum(x2, u2) - ops.maximum(x1, u1), 0)
    height = ops.maximum(ops.minimum(y2, v2) - ops.maximum(y1, v1), 0)
    common = width * height
    return common, (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - common


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Any = None,
) -> Any:
    """The intersection over the union of each rectangle with each other one.

    Args:
        boxes1: Rectangles (n, 4) or (pictures, n, 4).
        boxes2: Rectangles (m, 4) or (pictures, m, 4).
        bounding_box_format: The format of both.
        use_masking: Whether rectangles with negative numbers stand for none.
        mask_val: The result for these.
        image_shape: The shape of the picture, where the format is relative.

    Returns:
        (n, m), or (pictures, n, m).
    """
    first = ops.convert_to_tensor(boxes1)
    second = ops.convert_to_tensor(boxes2)
    ranks = Spec.of(first).ndim, Spec.of(second).ndim
    if any(rank not in (2, 3) for rank in ranks):
        raise ShapeError(
            "compute_iou takes rectangles (n, 4) or (pictures, n, 4), but got "
            f"{Spec.of(first)} and {Spec.of(second)}."
        )
    first = _as_corners(first, bounding_box_format, image_shape)
    second = _as_corners(second, bounding_box_format, image_shape)
    turned = ops.swapaxes(second, -1, -2)
    others = [turned[..., i : i + 1, :] for i in range(4)]
    common, union = _overlap(_parts(first), others)
    found = ops.divide_no_nan(common, union)
    if use_masking:
        absent = ops.logical_or(
            ops.max(first, axis=-1, keepdims=True) < 0,
            ops.expand_dims(ops.max(second, axis=-1) < 0, -2),
        )
        found = ops.where(absent, ops.full_like(found, mask_val), found)
    return found


def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None
) -> Any:
    """How alike the rectangles of each pair are: overlap, distance and proportions.

    Zheng et al., "Distance-IoU loss: faster and better learning for bounding box regression",
    2020.

    Args:
        boxes1: Rectangles (..., 4).
        boxes2: Rectangles (..., 4), the second of each pair.
        bounding_box_format: The format of both.
        image_shape: The shape of the picture, where the format is relative.

    Returns:
        (...): 1 for equal rectangles, less than zero for distant ones.
    """
    least = 1e-7
    first = _parts(_as_corners(boxes1, bounding_box_format, image_shape))
    second = _parts(_as_corners(boxes2, bounding_box_format, image_shape))
    x1, y1, x2, y2 = first
    u1, v1, u2, v2 = second
    common, union = _overlap(first, second)
    overlap = common / (union + least)
    width = ops.maximum(x2, u2) - ops.minimum(x1, u1)
    height = ops.maximum(y2, v2) - ops.minimum(y1, v1)
    diagonal = width * width + height * height + least
    distance = (ops.square(u1 + u2 - x1 - x2) + ops.square(v1 + v2 - y1 - y2)) / 4
    angles = [
        ops.arctan((right - left) / (bottom - top + least))
        for left, top, right, bottom in (first, second)
    ]
    shape = (4 / math.pi**2) * ops.square(angles[1] - angles[0])
    weight = shape / (shape - overlap + (1 + least))
    return ops.squeeze(overlap - (distance / diagonal + shape * weight), axis=-1)


# --------------------------------------------------------------------------- relative to anchors


def _deltas_format(name: str, what: str) -> str:
    if name not in ("center_xywh", "center_yxhw"):
        raise ValueError(f"`{what}` must be 'center_xywh' or 'center_yxhw', not {name!r}.")
    return name


def _variance(variance: Any) -> Any:
    numbers = ops.cast(variance, "float32")
    if Spec.of(numbers).shape[-1:] != (4,):
        raise ValueError(f"`variance` must be four numbers, but is {variance!r}.")
    return numbers


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """How far rectangles lie from their anchors, in sizes of these, and how much larger they are.

    Args:
        anchors: Rectangles (n, 4).
        boxes: As many rectangles, (n, 4) or (pictures, n, 4).
        anchor_format: The format of the anchors.
        box_format: The format of the rectangles.
        encoding_format: The order of the result: ``"center_yxhw"`` or ``"center_xywh"``.
        variance: Four numbers by which the result is divided.
        image_shape: The shape of the picture, where a format is relative.
    """
    form = _deltas_format(encoding_format, "encoding_format")
    middle, size = _halves(_as_corners(anchors, anchor_format, image_shape, form))
    box_middle, box_size = _halves(_as_corners(boxes, box_format, image_shape, form))
    size = ops.maximum(size, 1e-7)
    moved = (box_middle - middle) / size
    grown = ops.log(ops.maximum(box_size, 1e-7) / size)
    made = ops.concatenate([moved, grown], axis=-1)
    return made if variance is None else made / _variance(variance)


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """The rectangles that :func:`encode_box_to_deltas` described relative to their anchors.

    Args:
        anchors: Rectangles (n, 4), or a dict of such.
        boxes_delta: What was encoded, or a dict with the same keys.
        anchor_format: The format of the anchors.
        box_format: The format of the result.
        encoded_format: The order of what was encoded: ``"center_yxhw"`` or ``"center_xywh"``.
        variance: Four numbers by which it was divided.
        image_shape: The shape of the picture, where a format is relative.
    """
    form = _deltas_format(encoded_format, "encoded_format")

    def decoded(anchor: Any, delta: Any) -> Any:
        delta = ops.cast(delta, "float32")
        if variance is not None:
            delta = delta * _variance(variance)
        middle, size = _halves(_as_corners(anchor, anchor_format, image_shape, form))
        moved, grown = _halves(delta)
        made = ops.concatenate([middle + moved * size, ops.exp(grown) * size], axis=-1)
        height, width = (None, None) if image_shape is None else image_shape[-3:-1]
        return convert_format(made, form, box_format, height=height, width=width)

    if isinstance(anchors, dict):
        return {key: decoded(anchor, boxes_delta[key]) for key, anchor in anchors.items()}
    return decoded(anchors, boxes_delta)


def _halves(boxes: Any) -> tuple[Any, Any]:
    return boxes[..., :2], boxes[..., 2:]


__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]
