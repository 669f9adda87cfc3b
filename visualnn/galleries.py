"""Pictures with what was found in them, and many of them side by side: ``keras.visualization``.

Rectangles and masks are painted by numpy; words on them need Pillow, and galleries matplotlib,
which are loaded when they are needed.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visualnn import bounding_boxes as rectangles
from visualnn.defaults import image_data_format
from visualnn.spec import ShapeError

Colour = Sequence[int]


def _needed(module: str, package: str, function: str) -> Any:
    """A package that is not needed otherwise.

    Raises:
        ImportError: When it is not installed; the message says how it would be.
    """
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        raise ImportError(
            f"{function} needs {package}, which is not installed: `pip install {package}`."
        ) from problem


def _batch(images: Any, data_format: str | None, function: str) -> np.ndarray:
    """A batch of pictures with channels last.

    Raises:
        ValueError: When it is no batch.
    """
    found = np.array(images)
    if found.ndim != 4:
        raise ShapeError(
            f"{function} takes a batch of pictures (four axes), but their shape is {found.shape}."
        )
    if (data_format or image_data_format()) == "channels_first":
        found = np.transpose(found, (0, 2, 3, 1))
    return found


def _bytes(images: np.ndarray) -> np.ndarray:
    return np.clip(np.round(images.astype("float64")), 0, 255).astype("uint8")


# --------------------------------------------------------------------------- rectangles


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: Mapping[str, Any],
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Colour = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Draw rectangles, and what is in them, on pictures.

    Args:
        images: A batch of pictures, from 0 to 255.
        bounding_boxes: A dict with ``boxes`` (pictures, rectangles, 4) and ``labels``; rectangles
            of class -1 are left out.  ``confidences`` are written beside the classes.
        bounding_box_format: What the four numbers are, such as ``"xyxy"``.
        class_mapping: The names of the classes; without it nothing is written.
        color: Red, green and blue of the lines.
        line_thickness: How many pixels wide the lines are.
        text_thickness: How bold the words are.
        font_scale: How large the words are.
        data_format: Where the channels are.

    Returns:
        The pictures, as bytes, with channels last.
    """
    found = _bytes(_batch(images, data_format, "draw_bounding_boxes"))
    if not isinstance(bounding_boxes, Mapping) or "boxes" not in bounding_boxes:
        raise TypeError(
            "draw_bounding_boxes takes rectangles as a dict with `boxes` and `labels`, but got "
            f"{type(bounding_boxes).__name__}."
        )
    height, width = found.shape[1:3]
    boxes = rectangles.convert_format(
        np.asarray(bounding_boxes["boxes"]), bounding_box_format, "xyxy", height, width
    )
    boxes = np.round(np.asarray(boxes)).astype(int)
    labels = np.asarray(bounding_boxes.get("labels", np.zeros(boxes.shape[:2]))).astype(int)
    shares = bounding_boxes.get("confidences", bounding_boxes.get("confidence"))
    for i, picture in enumerate(found):
        for j, corners in enumerate(boxes[i]):
            if labels[i, j] == -1:
                continue
            _frame(picture, corners, color, line_thickness)
            if class_mapping is None or labels[i, j] not in class_mapping:
                continue
            words = str(class_mapping[labels[i, j]])
            words += "" if shares is None else f" {float(np.asarray(shares)[i, j]):.2f}"
            _write(picture, words, corners, color, text_thickness, font_scale)
    return found


def _frame(picture: np.ndarray, corners: np.ndarray, color: Colour, thickness: int) -> None:
    """Paint the edges of a rectangle; what lies outside the picture is left out."""
    left, top, right, bottom = (int(n) for n in corners)
    before, after = thickness // 2, thickness - thickness // 2
    for x, y in (
        ((left, right), (top, top)),
        ((left, right), (bottom, bottom)),
        ((left, left), (top, bottom)),
        ((right, right), (top, bottom)),
    ):
        rows = slice(max(y[0] - before, 0), max(y[1] + after, 0))
        columns = slice(max(x[0] - before, 0), max(x[1] + after, 0))
        picture[rows, columns] = color


def _write(
    picture: np.ndarray, words: str, corners: np.ndarray, color: Colour, bold: int, scale: float
) -> None:
    """Write words above a rectangle, or inside where there is no room above."""
    package = "Pillow"
    image = _needed("PIL.Image", package, "draw_bounding_boxes with names of classes")
    pen = _needed("PIL.ImageDraw", package, "draw_bounding_boxes with names of classes")
    fonts = _needed("PIL.ImageFont", package, "draw_bounding_boxes with names of classes")
    font = fonts.load_default(size=max(round(14 * scale), 6))
    canvas = image.fromarray(picture)
    brush = pen.Draw(canvas)
    _, top, _, bottom = brush.textbbox((0, 0), words, font=font)
    place = int(corners[0]) + 2, max(int(corners[1]) - (bottom - top) - 4, 0)
    brush.text(place, words, fill=tuple(color), font=font, stroke_width=max(bold - 1, 0))
    picture[:] = np.asarray(canvas)


# --------------------------------------------------------------------------- masks


def _palette(count: int) -> dict[int, tuple[int, ...]]:
    """A colour for each class: black for the first, the others all round the circle of hues."""
    found: dict[int, tuple[int, ...]] = {0: (0, 0, 0)}
    for label in range(1, count):
        hue = label * 0.61803398875 % 1  # the golden section: neighbours differ much
        ramps = (abs(hue * 6 - 3) - 1, 2 - abs(hue * 6 - 2), 2 - abs(hue * 6 - 4))
        found[label] = tuple(round(255 * min(max(x, 0), 1)) for x in ramps)
    return found


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Colour] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Paint each pixel of pictures in the colour of its class.

    Args:
        images: A batch of pictures, from 0 to 255.
        segmentation_masks: The class of each pixel, whole numbers, (pictures, height, width), or
            with an axis of length one after these.
        num_classes: How many classes there are; by default as many as occur.
        color_mapping: Red, green and blue of each class; by default hues are chosen.
        alpha: How much of the paint is seen.
        blend: Whether the picture is seen through the paint.
        ignore_index: The class that is not painted.
        data_format: Where the channels are.

    Returns:
        The pictures with channels last, as bytes.

    Raises:
        TypeError: When the classes are not whole numbers.
        ValueError: When the shapes do not fit.
        KeyError: When a class has no colour.
    """
    found = _batch(images, data_format, "draw_segmentation_masks")
    masks = np.asarray(segmentation_masks)
    if masks.dtype.kind not in "iu":
        raise TypeError(f"Classes of pixels must be whole numbers, but are {masks.dtype}.")
    if masks.ndim == 4 and (data_format or image_data_format()) == "channels_first":
        masks = np.transpose(masks, (0, 2, 3, 1))
    masks = masks[..., 0] if masks.ndim == 4 and masks.shape[-1] == 1 else masks
    if masks.shape != found.shape[:3]:
        raise ShapeError(
            f"Classes of pixels must be {found.shape[:3]}, but are {np.shape(segmentation_masks)}."
        )
    present = [int(label) for label in np.unique(masks) if label != ignore_index]
    count = num_classes or max(present, default=0) + 1
    colours = dict(color_mapping) if color_mapping is not None else _palette(count)
    found = found.astype("float32")
    paint = found.copy()
    for label in present:
        if label not in colours:
            raise KeyError(f"There is no colour for class {label} in `color_mapping`.")
        paint[masks == label] = colours[label]
    seen = (masks != ignore_index)[..., None]
    mixed = paint * alpha + found * (1 - alpha) if blend else paint
    made = np.where(seen, mixed, found)
    return np.clip(made, 0, 255).astype("uint8") if blend else made.astype("float32")


# --------------------------------------------------------------------------- side by side


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: Mapping[Any, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: tuple[float, float] = (0, 255),
    scale: float = 2,
    path: str | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Any = None,
    data_format: str | None = None,
) -> Any:
    """Show pictures side by side, with what they are and what was predicted.

    Args:
        images: A batch of pictures, or an iterable of batches, of which the first is shown.
        y_true: The class of each picture.
        y_pred: The class that was predicted.
        label_map: The names of the classes.
        rows: How many rows there are; by default about as many as columns.
        cols: How many columns there are.
        value_range: The least and the greatest value that pictures have.
        scale: How large each picture is, in inches.
        path: Where the figure is saved; then it is not shown.
        show: Whether it is shown.
        transparent: Whether the background of the saved figure is transparent.
        dpi: How many pixels an inch of the saved figure has.
        legend_handles: The handles of a legend.
        data_format: Where the channels are.

    Returns:
        The figure, unless it was saved or shown.

    Raises:
        ImportError: When matplotlib is not installed.
        ValueError: When it is to be saved and shown at once.
    """
    if path is not None and show:
        raise ValueError("plot_image_gallery can save the figure to `path` or `show` it, not both.")
    plots = _needed("matplotlib.pyplot", "matplotlib", "plot_image_gallery")
    if not hasattr(images, "shape") and not isinstance(images, list | tuple):
        images = next(iter(images))
        images = images[0] if isinstance(images, tuple) else images
    found = _batch(images, data_format, "plot_image_gallery").astype("float64")
    least, most = value_range
    found = _bytes((found - least) * (255 / (most - least)))
    count = len(found)
    if cols is None:
        cols = math.ceil(math.sqrt(count)) if rows is None else math.ceil(count / rows)
    rows = rows or math.ceil(count / cols)
    figure, axes = plots.subplots(
        rows, cols, figsize=(cols * scale, rows * scale), squeeze=False, layout="tight"
    )
    for i, place in enumerate(axes.ravel()):
        place.axis("off")
        if i >= count:
            continue
        picture = found[i][..., 0] if found.shape[-1] == 1 else found[i]
        place.imshow(picture, cmap="gray" if picture.ndim == 2 else None)
        words = [
            f"{what}: {_name(labels[i], label_map)}"
            for what, labels in (("true", y_true), ("predicted", y_pred))
            if labels is not None
        ]
        if words:
            place.set_title("\n".join(words), fontsize=8)
    if legend_handles is not None:
        figure.legend(handles=legend_handles, loc="lower center")
    if path is not None:
        figure.savefig(path, transparent=transparent, dpi=dpi, bbox_inches="tight")
        plots.close(figure)
        return None
    if show:
        plots.show()
        plots.close(figure)
        return None
    return figure


def _name(label: Any, names: Mapping[Any, str] | None) -> Any:
    label = np.asarray(label).item() if np.ndim(label) == 0 else label
    return label if names is None else names.get(label, label)


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Any = None,
    y_pred: Any = None,
    value_range: tuple[float, float] = (0, 255),
    true_color: Colour = (0, 188, 212),
    pred_color: Colour = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Show pictures side by side, with true and predicted rectangles.

    Args:
        images: A batch of pictures.
        bounding_box_format: What the four numbers of rectangles are.
        y_true: The true rectangles, a dict with ``boxes`` and ``labels``.
        y_pred: The predicted ones.
        value_range: The least and the greatest value that pictures have.
        true_color: Red, green and blue of the true rectangles.
        pred_color: Red, green and blue of the predicted ones.
        line_thickness: How many pixels wide the lines are.
        font_scale: How large the words are.
        text_thickness: How bold the words are.
        class_mapping: The names of the classes.
        ground_truth_mapping: The names for the true rectangles, where they differ.
        prediction_mapping: The names for the predicted ones, where they differ.
        legend: Whether to say which colour is which.
        legend_handles: The handles of a legend of one's own.
        rows: How many rows there are.
        cols: How many columns there are.
        data_format: Where the channels are.
        **kwargs: Passed on to :func:`plot_image_gallery`.

    Raises:
        ImportError: When matplotlib is not installed.
        ValueError: When two legends are asked for.
    """
    patches = _needed("matplotlib.patches", "matplotlib", "plot_bounding_box_gallery")
    if legend and legend_handles is not None:
        raise ValueError("plot_bounding_box_gallery takes `legend` or `legend_handles`, not both.")
    found = _batch(images, data_format, "plot_bounding_box_gallery").astype("float64")
    least, most = value_range
    found = (found - least) * (255 / (most - least))
    drawn: Any = found
    for boxes, color, names in (
        (y_true, true_color, ground_truth_mapping or class_mapping),
        (y_pred, pred_color, prediction_mapping or class_mapping),
    ):
        if boxes is not None:
            drawn = draw_bounding_boxes(
                drawn, boxes, bounding_box_format, class_mapping=names, color=color,
                line_thickness=line_thickness, text_thickness=text_thickness or 1,
                font_scale=font_scale, data_format="channels_last",
            )  # fmt: skip
    if legend:
        legend_handles = [
            patches.Patch(color=np.array(color) / 255, label=words)
            for color, words in ((true_color, "Ground truth"), (pred_color, "Prediction"))
        ]
    return plot_image_gallery(
        drawn, rows=rows, cols=cols, legend_handles=legend_handles,
        data_format="channels_last", **kwargs,
    )  # fmt: skip


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: tuple[float, float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: Mapping[int, Colour] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> Any:
    """Show each picture, beside it its true classes of pixels, and beside these the predicted.

    Args:
        images: A batch of pictures.
        num_classes: How many classes there are.
        value_range: The least and the greatest value that pictures have.
        y_true: The true class of each pixel.
        y_pred: The predicted class of each pixel.
        color_mapping: Red, green and blue of each class.
        blend: Whether the picture is seen through the paint.
        alpha: How much of the paint is seen.
        ignore_index: The class that is not painted.
        data_format: Where the channels are.
        **kwargs: Passed on to :func:`plot_image_gallery`.

    Raises:
        ImportError: When matplotlib is not installed.
    """
    found = _batch(images, data_format, "plot_segmentation_mask_gallery").astype("float64")
    least, most = value_range
    found = (found - least) * (255 / (most - least))
    columns = [_bytes(found)]
    for masks in (y_true, y_pred):
        if masks is not None:
            painted = draw_segmentation_masks(
                found, masks, num_classes, color_mapping, alpha, blend, ignore_index,
                "channels_last",
            )  # fmt: skip
            columns.append(_bytes(painted))
    side_by_side = np.stack(columns, axis=1).reshape(-1, *found.shape[1:])
    kwargs.setdefault("cols", len(columns))
    return plot_image_gallery(side_by_side, data_format="channels_last", **kwargs)


__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]
