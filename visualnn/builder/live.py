"""Models from documents, with the weights that are kept, and documents from models."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visualnn.builder.analysis import analysis_of, without_free_places
from visualnn.builder.checks import faults_of
from visualnn.builder.configs import config_from, document_from
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.kinds import ports_of_call
from visualnn.builder.layout import completed
from visualnn.builder.weights import WeightStore
from visualnn.builder.words import counted
from visualnn.serialization import deserialize_keras_object, serialize_keras_object


class NotAModelError(ValueError):
    """A drawing that is no model yet; the message lists what is wrong."""


def document_of(model: Any) -> Document:
    """The document of a functional or sequential model, with a place for every block.

    Raises:
        InvalidModelFile: When what the model computes is written in Python.
    """
    return completed(document_from(serialize_keras_object(model)))


def model_of(document: Document, weights: WeightStore, compile_config: Any = None) -> Any:
    """The live model, with the weights that are kept for its layers, compiled as it was before.

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
    if compile_config:
        model.compile_from_config(compile_config)
    return model


def check(document: Document) -> None:
    """Refuse a drawing that is no model yet.

    Raises:
        NotAModelError: Listing everything that is wrong.
    """
    if not document.output_calls:
        raise NotAModelError("There is no model yet: add an Input and layers, and connect them.")
    faults = [fault.sentence for fault in faults_of(document) if fault.blocking]
    if faults:
        listed = "\n".join(f"  - {sentence}" for sentence in dict.fromkeys(faults))
        said = counted(len(dict.fromkeys(faults)), "problem")
        raise NotAModelError(f"The drawing is not a model yet ({said}):\n{listed}")


def layers_by_id(document: Document, model: Any) -> dict[str, Any]:
    """The live layers of a document's model, by their ids in the document."""
    live = {layer.name: layer for layer in model.layers}
    return {
        layer: live[record.name] for layer, record in document.layers.items() if record.name in live
    }


def pruned(document: Document) -> Document:
    """The part of a document that makes the model: without free places, and what leads nowhere."""
    needed = document.leading_to(*document.output_calls) | set(document.input_calls)
    calls = document.calls
    if len(needed) < len(calls):
        calls = calls.without(calls.keys() - needed)
    used = {use.layer for use in calls.values()}
    layers = document.layers
    if len(used) < len(layers):
        layers = layers.without(layers.keys() - used)
    filled = {}
    for call, use in calls.items():
        args, kwargs = without_free_places(use, ports_of_call(document.layers[use.layer], use))
        unchanged = args is use.args and kwargs is use.kwargs
        filled[call] = use if unchanged else replace(use, args=args, kwargs=kwargs)
    return replace(document, layers=layers, calls=FrozenDict(filled))
