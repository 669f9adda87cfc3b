"""Reuters: 11,228 pieces of news on 46 topics, after the collection Reuters-21578."""

from __future__ import annotations

import numpy as np

from visualnn.datasets.origins import fetched
from visualnn.datasets.pickled import arrays_in
from visualnn.datasets.splitting import Pairs, check_share, cut, mixed
from visualnn.datasets.words import marked, numbers_of_words, shorter, wanted

_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves "
    "ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin "
    "strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange "
    "pet-chem dlr gas silver wpi hog lead"
)


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> Pairs:
    """Download the news, unless they are there, and read them.

    Args:
        path: What the file is called in ``~/.keras/datasets``.
        num_words: From which number on words are not wanted: they are rarer.
        skip_top: Up to which number words are not wanted: they are too frequent.
        maxlen: From which length on news are left out.
        test_split: The share of the news to test with.
        seed: Mixes the news.
        start_char: What is put before each of them; ``None`` for nothing.
        oov_char: What stands for a word that is not wanted; ``None`` leaves it out.
        index_from: What is added to the numbers of all words.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: an array of lists of the numbers of words, and the
        number of the topic.

    Raises:
        ValueError: When all news are too long, or the share is none.
    """
    check_share(test_split)
    x, y = arrays_in(fetched("reuters.npz", path), ("x", "y"))
    x, y = mixed(x, y, np.random.RandomState(seed))
    texts, y = shorter(marked(x, start_char, index_from), y, maxlen)
    return cut(wanted(texts, num_words, skip_top, oov_char), y, test_split)


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """The number of each word, without what ``index_from`` adds.

    Args:
        path: What the file is called in ``~/.keras/datasets``.
    """
    return numbers_of_words(fetched("reuters_word_index.json", path))


def get_label_names() -> tuple[str, ...]:
    """The topics by number."""
    return tuple(_TOPICS.split())
