"""Where the well-known data sets are, and which hashes their files have."""

from __future__ import annotations

from visualnn.datasets.download import get_file

BASES = {
    "keras": "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "toronto": "https://www.cs.toronto.edu/~kriz/",
}
"""The addresses that the names of files are put behind."""

HASHES = {
    "mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    "cifar-10-python.tar.gz": "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    "cifar-100-python.tar.gz": "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb_word_index.json": "bfafd718b763782e994055a2d397834f",
    "reuters.npz": "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    "reuters_word_index.json": "4d44cc38712099c9e383dc6e5f11a921",
    "boston_housing.npz": "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    "california_housing.npz": "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
}
"""What each file is checked with: sha256, or md5 where it is shorter.

Files that hold pickled objects are among these, always: none is read without its hash.
"""


def fetched(file: str, path: str | None = None, base: str = "keras", **settings: object) -> str:
    """Where a file is, after it was downloaded and checked.

    Args:
        file: Its name at its origin.
        path: What it is called here; by default the same.
        base: Which of ``BASES`` it is at.
        **settings: More for ``get_file``.
    """
    return get_file(
        path or file,
        BASES[base] + file,
        file_hash=HASHES.get(file),
        **settings,  # type: ignore[arg-type]
    )
