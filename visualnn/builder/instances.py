"""One layer in several places: shared, linked or copied; and one after the other, N times."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visualnn.builder.document import Canvas, Document, Point
from visualnn.builder.expressions import ExpressionError, Number, evaluated
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.kinds import connected, kind_name, ports_of
from visualnn.builder.layout import HEIGHT, ROW_GAP
from visualnn.builder.nested import home_of, homed, homeless, opened
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.sentences import say
from visualnn.builder.submodels import outputs_inside, ports_inside, submodel, with_opened
from visualnn.builder.trees import Ref

MOST_REPEATS = 500


def link_of(document: Document, layer: str) -> str:
    """What a submodel has in common with those that are linked to it, or will be."""
    return document.layers[layer].link or home_of(document, layer)


def linked_in(document: Document, link: str) -> int:
    """How many submodels have the same structure, in this model and inside its submodels."""
    count = 0
    for record in document.layers.values():
        count += record.link == link
        if record.inside is not None:
            count += linked_in(record.inside, link)
    return count


def another(document: Document, block: str, kind: str, at: Point) -> Document:
    """The document with another instance of a block's layer.

    Args:
        document: The document.
        block: The block.
        kind: ``shared`` is another call of the same layer, ``linked`` another layer that always
            has the same structure, and ``copied`` one that goes its own way.
        at: Where the new block lies.
    """
    layer = document.calls[block].layer
    if kind == "shared":
        call = fresh_call(document, layer)
        return document.with_call(call, Call(layer)).with_positions({call: at})
    if kind == "linked":
        link = link_of(document, layer)
        record = replace(document.layers[layer], link=link)
        document = document.with_layer(layer, record)
    else:
        record = replace(document.layers[layer], link="")
    name = document.fresh_name(base_of(record.name))
    added = document.with_layer(name, homeless(record).named(name))
    return added.with_call(name, Call(name)).with_positions({name: at})


def unshared(document: Document, block: str) -> Document:
    """The document in which a call of a shared layer has a layer of its own."""
    use = document.calls[block]
    record = document.layers[use.layer]
    name = document.fresh_name(base_of(record.name))
    document = document.with_layer(name, homeless(record).named(name))
    return document.with_call(block, replace(use, layer=name))


def shared(document: Document, blocks: list[str]) -> Document:
    """The document in which several blocks are calls of the layer of the first."""
    layer = document.calls[blocks[0]].layer
    for block in blocks[1:]:
        document = document.with_call(block, replace(document.calls[block], layer=layer))
    used = {use.layer for use in document.calls.values()}
    unused = frozenset(document.layers.keys() - used)
    return replace(
        document,
        layers=document.layers.without(unused),
        retired=document.retired | unused,
    )


def why_not_shared(document: Document, blocks: list[str]) -> str | None:
    """Why several blocks cannot be one layer, in words; nothing if they can."""
    records = [document.record(block) for block in blocks]
    if len({document.calls[block].layer for block in blocks}) < 2:
        return say("Select two or more blocks of the same kind: they become calls of one layer.")
    first = records[0]
    for record in records:
        if record.is_input or record.is_operation:
            return say(
                "{name} is an {kind}: it has nothing to share.",
                name=record.name,
                kind=kind_name(record),
            )
        if record.class_name != first.class_name:
            return say(
                "{first} is {first_kind} and {second} is {second_kind}: only blocks of one kind "
                "can share a layer.",
                first=first.name,
                first_kind=kind_name(first),
                second=record.name,
                second_kind=kind_name(record),
            )
        other = _differing(first, record)
        if other:
            return say(
                "{first} and {second} differ in {other}: make them the same first, for they will "
                "have one layer.",
                first=first.name,
                second=record.name,
                other=other,
            )
    return None


def _differing(first: LayerRecord, record: LayerRecord) -> str:
    for key in (*first.config, *record.config):
        if key != "name" and first.config.get(key) != record.config.get(key):
            return say("what is inside") if key in ("layers", "input_layers") else key
    return ""


def fresh_call(document: Document, layer: str) -> str:
    """An id for another call of a layer."""
    count = 2
    while (call := f"{layer}/{count}") in document.calls:
        count += 1
    return call


def base_of(name: str) -> str:
    """A name without the number at its end."""
    return name.rstrip("0123456789").rstrip("_") or name


# ---------------------------------------------------------------------- repeating


def repeats(text: str, values: dict[str, Number]) -> int:
    """How many times, as an expression says.

    Raises:
        ExpressionError: When it is no such number; in words.
    """
    value = evaluated(text, values)
    if value != int(value) or not 1 <= value <= MOST_REPEATS:
        raise ExpressionError(
            say(
                "{text} is {value}: a block is repeated 1 to {most} times.",
                text=repr(text.strip()),
                value=value,
                most=MOST_REPEATS,
            )
        )
    return int(value)


def why_not_repeated(record: LayerRecord) -> str | None:
    """Why a submodel cannot stand several times in a row, in words; nothing if it can."""
    inner = opened(record)
    inputs, outputs = len(ports_inside(inner)), len(outputs_inside(inner))
    if inputs != 1 or outputs != 1:
        return say(
            "{name} has {inputs} inputs and {outputs} outputs: only what has one of each can "
            "stand several times in a row.",
            name=record.name,
            inputs=inputs,
            outputs=outputs,
        )
    return None


def repeated(document: Document, block: str, count: int, text: str) -> Document:
    """The document in which a submodel stands several times in a row, all linked."""
    layer = document.calls[block].layer
    unit = document.layers[layer]
    link = unit.link or home_of(document, layer)
    unit = homed(replace(unit, link=link), home_of(document, layer))
    name = document.fresh_name(f"{unit.name}_stack")
    inner = _row({unit.name: unit}, count)
    record = replace(submodel(name, inner), repeat=text)
    calls = {
        call: replace(use, layer=name) if use.layer == layer else use
        for call, use in document.calls.items()
    }
    return replace(
        document,
        layers=FrozenDict({**document.layers.without({layer}), name: record}),
        calls=FrozenDict(calls),
        retired=document.retired | {layer},
    )


def restacked(document: Document, layer: str, count: int, text: str) -> Document:
    """The document with another number of times that a submodel stands in a row."""
    record = document.layers[layer]
    inner = opened(record)
    units = {key: unit for key, unit in inner.layers.items() if not unit.is_input}
    document = document.with_layer(layer, replace(record, repeat=text))
    if count == len(units):
        return document
    kept = dict(list(units.items())[:count])
    source = next(unit for unit in inner.layers.values() if unit.is_input)
    row = replace(_row(kept, count, source), retired=inner.retired | units.keys())
    return with_opened(document, layer, row)


def _row(units: dict[str, LayerRecord], count: int, source: LayerRecord | None = None) -> Document:
    """The inside of a stack: an input, and the same submodel several times."""
    first = next(iter(units.values()))
    if source is None:
        inner = opened(first)
        source = inner.record(ports_inside(inner)[0].call)
    document = Document().with_layer(source.name, source)
    document = document.with_call(source.name, Call(source.name))
    last = source.name
    positions: dict[str, Point] = {last: (0.0, 0.0)}
    ready = list(units.items())
    for i in range(count):
        if i < len(ready):
            layer, record = ready[i]
        else:
            layer = document.fresh_name(f"{base_of(first.name)}_{i + 1}")
            record = homeless(first).named(layer)
        document = document.with_layer(layer, record).with_call(layer, Call(layer))
        port = ports_of(document, layer)[0]
        use = connected(document.calls[layer], port, Ref(last))
        document = document.with_call(layer, use)
        positions[layer] = (0.0, (i + 1) * (HEIGHT + ROW_GAP))
        last = layer
    return replace(
        document, inputs=Ref(source.name), outputs=Ref(last), canvas=Canvas(FrozenDict(positions))
    )


def unit_of(document: Document, block: str) -> str:
    """The block inside a stack that stands for all of its kind."""
    inner: Any = opened(document.record(block))
    return next(call for call in inner.calls if not inner.record(call).is_input)
