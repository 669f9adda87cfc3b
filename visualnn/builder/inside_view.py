"""What a submodel shows on its outside: its ports by name, and the settings that it promotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualnn.builder.forms import SettingForm, settings_of, value_of
from visualnn.builder.nested import levels_inside, opened
from visualnn.builder.records import LayerRecord
from visualnn.builder.submodels import outputs_inside, ports_inside


@dataclass(frozen=True)
class InnerPort:
    """A port of a submodel: the block inside that it leads to, or that leads to it."""

    block: str
    name: str


@dataclass(frozen=True)
class PromotedView:
    """A setting of a layer inside that the submodel shows as its own.

    Attributes:
        block: The block inside.
        layer: The name of its layer.
        expression: What the value is computed from; empty if it is not.
    """

    block: str
    layer: str
    form: SettingForm
    value: Any
    expression: str


@dataclass(frozen=True)
class InsideView:
    """What there is to say of a submodel.

    Attributes:
        linked: How many submodels have its structure; 0 if it stands alone.
        repeat: How many times it stands in a row, as an expression; empty if once.
        count: How many times that is.
        levels: How many levels of submodels it is, itself included.
    """

    linked: int
    repeat: str
    count: int
    inputs: tuple[InnerPort, ...]
    outputs: tuple[InnerPort, ...]
    promoted: tuple[PromotedView, ...]
    levels: int


def inside_view(record: LayerRecord, linked: int) -> InsideView:
    """What there is to say of a submodel."""
    document = opened(record)
    return InsideView(
        linked,
        record.repeat,
        sum(not inner.is_input for inner in document.layers.values()) if record.repeat else 1,
        tuple(InnerPort(ref.call, document.name_of(ref.call)) for ref in ports_inside(document)),
        tuple(InnerPort(ref.call, document.name_of(ref.call)) for ref in outputs_inside(document)),
        tuple(_promoted(record)),
        1 + levels_inside(document),
    )


def _promoted(record: LayerRecord) -> list[PromotedView]:
    document = opened(record)
    found: list[PromotedView] = []
    for layer, name in document.canvas.promoted:
        inner = document.layers.get(layer)
        settings = settings_of(inner) if inner is not None else ()
        setting = next((s for s in settings if s.form.name == name), None)
        if inner is None or setting is None:  # the layer, or the setting, is gone
            continue
        value = setting.shown(value_of(inner, setting))
        found.append(
            PromotedView(
                document.calls_of[layer][0],
                inner.name,
                setting.form,
                value,
                inner.expressions.get(name, ""),
            )
        )
    return found
