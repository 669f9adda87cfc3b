"""What follows from an edit: shapes of inputs that follow what comes, and which points are left."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace

from visualnn.builder import points
from visualnn.builder.analysis import analysis_of
from visualnn.builder.document import Document
from visualnn.builder.nested import opened, opens
from visualnn.builder.submodels import given_to, with_opened
from visualnn.builder.trees import Ref


def settled(document: Document) -> Document:
    """The document in which every input that follows has the shape of what comes in.

    Points of wires that are gone are gone with them.
    """
    document = points.kept(document)
    if all(record.inside is None for record in document.layers.values()):
        return document
    seen: set[str] = set()
    for call in document.order:
        use = document.calls[call]
        record = document.layers[use.layer]
        if record.inside is None or use.layer in seen or not opens(record):
            continue
        seen.add(use.layer)  # of several calls, the first tells the shape
        inner = opened(record)
        after = settled(_with_inputs(document, call, inner))
        if after is not inner:
            document = with_opened(document, use.layer, after)
    return document


def _with_inputs(document: Document, call: str, inner: Document) -> Document:
    if not any(record.follows for record in inner.layers.values()):
        return inner
    analysis = analysis_of(document)
    for block, given in given_to(document.calls[call], inner).items():
        if not isinstance(given, Ref) or block not in inner.calls:
            continue
        record = inner.record(block)
        tensor = analysis.tensor(given)
        if not record.follows or tensor is None:
            continue
        known = record.config.get("batch_shape"), record.config.get("dtype")
        if known != (tensor.shape, tensor.dtype):
            now = record.configured(batch_shape=tensor.shape, dtype=tensor.dtype)
            inner = inner.with_layer(inner.calls[block].layer, replace(now, follows=True))
    return inner
