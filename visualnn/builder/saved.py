"""What is saved of a drawing beside its model: where blocks lie, and what is not part of the model.

Other programs ignore it; without it, a drawing is laid out anew.
"""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.configs import config_from, document_from
from visualnn.builder.document import Canvas, Document, Point
from visualnn.builder.frozen import FrozenDict, freeze, thaw
from visualnn.builder.layout import completed
from visualnn.builder.weights import WeightKey
from visualnn.serialization.limits import InvalidModelFile, place

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
    ids = _ids_when_read(document)
    canvas: dict[str, Any] = {
        "version": _VERSION,
        "positions": {ids[call]: list(at) for call, at in document.canvas.positions.items()},
        "notes": thaw(document.canvas.notes),
        "groups": thaw(document.canvas.groups),
    }
    if whole:
        canvas["drawing"] = drawing_record(document)
    if weights:
        names = {layer: record.name for layer, record in document.layers.items()}
        canvas["weights"] = [
            [names[key.layer], key.path, list(key.shape), key.dtype] for key in weights
        ]
    return canvas


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
    known = canvas if isinstance(canvas, dict) and canvas.get("version") == _VERSION else {}
    if isinstance(known.get("drawing"), dict):
        with place("visualnn.json", "drawing"):
            document = document_from(known["drawing"])
    else:
        document = document_from(record)
    positions = _positions(known.get("positions"))
    kept = {call: at for call, at in positions.items() if call in document.calls}
    drawn = Canvas(FrozenDict(kept), _entries(known.get("notes")), _entries(known.get("groups")))
    return completed(replace(document, canvas=drawn))


def weight_keys(document: Document, canvas: Any) -> list[WeightKey]:
    """What the weights belong to that were saved with a drawing that is no model.

    Raises:
        InvalidModelFile: When it is not said as it should be.
    """
    found: list[WeightKey] = []
    listed: Any = canvas.get("weights", []) if isinstance(canvas, dict) else []
    for item in listed if isinstance(listed, list) else [listed]:
        match item:
            case [str(name), str(path), list(shape), str(dtype)] if name in document.names:
                if all(type(size) is int and size >= 0 for size in shape):
                    key = WeightKey(document.names[name], path, tuple(shape), dtype)
                    found.append(key)
                    continue
            case _:
                pass
        raise InvalidModelFile(f"{item!r:.80} does not say what a weight belongs to.")
    return found


def has_drawing(canvas: Any) -> bool:
    """Whether a file holds a drawing that is no model, or more than its model."""
    return isinstance(canvas, dict) and isinstance(canvas.get("drawing"), dict)


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


def _entries(value: Any) -> FrozenDict[str, Any]:
    return freeze(value) if isinstance(value, dict) else FrozenDict()
