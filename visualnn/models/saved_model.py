"""Models as SavedModels: with all we know of them, and as what TensorFlow can run.

The folder has what a ``.keras`` file has beside its weights, so that a model whose classes are
known comes back as it was.  Where they are not, what was traced when it was saved is a model, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from visualnn.layers.building import FirstCall
from visualnn.models.model import Model
from visualnn.saving import dispatch
from visualnn.saving.checkpoint.bundle import BundleReader
from visualnn.saving.checkpoint.restoring import Restoration
from visualnn.saving.folder import Folder
from visualnn.saving.keras_file import described, read_assets, read_description
from visualnn.serialization import InvalidModelFile, UnknownObject, place
from visualnn.spec import Spec

_VARIABLES = "variables/variables"


def save_folder(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    include_optimizer: bool = True,
    canvas: Any = None,
    save_traces: bool = True,
    signatures: Any = None,
    options: Any = None,
    **kwargs: Any,
) -> None:
    """Write a model as a SavedModel, whole or not at all.

    Args:
        model: The model.
        filepath: The folder.
        overwrite: Whether one that is there already is replaced.
        include_optimizer: Whether it says how the model was compiled.
        canvas: What the builder draws the model with.
        save_traces: Whether what it computes is traced, so that it is read without its classes.
        signatures: What servers offer, by name; by default what the model predicts.
        options: Accepted for TensorFlow's sake.
        **kwargs: None that are known.

    Raises:
        FileExistsError: When there is something else, or ``overwrite`` is false.
        ValueError: When the model is not built, or a layer has no form in TensorFlow.
        OSError: When it cannot be written; the old one is left as it was.
    """
    del options
    if kwargs:
        raise ValueError(f"`save` does not know {', '.join(map(repr, kwargs))}.")
    from visualnn.exporting.saved_model.save import is_saved_model, signature_traces, write_object

    path = Path(filepath)
    if path.exists() and not (overwrite and (is_saved_model(path) or _is_replaceable(path))):
        raise FileExistsError(
            f"{path} is there already: give `overwrite=True` to replace it, if it is the folder "
            "of a model."
        )
    if not model.built:
        raise ValueError(
            f"{model.name!r} is not built, so nobody knows its weights: call it on data, or build "
            "it, before it is saved as a SavedModel."
        )
    try:
        members = described(model, canvas)
    except (NotImplementedError, TypeError):
        if not save_traces:
            raise
        members = {}  # it comes back as what was traced
    write_object(
        model,
        path,
        signature_traces(signatures),
        members if include_optimizer else _without_compilation(members),
        save_traces,
    )


def _is_replaceable(path: Path) -> bool:
    """Whether a path is that of an empty folder, or of one with a model of ours."""
    return path.is_dir() and (Folder.is_one(path) or not any(path.iterdir()))


def _without_compilation(members: dict[str, bytes]) -> dict[str, bytes]:
    from visualnn.saving.archive import CONFIG
    from visualnn.serialization import read_json, write_json

    if CONFIG not in members:
        return members
    record = read_json(members[CONFIG])
    record.pop("compile_config", None)
    return {**members, CONFIG: write_json(record).encode()}


def load_folder(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a model from a SavedModel: as it was, or as what was traced.

    Raises:
        InvalidModelFile: When it is damaged, or holds no model.
    """
    from visualnn.exporting.saved_model.loader import load

    path = Path(filepath)
    if Folder.is_one(path):
        try:
            return _described(path, custom_objects, compile, safe_mode)
        except UnknownObject:
            loaded = load(path)
            if not _can_be_called(loaded):  # it was saved without traces
                raise
            return RevivedModel(loaded)
    loaded = load(path)
    if not _can_be_called(loaded):
        raise InvalidModelFile(
            "It holds no model that can be called; `visualnn.saved_model.load` loads it.", str(path)
        )
    return RevivedModel(loaded)


def _described(
    path: Path, custom_objects: dict[str, Any] | None, compile: bool, safe_mode: bool
) -> Any:
    with place(str(path)):
        folder = Folder(path)
        try:
            model = read_description(folder, custom_objects, compile, safe_mode)
            _restore(BundleReader(path / _VARIABLES), model)
            read_assets(model, folder)
        finally:
            folder.close()
    return model


def _restore(reader: BundleReader, model: Any) -> None:
    """Give a model its variables; the slots of an optimizer that took no step may be missing.

    Raises:
        InvalidModelFile: When others are missing.
    """
    try:
        restoration = Restoration(reader, model)
    except ValueError as problem:
        raise InvalidModelFile(str(problem), _VARIABLES) from problem
    missing = {id(variable) for variable in restoration.unmatched()}
    optimizer = getattr(model, "optimizer", None)
    slots = {id(variable) for variable in getattr(optimizer, "variables", ())}
    if missing and missing != slots & missing:
        names = [v.path for v in model.variables if id(v) in missing]
        raise InvalidModelFile(f"The values of {', '.join(names)} are missing.", _VARIABLES)


def _can_be_called(loaded: Any) -> bool:
    return _function_of(loaded) is not None


def _function_of(loaded: Any) -> Any:
    """What a loaded object computes when it is called."""
    held = getattr(loaded, "_held", {})
    for name in ("__call__", "serve"):
        traces = getattr(held.get(name), "traces", None)
        if traces and traces[0].arguments[0]:
            return held[name]
    return None


class RevivedModel(Model):
    """A model whose class is not known: it computes what was traced when it was saved.

    It calls, predicts and trains, and can be saved as a SavedModel again.

    Args:
        loaded: The object that was loaded.
        name: The name of the model.
    """

    not_saved = Model.not_saved | {"_loaded"}

    def __init__(self, loaded: Any, name: str | None = None):
        super().__init__(name=name)
        self.__dict__.update(_loaded=loaded)
        self._function = _function_of(loaded)
        used = [v for one in self._function.traces for v in one.variables]
        self._weights = list(dict.fromkeys(used))
        (first, *more), _ = self._function.traces[0].arguments
        more = [x for x in more if isinstance(x, Spec)]
        self._takes = 1 + len(more)
        called_on = FirstCall({"inputs": [first, *more] if more else first})
        self.__dict__.update(_called_on=called_on)
        self.built = True

    @property
    def loaded(self) -> Any:
        """The object that was loaded, with all its attributes."""
        return vars(self)["_loaded"]

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """What the model gave for these inputs, in training or otherwise.

        Several arguments are given as a list.
        """
        args = list(inputs) if self._takes > 1 else [inputs]
        if "training" in self._function.parameters:
            return self._function(*args, training=bool(training))
        return self._function(*args)

    def get_config(self) -> dict[str, Any]:
        """Refuse: its class is not known.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"{self.name!r} was loaded without its class, so its settings are not known. Save it "
            "as a SavedModel, to a path without an ending, or load it with `custom_objects`."
        )


def _is_one(filepath: Any) -> bool:
    return not hasattr(filepath, "read") and (Path(filepath) / "saved_model.pb").is_file()


dispatch.saved_models.update(save=save_folder, load=load_folder, is_one=_is_one)
