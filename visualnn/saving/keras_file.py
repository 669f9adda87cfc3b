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

from visualnn.saving import archive as members
from visualnn.saving.archive import Archive, now, write_archive
from visualnn.saving.arrays import reading_arrays
from visualnn.saving.assets import assets_of, read_assets
from visualnn.saving.atomic import replacing
from visualnn.saving.folder import Folder, replacing_folder
from visualnn.saving.hdf5_writer import writing_arrays
from visualnn.saving.keras2 import modern
from visualnn.saving.older_versions import for_older_versions, without_lists_of_one
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


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    canvas: Any = None,
    keras_version: str = KERAS_VERSION,
) -> None:
    """Write a model to a ``.keras`` file, whole or not at all.

    Args:
        model: The model.
        filepath: The path, which ends in ``.keras``, or a file object that is open for writing.
        overwrite: Whether a file that is there already is replaced.
        canvas: What the builder draws the model with; other programs ignore it.
        keras_version: The oldest version of Keras that shall read it.

    Raises:
        ValueError: When the path has another ending.
        FileExistsError: When there is a file and ``overwrite`` is false.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    if hasattr(filepath, "write"):
        _save_to_stream(model, filepath, canvas, keras_version)
        return
    path = _keras_path(filepath)
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already: give `overwrite=True` to replace it.")
    contents = described(model, canvas, keras_version)
    with replacing(path) as temporary:
        write_archive(temporary, contents, lambda writer: write_weights(model, writer))


def save_folder(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    canvas: Any = None,
    keras_version: str = KERAS_VERSION,
) -> None:
    """Write the members of a ``.keras`` file into a folder, which takes its place when it is done.

    Raises:
        ValueError: When the path has the ending of a file.
        FileExistsError: When there is something and ``overwrite`` is false, or a plain file.
        OSError: When the folder cannot be written; the old one is left as it was.
    """
    path = Path(filepath)
    if path.suffix == ".keras":
        raise ValueError(
            f"With `zipped=False` the model becomes a folder, and {str(path)!r} is the name of a "
            "file: choose one without `.keras`."
        )
    if path.exists() and not (overwrite and Folder.is_one(path)):
        raise FileExistsError(
            f"{path} is there already: give `overwrite=True` to replace it, if it is the folder "
            "of a model."
        )
    contents = described(model, canvas, keras_version)
    with replacing_folder(path) as made:
        for name, content in contents.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        with writing_arrays(made / members.WEIGHTS) as writer:
            write_weights(model, writer)


def _save_to_stream(model: Any, stream: IO[bytes], canvas: Any, keras_version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        save_model(model, path, canvas=canvas, keras_version=keras_version)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                stream.write(block)


def described(
    model: Any, canvas: Any = None, keras_version: str = KERAS_VERSION
) -> dict[str, bytes]:
    """What is saved beside the weights, by the names of the members."""
    with shared_objects():
        record = for_older_versions(serialize_keras_object(model), keras_version)
    metadata = {"keras_version": keras_version, "date_saved": now()}
    texts = {members.METADATA: metadata, members.CONFIG: record}
    if canvas is not None:
        texts[members.CANVAS] = canvas
    written = {name: write_json(content).encode() for name, content in texts.items()}
    return {**written, **assets_of(model)}


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
        model = read_description(archive, custom_objects, compile, safe_mode)
        if members.WEIGHTS not in archive:
            raise InvalidModelFile(f"The archive has no {members.WEIGHTS}: it has no weights.")
        with place(members.WEIGHTS):
            stream, size = archive.open(members.WEIGHTS)
            read_weights_from(model, stream, size)
        read_assets(model, archive)
    return model


def read_description(
    archive: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model that an archive describes, with weights of its own; see ``load_model``.

    Raises:
        InvalidModelFile: When it describes none, or one that is not known.
    """
    record = read_json(archive.read(members.CONFIG, members.LARGEST_CONFIG))
    if not isinstance(record, dict) or "class_name" not in record:
        raise InvalidModelFile("It does not describe a model.", members.CONFIG)
    with place(members.CONFIG):
        record = without_lists_of_one(modern(record), _version(archive))
    if not compile:
        record["compile_config"] = None
    with reading(custom_objects, safe_mode), place(members.CONFIG):
        model = deserialize_keras_object(record)
    if not hasattr(model, "get_weights"):
        raise InvalidModelFile("It describes no model.", members.CONFIG)
    return model


def _version(archive: Any) -> Any:
    """The version of Keras that a file names, if it does; nothing depends on there being one."""
    try:
        said = read_json(archive.read(members.METADATA, members.LARGEST_METADATA))
    except InvalidModelFile:
        return None
    return said.get("keras_version") if isinstance(said, dict) else None


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
