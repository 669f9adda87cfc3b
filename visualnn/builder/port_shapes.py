"""Submodels whose inputs have other shapes than what comes in: they can take that instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from visualnn.builder.analysis import Analysis
from visualnn.builder.checks import faults_of
from visualnn.builder.command import Command
from visualnn.builder.connecting import unknown_block
from visualnn.builder.document import Document
from visualnn.builder.nested import opened, opens
from visualnn.builder.repairs import Fix, Message
from visualnn.builder.sentences import listed, say
from visualnn.builder.submodels import given_to, ports_inside, with_opened
from visualnn.builder.trees import Ref
from visualnn.builder.words import shape_text


class Follow(Command):
    """Let a submodel take whatever comes."""

    # Its inputs have the shapes of what is connected to them, now and later.
    block: str

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        record = document.record(self.block)
        if not opens(record):
            return say("{name} is no submodel: it takes what fits its settings.", name=record.name)
        return None

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        inner = opened(document.layers[layer])
        for ref in ports_inside(inner):
            port = inner.calls[ref.call].layer
            inner = inner.with_layer(port, replace(inner.layers[port], follows=True))
        if inner == opened(document.layers[layer]):
            return document
        return with_opened(document, layer, inner)


def port_shapes(analysis: Analysis, call: str) -> Iterator[Fix]:
    """That a submodel takes what comes, if that is what does not fit."""
    document = analysis.document
    record = document.record(call)
    if not opens(record):
        return
    shapes: list[str] = []
    inner = opened(record)
    for block, given in given_to(document.calls[call], inner).items():
        tensor = analysis.tensor(given) if isinstance(given, Ref) else None
        if tensor is not None and block in inner.calls:
            expected = inner.record(block).config.get("batch_shape")
            if expected != tensor.shape:
                shapes.append(shape_text(tensor.shape))
    if shapes and not faults_of(inner):
        message: Message = {"command": Follow.__name__, "block": call}
        label = say("Let {name} take {shapes}", name=record.name, shapes=listed(shapes))
        yield Fix(label, (message,))
