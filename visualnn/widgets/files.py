"""Drawings in files: models as ``.keras`` files, and drawings that are no model yet as well."""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# (files and live models have no types)

from __future__ import annotations

from pathlib import Path
from typing import Any

from visualnn.builder.checks import faults_of
from visualnn.builder.document import Document
from visualnn.builder.editor import Editor
from visualnn.builder.nested import homes
from visualnn.builder.pruning import pruned
from visualnn.builder.saved import (
    drawing_from,
    drawing_record,
    saved_canvas,
    weight_keys,
)
from visualnn.builder.sentences import counted, say
from visualnn.builder.weights import WeightKey, WeightStore
from visualnn.saving import archive as members
from visualnn.saving import load_model, read_canvas, save_model
from visualnn.saving.arrays import reading_arrays
from visualnn.saving.atomic import replacing
from visualnn.saving.keras_file import KERAS_VERSION, open_archive
from visualnn.saving.weights_file import VariablesReader
from visualnn.serialization import InvalidModelFile, place, read_json, write_json
from visualnn.variable import step_boundary

_WEIGHTS = "drawing"


def save(editor: Editor, path: str | Path) -> Path:
    """Write a drawing to a ``.keras`` file: as the model it is, or else as a drawing.

    A drawing that is no model keeps its weights, too; only :func:`read` here opens it.

    Returns:
        The path of the file.

    Raises:
        ValueError: When the path is empty.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    target = keras_path(path)
    document = editor.document
    if not document.output_calls or any(fault.blocking for fault in faults_of(document)):
        _save_drawing(editor, target)
        return target
    whole = len(pruned(document).calls) < len(document.calls)
    canvas = _small_enough(saved_canvas(document, whole), saved_canvas(document, False))
    if document.snapshots and len(write_json(canvas)) > members.LARGEST_CANVAS:
        raise ValueError(
            say(
                "The {snapshots} of the drawing take more room than a file has for them: delete "
                "some, then save again.",
                snapshots=counted(len(document.snapshots), "snapshot"),
            )
        )
    save_model(editor.model, target, canvas=canvas)
    return target


def keras_path(path: str | Path) -> Path:
    """A path that ends in ``.keras``.

    Raises:
        ValueError: When there is none.
    """
    if not str(path).strip():
        raise ValueError(say("A file needs a name, such as model.keras."))
    found = Path(str(path).strip()).expanduser()
    return found if found.suffix == ".keras" else found.with_name(f"{found.name}.keras")


def _small_enough(canvas: Any, otherwise: Any) -> Any:
    """What is saved beside a model, with the whole drawing where it fits."""
    return canvas if len(write_json(canvas)) <= members.LARGEST_CANVAS else otherwise


def _save_drawing(editor: Editor, path: Path) -> None:
    document = editor.document
    editor.keep_weights()
    drawn = {place.home for place in homes(document)}
    keys = tuple(key for key in editor.weights if key.layer in drawn)
    metadata = {"keras_version": KERAS_VERSION, "date_saved": members.now()}
    canvas = write_json(saved_canvas(document, True, keys)).encode()
    if len(canvas) > members.LARGEST_CANVAS:
        raise ValueError(
            say(
                "The drawing is too large to be saved as long as it is no model: repair what is "
                "wrong with it first."
            )
        )
    contents = {
        members.METADATA: write_json(metadata).encode(),
        members.CONFIG: write_json(drawing_record(document)).encode(),
        members.CANVAS: canvas,
    }
    with replacing(path) as temporary:
        members.write_archive(
            temporary, contents, lambda writer: _write_weights(writer, editor.weights, keys)
        )


def _write_weights(writer: Any, weights: WeightStore, keys: tuple[WeightKey, ...]) -> None:
    with step_boundary:
        group = writer.group(_WEIGHTS)
        for i, key in enumerate(keys):
            writer.put(group, str(i), weights[key])


def read(path: str | Path) -> tuple[Document, Any, WeightStore]:
    """The drawing in a ``.keras`` file, its live model if it is one, and its weights if not.

    Raises:
        InvalidModelFile: When the file is damaged, or cannot be drawn.
        FileNotFoundError: When there is none.
    """
    target = Path(path).expanduser()
    canvas = read_canvas(target)
    with open_archive(target) as archive:
        record = read_json(archive.read(members.CONFIG, members.LARGEST_CONFIG))
        if not isinstance(record, dict):
            raise InvalidModelFile("It does not describe a model.", members.CONFIG)
    document = drawing_from(record, canvas)
    weights = WeightStore()
    if weight_keys(document, canvas):
        _read_weights(target, document, canvas, weights)
    broken = any(fault.blocking for fault in faults_of(document))
    model = None if broken or not document.output_calls else _loaded(target)
    return document, model, weights


def _loaded(path: Path) -> Any:
    """The model in a file; not compiled where its loss or optimizer is not known here."""
    try:
        return load_model(path)
    except InvalidModelFile as problem:
        try:
            return load_model(path, compile=False)
        except InvalidModelFile:
            raise problem from None


def _read_weights(path: Path, document: Document, canvas: Any, weights: WeightStore) -> None:
    with open_archive(path) as archive, place(members.WEIGHTS):
        stream, size = archive.open(members.WEIGHTS)
        with reading_arrays(stream, size) as source:
            group = source.group(_WEIGHTS)
            if group is None:
                raise InvalidModelFile("It has no weights of the drawing.")
            reader = VariablesReader(group)
            for i, key in enumerate(weight_keys(document, canvas)):
                if reader.shape(str(i)) != key.shape:
                    raise InvalidModelFile(f"The weight {key.path} has another shape.")
                weights.put(key, reader[str(i)])
