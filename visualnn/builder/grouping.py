"""Blocks that become one submodel, and submodels that become their blocks again."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.configs import is_sequential
from visualnn.builder.document import Canvas, Document, Point
from visualnn.builder.forms import NEW_INPUT
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.layout import HEIGHT, ROW_GAP
from visualnn.builder.nested import at_home, home_of, homed, opened, opens
from visualnn.builder.note_commands import (
    beside_unpacked,
    framed_with,
    frames_among,
    with_frames,
)
from visualnn.builder.points import called, moved, with_points
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.sentences import counted, listed, say
from visualnn.builder.submodels import given_to, mapped_structure, submodel, with_references
from visualnn.builder.trees import Ref, references

_ROW = HEIGHT + ROW_GAP


def why_not_together(document: Document, blocks: list[str]) -> str | None:
    """Why blocks cannot become a submodel, in words; nothing if they can."""
    chosen = members(document, blocks)
    if not chosen:
        return say("Select the layers that shall become a submodel first; inputs stay outside.")
    name = document.name_of
    for call in chosen:
        uses = document.calls_of[document.calls[call].layer]
        outside = [use for use in uses if use not in chosen]
        if outside:
            return say(
                "{name} is one layer with {uses} calls, and not all of them are selected: select "
                "the others, too, or give this one a layer of its own (Unshare).",
                name=name(call),
                uses=len(uses),
            )
    between = _between(document, chosen)
    if between:
        return say(
            "{names} would lead out of the submodel and back into it: select what lies between, "
            "too.",
            names=listed([name(call) for call in between]),
        )
    analysis = analysis_of(document)
    for call in chosen:
        if analysis.missing[call]:
            return say(
                "{name} has a free input, so nobody knows what the submodel takes: connect it "
                "first.",
                name=name(call),
            )
        for _, ref in document.calls[call].references:
            if ref.call not in chosen and analysis.tensor(ref) is None:
                return say(
                    "What {name} gives is not known yet, so neither is what the submodel takes: "
                    "mend {name} first.",
                    name=name(ref.call),
                )
    return None


def members(document: Document, blocks: list[str]) -> dict[str, None]:
    """Those of some blocks that can be in a submodel, in the order of the drawing."""
    chosen = set(blocks)
    found = [call for call in document.calls if call in chosen]
    return dict.fromkeys(call for call in found if not document.record(call).is_input)


def _between(document: Document, chosen: dict[str, None]) -> list[str]:
    """The blocks outside that some of the chosen ones lead to, and that lead to others of them."""
    behind = document.reached_from(*chosen)
    before = document.leading_to(*chosen)
    return [call for call in document.calls if call in behind & before and call not in chosen]


def collapsed(document: Document, blocks: list[str], name: str = "") -> tuple[Document, str]:
    """The document with blocks together in a submodel, and the submodel's block."""
    chosen = members(document, blocks)
    order = [call for call in document.order if call in chosen]
    taken = _refs_from_outside(document, order, chosen)
    given = _refs_to_outside(document, order, chosen)
    inner, ports = _inside(document, chosen, taken, given)
    block = document.fresh_name(name or "block")
    record = submodel(block, inner)
    structure: Any = tuple(taken) if len(ports) != 1 else taken[0]
    numbers = {ref: i for i, ref in enumerate(given)}

    def mapped(ref: Ref) -> Ref:
        return Ref(block, numbers[ref]) if ref in numbers else ref

    first = next(iter(chosen))
    calls: dict[str, Call] = {}
    for call, use in document.calls.items():
        if call == first:
            calls[block] = Call(block, (structure,))
        calls[call] = use if call in chosen else use.mapped(mapped)
    outputs = mapped_structure(document.outputs, mapped)
    after = replace(document, calls=FrozenDict(calls), outputs=outputs).with_layer(block, record)
    places = [document.canvas.positions.get(call, (0.0, 0.0)) for call in chosen]
    left, right = min(x for x, _ in places), max(x for x, _ in places)
    top = min(y for _, y in places)
    outside = document.canvas.groups.without(set(frames_among(document, chosen)))
    after = framed_with(with_frames(after, outside), block, chosen).without_calls(set(chosen))
    return after.with_positions({block: (round((left + right) / 2), top)}), block


def _refs_from_outside(document: Document, order: list[str], chosen: dict[str, None]) -> list[Ref]:
    found: dict[Ref, None] = {}
    for call in order:
        for _, ref in document.calls[call].references:
            if ref.call not in chosen:
                found[ref] = None
    return list(found)


def _refs_to_outside(document: Document, order: list[str], chosen: dict[str, None]) -> list[Ref]:
    outputs = {ref for _, ref in references(document.output_structure)}
    found: list[Ref] = []
    for call in order:
        used = {ref for other, _, ref in document.consumers[call] if other not in chosen}
        used |= {ref for ref in outputs if ref.call == call}
        found += sorted(used)
    return found or [Ref(order[-1])]


def _inside(
    document: Document, chosen: dict[str, None], taken: list[Ref], given: list[Ref]
) -> tuple[Document, list[str]]:
    """The drawing inside a new submodel, and its inputs."""
    analysis = analysis_of(document)
    inner = Document(home=document.home)
    used = dict.fromkeys(document.calls[call].layer for call in chosen)
    layers = {layer: homed(document.layers[layer], home_of(document, layer)) for layer in used}
    inner = replace(inner, layers=FrozenDict(layers))
    sources: dict[Ref, Ref] = {}
    positions: dict[str, Point] = {
        call: document.canvas.positions.get(call, (0.0, 0.0)) for call in chosen
    }
    left = min(x for x, _ in positions.values())
    top = min(y for _, y in positions.values())
    for ref in taken:
        port = _port_name(document, inner, ref, len(taken))
        tensor = analysis.tensor(ref)
        assert tensor is not None
        record = NEW_INPUT.named(port).configured(batch_shape=tensor.shape, dtype=tensor.dtype)
        record = replace(record, follows=True)
        sources[ref] = Ref(port)
        positions[port] = (left + 232.0 * len(inner.calls), top - _ROW)
        inner = inner.with_layer(port, record).with_call(port, Call(port))

    def inward(ref: Ref) -> Ref:
        return sources.get(ref, ref)

    for call in chosen:
        inner = inner.with_call(call, document.calls[call].mapped(inward))
    inputs = tuple(sources.values())
    outputs = tuple(given)
    led = {wire: at for wire, at in document.canvas.points.items() if wire in inner.wires}
    return (
        replace(
            inner,
            inputs=inputs[0] if len(inputs) == 1 else inputs,
            outputs=outputs[0] if len(outputs) == 1 else outputs,
            canvas=Canvas(
                FrozenDict(positions), groups=frames_among(document, chosen), points=FrozenDict(led)
            ),
            home="",
        ),
        [ref.call for ref in inputs],
    )


def _port_name(document: Document, inner: Document, ref: Ref, ports: int) -> str:
    base = "input" if ports == 1 else f"from_{document.name_of(ref.call)}"
    return inner.fresh_name(base)


# ---------------------------------------------------------------------- unpacking


def why_not_unpacked(document: Document, block: str) -> str | None:
    """Why a block cannot become the blocks inside, in words; nothing if it can."""
    use = document.calls[block]
    record = document.layers[use.layer]
    if not opens(record):
        return say("{name} is no submodel: there is nothing inside to unpack.", name=record.name)
    uses = document.calls_of[use.layer]
    if len(uses) > 1:
        return say(
            "{name} is shared by {uses}: give this call a model of its own first (Unshare).",
            name=record.name,
            uses=counted(len(uses), "call"),
        )
    return None


def unpacked(document: Document, block: str) -> tuple[Document, list[str]]:
    """The document with the blocks inside a submodel in its place, and those blocks."""
    use = document.calls[block]
    record = document.layers[use.layer]
    home = home_of(document, use.layer)
    inner = at_home(opened(record), home)
    given = given_to(use, inner)
    names, layers = _renamed(document, inner)
    calls: dict[str, str] = {}
    sources: dict[str, Any] = {}
    for call, inner_use in inner.calls.items():
        if inner.layers[inner_use.layer].is_input:
            sources[call] = given.get(call)
        else:
            calls[call] = _fresh_call(document, names[inner_use.layer], calls)

    def inward(ref: Ref) -> Any:
        return sources[ref.call] if ref.call in sources else Ref(calls[ref.call], ref.output)

    new = {call: inner.calls[old].mapped(inward) for old, call in calls.items()}
    new = {c: replace(use, layer=names[use.layer]) for c, use in new.items()}
    if is_sequential(inner) and not sources and new:  # the first layer takes what comes in
        first = next(iter(new))
        new[first] = replace(new[first], args=(given.get(next(iter(inner.calls))),))
    outputs = [inward(ref) for _, ref in references(inner.output_structure)]

    def outward(ref: Ref) -> Any:
        if ref.call != block:
            return ref
        return outputs[ref.output] if ref.output < len(outputs) else None

    before: dict[str, Call] = {}
    for call, outer_use in document.calls.items():
        if call == block:
            before.update(new)
        else:
            before[call] = outer_use
    after = replace(
        document,
        layers=FrozenDict({**document.layers.without({use.layer}), **layers}),
        calls=FrozenDict(before),
        retired=document.retired | {use.layer},
    )
    after = with_references(after, outward)
    return _placed(after, document, block, inner, calls), list(calls.values())


def _renamed(document: Document, inner: Document) -> tuple[dict[str, str], dict[str, LayerRecord]]:
    """The layers inside under ids and names that are free outside."""
    names: dict[str, str] = {}
    layers: dict[str, LayerRecord] = {}
    ids = document
    for layer, record in inner.layers.items():
        if record.is_input:
            continue
        home = home_of(inner, layer)
        is_back = home not in ids.layers and home not in ids.calls
        new = home if is_back else ids.fresh_name(record.name)
        name = record.name if record.name not in ids.names else ids.fresh_name(record.name)
        names[layer] = new
        layers[new] = homed(record, home).named(name)
        ids = ids.with_layer(new, layers[new])
    return names, layers


def _fresh_call(document: Document, layer: str, calls: dict[str, str]) -> str:
    found, count = layer, 1
    while found in calls.values() or found in document.calls:
        count += 1
        found = f"{layer}/{count}"
    return found


def _placed(
    after: Document, document: Document, block: str, inner: Document, calls: dict[str, str]
) -> Document:
    """The unpacked blocks where the submodel was; what lies below makes room."""
    old = inner.canvas.positions
    places = {new: old.get(call, (0.0, 0.0)) for call, new in calls.items()}
    canvas = after.canvas.positions.without({block})
    after = replace(after, canvas=replace(after.canvas, positions=canvas))
    if not places:
        return after
    left = (min(x for x, _ in places.values()) + max(x for x, _ in places.values())) / 2
    top = min(y for _, y in places.values())
    high = max(y for _, y in places.values()) - top
    x0, y0 = document.canvas.positions.get(block, (0.0, 0.0))
    below = {call: (x, y + high) for call, (x, y) in canvas.items() if y > y0 and high > 0}
    dx, dy = x0 - left, y0 - top
    put = {call: (round(x + dx), round(y + dy)) for call, (x, y) in places.items()}
    names = called(inner, calls)
    led = {
        names[wire]: tuple((x + dx, y + dy) for x, y in at)
        for wire, at in inner.canvas.points.items()
        if wire in names
    }
    after = with_points(moved(after, below).with_positions(put), led)
    return beside_unpacked(after, inner, block, calls, (dx, dy))
