"""Several recurrent cells as one."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.declaration import declared
from visualnn.layers import building
from visualnn.layers.arguments import accepts, parameters_of
from visualnn.layers.layer import Layer
from visualnn.layers.layer_settings import layer_of
from visualnn.serialization import public, serialize_keras_object
from visualnn.settings import Kind
from visualnn.structure import map_structure

FAMILY = "Recurrent"


def _cells(x: Any) -> list:
    if not isinstance(x, list | tuple) or not x:
        raise ValueError(f"must be a list of cells, but is {x!r}.")
    return [layer_of(cell) if isinstance(cell, dict) else cell for cell in x]


Cells = Annotated[list, Kind("cells", _cells, lambda cells: [*map(serialize_keras_object, cells)])]


@public("keras.layers")
@declared
class StackedRNNCells(Layer):
    """Makes one cell of several: each gets the output of the one before.

    Args:
        cells: The cells, from the first to the last.
    """

    cells: Cells

    def __post_init__(self):
        for cell in self.cells:
            if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
                raise ValueError(
                    "StackedRNNCells: every cell needs `call(inputs, states)` and `state_size`, "
                    f"but {cell!r} is among them."
                )

    @property
    def state_size(self) -> list:
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        last = self.cells[-1]
        size = getattr(last, "output_size", None)
        return size if size is not None else _first(last.state_size)

    def get_initial_state(self, batch_size: Any = None) -> list:
        """The first states of each cell."""
        found = []
        for cell in self.cells:
            own = getattr(cell, "get_initial_state", None)
            if own is not None:
                found.append(own(batch_size=batch_size))
            else:
                found.append(zero_states(_listed(cell.state_size), batch_size, self.compute_dtype))
        return found

    def build(self, input_shape):
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                build_cell(cell, input_shape)
            size = getattr(cell, "output_size", None)
            input_shape = (input_shape[0], _first(cell.state_size) if size is None else size)

    def call(self, inputs, states, training=False, **kwargs):
        new_states = []
        for cell, state in zip(self.cells, states, strict=True):
            given = dict(kwargs)
            if accepts(type(cell).call, "training"):
                given["training"] = training
            nested = isinstance(state, list | tuple)
            inputs, state = cell(inputs, list(state) if nested else [state], **given)
            new_states.append(state if nested or not isinstance(state, list | tuple) else state[0])
        return inputs, new_states


def zero_states(sizes: Any, batch_size: Any, dtype: str) -> Any:
    """Zeros for a cell's states, nested as their sizes are; a tuple is a whole shape."""
    if isinstance(sizes, list):
        return [zero_states(size, batch_size, dtype) for size in sizes]
    shape = sizes if isinstance(sizes, tuple) else (sizes,)
    return ops.zeros((batch_size, *shape), dtype=dtype)


def build_cell(cell: Layer, input_shape: Any) -> None:
    """Build a cell for the input of one step.

    One without a ``build`` of its own is called on trial, since its inner layers need states too.
    """
    if not building.is_default_build(cell):
        cell.build(input_shape)
        return
    states = map_structure(lambda size: (input_shape[0], size), cell.state_size)
    states = states if isinstance(states, list) else [states]
    names = list(parameters_of(type(cell).call))
    cell.build({f"{names[0]}_shape": input_shape, f"{names[1]}_shape": states})


def _listed(size: Any) -> Any:
    return list(size) if isinstance(size, tuple) else size


def _first(size: Any) -> Any:
    return size[0] if isinstance(size, list | tuple) else size
