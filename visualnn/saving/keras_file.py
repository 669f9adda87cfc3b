"""The ``.keras`` file: a model with its weights and everything to go on training it.

Source: keras.md sections 1, 2 and 8.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import h5py

from visualnn.saving import archive as members
from visualnn.saving.archive import Archive, now, write_archive
from visualnn.saving.arrays import reading_arrays
from visualnn.saving.assets import assets_of, read_assets
from visualnn.saving.atomic import replacing
from visualnn.saving.folder import Folder, replace_folder
from visualnn.saving.keras2 import modern
from visualnn.saving.weights_file import read_weights, write_weights
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    place,
    read_json,
    reading,
    serialize_keras_object,
    shared_objects,
    write_json,
)

KERAS_VERSION = "3.15.1"
"""The version of Keras whose format is written."""


def save_model(model: Any, filepath: Any, overwrite: bool = True, canvas: Any = None) -> None:
    """Write a model to a ``.keras`` file, whole or not at all.

    Args:
        model: The model.
        filepath: The path, which ends in ``.keras``, or a file object that is open for writing.
        overwrite: Whether a file that is there already is replaced.
        canvas: What the builder draws the model with; other programs ignore it.

    Raises:
        ValueError: When the path has another ending.
        FileExistsError: When there is a file and ``overwrite`` is false.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    if hasattr(filepath, "write"):
        _save_to_stream(model, filepath, canvas)
        return
    path = _keras_path(filepath)
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already: give `overwrite=True` to replace it.")
    texts, after = _texts(model, canvas)
    with replacing(path) as temporary:
        weights = temporary.with_suffix(".h5.tmp")
        try:
            with h5py.File(weights, "w", libver="earliest") as file:
                write_weights(model, file)
            write_archive(temporary, texts, weights, after)
        finally:
            weights.unlink(missing_ok=True)


def save_folder(model: Any, filepath: Any, overwrite: bool = True, canvas: Any = None) -> None:
    """Write the members of a ``.keras`` file into a folder, which takes its place when it is done.

    Raises:
        FileExistsError: When there is something and ``overwrite`` is false, or a plain file.
    """
    path = Path(filepath)
    if path.exists() and not (overwrite and Folder.is_one(path)):
        raise FileExistsError(
            f"{path} is there already: give `overwrite=True` to replace it, if it is the folder "
            "of a model."
        )
    texts, after = _texts(model, canvas)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as temporary:
        made = Path(temporary) / "model"
        made.mkdir()
        for name, text in {**texts, **after}.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_text(text, encoding="utf-8", newline="")
        with h5py.File(made / members.WEIGHTS, "w", libver="earliest") as file:
            write_weights(model, file)
        replace_folder(path, made)


def _save_to_stream(model: Any, stream: IO[bytes], canvas: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        save_model(model, path, canvas=canvas)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                stream.write(block)


def _texts(model: Any, canvas: Any) -> tuple[dict[str, str], dict[str, str]]:
    with shared_objects():
        record = serialize_keras_object(model)
    metadata = {"keras_version": KERAS_VERSION, "date_saved": now()}
    texts = {members.METADATA: write_json(metadata), members.CONFIG: write_json(record)}
    after = assets_of(model)
    if canvas is not None:
        after[members.CANVAS] = write_json(canvas)
    return texts, after


def _keras_path(filepath: str | os.PathLike) -> Path:
    path = Path(filepath)
    if path.suffix != ".keras":
        raise ValueError(
            f"A model is saved to a file that ends in `.keras`, but the path is {str(path)!r}."
        )
    return path


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model from a ``.keras`` file.

    Nothing in the file is executed, and nothing outside it is touched.

    Args:
        filepath: The path, or a file object that is open for reading.
        custom_objects: Your own classes and functions by name.
        compile: Whether to compile it as it was when it was saved, with the optimizer's state.
        safe_mode: Accepted for Keras's sake: Python code in a file is refused in any case.

    Raises:
        InvalidModelFile: When the file is damaged, or holds what is not a model or not known.
        FileNotFoundError: When there is no such file.
    """
    with open_archive(filepath) as archive:
        record = read_json(archive.read(members.CONFIG, members.LARGEST_CONFIG))
        if not isinstance(record, dict) or "class_name" not in record:
            raise InvalidModelFile("It does not describe a model.", members.CONFIG)
        with place(members.CONFIG):
            record = modern(record)
        if not compile:
            record["compile_config"] = None
        with reading(custom_objects, safe_mode), place(members.CONFIG):
            model = deserialize_keras_object(record)
        if not hasattr(model, "get_weights"):
            raise InvalidModelFile("It describes no model.", members.CONFIG)
        if members.WEIGHTS not in archive:
            raise InvalidModelFile(f"The archive has no {members.WEIGHTS}: it has no weights.")
        with place(members.WEIGHTS):
            stream, size = archive.open(members.WEIGHTS)
            read_weights_from(model, stream, size)
        read_assets(model, archive)
    return model


@contextmanager
def open_archive(filepath: Any) -> Iterator[Any]:
    """A ``.keras`` file, or a folder of its members, open for reading.

    Problems inside are told with the name of the file.
    """
    if hasattr(filepath, "read"):
        name, stream = getattr(filepath, "name", "the file"), filepath
        close = False
    else:
        path = Path(filepath)
        if not path.exists():
            raise FileNotFoundError(f"There is no file {str(path)!r}.")
        if path.is_dir():
            with place(str(path)):
                folder = Folder(path)
                try:
                    yield folder
                finally:
                    folder.close()
            return
        name, stream, close = str(path), path.open("rb"), True
    try:
        yield Archive(stream if stream.seekable() else io.BytesIO(stream.read()))
    except InvalidModelFile as problem:
        raise problem.inside(name) from problem.__cause__
    finally:
        if close:
            stream.close()


def read_canvas(filepath: Any) -> Any:
    """What the builder saved beside a model, or ``None``."""
    with open_archive(filepath) as archive:
        if members.CANVAS not in archive:
            return None
        return read_json(archive.read(members.CANVAS, members.LARGEST_CANVAS))


def read_weights_from(
    model: Any, stream: Any, size: int, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give a model the weights in an HDF5 stream."""
    with reading_arrays(stream, size) as source:
        read_weights(model, source, skip_mismatch, objects_to_skip)


# ---------------------------------------------------------------------- weights alone


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write the weights of a model, and its optimizer's state, to a ``.weights.h5`` file.

    Raises:
        ValueError: When the path has another ending, or the model is not built.
    """
    path = Path(filepath)
    if not path.name.endswith(".weights.h5"):
        raise ValueError(
            f"Weights are saved to a file that ends in `.weights.h5`, but the path is "
            f"{str(path)!r}."
        )
    if not model.built:
        raise ValueError(f"{model.name!r} is not built, so it has no weights to save yet.")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already: give `overwrite=True` to replace it.")
    with replacing(path) as temporary, h5py.File(temporary, "w", libver="earliest") as file:
        write_weights(model, file)


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> None:
    """Give a model the weights in a ``.weights.h5`` or ``.keras`` file.

    Raises:
        ValueError: When they do not fit; with ``skip_mismatch`` what does not fit is skipped.
        InvalidModelFile: When the file is damaged.
    """
    path = Path(filepath)
    if path.suffix == ".keras":
        with open_archive(path) as archive, place(members.WEIGHTS):
            stream, size = archive.open(members.WEIGHTS)
            read_weights_from(model, stream, size, skip_mismatch, objects_to_skip)
        return
    if not path.name.endswith(".weights.h5"):
        raise ValueError(
            f"Weights are loaded from a `.weights.h5` or `.keras` file, not from {str(path)!r}."
        )
    if not path.exists():
        raise FileNotFoundError(f"There is no file {str(path)!r}.")
    with path.open("rb") as stream, place(str(path)):
        size = path.stat().st_size
        read_weights_from(model, stream, size, skip_mismatch, objects_to_skip)


__all__ = ["load_model", "load_weights", "save_model", "save_weights"]
