"""Which way a file is read or written: the one place that looks at endings and first bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from visualnn.saving import keras_file, legacy_h5, legacy_h5_writer, weights_alone
from visualnn.saving.checkpoint import weights as checkpoint_weights
from visualnn.serialization import InvalidModelFile

saved_models: dict[str, Callable] = {}
"""What writes (``save``), reads (``load``) and recognises (``is_one``) SavedModels.

To write one, models are traced, which needs what lies above; :mod:`visualnn.models` puts it here.
"""

files_of_others: dict[str, Callable] = {}
"""What makes models of other programs' files, by the ending of the file; put here likewise."""

_HDF5 = b"\x89HDF\r\n\x1a\n"
_LEGACY = (".h5", ".hdf5")


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    zipped: bool | None = None,
    canvas: Any = None,
    keras_version: str = keras_file.KERAS_VERSION,
    include_optimizer: bool = True,
    save_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Write a model with its weights to a file, whole or not at all.

    A path without an ending becomes a folder with a SavedModel, which TensorFlow reads, too.

    Args:
        model: The model.
        filepath: The path, which ends in ``.keras``, or in ``.h5`` for programs that read only
            those; or a file object that is open for writing.
        overwrite: Whether a file that is there already is replaced.
        zipped: ``False`` to write a folder with the members of a ``.keras`` file in it.
        canvas: What the builder draws the model with; other programs ignore it.
        keras_version: The oldest Keras that shall read it.  What is written by default is read
            from 3.6 on; before, an only input must be in a list, which newer versions take for
            what it says.
        include_optimizer: Whether a ``.h5`` file, or a SavedModel, says how the model was compiled.
        save_format: ``"keras"``, ``"h5"``, or ``"tf"`` for a SavedModel, whatever the ending is.
        **kwargs: For a SavedModel: ``save_traces=False`` to leave out what it computes, so that it
            is only read where its classes are known, and ``signatures``.

    Raises:
        ValueError: When the path has another ending, or an argument is not known.
        FileExistsError: When there is a file and ``overwrite`` is false.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    if save_format not in (None, "keras", "h5", "tf"):
        raise ValueError(f'`save_format` is "keras", "h5" or "tf", not {save_format!r}.')
    if _becomes_folder(filepath, save_format, zipped):
        saved_models["save"](model, filepath, overwrite, include_optimizer, canvas, **kwargs)
        return
    kwargs = {key: x for key, x in kwargs.items() if key not in _OF_FOLDERS}
    if kwargs:
        raise ValueError(
            f"`save` does not know {', '.join(map(repr, kwargs))}. The format follows from the "
            "ending of the path: `.keras`, `.h5`, or none for a SavedModel."
        )
    if hasattr(filepath, "write"):
        keras_file.save_model(model, filepath, overwrite, canvas, keras_version)
        return
    path = Path(filepath)
    legacy = path.suffix in _LEGACY and not path.name.endswith(".weights.h5")
    legacy = legacy if save_format is None else save_format == "h5"
    if zipped and legacy:
        raise ValueError(f"`zipped=True` is for `.keras` files, not for {str(path)!r}.")
    if zipped is False:
        keras_file.save_folder(model, path, overwrite, canvas, keras_version)
    elif legacy:
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} is there already: give `overwrite=True` to replace it.")
        legacy_h5_writer.save_legacy_model(model, path, keras_version, include_optimizer)
    else:
        keras_file.save_model(model, path, overwrite, canvas, keras_version)


_OF_FOLDERS = ("save_traces", "signatures", "options")


def _becomes_folder(filepath: Any, save_format: str | None, zipped: bool | None) -> bool:
    """Whether a model is saved as a SavedModel."""
    if save_format is not None or hasattr(filepath, "write"):
        return save_format == "tf"
    return zipped is None and Path(filepath).suffix == ""


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model from a ``.keras`` file, a folder of its members, or a whole-model ``.h5`` file.

    A SavedModel is read as well: as it was, if its classes are known, or as a model that computes
    what was traced when it was saved.  An ONNX file, whose name ends in ``.onnx``, becomes a model
    of connected layers and operations.

    What it is, is seen by what is in it.  Nothing in the file is executed, and nothing outside it
    is touched.

    Args:
        filepath: The path, or a file object that is open for reading.
        custom_objects: Your own classes and functions by name.
        compile: Whether to compile it as it was when it was saved, with the optimizer's state.
        safe_mode: Accepted for Keras's sake: Python code in a file is refused in any case.

    Raises:
        InvalidModelFile: When the file is damaged, or holds what is not a model or not known.
        FileNotFoundError: When there is no such file.
    """
    other = None if hasattr(filepath, "read") else files_of_others.get(Path(filepath).suffix)
    if other is not None:
        return other(filepath)
    if saved_models["is_one"](filepath):
        return saved_models["load"](filepath, custom_objects, compile, safe_mode)
    read = legacy_h5.load_legacy_model if _is_hdf5(filepath) else keras_file.load_model
    return read(filepath, custom_objects, compile, safe_mode)


def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    save_format: str | None = None,
) -> None:
    """Write the weights of a model, and its optimizer's state, alone.

    Args:
        model: The model.
        filepath: A path that ends in ``.weights.h5``, or a file object; or one without ending, for
            a checkpoint in TensorFlow's files.
        overwrite: Whether a file that is there already is replaced.
        max_shard_size: How many gigabytes each file may have at most, where they shall be several,
            which one that ends in ``.weights.json`` lists.
        save_format: ``"tf"`` for a checkpoint, ``"h5"`` for a file, whatever the ending is.

    Raises:
        ValueError: When the path has another ending, the model is not built, or one array alone is
            larger than a file may be.
        FileExistsError: When there is a file and ``overwrite`` is false.
        OSError: When it cannot be written; the old one is left as it was.
    """
    if save_format not in (None, "tf", "h5"):
        raise ValueError(f'`save_format` is "tf" or "h5", not {save_format!r}.')
    by_path = max_shard_size is None and checkpoint_weights.is_checkpoint_path(filepath)
    if save_format == "tf" or (save_format is None and by_path):
        checkpoint_weights.save_weights(model, filepath, overwrite)
    else:
        weights_alone.save_weights(model, filepath, overwrite, max_shard_size)


def load_weights(
    model: Any,
    filepath: Any,
    skip_mismatch: bool = False,
    objects_to_skip: Any = None,
    by_name: bool = False,
) -> Any:
    """Give a model the weights in a ``.weights.h5``, ``.keras`` or legacy ``.h5`` file.

    They may be in a checkpoint, too, whose status is given back.

    Args:
        model: The model.
        filepath: The path, that of the index ``.weights.json`` where there are several files, or a
            file object that is open for reading.
        skip_mismatch: Whether what does not fit is left as it is, with a warning.
        objects_to_skip: Layers that are left as they are.
        by_name: Whether layers are found by their names; legacy files only.

    Raises:
        ValueError: When they do not fit, or the file is of a kind that the arguments are not for.
        InvalidModelFile: When the file is damaged.
    """
    if hasattr(filepath, "read"):
        weights_alone.load_weights(model, filepath, skip_mismatch, objects_to_skip)
        return None
    path = Path(filepath)
    if checkpoint_weights.is_checkpoint(path):
        return checkpoint_weights.load_weights(model, path, skip_mismatch, objects_to_skip)
    legacy = path.suffix in _LEGACY and not path.name.endswith("weights.h5")
    if path.name.endswith("weights.h5") and _holds_layers(path):
        legacy = True
    if by_name and not legacy:
        raise ValueError(
            f"`by_name=True` is for legacy `.h5` files, whose layers have names, not for "
            f"{str(path)!r}."
        )
    if not legacy:
        weights_alone.load_weights(model, path, skip_mismatch, objects_to_skip)
        return None
    if objects_to_skip:
        raise ValueError(
            f"`objects_to_skip` is not for legacy `.h5` files such as {str(path)!r}: "
            "with `by_name=True` layers of other names are left as they are."
        )
    legacy_h5.load_legacy_weights(model, path, by_name, skip_mismatch)
    return None


def _is_hdf5(filepath: Any) -> bool:
    """Whether a file begins as HDF5 does."""
    if hasattr(filepath, "read"):
        if not filepath.seekable():
            return False
        place = filepath.tell()
        begin = filepath.read(len(_HDF5))
        filepath.seek(place)
        return begin == _HDF5
    path = Path(filepath)
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_HDF5)) == _HDF5


def _holds_layers(path: Path) -> bool:
    """Whether weights are stored layer by layer, as Keras 2 did, whatever the file is called."""
    if not _is_hdf5(path):
        return False
    try:
        return legacy_h5.holds_layers(path)
    except InvalidModelFile:
        return False
