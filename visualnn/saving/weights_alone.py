"""Weights without the model: ``.weights.h5`` files, and shards of them that an index lists.

Source: keras.md section 13.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from visualnn.saving import archive as members
from visualnn.saving.atomic import replacing
from visualnn.saving.hdf5_writer import ArraysWriter, writing_arrays
from visualnn.saving.keras_file import open_archive, read_weights_from
from visualnn.saving.shards import read_shards, write_shards
from visualnn.saving.weights_file import read_weights, write_weights
from visualnn.serialization import place

ENDING = ".weights.h5"
INDEX = ".weights.json"
_GIGABYTE = 2**30


def save_weights(
    model: Any, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
) -> None:
    """Write the weights of a model, and its optimizer's state, to a ``.weights.h5`` file.

    Args:
        model: The model.
        filepath: The path, or a file object that is open for writing.  With ``max_shard_size`` it
            is the path of the index and ends in ``.weights.json``.
        overwrite: Whether a file that is there already is replaced.
        max_shard_size: How many gigabytes each file may have at most, where they shall be several.

    Raises:
        ValueError: When the path has another ending, the model is not built, or one array alone is
            larger than a file may be.
        FileExistsError: When there is a file and ``overwrite`` is false.
        OSError: When it cannot be written; the old one is left as it was.
    """
    if not model.built:
        raise ValueError(f"{model.name!r} is not built, so it has no weights to save yet.")
    if hasattr(filepath, "write"):
        stream = io.BytesIO()
        with ArraysWriter(stream) as writer:
            write_weights(model, writer)
        filepath.write(stream.getbuffer())
        return
    path = Path(filepath)
    if max_shard_size is not None:
        path = _index_of(path)
    elif not path.name.endswith(ENDING) and path.name != ENDING[1:]:
        raise ValueError(
            f"Weights are saved to a file that ends in `.weights.h5`, or as a checkpoint to a "
            f"path without ending, but the path is {str(path)!r}."
        )
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already: give `overwrite=True` to replace it.")
    if max_shard_size is not None:
        write_shards(path, max_shard_size * _GIGABYTE, lambda writer: write_weights(model, writer))
        return
    with replacing(path) as temporary, writing_arrays(temporary) as writer:
        write_weights(model, writer)


def _index_of(path: Path) -> Path:
    """The path of the index, where the ending of a single file is understood, too."""
    for ending in (INDEX, ENDING):
        if path.name.endswith(ending):
            return path.with_name(path.name.removesuffix(ending) + INDEX)
    raise ValueError(
        "Weights in several files are listed by one that ends in `.weights.json`, but the path "
        f"is {str(path)!r}."
    )


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give a model the weights in a ``.weights.h5``, ``.weights.json`` or ``.keras`` file.

    Raises:
        ValueError: When they do not fit; with ``skip_mismatch`` what does not fit is skipped.
        InvalidModelFile: When the file is damaged.
        FileNotFoundError: When there is no such file.
    """
    if hasattr(filepath, "read"):
        stream = filepath if filepath.seekable() else io.BytesIO(filepath.read())
        with place(str(getattr(filepath, "name", "the file"))):
            size = stream.seek(0, io.SEEK_END)
            read_weights_from(model, stream, size, skip_mismatch, objects_to_skip)
        return
    path = Path(filepath)
    if path.suffix == ".keras" or path.is_dir():
        with open_archive(path) as archive, place(members.WEIGHTS):
            stream, size = archive.open(members.WEIGHTS)
            read_weights_from(model, stream, size, skip_mismatch, objects_to_skip)
        return
    if not path.name.endswith(("weights.h5", INDEX)):
        raise ValueError(
            "Weights are loaded from a `.weights.h5`, `.weights.json` or `.keras` file, not from "
            f"{str(path)!r}."
        )
    if not path.exists():
        raise FileNotFoundError(f"There is no file {str(path)!r}.")
    with place(str(path)):
        if path.name.endswith(INDEX):
            with read_shards(path) as source:
                read_weights(model, source, skip_mismatch, objects_to_skip)
            return
        with path.open("rb") as stream:
            read_weights_from(model, stream, path.stat().st_size, skip_mismatch, objects_to_skip)
