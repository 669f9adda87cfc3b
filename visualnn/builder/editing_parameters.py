"""What the canvas can do with named numbers, as methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from visualnn.builder.commands import (
    FollowVariables,
    RemoveParameter,
    RenameParameter,
    SetParameter,
)
from visualnn.builder.expressions import Number
from visualnn.builder.parameters import values_of
from visualnn.builder.sentences import say

if TYPE_CHECKING:
    from visualnn.builder.command import Command
    from visualnn.builder.document import Document


class EditingParameters:
    """Names numbers, and lets settings be computed from them."""

    if TYPE_CHECKING:

        @property
        def document(self) -> Document: ...

        def do(self, command: Command) -> None: ...

    @property
    def parameters(self) -> dict[str, Number]:
        """The named numbers that settings may be computed from."""
        return values_of(self.document.parameters)

    def set_parameter(self, name: str, value: Number | str) -> None:
        """Name a number, so that settings can be computed from it.

        ``builder.set_parameter("width", 64)``, then
        ``builder.configure("dense", units="2 * width")``.

        Args:
            name: The name.
            value: The number, or an expression over other parameters.
        """
        self.do(SetParameter(name, str(value)))

    def rename_parameter(self, name: str, to: str) -> None:
        """Give a parameter another name, also in every expression."""
        self.do(RenameParameter(name, to))

    def remove_parameter(self, name: str) -> None:
        """Remove a parameter that nothing is computed from."""
        self.do(RemoveParameter(name))

    def follow(self, variables: Mapping[str, Any]) -> list[str]:
        """Give the parameters that are bound to variables what these are now.

        Returns:
            The names of the parameters that have changed.

        Raises:
            ValueError: When a variable is missing, or no number; nothing is changed then.
        """
        found = {
            name: number_text(parameter.variable, variables)
            for name, parameter in self.document.parameters.items()
            if parameter.variable
        }
        changed = {
            name: text
            for name, text in found.items()
            if text != self.document.parameters[name].expression
        }
        if changed:
            self.do(FollowVariables(changed))
        return list(changed)


def number_text(variable: str, variables: Mapping[str, Any]) -> str:
    """The number that a variable of the notebook is, as an expression.

    Raises:
        ValueError: When there is none of this name, or it is no number; in words.
    """
    if variable not in variables:
        raise ValueError(
            say(
                "The notebook has no variable {variable}: define it, then refresh.",
                variable=repr(variable),
            )
        )
    value = variables[variable]
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(
            say(
                "The variable {variable} is no number, but {kind}.",
                variable=variable,
                kind=type(value).__name__,
            )
        )
    return str(value.item() if isinstance(value, np.generic) else value)
