"""What would happen if a wire were dropped on a port: for the marks that ports show meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from visualnn.builder.analysis import Analysis, analysis_of, missing_ports
from visualnn.builder.checks import gives
from visualnn.builder.connecting import refusal
from visualnn.builder.document import Document
from visualnn.builder.inference import Outcome
from visualnn.builder.kinds import (
    Port,
    class_of,
    connected,
    drawn_ports,
    kind_name,
    ports_of,
    takes_many,
)
from visualnn.builder.sentences import joined, say
from visualnn.builder.trees import Ref
from visualnn.builder.words import shape_text

_JOIN = ("Concatenate", "Dot")
"""Layers of many inputs that do not work number by number."""


@dataclass(frozen=True)
class Verdict:
    """What would come of a connection.

    Attributes:
        verdict: `legal`; `broadcast` when sizes of 1 are repeated to fit; `mismatch` when it would
            be drawn wrong; `impossible` when it is refused.
        why: Both shapes, and what would be wrong, in words.
    """

    verdict: Literal["legal", "broadcast", "mismatch", "impossible"]
    why: str = ""


def verdicts(document: Document, source: Ref) -> dict[str, Verdict]:
    """The verdict on each input port, by ``block|port``, for a wire from this output."""
    if source.call not in document.calls:
        return {}
    analysis = analysis_of(document)
    before = document.leading_to(source.call)
    found: dict[str, Verdict] = {}
    for call in document.calls:
        for port in drawn_ports(document, call):
            reason = refusal(document, source, call, port, call in before)
            verdict = (
                Verdict("impossible", reason) if reason else _trial(analysis, source, call, port)
            )
            found[f"{call}|{port.name}"] = verdict
    return found


def verdicts_into(document: Document, target: str, port_name: str) -> dict[str, Verdict]:
    """The verdict on each output, by ``block|number``, for a wire that ends at this input port."""
    if target not in document.calls:
        return {}
    port = next((p for p in drawn_ports(document, target) if p.name == port_name), None)
    if port is None:
        return {}
    analysis = analysis_of(document)
    behind = document.reached_from(target)
    found: dict[str, Verdict] = {}
    for call in document.calls:
        for output in range(analysis.output_count(call)):
            source = Ref(call, output)
            reason = refusal(document, source, target, port, call in behind)
            verdict = (
                Verdict("impossible", reason) if reason else _trial(analysis, source, target, port)
            )
            found[f"{call}|{output}"] = verdict
    return found


def _fitting(analysis: Analysis, source: Ref, target: str, outcome: Outcome) -> Verdict:
    """The verdict on what fits: with both shapes, and whether one of them is repeated."""
    document = analysis.document
    tensor = analysis.tensor(source)
    given = [analysis.tensor(ref) for _, ref in document.calls[target].references]
    said = gives(document.name_of(source.call), tensor.shape) if tensor else ""
    results = outcome.outputs or ()
    result = ""
    if results:
        shape = shape_text(results[0].shape)
        result = say("{name} then gives {shape}", name=document.name_of(target), shape=shape)
    record = document.record(target)
    cls = class_of(record)
    if tensor and cls is not None and takes_many(cls) and kind_name(record) not in _JOIN:
        others = [other.shape for other in given if other and other.shape[1:] != tensor.shape[1:]]
        if others:
            why = say(
                "{said}, another {shape}: sizes of 1 are repeated.",
                said=said,
                shape=shape_text(others[0]),
            )
            return Verdict("broadcast", why)
    return Verdict("legal", joined(filter(None, (said, result)), "; "))


def _trial(analysis: Analysis, source: Ref, target: str, port: Port) -> Verdict:
    """The verdict on a connection that is possible: by the shapes alone."""
    document = analysis.document
    tensor = analysis.tensor(source)
    if tensor is None or analysis.outcomes[target].error:
        return Verdict("legal")
    use = connected(document.calls[target], port, source)
    ports = ports_of(document.with_call(target, use), target)
    given = None if missing_ports(use, ports) else analysis.given(use, ports)
    outcome = analysis.outcome_of(use, given)
    giver, taker = document.name_of(source.call), document.name_of(target)
    if not outcome.error:
        return _fitting(analysis, source, target, outcome)
    others = [
        gives(document.name_of(ref.call), other.shape)
        for _, ref in document.calls[target].references
        if (other := analysis.tensor(ref)) is not None
    ]
    said = gives(giver, tensor.shape)
    if others:
        why = say(
            "{said}, but {other}: {taker} cannot combine them.",
            said=said,
            other=others[0],
            taker=taker,
        )
        return Verdict("mismatch", why)
    why = say("{said}. {taker}: {error}", said=said, taker=taker, error=outcome.error)
    return Verdict("mismatch", why)
