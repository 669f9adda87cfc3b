"""The part of a drawing that makes the model."""

from __future__ import annotations

from dataclasses import replace

from visualnn.builder.analysis import without_free_places
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.kinds import ports_of_call
from visualnn.builder.trees import Ref, map_references


def without_muted(document: Document) -> Document:
    """The document as it is computed: what would come into a muted block goes where it leads."""
    through = {
        call: use.references[0][1]
        for call, use in document.calls.items()
        if use.muted and use.references
    }
    if not through:
        return document

    def source(ref: Ref) -> Ref:
        while ref.call in through:
            ref = through[ref.call]
        return ref

    calls = {
        call: use.mapped(source) for call, use in document.calls.items() if call not in through
    }
    used = {use.layer for use in calls.values()}
    return replace(
        document,
        layers=document.layers.without(document.layers.keys() - used),
        calls=FrozenDict(calls),
        outputs=map_references(source, document.outputs),
    )


def pruned(document: Document) -> Document:
    """The part of a document that makes the model: without free places, and what leads nowhere."""
    document = without_muted(document)
    needed = document.leading_to(*document.output_calls) | set(document.input_calls)
    calls = document.calls
    if len(needed) < len(calls):
        calls = calls.without(calls.keys() - needed)
    used = {use.layer for use in calls.values()}
    layers = document.layers
    if len(used) < len(layers):
        layers = layers.without(layers.keys() - used)
    filled = {}
    for call, use in calls.items():
        args, kwargs = without_free_places(use, ports_of_call(document.layers[use.layer], use))
        unchanged = args is use.args and kwargs is use.kwargs
        filled[call] = use if unchanged else replace(use, args=args, kwargs=kwargs)
    return replace(document, layers=layers, calls=FrozenDict(filled))
