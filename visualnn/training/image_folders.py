"""Folders of pictures as data: ``image_dataset_from_directory``."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.training.directories import Choice, FolderDataset, datasets
from visualnn.training.image_files import (
    check_color_mode,
    checked_size,
    fitted,
    img_to_array,
    known_data_format,
    load_img,
)
from visualnn.training.resampling import check_interpolation
from visualnn.training.windows import check_format

_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_ASKER = "image_dataset_from_directory"


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Read the pictures of a folder batch by batch, each of its folders being a class.

    Args:
        directory: The folder.
        labels: ``inferred`` from the names of the folders, a list of a whole number for each file
            in the order of their paths, or ``None`` for pictures alone.
        label_mode: ``int`` for the number of the class, ``categorical`` for a row with a one at it,
            ``binary`` for 0.0 or 1.0, or ``None`` for pictures alone.
        class_names: The folders that are taken, in the order of their numbers.
        color_mode: ``grayscale``, ``rgb`` or ``rgba``: one, three or four channels.
        batch_size: How many pictures a batch has; ``None`` for single ones.
        image_size: ``(height, width)`` that all are brought to.
        shuffle: Whether the pictures come in another order, a new one for each epoch.
        seed: Makes that order repeatable.
        validation_split: The share of the files that is put aside.
        subset: ``training``, ``validation`` or ``both``: which part is wanted.
        interpolation: How new points are made of old ones: ``bilinear``, ``nearest``, ``bicubic``,
            ``area``, ``lanczos3``, ``lanczos5``, ``gaussian`` or ``mitchellcubic``.
        follow_links: Whether links to folders are followed.
        crop_to_aspect_ratio: Whether to cut off at the edges what does not fit, not to stretch.
        pad_to_aspect_ratio: Whether to fill up with zeros what is missing, not to stretch.
        data_format: Where the channels are.
        format: Accepted for Keras's sake, ``tf`` or ``grain``: batches are numpy arrays.
        verbose: Whether to say how many files there are.

    Returns:
        A ``PyDataset`` of ``(pictures, labels)``, or of pictures, from 0 to 255 in float32; two of
        them for ``both``.  They have ``class_names`` and ``file_paths``.

    Raises:
        FileNotFoundError: When there is no such folder.
        ValueError: When nothing is found, or the arguments do not go together.
    """
    check_format(format)
    check_color_mode(color_mode, _ASKER)
    check_interpolation(interpolation, _ASKER)
    size = checked_size(image_size, _ASKER, "image_size")
    data_format = known_data_format(data_format, _ASKER)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "`crop_to_aspect_ratio` cuts off and `pad_to_aspect_ratio` fills up: set one of them."
        )

    class Pictures(FolderDataset):
        def read(self, path: str) -> np.ndarray:
            x = img_to_array(load_img(path, color_mode), "channels_last", "float32")
            x = fitted(x, size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio)
            return x.transpose(2, 0, 1) if data_format == "channels_first" else x

    choice = Choice(
        labels,
        label_mode,
        class_names,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
    )
    return datasets(directory, choice, _ENDINGS, "image", Pictures, batch_size)
