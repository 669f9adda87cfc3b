"""The drawing as the browser shows it: every block and wire with what was found out about it."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from visualnn.builder.analysis import Analysis, analysis_of
from visualnn.builder.beside import BesideView, beside
from visualnn.builder.checks import Fault, faults_of
from visualnn.builder.document import Document, Point, Wire
from visualnn.builder.families import family_of
from visualnn.builder.fixes import Fix, fixes_of
from visualnn.builder.forms import is_default, settings_of, value_of
from visualnn.builder.hints import Lint
from visualnn.builder.history import History
from visualnn.builder.inference import Outcome
from visualnn.builder.inside_view import InsideView, inside_view
from visualnn.builder.instances import linked_in
from visualnn.builder.kinds import drawn_ports, drawn_ports_of_call, kind_name
from visualnn.builder.lint import lints_of
from visualnn.builder.nested import opens
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.sentences import counted
from visualnn.builder.words import pill_text, setting_text, shape_text

_SAID_WITH_NAME = ("number", "integer", "text", "object")


@dataclass(frozen=True)
class PortView:
    """An input port; `many` takes any number of wires."""

    name: str
    many: bool


@dataclass(frozen=True)
class BlockView:
    """A block on the canvas (one call of a layer), with what Python found out about it.

    Attributes:
        layer: The layer's name; several calls of one layer share it.
        settings: The settings as a person would say them: "32 · 3×3 · same · relu".
        outputs: The shape of each output as text, "(?, 28, 28, 32)"; "" when unknown.
        calls: How many calls the layer has; more than one means shared.
        inside: What there is to say of a submodel that can be opened.
        expressions: The settings that are computed, as they are written.
        promoted: The settings that the submodel around this block shows as its own.
    """

    id: str
    layer: str
    kind: str
    family: str
    x: float
    y: float
    config: dict[str, Any]
    settings: str
    inputs: tuple[PortView, ...]
    outputs: tuple[str, ...]
    parameters: int | None
    error: str
    warning: str
    frozen: bool
    calls: int
    is_output: bool
    submodel: bool
    muted: bool
    pinned: bool
    inside: InsideView | None
    expressions: dict[str, str]
    promoted: tuple[str, ...]


@dataclass(frozen=True)
class WireView:
    """A wire from an output port to an input port.

    Attributes:
        position: The order within a port that takes many wires.
        shape: The shape that flows through it: "28 × 28 × 32".
        points: What it is led through, from its source on.
    """

    id: str
    source: str
    source_port: int
    target: str
    target_port: str
    position: int
    shape: str
    error: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a block, and what would help.

    Attributes:
        level: A `warning` keeps nobody from training and saving.
    """

    block: str
    sentence: str
    fixes: tuple[Fix, ...]
    level: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class BuilderView:
    """The whole drawn state after each edit.

    Attributes:
        undo: What would be undone; "" if nothing.
        redo: What would be done again; "" if nothing.
    """

    name: str
    blocks: tuple[BlockView, ...]
    wires: tuple[WireView, ...]
    problems: tuple[Problem, ...]
    parameters: int | None
    bytes: int | None
    undo: str
    redo: str
    version: int
    direction: str
    beside: BesideView


def view_of(history: History, known: BuilderView | None = None) -> BuilderView:
    """The drawing as it is now.

    Args:
        history: Where the drawing is.
        known: A view from before.  The fixes of problems that it has, too, are taken over, and
            no others are looked for, which takes longer than all the rest.
    """
    document = history.shown
    analysis = analysis_of(document)
    faults = faults_of(document)
    lints = lints_of(document, history.loss, history.data)
    by_block = {fault.block: fault for fault in reversed(faults)}
    parameters, size = totals(history.document)
    return BuilderView(
        history.document.name,
        blocks_of(document, lints),
        tuple(_wires(analysis, by_block)),
        (*_problems(document, faults, known), *_hints(lints)),
        parameters,
        size,
        history.undo_title,
        history.redo_title,
        history.version,
        document.canvas.direction,
        beside(history),
    )


def blocks_of(document: Document, lints: list[Lint]) -> tuple[BlockView, ...]:
    """The blocks of a model, with what is wrong with each."""
    analysis = analysis_of(document)
    by_block = {fault.block: fault for fault in reversed(faults_of(document))}
    warnings = {lint.block: lint.sentence for lint in reversed(lints)}
    return tuple(
        _block(analysis, call, by_block.get(call), warnings.get(call, ""))
        for call in document.calls
    )


def _hints(lints: list[Lint]) -> Iterator[Problem]:
    for lint in lints:
        yield Problem(lint.block, lint.sentence, lint.fixes, "warning")


def _problems(
    document: Document, faults: list[Fault], known: BuilderView | None
) -> tuple[Problem, ...]:
    if known is not None:
        same = {(problem.block, problem.sentence): problem for problem in known.problems}
        found = [same.get((f.block, f.sentence)) for f in faults]
        return tuple(
            problem or Problem(fault.block, fault.sentence, (), _level(fault))
            for fault, problem in zip(faults, found, strict=True)
        )
    fixes = fixes_of(document)
    return tuple(Problem(f.block, f.sentence, fixes.get(f.block, ()), _level(f)) for f in faults)


def _level(fault: Fault) -> Literal["error", "warning"]:
    return "error" if fault.blocking else "warning"


def totals(document: Document) -> tuple[int | None, int | None]:
    """How many parameters the model has and how many bytes they take, as far as is known."""
    analysis = analysis_of(document)
    found = [analysis.outcome_of_layer(layer) for layer in document.layers]
    known = [outcome for outcome in found if outcome is not None]
    if not document.layers:
        return None, None
    return sum(outcome.parameters for outcome in known), sum(outcome.bytes for outcome in known)


def _block(analysis: Analysis, call: str, fault: Fault | None, hint: str) -> BlockView:
    """A block; the same object as long as nothing about it changes."""
    document = analysis.document
    use = document.calls[call]
    record = document.layers[use.layer]
    facts = (
        call,
        record,
        analysis.outcomes[call],
        analysis.outcome_of_layer(use.layer),
        analysis.output_count(call),
        document.canvas.positions.get(call, (0.0, 0.0)),
        fault.sentence if fault and fault.blocking else "",
        hint or (fault.sentence if fault and not fault.blocking else ""),
        len(document.calls_of[use.layer]),
        call in document.output_calls,
        linked_in(document, record.link) if record.link else 0,
        tuple(name for layer, name in document.canvas.promoted if layer == use.layer),
        call in document.canvas.pinned,
    )
    kept: Any = vars(use).get("_block")
    if kept is None or not _same_facts(kept[0], facts):
        kept = facts, _new_block(use, *facts)
        vars(use)["_block"] = kept
    return kept[1]


def _same_facts(before: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    return all(a is b or a == b for a, b in zip(before, now, strict=True))


def _new_block(
    use: Call,
    call: str,
    record: LayerRecord,
    outcome: Outcome,
    known: Outcome | None,
    outputs: int,
    position: Point,
    error: str,
    warning: str,
    calls: int,
    is_output: bool,
    linked: int,
    promoted: tuple[str, ...],
    pinned: bool,
) -> BlockView:
    shapes = [shape_text(tensor.shape) for tensor in outcome.outputs or ()]
    shapes += [""] * (outputs - len(shapes))
    shown, said = _described(record)
    return BlockView(
        call,
        record.name,
        kind_name(record),
        family_of(record),
        *position,
        shown,
        said,
        tuple(PortView(port.name, port.many) for port in drawn_ports_of_call(record, use)),
        tuple(shapes),
        None if known is None else known.parameters,
        error,
        warning,
        not record.trainable,
        calls,
        is_output,
        record.is_model,
        use.muted,
        pinned,
        inside_view(record, linked) if opens(record) else None,
        dict(record.expressions),
        promoted,
    )


def _described(record: LayerRecord) -> tuple[dict[str, Any], str]:
    """The settings of a layer for its form, and in words; found once for each record."""
    kept: Any = vars(record).get("_described")
    if kept is None:
        kept = _shown_config(record), settings_line(record)
        vars(record)["_described"] = kept
    return kept


def _shown_config(record: LayerRecord) -> dict[str, Any]:
    return {s.form.name: s.shown(value_of(record, s)) for s in settings_of(record)}


def settings_line(record: LayerRecord) -> str:
    """The settings in the order in which a person says them, without the defaults."""
    if record.is_model:
        return counted(len(record.config.get("layers", ())), "layer")
    if record.is_input:
        return str(record.config.get("dtype", "float32"))
    said: list[str] = []
    for setting in settings_of(record):
        form = setting.form
        if is_default(record, setting):
            continue
        value = setting.shown(value_of(record, setting))
        if value is None:
            continue
        text = setting_text(form.name, value)
        if not form.required and form.kind in _SAID_WITH_NAME and not isinstance(value, bool):
            text = f"{form.name.replace('_', ' ')} {text}"
        said.append(text)
    return " · ".join(said)


def _wires(analysis: Analysis, faults: dict[str, Fault]) -> list[WireView]:
    document = analysis.document
    positions: dict[tuple[str, str], int] = {}
    views: list[WireView] = []
    for wire in document.wires.values():
        ports = drawn_ports(document, wire.target)
        port = next(port.name for port in ports if port.holds(wire.path))
        position = positions.get((wire.target, port), 0)
        positions[wire.target, port] = position + 1
        tensor = analysis.tensor(wire.source)
        shape = pill_text(tensor.shape) if tensor else ""
        error = _wire_error(wire, faults.get(wire.target))
        points = document.canvas.points.get(wire.id, ())
        views.append(_wire_view(wire, port, position, shape, error, points))
    return views


@functools.lru_cache(maxsize=20_000)
def _wire_view(
    wire: Wire, port: str, position: int, shape: str, error: str, points: tuple[Point, ...]
) -> WireView:
    source, target = wire.source, wire.target
    ends = source.call, source.output, target, port, position
    return WireView(wire.id, *ends, shape, error, points)


def _wire_error(wire: Wire, fault: Fault | None) -> str:
    return fault.sentence if fault and wire.id in fault.wires else ""
