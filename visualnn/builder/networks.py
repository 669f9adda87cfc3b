"""The drawing as a network to make figures of, with the submodels that are to be opened."""

from __future__ import annotations

from visualnn.builder.analysis import analysis_of
from visualnn.builder.document import Document
from visualnn.builder.families import BY_NAME, family_of
from visualnn.builder.kinds import kind_name
from visualnn.builder.nested import opened, opens
from visualnn.builder.submodels import outputs_inside, ports_inside
from visualnn.builder.views import settings_line
from visualnn.figures.network import Layer, Network


def network_of(document: Document, depth: int = 0, placed: bool = True) -> Network:
    """The network that a document draws.

    Args:
        document: The document.
        depth: How many levels of submodels are opened; the layers of the others are one block.
        placed: Whether blocks lie where they lie on the canvas.
    """
    return _network(document, document.name, depth, placed, "")


def _network(document: Document, title: str, depth: int, placed: bool, around: str) -> Network:
    analysis = analysis_of(document)
    found = Network(around.rstrip("/") or title, title)
    ends: dict[str, tuple[list[str], list[str]]] = {}  # where wires of a block begin, and end
    for call in document.order:
        use = document.calls[call]
        record = document.layers[use.layer]
        name = f"{around}{call}"
        if depth > 0 and opens(record):
            inner = opened(record)
            found.parts.append(_network(inner, record.name, depth - 1, placed, f"{name}/"))
            inputs = [f"{name}/{ref.call}" for ref in ports_inside(inner)]
            outputs = [f"{name}/{ref.call}" for ref in outputs_inside(inner)]
            ends[call] = outputs, inputs
            continue
        ends[call] = [name], [name]
        family = BY_NAME[family_of(record)]
        outcome = analysis.outcomes[call]
        tensor = outcome.outputs[0] if outcome.outputs else None
        shape = None if tensor is None or tensor.shape is None else tuple(tensor.shape)[1:]
        found.parts.append(
            Layer(
                name,
                kind_name(record),
                record.name,
                settings_line(record),
                family.name,
                family.color,
                family.color_dark,
                shape,
                outcome.parameters or 0,
                document.canvas.positions.get(call) if placed else None,
            )
        )
    led = {(wire.source, wire.target, wire.path): wire.id for wire in document.wires.values()}
    for call in document.order:
        for i, (path, ref) in enumerate(document.calls[call].references):
            sources, targets = ends[ref.call][0], ends[call][1]
            source = sources[min(ref.output, len(sources) - 1)]
            wire = source, targets[min(i, len(targets) - 1)]
            found.wires.append(wire)
            if placed and (points := document.canvas.points.get(led[ref, call, path])):
                found.points[wire] = points
    return found
