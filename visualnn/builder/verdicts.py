"""What would happen if a wire were dropped on a port: for the marks that ports show meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from visualnn.builder.analysis import Analysis, analysis_of, missing_ports
from visualnn.builder.connecting import refusal
from visualnn.builder.document import Document
from visualnn.builder.kinds import Port, connected, drawn_ports, ports_of
from visualnn.builder.trees import Ref
from visualnn.builder.words import shape_text


@dataclass(frozen=True)
class Verdict:
    """What would come of a connection.

    Attributes:
        verdict: `legal`; `mismatch` when it would be drawn wrong; `impossible` when it is refused.
        why: What would be wrong, in words.
    """

    verdict: Literal["legal", "mismatch", "impossible"]
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
    if not outcome.error:
        return Verdict("legal")
    giver, taker = document.name_of(source.call), document.name_of(target)
    others = [
        f"{document.name_of(ref.call)} gives {shape_text(other.shape)}"
        for _, ref in document.calls[target].references
        if (other := analysis.tensor(ref)) is not None
    ]
    said = f"{giver} gives {shape_text(tensor.shape)}"
    if others:
        return Verdict("mismatch", f"{said}, but {others[0]}: {taker} cannot combine them.")
    return Verdict("mismatch", f"{said}. {taker}: {outcome.error}")
