"""The palette: every layer that can be put on the canvas, with the form of its settings.

All of it is read from the layers themselves, so a new layer is in the palette when it is written.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from visualnn.builder.families import FAMILIES, Family, family_of_class
from visualnn.builder.forms import (
    INPUT,
    NEW_INPUT,
    SettingForm,
    declared_settings,
    settings_of,
)
from visualnn.builder.frozen import EMPTY, FrozenDict
from visualnn.builder.kinds import class_ports
from visualnn.builder.parameters import Parameter, with_value
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.sentences import say
from visualnn.builder.starts import starting_config
from visualnn.builder.synonyms import SYNONYMS
from visualnn.builder.templates import TEMPLATES, TemplateView
from visualnn.layers.layer import Layer
from visualnn.serialization.registry import (
    BUILTINS,
    NAMES,
    get_custom_objects,
    get_registered_name,
)

_NOT_OFFERED = {
    "ONNXOperation",
    "TFDConcat",
    "TFDIdentity",
    "TFSMLayer",
    "InputLayer",
    "Layer",
    "Functional",
    "Sequential",
    "Model",
    "Wrapper",
    "RNN",
    "Lambda",
}


@dataclass(frozen=True)
class LayerKind:
    """A layer in the palette.

    Attributes:
        ports: Names of the input ports; `["inputs"]` for one or many.
    """

    name: str
    family: str
    help: str
    synonyms: tuple[str, ...]
    settings: tuple[SettingForm, ...]
    inputs: Literal["none", "one", "many"]
    ports: tuple[str, ...]


@dataclass(frozen=True)
class Palette:
    """Everything that can be put on the canvas."""

    families: tuple[Family, ...]
    layers: tuple[LayerKind, ...]
    templates: tuple[TemplateView, ...]


def palette() -> Palette:
    """The layers that can be used now: the built-in ones, and those that the user registered."""
    kinds = [_input(), *map(_kind, offered().values())]
    order = {family.name: i for i, family in enumerate(FAMILIES)}
    kinds.sort(key=lambda kind: order[kind.family])
    used = {kind.family for kind in kinds} | {"Model", "Operation", "Own"}
    shown = tuple(family for family in FAMILIES if family.name in used)
    return Palette(shown, tuple(kinds), tuple(template.view for template in TEMPLATES.values()))


def offered() -> dict[str, type]:
    """The classes in the palette by name, in the order in which they are written."""
    return _offered(len(BUILTINS), tuple(get_custom_objects().items()))


@functools.lru_cache(maxsize=4)
def _offered(built_in: int, own: tuple[tuple[str, Any], ...]) -> dict[str, type]:
    """What is offered as long as no layer is added to those built in, and to the user's own."""
    found: dict[str, type] = {}
    for (space, _), cls in BUILTINS.items():
        if space == "layers" and _is_layer(cls) and _is_offered(NAMES[cls].class_name, cls):
            found.setdefault(NAMES[cls].class_name, cls)
    for name, cls in own:
        plain = name.rpartition(">")[2]
        if _is_layer(cls) and not hasattr(cls, "compile") and plain not in _NOT_OFFERED:
            found.setdefault(plain, cls)
    return found


@functools.lru_cache(maxsize=1024)
def _is_offered(name: str, cls: type) -> bool:
    """Whether a layer can be put on the canvas: not one that only others use, or code makes."""
    if name in _NOT_OFFERED or name.endswith(("Cell", "Cells")):
        return False
    return starting_config(name, declared_settings(cls)) is not None


def new_record(
    kind: str, name: str, config: dict[str, Any], parameters: Mapping[str, Parameter] = EMPTY
) -> LayerRecord:
    """A new layer with these settings, and with values to start from where it must have some.

    Args:
        kind: Its class.
        name: Its name.
        config: Its settings: values, or expressions that give numbers.
        parameters: The named numbers that expressions may use.

    Raises:
        ValueError: When there is no such layer or setting, or a value does not fit; in words.
    """
    record = _blank(kind).named(name)
    start = starting_config(kind, settings_of(record)) or {}
    for setting, value in {**start, **config}.items():
        record = with_value(record, setting, value, parameters)
    return record


def unknown_kind(kind: str) -> str:
    """What to say of a layer that is not in the palette."""
    names = ["Input", *offered()]
    folded = {name.lower(): name for name in names}
    folded |= {word.lower(): name for name in names for word in SYNONYMS.get(name, ())}
    close = difflib.get_close_matches(kind.lower(), folded, 1)
    hint = say(" Is {name} meant?", name=folded[close[0]]) if close else ""
    return say("There is no layer {name} in the palette.{hint}", name=repr(kind), hint=hint)


def _blank(kind: str) -> LayerRecord:
    if kind in ("Input", "InputLayer"):
        return NEW_INPUT
    cls = offered().get(kind)
    if cls is None:
        raise ValueError(unknown_kind(kind))
    known = NAMES.get(cls)
    if known is not None:
        return LayerRecord(known.class_name, FrozenDict(), known.module, known.registered_name)
    module = None if cls.__module__ == "__main__" else cls.__module__
    record = LayerRecord(cls.__name__, FrozenDict(), module, get_registered_name(cls))
    if declared_settings(cls):
        return record
    parameters = list(inspect.signature(cls).parameters.values())
    defaults = {
        p.name: None if p.default is p.empty else p.default
        for p in parameters
        if p.kind is p.POSITIONAL_OR_KEYWORD and _is_plain(p.default)
    }
    return record.configured(**defaults)


def _is_plain(value: Any) -> bool:
    return value is inspect.Parameter.empty or isinstance(value, str | int | float | None)


def _is_layer(cls: Any) -> bool:
    return inspect.isclass(cls) and issubclass(cls, Layer)


def _kind(cls: type) -> LayerKind:
    known = NAMES.get(cls)
    name = known.class_name if known else cls.__name__
    ports = [port for port in class_ports(cls, Call("")) if not port.optional]
    many = any(port.many for port in ports)
    record = _blank(name)
    return LayerKind(
        name,
        family_of_class(cls),
        first_sentence(cls),
        SYNONYMS.get(name, ()),
        tuple(setting.form for setting in settings_of(record)),
        "many" if many else "one",
        tuple(port.name for port in ports),
    )


def _input() -> LayerKind:
    return LayerKind(
        "Input",
        "Input",
        "Where data comes into the model: tells the shape of one example.",
        SYNONYMS["Input"],
        tuple(setting.form for setting in INPUT),
        "none",
        (),
    )


def first_sentence(thing: Any) -> str:
    """The first sentence of a docstring, on one line."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return text.replace("``", "")
