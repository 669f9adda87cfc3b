"""What the user can do with the named numbers of a document."""

from __future__ import annotations

from dataclasses import replace

from visualnn.builder.command import Command
from visualnn.builder.document import Document
from visualnn.builder.expressions import why_no_name
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.parameters import Parameter
from visualnn.builder.recomputing import used_by, with_parameters, with_renamed
from visualnn.builder.sentences import counted, listed, said_by, say


class SetParameter(Command):
    """Set a parameter."""

    grouped = ("name",)
    outermost = True

    name: str
    expression: str
    variable: str = ""

    def check(self, document: Document) -> str | None:
        if reason := why_no_name(self.name):
            return reason
        try:
            self.apply(document)
        except ValueError as problem:
            return said_by(problem)
        return None

    def apply(self, document: Document) -> Document:
        parameter = Parameter(self.expression.strip(), self.variable)
        if document.parameters.get(self.name) == parameter:
            return document
        return with_parameters(document, document.parameters.having(self.name, parameter))


class RenameParameter(Command):
    """Rename a parameter."""

    outermost = True

    name: str
    to: str

    def check(self, document: Document) -> str | None:
        if self.name not in document.parameters:
            return say("There is no parameter {name} any more.", name=repr(self.name))
        if self.to == self.name:
            return None
        if self.to in document.parameters:
            return say("There is a parameter named {name} already.", name=self.to)
        return why_no_name(self.to)

    def apply(self, document: Document) -> Document:
        if self.to == self.name:
            return document
        parameters = {
            (self.to if key == self.name else key): parameter
            for key, parameter in document.parameters.items()
        }
        return with_renamed(document, FrozenDict(parameters), self.name, self.to)


class RemoveParameter(Command):
    """Remove a parameter."""

    outermost = True

    name: str

    def check(self, document: Document) -> str | None:
        if self.name not in document.parameters:
            return say("There is no parameter {name} any more.", name=repr(self.name))
        users = used_by(document, self.name)
        if users:
            said = listed(users[:4])
            if len(users) > 4:
                said = say("{names} and {count} more", names=said, count=len(users) - 4)
            return say(
                "{name} is used by {said}: write {numbers} there first.",
                name=self.name,
                said=said,
                numbers=counted(len(users), "number"),
            )
        return None

    def apply(self, document: Document) -> Document:
        return replace(document, parameters=document.parameters.without({self.name}))


class FollowVariables(Command):
    """Follow the notebook's variables."""

    outermost = True

    values: dict[str, str]

    def check(self, document: Document) -> str | None:
        for name in self.values:
            if name not in document.parameters:
                return say("There is no parameter {name} any more.", name=repr(name))
        try:
            self.apply(document)
        except ValueError as problem:
            return said_by(problem)
        return None

    def apply(self, document: Document) -> Document:
        changed = {
            name: replace(document.parameters[name], expression=text)
            for name, text in self.values.items()
        }
        return with_parameters(document, FrozenDict({**document.parameters, **changed}))
