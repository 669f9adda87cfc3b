"""A model from one kind of file into another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from visualnn.saving.atomic import replacing
from visualnn.saving.dispatch import load_model, save_model
from visualnn.saving.keras2 import modern
from visualnn.saving.keras_file import KERAS_VERSION
from visualnn.saving.weights_alone import save_weights
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    place,
    read_json,
    reading,
)
from visualnn.serialization.limits import LARGEST_TEXT


def convert_file(
    source: Any,
    target: Any,
    overwrite: bool = False,
    keras_version: str = KERAS_VERSION,
    custom_objects: dict[str, Any] | None = None,
) -> list[str]:
    """Load a model from one file and save it to another, of the kind that its ending says.

    Args:
        source: A ``.keras`` file, or a folder of its members, a whole-model ``.h5`` or a ``.json``
            file.
        target: A path that ends in ``.keras``, ``.h5``, ``.weights.h5`` or ``.json``.
        overwrite: Whether a file that is there already is replaced.
        keras_version: The oldest version of Keras that shall read it.
        custom_objects: Your own classes and functions by name.

    Returns:
        What the new file does not hold of the old one, one sentence each.

    Raises:
        FileExistsError: When there is a file and ``overwrite`` is false.
        InvalidModelFile: When the source is damaged, or holds no model.
        ValueError: When the ending of the target is none of these.
    """
    source, target = Path(source), Path(target)
    ending = _ending(target)
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target} is there already.")
    if not source.exists():
        raise FileNotFoundError(f"There is no file {str(source)!r}.")
    if source.name.endswith((".weights.h5", ".weights.json")):
        raise InvalidModelFile(
            "It holds weights alone, and what they are the weights of is not said: build the "
            "model, `model.load_weights(...)`, `model.save(...)`.",
            str(source),
        )
    lost = []
    if source.suffix == ".json":
        model = _from_text(source, custom_objects)
        lost.append("The JSON has no weights: the model starts with new ones.")
    else:
        model = load_model(source, custom_objects)
    if ending == ".json":
        with replacing(target) as temporary:
            temporary.write_text(model.to_json(), encoding="utf-8")
        lost.append("JSON holds the architecture alone, without weights.")
    elif ending == ".weights.h5":
        save_weights(model, target)
        lost.append("The file holds weights alone, without the architecture.")
    else:
        save_model(model, target, keras_version=keras_version)
    return lost


def _ending(target: Path) -> str:
    for ending in (".weights.h5", ".keras", ".h5", ".hdf5", ".json"):
        if target.name.endswith(ending) and not target.name.endswith(".weights.json"):
            return ending
    raise ValueError(
        f"{target} does not say by its ending what it shall be: .keras, .h5, .weights.h5 or .json."
    )


def _from_text(source: Path, custom_objects: dict[str, Any] | None) -> Any:
    if source.stat().st_size > LARGEST_TEXT:
        raise InvalidModelFile(f"More than {LARGEST_TEXT:,} bytes of JSON.", str(source))
    with place(str(source)), reading(custom_objects):
        model = deserialize_keras_object(modern(read_json(source.read_bytes())))
        if not hasattr(model, "get_weights"):
            raise InvalidModelFile("It describes no model.")
    return model
