"""A drawing that becomes that of another model: what is in both stays what and where it was."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace

from visualnn.builder.code import SAYS_TRAINING
from visualnn.builder.document import Document
from visualnn.builder.expressions import ExpressionError, Number
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.instances import base_of, repeats
from visualnn.builder.layout import completed
from visualnn.builder.nested import opened, opens
from visualnn.builder.parameters import values_of, with_expressions
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.submodels import mapped_structure
from visualnn.builder.trees import Ref


def redrawn(document: Document, other: Document, homes: str = "") -> Document:
    """The drawing of another model, as far as possible in the place of this one.

    A layer of the same name and class keeps its id, its weights, its place and what its settings
    are computed from; everything else is new.  Operations, which code gives no names, are the same
    as the next ones of their kind.

    Args:
        document: The drawing until now.
        other: The drawing of the other model, as it was read.
        homes: What the weights of all layers are kept under from now on, if the other model has
            weights of its own.
    """
    return _redrawn(document, other, values_of(document.parameters), homes)


def _redrawn(
    document: Document, other: Document, values: dict[str, Number], homes: str
) -> Document:
    if not homes:
        other = _with_names(document, other)
    layers = _layer_ids(document, other)
    calls = _call_ids(document, other, layers)

    def moved(ref: Ref) -> Ref:
        return Ref(calls[ref.call], ref.output)

    records = {
        layers[layer]: _record(document, layers[layer], record, values, homes)
        for layer, record in other.layers.items()
    }
    uses = {
        calls[call]: replace(use.mapped(moved), layer=layers[use.layer], recorded=use.recorded)
        for call, use in other.calls.items()
    }
    if not homes:
        uses = {call: _as_called(document, call, use) for call, use in uses.items()}
    kept = document.canvas.positions
    positions = FrozenDict({call: kept[call] for call in uses if call in kept})
    promoted = tuple(x for x in document.canvas.promoted if x[0] in records)
    model = replace(other.model, home=document.model.home)
    return completed(
        replace(
            document,
            layers=_same(document.layers, FrozenDict(records)),
            calls=_same_calls(document.calls, FrozenDict(uses)),
            inputs=mapped_structure(other.inputs, moved),
            outputs=mapped_structure(other.outputs, moved),
            canvas=replace(document.canvas, positions=positions, promoted=promoted),
            model=document.model if document.model == model else model,
            retired=document.retired | (document.layers.keys() - records.keys()),
        )
    )


def _with_names(document: Document, other: Document) -> Document:
    """The other model with its operations called as those of the same kind are here, in order."""
    waiting: dict[str, list[str]] = {}
    for call in document.order:
        record = document.record(call)
        if record.is_operation:
            waiting.setdefault(record.class_name, []).append(record.name)
    layers = dict(other.layers)
    taken = {record.name for record in layers.values() if not record.is_operation}
    unnamed: list[str] = []
    for call in other.order:
        record, layer = other.record(call), other.calls[call].layer
        names = waiting.get(record.class_name, [])
        if record.is_operation and names and names[0] not in taken:
            layers[layer] = record.named(names.pop(0))
            taken.add(layers[layer].name)
        elif record.is_operation:
            unnamed.append(layer)
    for layer in unnamed:
        base, count = base_of(layers[layer].name), 0
        name = layers[layer].name
        while name in taken or name in document.names:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        layers[layer] = layers[layer].named(name)
    return replace(other, layers=FrozenDict(layers))


def _as_called(document: Document, call: str, use: Call) -> Call:
    """A call with what it was told of training, which code leaves out where it means nothing."""
    old = document.calls.get(call)
    if old is None or "training" not in old.kwargs or "training" in use.kwargs:
        return use
    if document.layers[old.layer].class_name in SAYS_TRAINING:
        return use
    return replace(use, kwargs=FrozenDict({**use.kwargs, "training": old.kwargs["training"]}))


def _layer_ids(document: Document, other: Document) -> dict[str, str]:
    """The ids of the layers: that of the layer of the same name and class, or a new one."""
    found: dict[str, str] = {}
    ids = document
    for layer, record in other.layers.items():
        old = document.names.get(record.name)
        if old is not None and _is_same_kind(document.layers[old], record):
            found[layer] = old
            continue
        new = ids.fresh_name(record.name or "layer")
        ids = replace(ids, retired=ids.retired | {new})
        found[layer] = new
    return found


def _is_same_kind(a: LayerRecord, b: LayerRecord) -> bool:
    both_models = a.is_model and b.is_model
    return a.class_name == b.class_name or both_models


def _call_ids(document: Document, other: Document, layers: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer, calls in other.calls_of.items():
        old = document.calls_of.get(layers[layer], [])
        for i, call in enumerate(calls):
            if i < len(old):
                found[call] = old[i]
                continue
            new = layers[layer] if i == 0 else f"{layers[layer]}/{i + 1}"
            while new in document.calls or new in found.values():
                new += "+"
            found[call] = new
    return found


def _record(
    document: Document, layer: str, record: LayerRecord, values: dict[str, Number], homes: str
) -> LayerRecord:
    """A layer of the other model with what the drawing knew of it besides."""
    old = document.layers.get(layer)
    home = f"{homes}{layer}" if homes else (old.home if old is not None else "")
    if old is None:
        return replace(record, home=home)
    found = replace(record, home=home, follows=old.follows and old.config == record.config)
    if old.expressions:
        found = with_expressions(found, old.expressions, values)
    if old.inside is not None and opens(record):
        inner = _redrawn(old.inside, opened(record), values, f"{home}/" if homes else "")
        found = replace(found, inside=inner, link=old.link)
        if old.repeat and _stands(inner, old.repeat, values):
            found = replace(found, repeat=old.repeat)
    return old if found == old else found


def _stands(inner: Document, text: str, values: dict[str, Number]) -> bool:
    """Whether a submodel still stands as many times in a row as was said."""
    units = [record for record in inner.layers.values() if not record.is_input]
    try:
        return len(units) == repeats(text, values) and all(map(opens, units))
    except ExpressionError:
        return False


def _same(
    before: FrozenDict[str, LayerRecord], now: FrozenDict[str, LayerRecord]
) -> FrozenDict[str, LayerRecord]:
    return before if list(before.items()) == list(now.items()) else now


def _same_calls(before: FrozenDict[str, Call], now: FrozenDict[str, Call]) -> FrozenDict[str, Call]:
    return before if list(before.items()) == list(now.items()) else now
