"""What is saved of a drawing beside its model: where blocks lie, and what is not part of the model.

Other programs ignore it; without it, a drawing is laid out anew.
"""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.configs import config_from, document_from
from visualnn.builder.document import Canvas, Document, Point
from visualnn.builder.expressions import ExpressionError, Number, why_no_name
from visualnn.builder.frozen import EMPTY, FrozenDict, thaw
from visualnn.builder.instances import repeats
from visualnn.builder.layout import completed
from visualnn.builder.names import no_name
from visualnn.builder.nested import homes, opened, opens
from visualnn.builder.note_commands import read_frames, read_notes
from visualnn.builder.parameters import Parameter, values_of, with_expressions
from visualnn.builder.points import called, read_points
from visualnn.builder.pruning import pruned
from visualnn.builder.records import LayerRecord
from visualnn.builder.snapshots import Snapshot
from visualnn.builder.weights import WeightKey
from visualnn.serialization.limits import InvalidModelFile, deep_recursion, place

_VERSION = 1
_FARTHEST = 1e7


def drawing_record(document: Document) -> dict[str, Any]:
    """The record of everything that is drawn, right or wrong."""
    return config_from(document, lambda ref: analysis_of(document).tensor(ref))


def saved_canvas(document: Document, whole: bool, weights: tuple[WeightKey, ...] = ()) -> Any:
    """What is saved beside the model.

    Args:
        document: The drawing.
        whole: Whether to save all that is drawn, because the model is not all of it.
        weights: What the weights belong to that are saved with a drawing that is no model.
    """
    canvas: dict[str, Any] = {"version": _VERSION, **_drawn(document)}
    if document.parameters:
        canvas["parameters"] = {
            name: {"expression": parameter.expression, "variable": parameter.variable}
            for name, parameter in document.parameters.items()
        }
    if document.snapshots:
        canvas["snapshots"] = {
            name: {"taken": snapshot.taken, "canvas": saved_canvas(snapshot.document, True)}
            for name, snapshot in document.snapshots.items()
        }
    if whole:
        canvas["drawing"] = drawing_record(document)
    if weights:
        names = {place.home: list(place.names) for place in homes(document)}
        canvas["weights"] = [
            [names[key.layer], key.path, list(key.shape), key.dtype] for key in weights
        ]
    return canvas


def _drawn(document: Document) -> dict[str, Any]:
    """What is kept of one model and of the submodels in it."""
    ids = _ids_when_read(document)
    drawn: dict[str, Any] = {
        "positions": {ids[call]: list(at) for call, at in document.canvas.positions.items()},
        "notes": thaw(document.canvas.notes),
        "groups": {
            name: {**thaw(frame), "blocks": [ids[call] for call in frame["blocks"] if call in ids]}
            for name, frame in document.canvas.groups.items()
        },
        "pinned": sorted(ids[call] for call in document.canvas.pinned),
        "direction": document.canvas.direction,
    }
    if points := document.canvas.points:
        names = called(document, ids)
        drawn["points"] = {names[wire]: [list(at) for at in led] for wire, led in points.items()}
    if muted := [ids[call] for call, use in document.calls.items() if use.muted]:
        drawn["muted"] = muted
    layers = {record.name: kept for record in document.layers.values() if (kept := _kept(record))}
    if layers:
        drawn["layers"] = layers
    promoted = [
        [document.layers[layer].name, setting]
        for layer, setting in document.canvas.promoted
        if layer in document.layers
    ]
    if promoted:
        drawn["promoted"] = promoted
    return drawn


def _kept(record: LayerRecord) -> dict[str, Any]:
    """What is kept of one layer."""
    kept: dict[str, Any] = {}
    if record.expressions:
        kept["expressions"] = dict(record.expressions)
    if record.follows:
        kept["follows"] = True
    if record.link:
        kept["link"] = record.link
    if record.repeat:
        kept["repeat"] = record.repeat
    if record.inside is not None:
        inner: Document = record.inside
        kept["inside"] = _drawn(inner)
        if len(pruned(inner).calls) < len(inner.calls):
            kept["inside"]["drawing"] = drawing_record(inner)
    return kept


def _ids_when_read(document: Document) -> dict[str, str]:
    """The ids that the calls have when the file is read: the layers' names, numbered."""
    return {
        call: document.layers[layer].name if i == 0 else f"{document.layers[layer].name}/{i + 1}"
        for layer, calls in document.calls_of.items()
        for i, call in enumerate(calls)
    }


def drawing_from(record: dict[str, Any], canvas: Any) -> Document:
    """The drawing of a file.

    Args:
        record: The model, as the file has it.
        canvas: What was saved beside it, of which nothing is believed unseen.

    Raises:
        InvalidModelFile: When it cannot be drawn.
    """
    with deep_recursion():
        return _drawing_from(record, canvas)


def _drawing_from(record: dict[str, Any], canvas: Any) -> Document:
    known = canvas if isinstance(canvas, dict) and canvas.get("version") == _VERSION else {}
    if isinstance(known.get("drawing"), dict):
        with place("visualnn.json", "drawing"):
            document = document_from(known["drawing"])
    else:
        document = document_from(record)
    parameters = _parameters(known.get("parameters"))
    try:
        values = values_of(parameters)
    except ExpressionError:  # a file of another hand: its numbers stay, what made them is lost
        parameters, values = EMPTY, {}
    drawing = replace(_as_kept(document, known, values), parameters=parameters)
    snapshots = FrozenDict(_snapshots(record, known.get("snapshots")))
    return replace(drawing, snapshots=snapshots) if snapshots else drawing


def _snapshots(record: dict[str, Any], value: Any) -> Iterator[tuple[str, Snapshot]]:
    for name, entry in value.items() if isinstance(value, dict) else ():
        match entry:
            case {"taken": str(taken), "canvas": {"version": int(), "drawing": dict()} as canvas}:
                alone = {key: x for key, x in canvas.items() if key != "snapshots"}
                if no_name(str(name)):
                    continue
                try:
                    kept = drawing_from(record, alone)
                except InvalidModelFile:  # the drawing itself is whole: it is opened without
                    continue
                yield str(name), Snapshot(kept, taken[:40])
            case _:
                continue


def _as_kept(document: Document, known: dict[str, Any], values: dict[str, Number]) -> Document:
    """A model as it was drawn, with its submodels, as far as the file bears it out."""
    positions = _positions(known.get("positions"))
    kept = {call: at for call, at in positions.items() if call in document.calls}
    drawn = Canvas(
        FrozenDict(kept),
        read_notes(known.get("notes")),
        read_frames(known.get("groups"), document.calls),
        tuple(_promoted(document, known.get("promoted"))),
        frozenset(_blocks_named(document, known.get("pinned"))),
        "right" if known.get("direction") == "right" else "down",
        read_points(document, known.get("points")),
    )
    for call in _blocks_named(document, known.get("muted")):
        document = document.with_call(call, replace(document.calls[call], muted=True))
    entries: Any = known.get("layers")
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        if name in document.names and isinstance(entry, dict):
            layer = document.names[name]
            record = _as_layer(document.layers[layer], entry, values)
            document = document.with_layer(layer, record)
    return completed(replace(document, canvas=drawn))


def _blocks_named(document: Document, names: Any) -> Iterator[str]:
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name in document.calls:
            yield name


def _as_layer(record: LayerRecord, entry: dict[str, Any], values: dict[str, Number]) -> LayerRecord:
    expressions, link, repeat = (entry.get(key) for key in ("expressions", "link", "repeat"))
    if isinstance(expressions, dict):
        record = with_expressions(record, expressions, values)
    if record.is_input and entry.get("follows") is True:
        record = replace(record, follows=True)
    if not opens(record) or not isinstance(entry.get("inside"), dict):
        return record
    inside: dict[str, Any] = entry["inside"]
    if isinstance(inside.get("drawing"), dict):
        with place("visualnn.json", "drawing"):
            inner = document_from(inside["drawing"])
    else:
        inner = opened(record)
    inner = replace(inner, canvas=Canvas())
    record = replace(record, inside=_as_kept(inner, inside, values))
    if isinstance(link, str):
        record = replace(record, link=link)
    if isinstance(repeat, str) and _repeats(record, repeat, values):
        record = replace(record, repeat=repeat)
    return record


def _repeats(record: LayerRecord, text: str, values: dict[str, Number]) -> bool:
    """Whether a submodel stands as many times in a row as a file says."""
    inner = opened(record)
    units = [unit for unit in inner.layers.values() if not unit.is_input]
    try:
        return bool(units) and len(units) == repeats(text, values) and all(map(opens, units))
    except ExpressionError:
        return False


def _promoted(document: Document, value: Any) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else ():
        match item:
            case [str(name), str(setting)] if name in document.names:
                yield document.names[name], setting
            case _:
                continue


def _parameters(value: Any) -> FrozenDict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, entry in value.items() if isinstance(value, dict) else ():
        match entry:
            case {"expression": str(text), "variable": str(variable)} if not why_no_name(name):
                found[name] = Parameter(text, variable)
            case _:
                continue
    return FrozenDict(found)


def weight_keys(document: Document, canvas: Any) -> list[WeightKey]:
    """What the weights belong to that were saved with a drawing that is no model.

    Raises:
        InvalidModelFile: When it is not said as it should be.
    """
    found: list[WeightKey] = []
    listed: Any = canvas.get("weights", []) if isinstance(canvas, dict) else []
    at_home = {place.names: place.home for place in homes(document)}
    for item in listed if isinstance(listed, list) else [listed]:
        match item:
            case [list(names), str(path), list(shape), str(dtype)]:
                home = at_home.get(tuple(map(str, names)))
                if home is not None and all(type(size) is int and size >= 0 for size in shape):
                    found.append(WeightKey(home, path, tuple(shape), dtype))
                    continue
            case _:
                pass
        raise InvalidModelFile(f"{item!r:.80} does not say what a weight belongs to.")
    return found


def _positions(value: Any) -> dict[str, Point]:
    found: dict[str, Point] = {}
    for call, at in value.items() if isinstance(value, dict) else ():
        match at:
            case [int() | float() as x, int() | float() as y] if _near(x) and _near(y):
                found[call] = float(x), float(y)
            case _:
                continue
    return found


def _near(x: float) -> bool:
    return math.isfinite(x) and abs(x) < _FARTHEST
