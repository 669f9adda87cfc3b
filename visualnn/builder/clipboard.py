"""Blocks as text, for copying and pasting between places, builders and notebooks."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

from visualnn.builder.configs import config_of, record_of
from visualnn.builder.document import Document, Point
from visualnn.builder.frozen import FrozenDict, freeze, thaw
from visualnn.builder.outputs import marked
from visualnn.builder.points import called, read_points, with_points
from visualnn.builder.records import Call
from visualnn.builder.sentences import say
from visualnn.builder.trees import Ref, is_record
from visualnn.serialization.limits import InvalidModelFile, read_json

_FORMAT = "visualnn blocks 1"
_BLOCK = "__block__"
_NOT_BLOCKS = say("What is on the clipboard is not blocks that were copied from a drawing.")


def copy(document: Document, blocks: list[str]) -> str:
    """The blocks as text, with the wires among them."""
    chosen = [call for call in document.calls if call in set(blocks)]

    def leaf(value: Any) -> Any:
        if not isinstance(value, Ref):
            return value
        if value.call not in chosen:
            return None
        return {"class_name": _BLOCK, "config": {"call": value.call, "output": value.output}}

    calls = {call: document.calls[call] for call in chosen}
    used = dict.fromkeys(use.layer for use in calls.values())
    among = called(document, {call: call for call in chosen})
    return json.dumps(
        {
            "format": _FORMAT,
            "layers": {layer: config_of(document.layers[layer]) for layer in used},
            "calls": {
                call: {
                    "layer": use.layer,
                    "args": thaw(use.args, leaf),
                    "kwargs": thaw(use.kwargs, leaf),
                    "position": list(document.canvas.positions.get(call, (0.0, 0.0))),
                }
                for call, use in calls.items()
            },
            "points": {
                wire: list(map(list, led))
                for wire, led in document.canvas.points.items()
                if wire in among
            },
        },
        ensure_ascii=False,
    )


def paste(document: Document, text: str, corner: Point) -> Document:
    """The document with copied blocks in it; their upper left corner is where it is said.

    Layers are new ones with names of their own; blocks that shared a layer share the new one.

    Raises:
        InvalidModelFile: When the text is not that of copied blocks.
    """
    return _Paste(document, _content(text)).result(corner)


class _Paste:
    """Puts copied blocks into a document, under new ids."""

    def __init__(self, document: Document, content: dict[str, Any]):
        self.document = document
        self.content = content
        self.layers: dict[str, str] = {}
        self.calls: dict[str, str] = {}

    def result(self, corner: Point) -> Document:
        for layer, item in self.content["layers"].items():
            self.add_layer(layer, item)
        for call, item in self.content["calls"].items():
            layer = self.layers[item["layer"]]
            taken = layer in self.document.calls or layer in self.calls.values()
            self.calls[call] = self.fresh_call(layer) if taken else layer
        for call, item in self.content["calls"].items():
            self.add_call(call, item)
        if len(self.document.order) < len(self.document.calls):
            raise InvalidModelFile(_NOT_BLOCKS)
        x, y = self.shift(corner)
        places = {new: _point(self.content["calls"][old]) for old, new in self.calls.items()}
        put = {call: (a + x, b + y) for call, (a, b) in places.items()}
        document = self.document.with_positions(put)
        names = called(document, {new: old for old, new in self.calls.items()})
        points: Any = self.content.get("points")
        known = points if isinstance(points, dict) else {}
        read = read_points(document, {new: known.get(old) for new, old in names.items()})
        led = {wire: tuple((a + x, b + y) for a, b in at) for wire, at in read.items()}
        return with_points(document, led)

    def add_layer(self, old: str, item: dict[str, Any]) -> None:
        record = record_of(item)
        base = record.name.rstrip("0123456789").rstrip("_") or record.class_name.lower()
        name = record.name if record.name not in self.document.names else base
        new = self.document.fresh_name(name)
        self.layers[old] = new
        self.document = self.document.with_layer(new, record.named(new))

    def fresh_call(self, layer: str) -> str:
        count = 2
        while (call := f"{layer}/{count}") in self.calls.values() or call in self.document.calls:
            count += 1
        return call

    def add_call(self, old: str, item: dict[str, Any]) -> None:
        new, layer = self.calls[old], self.layers[item["layer"]]
        use = Call(layer, self.tree(item["args"]), self.tree(item["kwargs"]))
        self.document = self.document.with_call(new, use)
        if self.document.layers[layer].is_input and self.document.inputs is not None:
            inputs = marked(self.document.inputs, new, layer)
            self.document = replace(self.document, inputs=inputs)

    def tree(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(self.tree(item) for item in value)
        if isinstance(value, dict):
            if is_record(value):
                if value["class_name"] == _BLOCK:
                    return self.ref(value["config"])
                return freeze(value)
            return FrozenDict({key: self.tree(item) for key, item in value.items()})
        return value

    def ref(self, value: Any) -> Ref:
        match value:
            case {"call": str(old), "output": int(output)} if old in self.calls and output >= 0:
                return Ref(self.calls[old], output)
            case _:
                raise InvalidModelFile(_NOT_BLOCKS)

    def shift(self, corner: Point) -> Point:
        """How far what is pasted lies from what was copied."""
        places = [_point(self.content["calls"][old]) for old in self.calls]
        left = min((x for x, _ in places), default=0.0)
        top = min((y for _, y in places), default=0.0)
        return corner[0] - left, corner[1] - top


def _content(text: str) -> dict[str, Any]:
    try:
        content: Any = read_json(text)
    except ValueError as problem:
        raise InvalidModelFile(_NOT_BLOCKS) from problem
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise InvalidModelFile(_NOT_BLOCKS)
    layers, calls = content.get("layers"), content.get("calls")
    if not isinstance(layers, dict) or not isinstance(calls, dict) or not calls:
        raise InvalidModelFile(_NOT_BLOCKS)
    if not all(_is_call(item, layers) for item in calls.values()):
        raise InvalidModelFile(_NOT_BLOCKS)
    return content


def _is_call(item: Any, layers: Any) -> bool:
    match item:
        case {"layer": str(layer), "args": list(), "kwargs": dict(), "position": list()}:
            return layer in layers
        case _:
            return False


def _point(item: dict[str, Any]) -> Point:
    match item["position"]:
        case [int() | float() as x, int() | float() as y] if math.isfinite(x) and math.isfinite(y):
            return float(x), float(y)
        case _:
            raise InvalidModelFile(_NOT_BLOCKS)
