"""What a model would do that hardly anybody wants: it can be trained, but not well.

Nothing of this keeps a drawing from being a model; each hint says what would happen and offers what
is usually meant.  Hints about the data are in ``lint_inputs.py``, those about the loss in
``lint_losses.py``.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visualnn.builder.analysis import Analysis, analysis_of
from visualnn.builder.checks import faults_of
from visualnn.builder.data import TrainingData
from visualnn.builder.document import Document
from visualnn.builder.hints import MIXES, Lint, above, activation_of, configured, muted
from visualnn.builder.lint_inputs import input_hints
from visualnn.builder.lint_losses import loss_hints
from visualnn.builder.pruning import without_muted
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import Sentence, say

_LINEAR_TOO = {"Dropout", "Flatten", "Reshape", "Permute", "BatchNormalization", "ZeroPadding2D"}


def lints_of(document: Document, loss: Any = None, data: TrainingData | None = None) -> list[Lint]:
    """What would train badly.

    Args:
        document: The drawing.
        loss: What it is compiled with, as a name or a record; by default what its file says.
        data: What it is trained with, if that is known.
    """
    if not document.output_calls or any(fault.blocking for fault in faults_of(document)):
        return []  # first things first
    if loss is None:
        loss = (document.model.extra.get("compile_config") or {}).get("loss")
    document = without_muted(document)
    analysis = analysis_of(document)
    found = [
        *_linear_pairs(analysis),
        *input_hints(analysis, data),
        *_ends(document),
        *loss_hints(analysis, loss, data),
    ]
    return sorted(found, key=lambda lint: document.order.index(lint.block))


def _linear_pairs(analysis: Analysis) -> Iterator[Lint]:
    """Two layers of weighted sums in a row are one."""
    document = analysis.document
    for call, use in document.calls.items():
        record = document.layers[use.layer]
        if record.class_name not in MIXES:
            continue
        before = above(document, call)
        while before and document.record(before).class_name in _LINEAR_TOO:
            before = above(document, before)
        if not before or document.record(before).class_name not in MIXES:
            continue
        if activation_of(document.record(before)) or len(document.consumers[before]) > 1:
            continue
        if before in document.output_calls or _is_bottleneck(analysis, before, call):
            continue
        name, after = document.name_of(before), record.name
        sentence = say(
            "{name} has no activation, and {after} follows it: two weighted sums in a row can "
            "learn no more than one.",
            name=name,
            after=after,
        )
        yield Lint(before, sentence, (configured(before, name, "activation", "relu"),))


def _is_bottleneck(analysis: Analysis, first: str, second: str) -> bool:
    """Whether two layers squeeze features through fewer, which one layer cannot do so cheaply."""
    source = above(analysis.document, first)
    sizes = [_features(analysis, call) for call in (source, first, second)]
    given, squeezed, made = sizes
    return bool(given and squeezed and made) and squeezed < min(given, made)  # type: ignore[operator]


def _features(analysis: Analysis, call: str) -> int | None:
    outputs = analysis.outcomes[call].outputs if call else None
    return outputs[0].shape[-1] if outputs and outputs[0].shape else None


def _ends(document: Document) -> Iterator[Lint]:
    """Layers that are of use between others only."""
    for call in sorted(document.output_calls):
        record = document.record(call)
        if sentence := _odd_end(record):
            fixes = (muted(call, record.name),) if above(document, call) else ()
            yield Lint(call, sentence, fixes)


def _odd_end(record: LayerRecord) -> Sentence | None:
    match record.class_name:
        case "BatchNormalization":
            return say(
                "{name} is the last layer: it shifts what the model says to the mean of each "
                "batch.",
                name=record.name,
            )
        case "Dropout":
            return say(
                "{name} is the last layer: it sets some of what the model says to zero while it "
                "learns.",
                name=record.name,
            )
        case _:
            return None
