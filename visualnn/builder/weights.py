"""Where weights live while a model is edited: beside the document, by what they belong to.

Every edit makes another model.  A weight goes on to it when the layer's home (its id, as a rule),
the path of the variable in the layer, its shape and its dtype are the same; others wait here until
undoing brings them back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from visualnn.builder.document import Document
from visualnn.builder.nested import homes
from visualnn.variable import Variable, step_boundary


class WeightKey(NamedTuple):
    """What a weight belongs to."""

    layer: str
    path: str
    shape: tuple[int, ...]
    dtype: str


class WeightStore:
    """Arrays by what they belong to.  They are replaced, never changed.

    A weight that nobody has looked at yet is kept as the variable that will make it, so that all
    models that are made meanwhile get the same one.
    """

    def __init__(self) -> None:
        self._arrays: dict[WeightKey, np.ndarray[Any, Any] | Variable] = {}

    def __len__(self) -> int:
        return len(self._arrays)

    def __getitem__(self, key: WeightKey) -> np.ndarray[Any, Any]:
        found = self._arrays[key]
        return found.stored() if isinstance(found, Variable) else found

    def __contains__(self, key: WeightKey) -> bool:
        return key in self._arrays

    def __iter__(self) -> Iterator[WeightKey]:
        return iter(self._arrays)

    def put(self, key: WeightKey, array: np.ndarray[Any, Any]) -> None:
        self._arrays[key] = array

    def take_from(self, layers: dict[str, Any]) -> None:
        """Keep the weights of live layers, given by id."""
        with step_boundary:
            for key, variable in keyed_variables(layers):
                if variable.initialized:
                    self._arrays[key] = variable.stored()
                else:
                    self._arrays.setdefault(key, variable)

    def give_to(self, layers: dict[str, Any]) -> None:
        """Put what is kept into live layers, given by id."""
        with step_boundary:
            for key, variable in keyed_variables(layers):
                kept = self._arrays.get(key)
                if isinstance(kept, Variable):
                    variable.initialize_by(_value_of(kept))
                elif kept is not None:
                    variable.store(kept)

    def forget_all_but(self, documents: Iterable[Document]) -> None:
        """Forget the weights of layers that none of these documents has."""
        layers: set[str] = set()
        seen: set[int] = set()
        for document in documents:
            if id(document.layers) not in seen:
                seen.add(id(document.layers))
                layers.update(place.home for place in homes(document))
        self._arrays = {key: x for key, x in self._arrays.items() if key.layer in layers}


def _value_of(variable: Variable) -> Callable[..., Any]:
    """An initializer that gives what another variable begins with."""
    return lambda shape, dtype: variable.stored()


def keyed_variables(layers: dict[str, Any]) -> Iterator[tuple[WeightKey, Variable]]:
    """The variables of live layers, given by id, with what they belong to."""
    for layer, live in layers.items():
        met: set[WeightKey] = set()
        for variable in getattr(live, "weights", ()):
            path = relative_path(variable.path, live.name)
            key = WeightKey(layer, path, variable.shape, variable.storage.dtype)
            count = 1
            while key in met:  # two variables of one name
                count += 1
                key = key._replace(path=f"{path}#{count}")
            met.add(key)
            yield key, variable


def relative_path(path: str, name: str) -> str:
    """The path of a variable within its layer, which stays when the layer is renamed."""
    parts = path.split("/")
    return "/".join(parts[parts.index(name) + 1 :]) if name in parts[:-1] else path
