"""IMDB: 50,000 reviews of films, each good or bad, by Maas and others (2011)."""

from __future__ import annotations

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.pickled import arrays_in
from visualnn.datasets.splitting import Pairs, mixed
from visualnn.datasets.words import marked, numbers_of_words, shorter, wanted


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: object,
) -> Pairs:
    """Download the reviews, unless they are there, and read them.

    Args:
        path: What the file is called in ``~/.keras/datasets``.
        num_words: From which number on words are not wanted: they are rarer.
        skip_top: Up to which number words are not wanted: they are too frequent.
        maxlen: From which length on reviews are left out.
        seed: Mixes the reviews.
        start_char: What is put before each review; ``None`` for nothing.
        oov_char: What stands for a word that is not wanted; ``None`` leaves it out.
        index_from: What is added to the numbers of all words.
        **kwargs: Nothing any more.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: an array of lists of the numbers of words, and 1
        for good and 0 for bad.

    Raises:
        ValueError: When all reviews are too long.
    """
    if kwargs:
        raise TypeError(f"imdb.load_data does not know {', '.join(map(repr, kwargs))}.")
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = arrays_in(fetched("imdb.npz", path), names)
    random = np.random.RandomState(seed)
    parts = []
    for x, y in ((x_train, y_train), (x_test, y_test)):
        x, y = mixed(x, y, random)
        parts.append(shorter(marked(x, start_char, index_from), y, maxlen))
    (first, y_train), (second, y_test) = parts
    x = wanted(first + second, num_words, skip_top, oov_char)
    return (x[: len(first)], y_train), (x[len(first) :], y_test)


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """The number of each word, without what ``index_from`` adds.

    Args:
        path: What the file is called in ``~/.keras/datasets``.
    """
    return numbers_of_words(fetched("imdb_word_index.json", path))
