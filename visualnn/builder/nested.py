"""Models inside models: their drawings, and under what the weights of each layer are kept.

A layer that is a whole model keeps its config as a saved file has it.  When it is opened, it has a
drawing of its own as well; its layers have ids there which stay, whatever they are called.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from visualnn.builder.configs import config_of, document_from
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.layout import completed
from visualnn.builder.records import LayerRecord
from visualnn.serialization.limits import InvalidModelFile

_OPENED = ("Functional", "Sequential", "Model")
"""Classes of models that are nothing but their layers; a class of the user's own is its code."""


def opens(record: LayerRecord) -> bool:
    """Whether a layer is a submodel: a model that can be drawn and edited inside this one."""
    if not record.is_model or record.class_name not in _OPENED:
        return False
    try:
        opened(record)
    except InvalidModelFile:
        return False
    return True


def opened(record: LayerRecord) -> Document:
    """The drawing of a submodel.

    Raises:
        InvalidModelFile: When the file says of it what cannot be drawn.
    """
    if record.inside is not None:
        return record.inside
    kept: Any = vars(record).get("_opened")
    if kept is None:  # read once for each record, which never changes
        kept = completed(document_from(config_of(record)))
        vars(record)["_opened"] = kept
    return kept


def levels_inside(document: Document) -> int:
    """How many levels of submodels there are in a drawing."""
    inner = [opened(record) for record in document.layers.values() if opens(record)]
    return max((1 + levels_inside(other) for other in inner), default=0)


class Home(NamedTuple):
    """A layer anywhere in a document, with what its weights are kept under.

    Attributes:
        home: What its weights are kept under.
        names: The names of the submodels that it is in, and its own.
        record: The layer.
    """

    home: str
    names: tuple[str, ...]
    record: LayerRecord


def home_of(document: Document, layer: str) -> str:
    """What the weights of a layer are kept under."""
    return document.layers[layer].home or f"{document.home}{layer}"


def homes(document: Document, names: tuple[str, ...] = ()) -> Iterator[Home]:
    """Every layer, those inside submodels instead of the submodels."""
    for layer, record in document.layers.items():
        home, path = home_of(document, layer), (*names, record.name)
        if opens(record):
            yield from homes(at_home(opened(record), home), path)
        else:
            yield Home(home, path, record)


def at_home(document: Document, home: str) -> Document:
    """The inside of a submodel whose own weights would be kept under this."""
    return replace(document, home=f"{home}/")


def homed(record: LayerRecord, home: str) -> LayerRecord:
    """The same layer, its weights kept under this wherever it goes."""
    return record if record.home == home else replace(record, home=home)


def homeless(record: LayerRecord) -> LayerRecord:
    """The same layer with weights of its own, and so with all layers inside."""
    inside = opened(record) if opens(record) else None
    if inside is not None:
        layers = {layer: homeless(inner) for layer, inner in inside.layers.items()}
        inside = replace(inside, layers=FrozenDict(layers), home="")
    return replace(record, home="", inside=inside)


def adopted(document: Document, before: Document) -> Document:
    """The inside of a submodel, its layers at home where those of another of its kind were."""
    layers: dict[str, LayerRecord] = {}
    for layer, record in document.layers.items():
        old = before.layers.get(layer)
        now = homeless(record)
        if old is not None and old.follows and now.follows:
            now = old  # each takes what comes to it
        elif old is not None:
            now = replace(now, home=old.home)
            if opens(now) and opens(old):
                now = replace(now, inside=adopted(opened(now), opened(old)))
        layers[layer] = now
    return replace(document, layers=FrozenDict(layers))
