"""Models from documents, with the weights that are kept, and documents from models."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.checks import faults_of
from visualnn.builder.configs import config_from, document_from
from visualnn.builder.document import Document
from visualnn.builder.frozen import thaw
from visualnn.builder.layout import completed
from visualnn.builder.nested import at_home, home_of, opened, opens
from visualnn.builder.pruning import pruned as pruned
from visualnn.builder.sentences import counted, joined, say
from visualnn.builder.weights import WeightKey, WeightStore, keyed_variables
from visualnn.models import Model
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.variable import step_boundary


class NotAModelError(ValueError):
    """A drawing that is no model yet; the message lists what is wrong."""


def document_of(model: Any) -> Document:
    """The document of a functional or sequential model, with a place for every block.

    Raises:
        InvalidModelFile: When what the model computes is written in Python.
        TypeError: When it is no model of visualnn.
    """
    _check_is_model(model)
    return completed(document_from(serialize_keras_object(model)))


def _check_is_model(thing: Any) -> None:
    """Say what was probably meant, where something else than a model is to be drawn."""
    if isinstance(thing, Model):
        return
    if isinstance(thing, str | os.PathLike):
        raise TypeError(
            f"A model is drawn, and {str(thing)!r} is none: visualnn.Builder(name=...) is an empty "
            "canvas under a name, visualnn.Builder.open(path) one with what is in a file."
        )
    raise TypeError(
        "A functional or sequential model of visualnn is drawn, but this is a "
        f"{type(thing).__module__}.{type(thing).__qualname__}. What Keras or another library made "
        "is drawn once it is saved: visualnn.Builder.open('model.keras'), or "
        "visualnn.models.load_model('model.onnx')."
    )


def model_of(document: Document, weights: WeightStore) -> Any:
    """The live model, with the weights that are kept for its layers; it is not compiled.

    Raises:
        NotAModelError: When something is wrong with the drawing.
    """
    check(document)
    record = config_from(pruned(document), lambda ref: analysis_of(document).tensor(ref))
    record.pop("compile_config", None)
    for layer in record["config"]["layers"]:  # shapes may be others now
        layer.pop("build_config", None)
    record.pop("build_config", None)
    model = deserialize_keras_object(record)
    weights.give_to(layers_by_id(document, model))
    return model


def compile_as_saved(document: Document, model: Any) -> None:
    """Compile a model as the file said that its drawing was read from, if it did."""
    config = document.model.extra.get("compile_config")
    if config:
        _compile(model, lambda: model.compile_from_config(thaw(config)))


def carry_on(document: Document, model: Any, earlier: Document, trained: Any) -> None:
    """Compile a model as an earlier version was.

    Where both train the same weights, the optimizer goes on from where it was.
    """
    with warnings.catch_warnings():  # that it could not be saved does not matter here
        warnings.simplefilter("ignore")
        config = trained.get_compile_config()
    if config:
        _compile(model, lambda: model.compile_from_config(config))
    else:  # a loss that cannot be written down
        optimizer = type(trained.optimizer).from_config(trained.optimizer.get_config())
        _compile(model, lambda: model.compile(optimizer, trained.loss))
    before, now = trained.optimizer, model.optimizer
    same = _trained_keys(earlier, trained) == _trained_keys(document, model)
    if now is None or not before.built or not same:
        return
    if not now.built:
        now.build(model.trainable_variables)
    with step_boundary:
        for old, new in zip(before.variables, now.variables, strict=True):
            new.store(old.stored())


def _compile(model: Any, compile: Callable[[], None]) -> None:
    """Compile a model; a loss for other outputs than it has leaves it as it is."""
    with contextlib.suppress(ValueError, TypeError):
        compile()


def _trained_keys(document: Document, model: Any) -> list[WeightKey]:
    """What the weights belong to that training changes, in the order of the optimizer's slots."""
    keyed = keyed_variables(layers_by_id(document, model))
    keys = {id(variable): key for key, variable in keyed}
    return [keys[id(variable)] for variable in model.trainable_variables if id(variable) in keys]


def check(document: Document) -> None:
    """Refuse a drawing that is no model yet.

    Raises:
        NotAModelError: Listing everything that is wrong.
    """
    if not document.output_calls:
        raise NotAModelError(
            say("There is no model yet: add an Input and layers, and connect them.")
        )
    faults = [fault.sentence for fault in faults_of(document) if fault.blocking]
    if faults:
        different = dict.fromkeys(faults)
        said = counted(len(different), "problem")
        all_said = joined((say("  - {fault}", fault=fault) for fault in different), "\n")
        raise NotAModelError(
            say("The drawing is not a model yet ({said}):\n{faults}", said=said, faults=all_said)
        )


def layers_by_id(document: Document, model: Any) -> dict[str, Any]:
    """The live layers of a document's model, by what their weights are kept under.

    Of a submodel these are the layers inside, so that weights stay with a layer that goes into it.
    """
    live = {layer.name: layer for layer in model.layers}
    found: dict[str, Any] = {}
    for layer, record in document.layers.items():
        if record.name not in live:
            continue
        home = home_of(document, layer)
        if opens(record) and hasattr(live[record.name], "layers"):
            inner = at_home(opened(record), home)
            found.update(layers_by_id(inner, live[record.name]))
        else:
            found[home] = live[record.name]
    return found
