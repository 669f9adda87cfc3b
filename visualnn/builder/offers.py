"""Which layers of the palette can take the tensor in hand, why others cannot, what would help."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import functools
import math
import time
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
from visualnn.builder.sentences import say
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


def offers_for(
    document: Document, source: Ref, known: int = 0, seconds: float = math.inf
) -> dict[str, Offer]:
    """What would come of each layer of the palette behind an output.

    To judge all of them for the first time takes long enough to be felt, so they can be had in
    parts, between which Python does what else is waiting.

    Args:
        document: The document.
        source: The output.
        known: How many have been told before; the answer goes on from there.
        seconds: How long to go on judging; one at least is judged.

    Returns:
        The next ones, in the order of the palette; nothing if all have been told.
    """
    analysis = analysis_of(document)
    tensor = analysis.tensor(source) if source.call in document.calls else None
    if tensor is None:
        return {}
    found: dict[str, Offer] = {}
    end = time.perf_counter() + seconds
    for kind in ["Input", *offered()][known:]:
        found[kind] = offer(kind, tensor)
        if time.perf_counter() > end:
            break
    return found


def offer(kind: str, tensor: Tensor) -> Offer:
    """What would come of a layer behind a tensor."""
    if kind == "Input":
        return Offer("impossible", say("An input takes data from outside the model."))
    family = _family(kind)
    if family in _SLOW:  # many operations each: judged by the number of axes
        if family == "Image" and len(tensor.shape) != 4:
            said = say(
                "{shape}: it takes pictures (?, height, width, channels).",
                shape=shape_text(tensor.shape),
            )
            return Offer("impossible", said)
        return Offer("legal", "")
    outcome = _behind(kind, tensor)
    if outcome is None or outcome.outputs:
        shapes = outcome.outputs or () if outcome else ()
        said = say("gives {shape}", shape=shape_text(shapes[0].shape)) if shapes else ""
        if kind == "Dense" and len(tensor.shape) > 2:
            said = say("works along the last axis of {shape} only", shape=shape_text(tensor.shape))
            return Offer("legal", said, Through("Flatten", {}))
        return Offer("legal", said)
    for between, config, _ in converters(tensor):
        middle = _behind(between, tensor, tuple(config.items()))
        if middle and middle.outputs:
            then = _behind(kind, middle.outputs[0])
            if then and then.outputs:
                said = say(
                    "takes no {shape}: with {between} before it, it fits",
                    shape=shape_text(tensor.shape),
                    between=between,
                )
                return Offer("through", said, Through(between, config))
    said = say("{shape}: {error}", shape=shape_text(tensor.shape), error=outcome.error)
    return Offer("impossible", said)


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
