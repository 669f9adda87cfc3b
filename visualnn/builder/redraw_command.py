"""The command that draws another model instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visualnn.builder.command import Command
from visualnn.builder.configs import document_from
from visualnn.builder.document import Document
from visualnn.builder.expressions import ExpressionError
from visualnn.builder.frozen import EMPTY, FrozenDict, thaw
from visualnn.builder.redrawing import redrawn
from visualnn.builder.sentences import said_by
from visualnn.serialization.limits import InvalidModelFile


class Redraw(Command):
    """Draw another model."""

    # The record is what a saved file would say of the model.  What is in both models stays where
    # it is.  With `homes`, the model has weights of its own, which are kept under that.
    outermost = True

    record: dict[str, Any]
    values: dict[str, str] = EMPTY
    homes: str = ""

    def check(self, document: Document) -> str | None:
        try:
            self.apply(document)
        except (InvalidModelFile, ExpressionError) as problem:
            return said_by(problem)
        return None

    def apply(self, document: Document) -> Document:
        for name, text in self.values.items():
            if name in document.parameters:
                parameter = replace(document.parameters[name], expression=text, variable="")
                document = replace(
                    document, parameters=FrozenDict({**document.parameters, name: parameter})
                )
        other = document_from(thaw(self.record))
        return redrawn(document, other, self.homes)
