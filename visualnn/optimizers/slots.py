"""What an optimizer keeps between steps: its own variables, and a slot or two for each weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from visualnn import initializers
from visualnn.defaults import floatx
from visualnn.scope import absolute_scope
from visualnn.variable import Variable, step_boundary


class Slots:
    """The part of an optimizer that holds its variables, in the order in which they are saved."""

    name: str
    _variables: list[Variable]

    @property
    def variables(self) -> list[Variable]:
        """All that is kept between steps, in the order in which it is saved."""
        return list(self._variables)

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A number, or an array of numbers, to keep between steps.

        Args:
            shape: Its shape.
            initializer: Makes its first value.
            dtype: Its dtype.
            aggregation: Accepted for Keras's sake; there is one process.
            layout: Accepted for Keras's sake.
            name: Its name.
        """
        with absolute_scope(self.name):
            variable = Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype or floatx(),
                trainable=False,
                autocast=False,
                name=name,
            )
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A slot for a variable: an array of its shape and dtype.

        Args:
            reference_variable: The variable.
            name: What the slot is for, such as ``momentum``.
            initializer: Makes its first value.
        """
        owner = reference_variable.path.replace("/", "_")
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.storage.dtype,
            name=f"{owner}_{name or 'var'}",
        )

    def add_optimizer_variables(
        self, trainable_variables: Iterable[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Slots for all variables; several kinds of them, variable by variable, for several names.

        Args:
            trainable_variables: The variables.
            name: What the slots are for, or several such names.
            initializer: Makes the first values.
        """
        names = name if isinstance(name, list | tuple) else [name]
        slots: list[list[Variable]] = [[] for _ in names]
        for variable in trainable_variables:
            for kind, held in zip(names, slots, strict=True):
                held.append(self.add_variable_from_reference(variable, kind, initializer))
        return slots if isinstance(name, list | tuple) else slots[0]

    def save_own_variables(self, store: Any) -> None:
        """Put the variables into a store, numbered."""
        with step_boundary:
            for i, variable in enumerate(self.variables):
                store[str(i)] = variable.stored()

    def load_own_variables(self, store: Any) -> None:
        """Take the variables from a store.

        Raises:
            ValueError: When the store has another number of them, or of other shapes.
        """
        values = [np.asarray(store[str(i)]) for i in range(len(store.keys()))]
        self.set_weights(values)

    def set_weights(self, weights: list) -> None:
        """Replace all variables.

        Raises:
            ValueError: When their number or one of their shapes differs; nothing is changed then.
        """
        if len(weights) != len(self.variables):
            raise ValueError(
                f"{type(self).__name__} has {len(self.variables)} variables, "
                f"but {len(weights)} were given."
            )
        for variable, value in zip(self.variables, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ValueError(
                    f"{type(self).__name__}: {variable.path!r} has the shape {variable.shape}, "
                    f"but {tuple(np.shape(value))} was given."
                )
        with step_boundary:
            for variable, value in zip(self.variables, weights, strict=True):
                variable.assign(value)
