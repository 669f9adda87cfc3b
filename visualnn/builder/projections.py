"""Projections: what a residual connection needs where its branches differ in channels or size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from visualnn.builder.analysis import Analysis
from visualnn.builder.document import Wire
from visualnn.builder.inference import Tensor
from visualnn.builder.kinds import class_of, kind_name, takes_many
from visualnn.builder.layout import COLUMN_GAP, WIDTH, place_above
from visualnn.builder.palette import offered
from visualnn.builder.repairs import Fix, Message
from visualnn.builder.sentences import Sentence, say

_KINDS = {1: "Dense", 2: "Conv1D", 3: "Conv2D", 4: "Conv3D"}
_JOIN = ("Concatenate", "Dot")


def projections(analysis: Analysis, call: str) -> Iterator[Fix]:
    """That the shortcut of a residual connection gets the shape of the branch beside it."""
    document = analysis.document
    record = document.record(call)
    cls = class_of(record)
    if cls is None or not takes_many(cls) or kind_name(record) in _JOIN:
        return
    wires = [wire for wire in document.wires.values() if wire.target == call]
    known = [(wire, analysis.tensor(wire.source)) for wire in wires]
    # the branch is what most is computed for: what leads to a shortcut leads to the branch, too
    main = max(wires, key=lambda wire: len(document.leading_to(wire.source.call)))
    for aim in [main, *(wire for wire in wires if wire is not main)]:
        wanted = analysis.tensor(aim.source)
        others = [(wire, tensor) for wire, tensor in known if tensor != wanted]
        if wanted is None or not others:
            continue
        found = [
            _projection(analysis, wire, tensor, wanted, place)
            for place, (wire, tensor) in enumerate(others)
        ]
        messages = tuple(message for message in found if message is not None)
        if len(messages) == len(found):
            # the last first: of two wires between the same ends, the second is called so no more
            yield Fix(_label(wanted, messages[0]["config"]), messages[::-1])
            return


def _projection(
    analysis: Analysis, wire: Wire, now: Tensor | None, wanted: Tensor, place: int
) -> Message | None:
    """The command that puts a projection into a wire; nothing if none can give that shape."""
    sizes, channels = wanted.shape[1:-1], wanted.shape[-1]
    kind = _KINDS.get(len(wanted.shape) - 1, "")
    if now is None or len(now.shape) != len(wanted.shape) or kind not in offered():
        return None
    strides = [_stride(a, b) for a, b in zip(now.shape[1:-1], sizes, strict=True)]
    if not isinstance(channels, int) or 0 in strides:
        return None
    config: dict[str, Any] = {"units": channels}
    if kind != "Dense":
        config = {"filters": channels, "kernel_size": 1}
        if any(stride > 1 for stride in strides):
            config["strides"] = tuple(strides)
    x, y = place_above(analysis.document, wire.target)
    x += place * (WIDTH + COLUMN_GAP)
    name = "" if place else analysis.document.fresh_name("projection")
    return {"command": "Insert", "kind": kind, "name": name, "x": x, "y": y, "wire": wire.id,
            "config": config}  # fmt: skip


def _stride(now: int | None, wanted: int | None) -> int:
    """The step that makes one size of another; 0 if there is none."""
    if now == wanted:
        return 1
    if now is None or wanted is None or not 0 < wanted < now:
        return 0
    step = math.ceil(now / wanted)
    return step if math.ceil(now / step) == wanted else 0


def _label(wanted: Tensor, config: Any) -> Sentence:
    channels, strides = str(wanted.shape[-1]), config.get("strides")
    if "units" in config:
        return say("Insert a projection to {count} features", count=channels)
    if strides is None:
        return say("Insert a 1×1 projection to {count} channels", count=channels)
    steps = "×".join(map(str, strides))
    return say(
        "Insert a 1×1 projection to {count} channels, strides {strides}",
        count=channels,
        strides=steps,
    )
