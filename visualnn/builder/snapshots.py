"""Drawings that are kept under a name, and what two drawings differ in."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from visualnn.builder.document import Document, Wire
from visualnn.builder.forms import settings_of, value_of
from visualnn.builder.frozen import EMPTY
from visualnn.builder.kinds import kind_name
from visualnn.builder.nested import opened, opens
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import say
from visualnn.builder.trees import references
from visualnn.builder.words import shape_text


@dataclass(frozen=True)
class Snapshot:
    """A drawing as it was when it was kept.

    Attributes:
        document: The drawing, without snapshots of its own.
        taken: When, as ``2026-11-20 17:05``.
    """

    document: Document
    taken: str


def without_snapshots(document: Document) -> Document:
    """The drawing alone."""
    return replace(document, snapshots=EMPTY) if document.snapshots else document


def restored(document: Document, name: str) -> Document:
    """The drawing as it was kept; all snapshots stay."""
    kept: Snapshot = document.snapshots[name]
    retired = document.retired | document.layers.keys() - kept.document.layers.keys()
    return replace(kept.document, snapshots=document.snapshots, retired=retired)


# ---------------------------------------------------------------------- differences


@dataclass(frozen=True)
class ChangedValue:
    """One thing that is other than before, as it was and as it is."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class ChangedBlock:
    """A block that is in both drawings, and not the same."""

    block: str
    layer: str
    values: tuple[ChangedValue, ...]


@dataclass(frozen=True)
class GoneBlock:
    """A block that is only in the drawing before, and where it was."""

    layer: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Comparison:
    """What two drawings differ in.

    Attributes:
        with_what: What the drawing is compared with.
        added: The blocks that the other drawing has not.
        added_wires: The wires that the other drawing has not.
        gone_wires: The wires that only the other drawing has, in words.
        others: What else is different, such as the model's name or a parameter.
    """

    with_what: str
    added: tuple[str, ...]
    gone: tuple[GoneBlock, ...]
    changed: tuple[ChangedBlock, ...]
    added_wires: tuple[str, ...]
    gone_wires: tuple[str, ...]
    others: tuple[ChangedValue, ...]


def compared(document: Document, before: Document, with_what: str) -> Comparison:
    """What a drawing differs in from another: blocks are the same by their ids, or else names."""
    pairs = _pairs(document, before)
    olds = {old: call for call, old in pairs.items()}
    changed: list[ChangedBlock] = []
    for call, old in pairs.items():
        values = tuple(_changes(document, call, before, old))
        if values:
            changed.append(ChangedBlock(call, document.name_of(call), values))
    now = {wire.id: _ends(document, wire) for wire in document.wires.values()}
    then = [_renamed(_ends(before, wire), before, document, olds) for wire in before.wires.values()]
    known = set(then)
    return Comparison(
        with_what,
        tuple(call for call in document.calls if call not in pairs),
        tuple(
            GoneBlock(
                before.name_of(call),
                kind_name(before.record(call)),
                *before.canvas.positions.get(call, (0.0, 0.0)),
            )
            for call in before.calls
            if call not in olds
        ),
        tuple(changed),
        tuple(wire for wire, ends in now.items() if ends not in known),
        tuple(f"{ends[0]} → {ends[1]}" for ends in then if ends not in now.values()),
        tuple(_others(document, before)),
    )


def _pairs(document: Document, before: Document) -> dict[str, str]:
    """The blocks that are in both, each with what it was."""
    found: dict[str, str] = {}
    for layer, record in document.layers.items():
        old = layer if layer in before.layers else before.names.get(record.name)
        if old is None or before.layers[old].class_name != record.class_name:
            continue
        found.update(zip(document.calls_of[layer], before.calls_of[old], strict=False))
    return found


def _changes(document: Document, call: str, before: Document, old: str) -> Iterator[ChangedValue]:
    now, then = document.record(call), before.record(old)
    if now.name != then.name:
        yield ChangedValue("name", then.name, now.name)
    yield from _setting_changes(now, then)
    if now.trainable != then.trainable:
        yield ChangedValue("trainable", _said(then.trainable), _said(now.trainable))
    if opens(now) and opens(then):
        inside = compared(opened(now), opened(then), "")
        count = len(inside.added) + len(inside.gone) + len(inside.changed)
        if count:
            names = [
                *(f"+ {opened(now).name_of(block)}" for block in inside.added),
                *(f"- {gone.layer}" for gone in inside.gone),
                *(f"Δ {changed.layer}" for changed in inside.changed),
            ]
            yield ChangedValue("inside", "", ", ".join(names[:6]))


def _setting_changes(now: LayerRecord, then: LayerRecord) -> Iterator[ChangedValue]:
    for setting in settings_of(now):
        name = setting.form.name
        a, b = value_of(then, setting), value_of(now, setting)
        if setting.normal(a) != setting.normal(b):
            yield ChangedValue(name, _said(setting.shown(a)), _said(setting.shown(b)))
        elif then.expressions.get(name) != now.expressions.get(name):
            yield ChangedValue(
                name,
                then.expressions.get(name, _said(setting.shown(a))),
                now.expressions.get(name, _said(setting.shown(b))),
            )


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return shape_text(value) if all(type(x) is int or x is None for x in value) else str(value)
    return "none" if value is None else str(value)


_Ends = tuple[str, str, int, str]


def _ends(document: Document, wire: Wire) -> _Ends:
    """The ends of a wire, by the names of the layers."""
    source, target = document.name_of(wire.source.call), document.name_of(wire.target)
    return source, target, wire.source.output, str(wire.path)


def _renamed(ends: _Ends, before: Document, document: Document, olds: dict[str, str]) -> _Ends:
    """The ends of a wire as they are called now."""
    names = {before.name_of(old): document.name_of(call) for old, call in olds.items()}
    return names.get(ends[0], ends[0]), names.get(ends[1], ends[1]), ends[2], ends[3]


def _others(document: Document, before: Document) -> Iterator[ChangedValue]:
    if document.name != before.name:
        yield ChangedValue(say("name of the model"), before.name, document.name)
    now, then = (
        [x.name_of(ref.call) for _, ref in references(x.output_structure)]
        for x in (document, before)
    )
    if now != then:
        yield ChangedValue("outputs", ", ".join(then), ", ".join(now))
    for name in dict.fromkeys([*before.parameters, *document.parameters]):
        a, b = before.parameters.get(name), document.parameters.get(name)
        if a != b:
            yield ChangedValue(
                f"parameter {name}", a.expression if a else "", b.expression if b else ""
            )
