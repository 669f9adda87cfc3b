"""Folders of texts as data: ``text_dataset_from_directory``."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from visualnn.training.directories import Choice, FolderDataset, datasets
from visualnn.training.windows import check_format


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Read the ``.txt`` files of a folder batch by batch, each of its folders being a class.

    Args:
        directory: The folder.
        labels: ``inferred`` from the names of the folders, a list of a whole number for each file
            in the order of their paths, or ``None`` for texts alone.
        label_mode: ``int`` for the number of the class, ``categorical`` for a row with a one at it,
            ``binary`` for 0.0 or 1.0, or ``None`` for texts alone.
        class_names: The folders that are taken, in the order of their numbers.
        batch_size: How many texts a batch has; ``None`` for single ones.
        max_length: How many bytes of UTF-8 of each text are kept.
        shuffle: Whether the texts come in another order, a new one for each epoch.
        seed: Makes that order repeatable.
        validation_split: The share of the files that is put aside.
        subset: ``training``, ``validation`` or ``both``: which part is wanted.
        follow_links: Whether links to folders are followed.
        format: Accepted for Keras's sake, ``tf`` or ``grain``: batches are numpy arrays.
        verbose: Whether to say how many files there are.

    Returns:
        A ``PyDataset`` of ``(texts, labels)``, or of texts, which are numpy's strings; two of them
        for ``both``.  They have ``class_names`` and ``file_paths``.

    Raises:
        FileNotFoundError: When there is no such folder.
        ValueError: When nothing is found, or the arguments do not go together.
    """
    check_format(format)

    class Texts(FolderDataset):
        def read(self, path: str) -> np.str_:
            text = pathlib.Path(path).read_bytes()
            return np.str_(text[:max_length].decode("utf-8", errors="replace"))

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
    return datasets(directory, choice, (".txt",), "text", Texts, batch_size)
