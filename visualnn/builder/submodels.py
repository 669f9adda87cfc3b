"""What editing inside a submodel does to the models around it."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.checks import faults_of
from visualnn.builder.configs import config_from, is_sequential
from visualnn.builder.document import FUNCTIONAL, Document, Structure
from visualnn.builder.frozen import EMPTY, FrozenDict, freeze
from visualnn.builder.nested import adopted, at_home, home_of, opened, opens
from visualnn.builder.pruning import pruned
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.trees import Ref, at, map_references, references

Edit = Callable[[Document], Document]
Place = tuple[str, ...]
"""The way from the outermost model to one inside: a block of each, which leads to the next."""


def layer_at(document: Document, block: str) -> str | None:
    """The submodel that a block is a call of; nothing if it is none."""
    use = document.calls.get(block)
    if use is None or not opens(document.layers[use.layer]):
        return None
    return use.layer


def inside(document: Document, place: Place) -> Document | None:
    """The drawing at a place, with what it needs to know of those around; nothing if it is gone."""
    for block in place:
        layer = layer_at(document, block)
        if layer is None:
            return None
        document = _prepared(document, layer)
    return document


def _prepared(document: Document, layer: str) -> Document:
    inner = at_home(opened(document.layers[layer]), home_of(document, layer))
    return replace(inner, parameters=document.parameters)


def places(document: Document) -> Iterator[Place]:
    """The ways to all submodels that have been drawn."""
    for layer, record in document.layers.items():
        if record.inside is not None and opens(record):
            block = document.calls_of[layer][0]
            yield (block,)
            yield from ((block, *rest) for rest in places(record.inside))


def edited(document: Document, place: Place, edit: Edit) -> Document:
    """The document with an edit at a place, which all that is linked to it follows."""
    after = _edited(document, place, edit)
    if after is document:
        return document
    links: list[tuple[str, Document]] = []
    model = after
    for block in place:
        record = model.record(block)
        model = opened(record)
        if record.link:
            links.append((record.link, model))
    for link, inner in reversed(links):
        after = _following(after, link, inner)
    return after


def _edited(document: Document, place: Place, edit: Edit) -> Document:
    if not place:
        return edit(document)
    layer = document.calls[place[0]].layer
    before = _prepared(document, layer)
    after = _edited(before, place[1:], edit)
    return document if after is before else with_opened(document, layer, after)


def _following(document: Document, link: str, inner: Document) -> Document:
    """The document with every submodel of this link as one of them is now."""
    for layer, record in document.layers.items():
        if not opens(record):
            continue
        now = opened(record)
        if record.link == link:
            then = adopted(inner, now)
        elif record.inside is not None:
            then = _following(now, link, inner)
        else:
            continue
        if then is not now and then != now:
            document = with_opened(document, layer, then)
    return document


# ---------------------------------------------------------------------- one model and its inside


def with_opened(document: Document, layer: str, inner: Document) -> Document:
    """The document with another inside for one of its submodels; wires stay where they can."""
    record = document.layers[layer]
    before, after = opened(record), replace(inner, parameters=EMPTY, home="")
    document = document.with_layer(layer, closed(record, after))
    calls = document.calls_of[layer]
    if before.input_structure != after.input_structure:
        for call in calls:
            use = _given_anew(document.calls[call], before, after)
            document = document.with_call(call, use)
    moved = _moved_outputs(before, after)
    if moved is None:
        return document
    mine = set(calls)

    def mapped(ref: Ref) -> Ref | None:
        if ref.call not in mine:
            return ref
        output = moved.get(ref.output)
        return None if output is None else Ref(ref.call, output)

    return with_references(document, mapped)


def closed(record: LayerRecord, inner: Document) -> LayerRecord:
    """A submodel with another drawing inside; its config follows from that."""
    written = inner
    if inner.output_calls and not any(fault.blocking for fault in faults_of(inner)):
        written = pruned(inner)
    made = config_from(written, lambda ref: analysis_of(inner).tensor(ref))
    kept = {key: x for key, x in record.config.items() if key in ("name", "trainable", "dtype")}
    config = {**made["config"], **kept, "name": record.name}
    return replace(
        record,
        class_name=made["class_name"],
        module=made["module"],
        registered_name=made["registered_name"],
        config=freeze(config),
        extra=record.extra.without({"build_config"}),
        inside=inner,
    )


def submodel(name: str, inner: Document) -> LayerRecord:
    """A new submodel."""
    return closed(FUNCTIONAL.named(name), inner)


def ports_inside(inner: Document) -> list[Ref]:
    """The inputs of a submodel in the order of its ports."""
    return [ref for _, ref in references(inner.input_structure)]


def outputs_inside(inner: Document) -> list[Ref]:
    """The outputs of a submodel in the order of its ports."""
    return [ref for _, ref in references(inner.output_structure)]


def given_to(use: Call, inner: Document) -> dict[str, Any]:
    """What a call gives to each input of a submodel, by the input's block inside."""
    given = {"args": use.args}
    if is_sequential(inner):
        first = next(iter(inner.calls), "")
        return {first: at(given, ("args", 0))}
    return {
        ref.call: at(given, ("args", 0, *path)) for path, ref in references(inner.input_structure)
    }


def _given_anew(use: Call, before: Document, after: Document) -> Call:
    """A call with its arguments where the inputs are now."""
    given = given_to(use, before)
    if is_sequential(after):
        first = next(iter(after.calls), "")
        args: Any = (given.get(first),)
    else:
        args = (map_references(lambda ref: given.get(ref.call), after.input_structure),)
    return replace(use, args=args, recorded=())


def _moved_outputs(before: Document, after: Document) -> dict[int, int] | None:
    """Where each output is now; nothing if all are where they were."""
    old, new = outputs_inside(before), outputs_inside(after)
    if old == new:
        return None
    numbers = {ref: i for i, ref in enumerate(new)}
    if len(old) == len(new) and set(old) != set(new):
        left = [i for i, ref in enumerate(new) if ref not in old]  # these take the places of those
        for ref in old:
            if ref not in numbers:
                numbers[ref] = left.pop(0)
    elif len(old) == 1 and old[0] not in numbers and new:
        numbers[old[0]] = 0
    return {i: numbers[ref] for i, ref in enumerate(old) if ref in numbers}


def with_references(document: Document, mapped: Callable[[Ref], Ref | None]) -> Document:
    """The document with every tensor replaced by another, or taken away."""
    calls = {call: use.mapped(mapped) for call, use in document.calls.items()}
    changed = {call: use for call, use in calls.items() if use is not document.calls[call]}
    if changed:
        document = replace(document, calls=FrozenDict({**document.calls, **changed}))
    if document.outputs is None:
        return document
    return replace(document, outputs=mapped_structure(document.outputs, mapped))


def mapped_structure(structure: Structure, mapped: Callable[[Ref], Ref | None]) -> Structure:
    """Inputs or outputs with every tensor replaced by another, or taken away."""
    if isinstance(structure, Ref):
        return mapped(structure)
    if isinstance(structure, tuple):
        items = [mapped_structure(item, mapped) for item in structure]
        return tuple(item for item in items if item is not None) or None
    if isinstance(structure, dict):
        entries = {key: mapped_structure(item, mapped) for key, item in structure.items()}
        kept = {key: item for key, item in entries.items() if item is not None}
        return FrozenDict(kept) if kept else None
    return structure
