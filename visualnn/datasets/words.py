"""Texts as lists of the numbers of their words, the most frequent word having the least number."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable

import numpy as np


def marked(texts: Iterable, start_char: int | None, index_from: int | None) -> list[list[int]]:
    """Texts with a mark before each.

    Args:
        texts: The numbers of the words of each text.
        start_char: The mark; ``None`` for none.
        index_from: What is added to the number of each word.
    """
    start = [] if start_char is None else [start_char]
    return [[*start, *(word + (index_from or 0) for word in text)] for text in texts]


def shorter(
    texts: list[list[int]], labels: np.ndarray, maxlen: int | None
) -> tuple[list[list[int]], np.ndarray]:
    """The texts that are shorter than a length, with their labels.

    Raises:
        ValueError: When there are none.
    """
    if maxlen is None:
        return texts, labels
    short = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not short:
        raise ValueError(
            f"There are no texts of fewer than `maxlen={maxlen}` words: the shortest has "
            f"{min(map(len, texts), default=0)}."
        )
    return [texts[i] for i in short], labels[short]


def wanted(
    texts: list[list[int]], num_words: int | None, skip_top: int, oov_char: int | None
) -> np.ndarray:
    """Texts of the words that are wanted, as an array of lists.

    Args:
        texts: The numbers of the words of each text.
        num_words: The first number that is too great; by default the greatest there is, which
            leaves that word out, as Keras does.
        skip_top: The least number that is not too small.
        oov_char: What stands for a word that is not wanted; ``None`` leaves it out.
    """
    most = num_words or max((max(text, default=0) for text in texts), default=0)
    if oov_char is None:
        kept = [[word for word in text if skip_top <= word < most] for text in texts]
    else:
        kept = [[word if skip_top <= word < most else oov_char for word in text] for text in texts]
    found = np.empty(len(kept), object)
    found[:] = kept
    return found


def numbers_of_words(path: str) -> dict[str, int]:
    """The number of each word, from a file."""
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
