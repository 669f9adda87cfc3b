"""What a hint is, and what hints are found by: the activation of a layer, the block above."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualnn.builder.document import Document, Wire
from visualnn.builder.layout import HEIGHT, ROW_GAP
from visualnn.builder.records import LayerRecord
from visualnn.builder.repairs import Fix
from visualnn.builder.sentences import Sentence, say
from visualnn.serialization.naming import to_snake_case

MIXES = {"Dense", "Conv1D", "Conv2D", "Conv3D", "EinsumDense"}
"""Layers that make weighted sums, with an activation of their own."""


@dataclass(frozen=True)
class Lint:
    """Something that would train badly, and what is usually meant instead."""

    block: str
    sentence: Sentence
    fixes: tuple[Fix, ...] = ()


def activation_of(record: LayerRecord) -> str:
    """The name of a layer's activation; empty if it has none."""
    if record.class_name == "Softmax":
        return "softmax"
    said: Any = record.config.get("activation")
    if isinstance(said, dict):
        said = said.get("config") or said.get("class_name")
    name = to_snake_case(said) if isinstance(said, str) else ""
    return "" if name == "linear" else name


def above(document: Document, call: str) -> str:
    """The one block that a block gets its tensor from; empty if there are several or none."""
    references = document.calls[call].references
    return references[0][1].call if len(references) == 1 else ""


def configured(call: str, name: str, setting: str, value: Any) -> Fix:
    """A button that changes a setting."""
    configure = {"command": "Configure", "block": call, "setting": setting, "value": value}
    return Fix(
        say("{name}: {setting} = {value}", name=name, setting=setting, value=str(value)),
        (configure,),
    )


def muted(call: str, name: str) -> Fix:
    """A button that leaves a block out."""
    return Fix(say("Mute {name}", name=name), ({"command": "Mute", "blocks": (call,)},))


def inserted(
    document: Document, wire: Wire, kind: str, config: dict[str, Any], label: Sentence
) -> Fix:
    """A button that puts a new block into a wire."""
    x, y = document.canvas.positions.get(wire.target, (0.0, HEIGHT + ROW_GAP))
    insert = {"command": "Insert", "kind": kind, "x": x, "y": y, "wire": wire.id, "config": config}
    return Fix(label, (insert,))
