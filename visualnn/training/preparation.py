"""Getting data into the form that models take: classes as ones, sequences of one length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Classes by number as rows with a one at the class.

    Args:
        x: Whole numbers from zero; a last axis of size one is left away.
        num_classes: How many classes there are; by default one more than the greatest number.

    Returns:
        float32, with one more axis.
    """
    classes = np.array(x, dtype="int64")
    shape = classes.shape[:-1] if classes.ndim > 1 and classes.shape[-1] == 1 else classes.shape
    classes = classes.reshape(-1)
    count = int(classes.max(initial=-1)) + 1 if num_classes is None else int(num_classes)
    if classes.size and (classes.min() < 0 or classes.max() >= count):
        raise ValueError(
            f"to_categorical: there are classes from {classes.min()} to {classes.max()}, but they "
            f"must be from 0 to {count - 1} when there are {count}."
        )
    rows = np.zeros((len(classes), count), "float32")
    rows[np.arange(len(classes)), classes] = 1
    return rows.reshape(*shape, count)


def normalize(x: Any, axis: int = -1, order: int = 2) -> np.ndarray:
    """Vectors along an axis, divided by their length; a vector of zeros stays.

    Args:
        x: The numbers.
        axis: Along which axis the vectors lie.
        order: Which length: 2 for the usual one, 1 for the sum of sizes.
    """
    x = np.asarray(x)
    lengths = np.atleast_1d(np.linalg.norm(x, order, axis))
    lengths[lengths == 0] = 1
    return x / np.expand_dims(lengths, axis)


def pad_sequences(
    sequences: Sequence,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences of different lengths as one array, filled up and cut to one length.

    Args:
        sequences: Lists of numbers, or of arrays.
        maxlen: The length; by default that of the longest.
        dtype: The dtype of the array.
        padding: Whether to fill up at the beginning, ``pre``, or at the end, ``post``.
        truncating: Whether to cut at the beginning, ``pre``, or at the end, ``post``.
        value: What to fill up with.

    Raises:
        ValueError: When elements differ in shape, or an argument is not known.
    """
    for name, chosen in (("padding", padding), ("truncating", truncating)):
        if chosen not in ("pre", "post"):
            raise ValueError(f"pad_sequences: `{name}` must be 'pre' or 'post', not {chosen!r}.")
    arrays = [np.asarray(x) for x in sequences]
    if any(x.ndim == 0 for x in arrays):
        raise ValueError("pad_sequences takes a list of sequences, but some are single numbers.")
    longest = max((len(x) for x in arrays), default=0)
    length = longest if maxlen is None else maxlen
    element = next((x.shape[1:] for x in arrays if len(x)), ())
    padded = np.full((len(arrays), length, *element), value, dtype)
    for row, x in zip(padded, arrays, strict=True):
        if not len(x) or not length:
            continue
        if x.shape[1:] != element:
            raise ValueError(
                f"pad_sequences: elements have the shape {x.shape[1:]}, but others have {element}."
            )
        kept = x[-length:] if truncating == "pre" else x[:length]
        place = slice(length - len(kept), None) if padding == "pre" else slice(len(kept))
        row[place] = kept
    return padded
