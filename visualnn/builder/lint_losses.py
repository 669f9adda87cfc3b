"""Hints about the last layers and the loss: the one must say what the other reads."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from visualnn.builder.analysis import Analysis
from visualnn.builder.data import Numbers, TrainingData
from visualnn.builder.document import Document
from visualnn.builder.fixes import maker_of_features
from visualnn.builder.hints import MIXES, Lint, above, activation_of, configured, muted
from visualnn.builder.records import LayerRecord
from visualnn.builder.repairs import Fix
from visualnn.builder.sentences import Sentence, say
from visualnn.builder.trees import references
from visualnn.serialization.naming import to_snake_case

_SHAPES = {"Reshape", "Flatten", "Permute", "Identity"}
"""Layers that give the numbers another shape and leave them as they are."""
_CROSS_ENTROPIES = {
    "binary_crossentropy": "binary",
    "categorical_crossentropy": "classes",
    "sparse_categorical_crossentropy": "classes",
    "categorical_focal_crossentropy": "classes",
    "binary_focal_crossentropy": "binary",
}
_PROBABILITIES = ("softmax", "sigmoid")


class Loss(NamedTuple):
    """A loss, and whether it reads numbers before softmax or sigmoid."""

    name: str
    from_logits: bool


def loss_hints(analysis: Analysis, loss: Any, data: TrainingData | None) -> Iterator[Lint]:
    """Outputs that the loss reads as something else than they are."""
    document = analysis.document
    outputs = list(dict.fromkeys(ref.call for _, ref in references(document.output_structure)))
    for place, call in enumerate(outputs):
        each = _loss(_of_output(loss, place, document.name_of(call)))
        end = _end(document, call)
        if end and (found := _hint(analysis, end, each)):
            yield found
        elif len(outputs) == 1 and data is not None and data.target is not None and end:
            yield from _classes(analysis, end, each, data.target)


def _of_output(loss: Any, place: int, name: str) -> Any:
    """The loss of one output, of several that may be listed or named."""
    if isinstance(loss, list | tuple):
        return loss[place] if place < len(loss) else None
    if isinstance(loss, dict) and "class_name" not in loss:
        return loss.get(name)
    return loss


def _loss(loss: Any) -> Loss:
    if isinstance(loss, str):
        return Loss(to_snake_case(loss), False)
    if isinstance(loss, dict):
        config = loss.get("config")
        settings: Any = config if isinstance(config, dict) else {}
        name = settings.get("name") or loss.get("class_name") or ""
        return Loss(to_snake_case(str(name)), bool(settings.get("from_logits")))
    return Loss("", False)


def _end(document: Document, call: str) -> str:
    """The layer that decides what an output says; empty if nobody knows what it does."""
    while document.record(call).class_name in _SHAPES and above(document, call):
        call = above(document, call)
    record = document.record(call)
    return call if record.class_name in {*MIXES, "Softmax", "Activation"} else ""


def _hint(analysis: Analysis, call: str, loss: Loss) -> Lint | None:
    """What is wrong about the last layer, if anything is."""
    document = analysis.document
    record = document.record(call)
    activation, name = activation_of(record), record.name
    expects = _CROSS_ENTROPIES.get(loss.name)
    if activation == "softmax" and _is_one(analysis, call):
        sentence = say("{name} is a softmax of one number, which is always 1.", name=name)
        return Lint(call, sentence, _activations(call, record, "sigmoid"))
    if expects and loss.from_logits and activation in _PROBABILITIES:
        sentence = say(
            "The loss {loss} expects numbers before {activation} (from_logits=True), but {name} "
            "applies {activation} already: it would be applied twice.",
            loss=loss.name,
            activation=activation,
            name=name,
        )
        return Lint(call, sentence, _activations(call, record, "linear"))
    if expects and not loss.from_logits:
        return _probabilities(analysis, call, loss, activation)
    if loss.name.startswith("mean_") and activation == "softmax":
        sentence = say(
            "{name} tells classes apart, but the loss {loss} is for numbers.",
            name=name,
            loss=loss.name,
        )
        return Lint(call, sentence)
    return None


def _probabilities(analysis: Analysis, call: str, loss: Loss, activation: str) -> Lint | None:
    """What keeps the last layer from saying the probabilities that a cross entropy reads."""
    record = analysis.document.record(call)
    expects, name = _CROSS_ENTROPIES[loss.name], record.name
    sentence: Sentence | None = None
    wanted = "softmax" if expects == "classes" else "sigmoid"
    if activation not in _PROBABILITIES:
        sentence = say(
            "The loss {loss} expects probabilities, but {name} gives any numbers: give it "
            "{activation}, or set from_logits=True.",
            loss=loss.name,
            name=name,
            activation=wanted,
        )
    elif expects == "classes" and _is_one(analysis, call):
        sentence = say(
            "{name} tells two classes apart by one number, but the loss {loss} expects a number "
            "for each class: binary_crossentropy fits.",
            name=name,
            loss=loss.name,
        )
        return Lint(call, sentence)
    elif expects == "classes" and activation == "sigmoid":
        sentence = say(
            "The loss {loss} expects probabilities that sum to 1, which those of {name} do not.",
            loss=loss.name,
            name=name,
        )
    elif expects == "binary" and activation == "softmax":
        sentence = say(
            "{name} tells classes apart of which one is right, but the loss {loss} reads each by "
            "itself: categorical_crossentropy fits.",
            name=name,
            loss=loss.name,
        )
    return Lint(call, sentence, _activations(call, record, wanted)) if sentence else None


def _classes(analysis: Analysis, call: str, loss: Loss, target: Numbers) -> Iterator[Lint]:
    """Labels that are more than the model tells apart."""
    outputs = analysis.outcomes[call].outputs or ()
    units = outputs[0].shape[-1] if outputs else None
    if loss.name != "sparse_categorical_crossentropy" or not target.whole or units is None:
        return
    classes = int(target.highest) + 1
    if target.lowest < 0 or units >= classes:
        return
    document = analysis.document
    sentence = say(
        "The labels {data} go up to {highest}, but {name} tells {units} classes apart.",
        data=target.name,
        highest=classes - 1,
        name=document.name_of(call),
        units=units,
    )
    found = maker_of_features(document, call)
    fixes = (configured(found[0], document.name_of(found[0]), found[1], classes),) if found else ()
    yield Lint(call, sentence, fixes)


def _is_one(analysis: Analysis, call: str) -> bool:
    return any(tensor.shape[-1:] == (1,) for tensor in analysis.outcomes[call].outputs or ())


def _activations(call: str, record: LayerRecord, wanted: str) -> tuple[Fix, ...]:
    """Buttons that give the last layer another activation."""
    if "activation" in record.config:
        return (configured(call, record.name, "activation", wanted),)
    return (muted(call, record.name),) if wanted == "linear" else ()
