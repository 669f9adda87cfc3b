"""Folders of files as data: which files there are, and which class each belongs to.

Each folder in the given one is a class, and all files below it are examples of that class.
"""

from __future__ import annotations

import os
import pathlib
from typing import Any, NamedTuple

import numpy as np

from visualnn.random import make_default_seed
from visualnn.training.examples import ExampleDataset

_MODES = ("int", "categorical", "binary", None)
_SUBSETS = ("training", "validation", "both")


class Choice(NamedTuple):
    """Which files of a folder are taken, and what their labels are to be like.

    Attributes:
        labels: ``inferred`` from the folders, a list of whole numbers, or ``None``.
        label_mode: ``int``, ``categorical``, ``binary`` or ``None``.
        class_names: The folders that are taken, in the order of their numbers.
        shuffle: Whether the files come in another order.
        seed: Makes that order repeatable.
        validation_split: The share of the files that is put aside.
        subset: ``training``, ``validation`` or ``both``.
        follow_links: Whether links to folders are followed.
        verbose: Whether to say how many files there are.
    """

    labels: Any
    label_mode: str | None
    class_names: Any
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool

    def check(self, what: str) -> None:
        """Refuse what does not go together.

        Raises:
            ValueError: With what does.
        """
        if self.labels not in (None, "inferred") and not isinstance(self.labels, list | tuple):
            raise ValueError(
                f"`labels` must be 'inferred' from the names of the folders, a list of a whole "
                f"number for each {what} file, or None, but is {self.labels!r}."
            )
        if self.class_names is not None and self.labels != "inferred":
            raise ValueError(
                "`class_names` names folders, which are looked at with `labels='inferred'` only, "
                f"but `labels` is {self.labels!r}."
            )
        if self.label_mode not in _MODES:
            raise ValueError(
                "`label_mode` must be 'int', 'categorical', 'binary' or None, but is "
                f"{self.label_mode!r}."
            )
        share, subset = self.validation_split, self.subset
        if share and not 0 < share < 1:
            raise ValueError(f"`validation_split` must be between 0 and 1, but is {share}.")
        if bool(share) != (subset is not None):
            raise ValueError(
                "`validation_split` says how much is put aside, and `subset` which part is wanted: "
                f"they belong together, but are {share!r} and {subset!r}."
            )
        if subset is not None and subset not in _SUBSETS:
            raise ValueError(f"`subset` must be one of {_SUBSETS}, but is {subset!r}.")
        if share and self.shuffle and self.seed is None:
            raise ValueError(
                "With `validation_split` and `shuffle`, give a `seed`: without it, files of one "
                "part may come in the other, too."
            )


class Files(NamedTuple):
    """Files in their order, the number of the class of each, and the names of the classes."""

    paths: list[str]
    labels: list[int] | None
    class_names: list[str] | None


class FolderDataset(ExampleDataset):
    """Batches of files, read when they are asked for; write ``read``.

    Attributes:
        class_names: The names of the classes by number.
        file_paths: The files, in the order of the first epoch.
    """

    def __init__(self, files: Files, label_mode: str | None, batch_size: int | None, rng: Any):
        super().__init__(len(files.paths), batch_size, rng)
        self.file_paths, self.class_names = files.paths, files.class_names
        self._labels = None if files.labels is None else _encoded(files, label_mode)

    def read(self, path: str) -> Any:
        """One example."""
        raise NotImplementedError(f"{type(self).__name__} must have a method `read(self, path)`.")

    def together(self, examples: list[Any]) -> np.ndarray:
        """Examples as a batch."""
        return np.stack(examples)

    def make(self, examples: np.ndarray) -> Any:
        batch = self.together([self.read(self.file_paths[i]) for i in examples])
        return batch if self._labels is None else (batch, self._labels[examples])


def datasets(
    directory: Any,
    choice: Choice,
    endings: tuple[str, ...],
    what: str,
    kind: Any,
    batch_size: int | None,
) -> Any:
    """The data set of the files of a folder, or a list of two, for training and validation.

    Args:
        directory: The folder.
        choice: Which files are taken.
        endings: What the names of such files end with.
        what: What they hold, for messages: ``image``.
        kind: Makes the data set, from the arguments of :class:`FolderDataset`.
        batch_size: How many examples a batch has.

    Raises:
        FileNotFoundError: When there is no such folder.
        ValueError: When nothing is found, or the arguments do not go together.
    """
    choice.check(what)
    seed = make_default_seed() if choice.seed is None else choice.seed
    files = _found(directory, choice, endings)
    if choice.label_mode == "binary" and files.class_names and len(files.class_names) != 2:
        raise ValueError(
            "`label_mode='binary'` is for two classes, but these are "
            f"{len(files.class_names)}: {files.class_names}."
        )
    if choice.shuffle:
        order = np.arange(len(files.paths))
        np.random.RandomState(seed).shuffle(order)
        files = _picked(files, order.tolist())
    parts = _parts(files, choice)
    made = []
    for part in parts:
        if not part.paths:
            raise ValueError(
                f"There are no {what} files in {os.fspath(directory)!r}"
                + (f" for `subset={choice.subset!r}`" if choice.subset else "")
                + f". Their names end with {', '.join(endings)}."
            )
        rng = np.random.RandomState(seed) if choice.shuffle else None
        made.append(kind(part, choice.label_mode, batch_size, rng))
    return made if choice.subset == "both" else made[0]


def _found(directory: Any, choice: Choice, endings: tuple[str, ...]) -> Files:
    """The files of a folder, sorted by their names."""
    root = pathlib.Path(os.fspath(directory))
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {str(root)!r}.")
    if choice.labels is None or choice.label_mode is None:
        paths = _below(root, endings, choice.follow_links)
        _say(choice, f"Found {len(paths)} files.")
        return Files(paths, None, None)
    if choice.labels == "inferred":
        there = sorted(x.name for x in root.iterdir() if x.is_dir() and x.name[0] != ".")
        names = there if choice.class_names is None else list(choice.class_names)
        if not set(names) <= set(there):
            raise ValueError(
                f"`class_names` must be names of folders in {str(root)!r}. There are {there}, but "
                f"`class_names` is {names}."
            )
        classes = [_below(root / name, endings, choice.follow_links) for name in names]
        paths = [path for found in classes for path in found]
        labels = [i for i, found in enumerate(classes) for _ in found]
    else:
        paths, labels = _below(root, endings, choice.follow_links), list(choice.labels)
        if len(labels) != len(paths):
            raise ValueError(
                f"`labels` must have a number for each file, but it has {len(labels)}, and there "
                f"are {len(paths)} files in {str(root)!r}."
            )
        names = [str(label) for label in sorted(set(labels))]
    _say(choice, f"Found {len(paths)} files belonging to {len(names)} classes.")
    return Files(paths, labels, names)


def _below(root: pathlib.Path, endings: tuple[str, ...], follow_links: bool) -> list[str]:
    """All files of a kind below a folder: folder by folder, each sorted by name."""
    found = sorted(os.walk(root, followlinks=follow_links), key=lambda entry: entry[0])
    return [
        os.path.join(folder, name)
        for folder, _, names in found
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]


def _parts(files: Files, choice: Choice) -> list[Files]:
    """The files for training and those for validation, or what is wanted of them."""
    if choice.subset is None or choice.validation_split is None:
        return [files]
    count = len(files.paths)
    at = count - int(choice.validation_split * count)
    ranges = {"training": range(at), "validation": range(at, count)}
    wanted = [name for name in ranges if choice.subset in (name, "both")]
    for name in wanted:
        _say(choice, f"Using {len(ranges[name])} files for {name}.")
    return [_picked(files, ranges[name]) for name in wanted]


def _picked(files: Files, which: Any) -> Files:
    labels = None if files.labels is None else [files.labels[i] for i in which]
    return Files([files.paths[i] for i in which], labels, files.class_names)


def _encoded(files: Files, label_mode: str | None) -> np.ndarray:
    numbers = np.array(files.labels, "int32")
    if label_mode == "binary":
        return numbers[:, None].astype("float32")
    if label_mode == "categorical":
        return np.eye(len(files.class_names or ()), dtype="float32")[numbers]
    return numbers


def _say(choice: Choice, sentence: str) -> None:
    if choice.verbose:
        print(sentence)
