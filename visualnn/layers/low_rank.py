"""Changing a large weight by the product of two small ones, while it stays as it is.

Source: Hu et al. 2021, LoRA, https://arxiv.org/abs/2106.09685.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.layers.layer import Layer
from visualnn.layers.quantization import note_change
from visualnn.variable import Variable


def adapted_weight(name: str) -> Any:
    """The attribute of a large weight: the variable, or its sum with the change by small ones."""

    def read(layer: Any) -> Any:
        weight = vars(layer).get(f"_{name}")
        if weight is None:
            raise AttributeError(
                f"{type(layer).__name__} {layer.name!r} has no `{name}` before it is built: call "
                "it on data, or `build(input_shape)` it."
            )
        return weight + layer.low_rank_change() if layer.merges_change else weight

    def write(layer: Any, weight: Any) -> None:
        setattr(layer, f"_{name}", weight)

    return property(read, write, doc=f"The {name}, with what ``enable_lora`` adds to it.")


class LowRank(Layer):
    """A layer with a large weight that two small ones can change."""

    adapted = "kernel"
    """The large weight."""

    lora_rank: Any = None
    lora_alpha: Any = None

    @property
    def lora_enabled(self) -> bool:
        """Whether the large weight is changed by two small ones."""
        return f"lora_{self.adapted}_a" in vars(self)

    @property
    def merges_change(self) -> bool:
        """Whether the large weight is read as its sum with the change."""
        return self.lora_enabled

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Keep the large weight as it is, and train two small ones whose product is added to it.

        Args:
            rank: How many columns the first one has, and rows the second.
            lora_alpha: The product is multiplied by this number over ``rank``; by default by one.
            a_initializer: Makes the first value of the first one.
            b_initializer: Makes the first value of the second one.

        Raises:
            ValueError: When the layer is not built, or has them already, or a constraint.
        """
        title = f"{type(self).__name__} {self.name!r}"
        if getattr(self, f"{self.adapted}_constraint"):
            raise ValueError(
                f"{title}: low-rank adaptation does not keep `{self.adapted}_constraint`; leave "
                "that argument out."
            )
        if not self.built:
            raise ValueError(
                f"{title} is not built, so the sizes of its weights are not known. Call it on "
                "data, or `build(input_shape)` it, first."
            )
        if self.lora_enabled:
            raise ValueError(f"{title} has its small weights already.")
        if not isinstance(rank, int | np.integer) or rank < 1:
            raise ValueError(f"{title}: `rank` must be a whole number above zero, not {rank!r}.")
        self._locked = False
        self.lora_rank = int(rank)
        self.lora_alpha = lora_alpha
        self.add_low_rank(a_initializer, b_initializer)
        self._locked = self._locks_when_built
        note_change()

    def add_low_rank(self, a_initializer: Any = "he_uniform", b_initializer: Any = "zeros") -> None:
        """Make the two small weights, if there are to be some; the large one is frozen."""
        if not self.lora_rank:
            return
        self.lora_alpha = self.lora_rank if self.lora_alpha is None else self.lora_alpha
        large = self._large
        sizes = {
            "a": (*large.shape[:-1], self.lora_rank),
            "b": (self.lora_rank, large.shape[-1]),
        }
        for letter, initializer in (("a", a_initializer), ("b", b_initializer)):
            name = f"lora_{self.adapted}_{letter}"
            weight = self.add_weight(
                name=name,
                shape=sizes[letter],
                initializer=initializer,
                regularizer=getattr(self, f"{self.adapted}_regularizer"),
            )
            setattr(self, name, weight)
        large.trainable = False

    @property
    def _large(self) -> Variable:
        return vars(self)[f"_{self.adapted}"]

    @property
    def _small(self) -> list[Variable]:
        names = [f"lora_{self.adapted}_{letter}" for letter in "ab"]
        return [vars(self)[name] for name in names if name in vars(self)]

    @property
    def low_rank_factor(self) -> float:
        """What the product of the small weights is multiplied by."""
        return self.lora_alpha / self.lora_rank

    def low_rank_change(self) -> Any:
        """What is added to the large weight."""
        first, second = self._small
        return ops.matmul(first, second) * self.low_rank_factor

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if self.lora_rank:
            config.update(lora_rank=self.lora_rank, lora_alpha=self.lora_alpha)
        return config

    # ------------------------------------------------------------------ files

    def saved_variables(self) -> list[Variable]:
        """The variables in the order of a file: the large one first, and no small ones."""
        first = [vars(self).get(name) for name in (f"_{self.adapted}", "bias")]
        return [variable for variable in first if variable is not None]

    @property
    def own_variables(self) -> list[Variable]:
        if not self.built:
            return super().own_variables
        first = self.saved_variables()
        known = {id(variable) for variable in (*first, *self._small)}
        return [*first, *(x for x in super().own_variables if id(x) not in known)]

    def changed_values(self) -> dict[int, Any]:
        """The values, by the identity of their variables, that a file holds instead of theirs."""
        if not self.lora_enabled:
            return {}
        change = np.asarray(self.low_rank_change())
        return {id(self._large): (self._large.stored() + change).astype(self._large.dtype)}

    def save_own_variables(self, store: Any) -> None:
        """Put the variables into a store, numbered, with the change in the large one."""
        if not self.built:
            return
        values = self.changed_values()
        for i, variable in enumerate(self.own_variables):
            store[str(i)] = values.get(id(variable), variable.stored())

    def load_own_variables(self, store: Any) -> None:
        """Take the variables from a store; there is no change to the large one then.

        Raises:
            ValueError: When the store has another number of them, or of other shapes.
        """
        super().load_own_variables(store)
        for variable in self._small:
            variable.assign(np.zeros(variable.shape))
