"""The part of a drawing that makes the model."""

from __future__ import annotations

from dataclasses import replace

from visualnn.builder.analysis import without_free_places
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.kinds import ports_of_call


def pruned(document: Document) -> Document:
    """The part of a document that makes the model: without free places, and what leads nowhere."""
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
