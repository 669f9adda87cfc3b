"""What a model would do that hardly anybody wants: it can be trained, but not well.

Nothing of this keeps a drawing from being a model; each hint says what would happen and offers what
is usually meant.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from visualnn.builder.analysis import Analysis, analysis_of
from visualnn.builder.checks import faults_of
from visualnn.builder.document import Document
from visualnn.builder.fixes import Fix
from visualnn.builder.layout import HEIGHT, ROW_GAP
from visualnn.builder.pruning import without_muted
from visualnn.builder.records import LayerRecord
from visualnn.serialization.naming import to_snake_case

_MIXES = {"Dense", "Conv1D", "Conv2D", "Conv3D", "EinsumDense"}
_LINEAR_TOO = {"Dropout", "Flatten", "Reshape", "Permute", "BatchNormalization", "ZeroPadding2D"}
_WHOLE_NUMBERS = {"uint8", "int8", "uint16", "int16"}
_SCALES = {"Rescaling", "Normalization", "Embedding", "CategoryEncoding", "Cast", "StringLookup"}
_ODD_ENDS = {
    "BatchNormalization": "shifts what the model says to the mean of each batch",
    "Dropout": "sets some of what the model says to zero while it learns",
}
_CROSS_ENTROPIES = {
    "binary_crossentropy": "binary",
    "categorical_crossentropy": "classes",
    "sparse_categorical_crossentropy": "classes",
    "categorical_focal_crossentropy": "classes",
    "binary_focal_crossentropy": "binary",
}


@dataclass(frozen=True)
class Lint:
    """Something that would train badly, and what is usually meant instead."""

    block: str
    sentence: str
    fixes: tuple[Fix, ...] = ()


def lints_of(document: Document, loss: Any = None) -> list[Lint]:
    """What would train badly.

    Args:
        document: The drawing.
        loss: What it is compiled with, as a name or a record; by default what its file says.
    """
    if not document.output_calls or any(fault.blocking for fault in faults_of(document)):
        return []  # first things first
    if loss is None:
        loss = (document.model.extra.get("compile_config") or {}).get("loss")
    document = without_muted(document)
    analysis = analysis_of(document)
    found = [
        *_linear_pairs(document),
        *_whole_numbers(analysis),
        *_ends(analysis),
        *_losses(document, loss),
    ]
    return sorted(found, key=lambda lint: document.order.index(lint.block))


def _activation(record: LayerRecord) -> str:
    """The name of a layer's activation; empty if it has none."""
    if record.class_name == "Softmax":
        return "softmax"
    said: Any = record.config.get("activation")
    if isinstance(said, dict):
        said = said.get("config") or said.get("class_name")
    name = to_snake_case(said) if isinstance(said, str) else ""
    return "" if name == "linear" else name


def _linear_pairs(document: Document) -> Iterator[Lint]:
    """Two layers of weighted sums in a row are one."""
    for call, use in document.calls.items():
        record = document.layers[use.layer]
        if record.class_name not in _MIXES:
            continue
        before = _above(document, call)
        while before and document.record(before).class_name in _LINEAR_TOO:
            before = _above(document, before)
        if not before or document.record(before).class_name not in _MIXES:
            continue
        if _activation(document.record(before)) or len(document.consumers[before]) > 1:
            continue
        name, after = document.name_of(before), record.name
        sentence = (
            f"{name} has no activation, and {after} follows it: two weighted sums in a row can "
            "learn no more than one."
        )
        yield Lint(before, sentence, (_configured(before, name, "activation", "relu"),))


def _above(document: Document, call: str) -> str:
    """The one block that a block gets its tensor from; empty if there are several or none."""
    references = document.calls[call].references
    return references[0][1].call if len(references) == 1 else ""


def _whole_numbers(analysis: Analysis) -> Iterator[Lint]:
    """Numbers from 0 to 255 make the first steps of training far too large."""
    document = analysis.document
    for call in document.input_calls:
        dtype = document.record(call).config.get("dtype")
        if dtype not in _WHOLE_NUMBERS:
            continue
        takers = [consumer for consumer, _, _ in document.consumers[call]]
        if not takers or any(document.record(x).class_name in _SCALES for x in takers):
            continue
        name = document.name_of(call)
        sentence = (
            f"{name} gives whole numbers ({dtype}) as they are: networks learn best from numbers "
            "of about 1, so divide them by their largest first."
        )
        wires = [wire for wire in document.wires.values() if wire.source.call == call]
        fixes = tuple(_rescaled(document, wire.id, wire.target) for wire in wires[:1])
        yield Lint(call, sentence, fixes if len(wires) == 1 else ())


def _rescaled(document: Document, wire: str, target: str) -> Fix:
    x, y = document.canvas.positions.get(target, (0.0, HEIGHT + ROW_GAP))
    insert = {"command": "Insert", "kind": "Rescaling", "x": x, "y": y, "wire": wire,
              "config": {"scale": 1 / 255}}  # fmt: skip
    return Fix("Insert Rescaling by 1/255", (insert,))


def _ends(analysis: Analysis) -> Iterator[Lint]:
    """The last layers decide what the model says."""
    document = analysis.document
    for call in sorted(document.output_calls):
        record = document.record(call)
        if said := _ODD_ENDS.get(record.class_name):
            sentence = f"{record.name} is the last layer: it {said}."
            fix = Fix(f"Mute {record.name}", ({"command": "Mute", "blocks": (call,)},))
            yield Lint(call, sentence, (fix,) if _above(document, call) else ())
        outputs = analysis.outcomes[call].outputs or ()
        one = any(tensor.shape[-1:] == (1,) for tensor in outputs)
        if one and _activation(record) == "softmax":
            sentence = f"{record.name} is a softmax of one number, which is always 1."
            fixes = (_configured(call, record.name, "activation", "sigmoid"),)
            yield Lint(call, sentence, fixes if "activation" in record.config else ())


def _losses(document: Document, loss: Any) -> Iterator[Lint]:
    """A loss reads the output as probabilities, or as numbers before softmax or sigmoid."""
    name, from_logits = _loss(loss)
    expects = _CROSS_ENTROPIES.get(name)
    for call in sorted(document.output_calls):
        record = document.record(call)
        activation = _activation(record)
        sentence, wanted = "", ""
        if expects and from_logits and activation in ("softmax", "sigmoid"):
            sentence = (
                f"The loss {name} expects numbers before {activation} (from_logits=True), but "
                f"{record.name} applies {activation} already: it would be applied twice."
            )
            wanted = "linear"
        elif expects and not from_logits and activation not in ("softmax", "sigmoid"):
            wanted = "softmax" if expects == "classes" else "sigmoid"
            sentence = (
                f"The loss {name} expects probabilities, but {record.name} gives any numbers: "
                f"give it {wanted}, or set from_logits=True."
            )
        elif expects == "classes" and activation == "sigmoid":
            sentence, wanted = f"The loss {name} expects probabilities that sum to 1.", "softmax"
        elif name.startswith("mean_") and activation == "softmax":
            sentence = f"{record.name} tells classes apart, but the loss {name} is for numbers."
        if sentence:
            can = wanted and "activation" in record.config
            fix = _configured(call, record.name, "activation", wanted)
            yield Lint(call, sentence, (fix,) if can else ())


def _loss(loss: Any) -> tuple[str, bool]:
    """The name of a loss, and whether it expects numbers before softmax or sigmoid."""
    if isinstance(loss, str):
        return to_snake_case(loss), False
    if isinstance(loss, dict):
        config = loss.get("config")
        settings: Any = config if isinstance(config, dict) else {}
        name = settings.get("name") or loss.get("class_name") or ""
        return to_snake_case(str(name)), bool(settings.get("from_logits"))
    return "", False


def _configured(call: str, name: str, setting: str, value: str) -> Fix:
    configure = {"command": "Configure", "block": call, "setting": setting, "value": value}
    return Fix(f"{name}: {setting} = {value}", (configure,))
