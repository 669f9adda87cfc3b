"""Which layers of the palette can take the tensor in hand, why others cannot, what would help."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Literal

from visualnn.builder.analysis import analysis_of
from visualnn.builder.document import Document
from visualnn.builder.families import family_of_class
from visualnn.builder.fixes import converters
from visualnn.builder.frozen import EMPTY
from visualnn.builder.inference import INFERENCE, Given, Outcome, Tensor
from visualnn.builder.kinds import class_ports
from visualnn.builder.palette import new_record, offered
from visualnn.builder.records import Call
from visualnn.builder.trees import Ref
from visualnn.builder.words import shape_text

_SLOW = ("Image", "Audio")


@dataclass(frozen=True)
class Through:
    """A layer to put in between."""

    kind: str
    config: dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """What would come of a layer behind the tensor in hand.

    Attributes:
        verdict: `legal`; `through` when it fits behind another layer only, or is better there;
            `impossible` when it does not fit at all.
        why: What comes out, or what is wrong, in words.
        through: The layer that would have to come between.
    """

    verdict: Literal["legal", "through", "impossible"]
    why: str
    through: Through | None = None


def offers_for(document: Document, source: Ref) -> dict[str, Offer]:
    """What would come of each layer of the palette behind an output."""
    analysis = analysis_of(document)
    tensor = analysis.tensor(source) if source.call in document.calls else None
    if tensor is None:
        return {}
    found = {kind: offer(kind, tensor) for kind in offered()}
    return {"Input": Offer("impossible", "An input takes data from outside the model."), **found}


def offer(kind: str, tensor: Tensor) -> Offer:
    """What would come of a layer behind a tensor."""
    family = _family(kind)
    if family in _SLOW:  # many operations each: judged by the number of axes
        if family == "Image" and len(tensor.shape) != 4:
            said = f"{shape_text(tensor.shape)}: it takes pictures (?, height, width, channels)."
            return Offer("impossible", said)
        return Offer("legal", "")
    outcome = _behind(kind, tensor)
    if outcome is None or outcome.outputs:
        shapes = outcome.outputs or () if outcome else ()
        said = f"gives {shape_text(shapes[0].shape)}" if shapes else ""
        if kind == "Dense" and len(tensor.shape) > 2:
            said = f"works along the last axis of {shape_text(tensor.shape)} only"
            return Offer("legal", said, Through("Flatten", {}))
        return Offer("legal", said)
    for between, config, _ in converters(tensor):
        middle = _behind(between, tensor, tuple(config.items()))
        if middle and middle.outputs:
            then = _behind(kind, middle.outputs[0])
            if then and then.outputs:
                said = f"takes no {shape_text(tensor.shape)}: with {between} before it, it fits"
                return Offer("through", said, Through(between, config))
    return Offer("impossible", f"{shape_text(tensor.shape)}: {outcome.error}")


@functools.lru_cache(maxsize=512)
def _family(kind: str) -> str:
    cls = offered().get(kind)
    return family_of_class(cls) if cls else ""


@functools.lru_cache(maxsize=2048)
def _behind(kind: str, tensor: Tensor, config: tuple[Any, ...] = ()) -> Outcome | None:
    """What comes out of a new layer; nothing if it waits for more than this tensor."""
    cls = offered().get(kind)
    ports = [port for port in class_ports(cls, Call("")) if not port.optional] if cls else []
    if len(ports) > 1 or any(port.many for port in ports):
        return None
    record = new_record(kind, kind, dict(config))
    return INFERENCE.outcome(record, Given((tensor,), EMPTY))
