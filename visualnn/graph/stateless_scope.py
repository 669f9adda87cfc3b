"""Computing with other values in variables, which keep their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from visualnn.graph.graph import Graph
from visualnn.primitives.primitive import recorder
from visualnn.primitives.tensor import Tensor
from visualnn.spec import Spec
from visualnn.variable import Variable, replaced_values


class StatelessScope:
    """Inside ``with``, variables have these values, and what is assigned to them is kept here.

    Args:
        state_mapping: Pairs of a variable and its value.
        collect_losses: Whether ``add_loss`` is meant for losses that layers add.
        initialize_variables: Accepted for Keras's sake: a variable gets its first value when it
            is first read.

    Raises:
        ValueError: When something is no variable, or a value has another shape than it.
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ):
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self._values: dict[int, tuple[Variable, Any]] = {}
        self._leave: list[Any] = []
        self._graph: Graph | None = None
        for variable, value in state_mapping or ():
            if not isinstance(variable, Variable):
                raise ValueError(
                    "StatelessScope: `state_mapping` holds pairs of a variable and its value, "
                    f"but {variable!r} is no variable."
                )
            shape = tuple(Spec.of(value).shape)
            if shape != variable.shape:
                raise ValueError(
                    f"StatelessScope: {variable.path!r} has the shape {variable.shape}, but its "
                    f"value in `state_mapping` has {shape}."
                )
            self._values[id(variable)] = (variable, value)

    def __enter__(self) -> StatelessScope:
        self._graph = graph = recorder.get()
        if graph is None:
            stored = {
                key: (variable, variable.fitting(value))
                for key, (variable, value) in self._values.items()
            }
            self._values = stored
            self._leave.append(replaced_values.set(stored))
        else:  # what is recorded reads the newest value in its graph
            self._leave.append((dict(graph.updates), getattr(graph, "keep", None)))
            vars(graph)["keep"] = False  # a tape would give them to the variables at once
            for variable, value in self._values.values():
                variable.assign(value)
        return self

    def __exit__(self, *problem: Any) -> None:
        graph, before = self._graph, self._leave.pop()
        if graph is None:
            replaced_values.reset(before)
            return
        before, keep = before
        vars(graph)["keep"] = keep
        for variable, value in graph.updates.items():
            if before.get(variable) is not value:
                self._values[id(variable)] = (variable, value)
        graph.updates = before

    def get_current_value(self, variable: Variable) -> Any:
        """The value that a variable has here; ``None`` if it has its own."""
        if self._graph is not None and self._leave and variable in self._graph.updates:
            return self._graph.updates[variable]
        _, value = self._values.get(id(variable), (None, None))
        return value.view(Tensor) if isinstance(value, np.ndarray) else value

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Give a variable another value here."""
        variable, value = update
        plain = self._graph is None and isinstance(value, np.ndarray | np.generic | float | int)
        self._values[id(variable)] = (variable, variable.fitting(value) if plain else value)

    def add_loss(self, loss: Any) -> None:
        """Note a loss in ``losses``."""
        self.losses.append(loss)


class SymbolicScope:
    """Says that what is computed inside ``with`` is only wanted for its shapes and dtypes.

    It changes nothing: on placeholders nothing is computed in any case.
    """

    def __enter__(self) -> SymbolicScope:
        return self

    def __exit__(self, *problem: Any) -> None:
        return None
