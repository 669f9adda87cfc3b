"""Recurrent layers: a cell is applied to a sequence, step by step, and carries its state along."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.declaration import declared
from visualnn.layers.arguments import accepts
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.layer_settings import layer_of
from visualnn.layers.recurrent_cells import RecurrentCell, SimpleRNNCell
from visualnn.layers.stacked_cells import StackedRNNCells, build_cell, zero_states
from visualnn.scope import scope
from visualnn.serialization import public, serialize_keras_object
from visualnn.settings import Kind
from visualnn.spec import ShapeError
from visualnn.structure import flatten, map_structure
from visualnn.variable import Variable

FAMILY = "Recurrent"


def _cell(x: Any) -> Any:
    if isinstance(x, list | tuple):
        x = StackedRNNCells(list(x))
    cell = layer_of(x) if isinstance(x, dict) else x
    for name in ("call", "state_size"):
        if not hasattr(cell, name):
            raise ValueError(
                f"must be a cell, with `call(inputs, states)` and `state_size`, but is {cell!r}."
            )
    return cell


Cell = Annotated[Any, Kind("cell", _cell, serialize_keras_object)]


@public("keras.layers")
@declared
class RNN(Layer):
    """Applies a cell to every step of a sequence: (batch, steps, features) to (batch, units).

    Steps that are masked leave output and state as they are.

    Args:
        cell: What is done at each step: a layer with ``call(inputs, states)``, which gives the
            output and the next states, and ``state_size``; or a list of them, stacked.
        return_sequences: Whether to give the outputs of all steps, (batch, steps, units), and not
            only the last.
        return_state: Whether to give the last states too, after the output.
        go_backwards: Whether to begin at the end of the sequence.
        stateful: Whether the last states of a batch are the first ones of the next.
        unroll: Accepted for Keras's sake; a loop is always one node of the graph.
        zero_output_for_mask: Whether masked steps give zeros, and not the output before them.
    """

    cell: Cell
    return_sequences: bool = False
    return_state: bool = False
    go_backwards: bool = False
    stateful: bool = False
    unroll: bool = False
    zero_output_for_mask: bool = False

    def __post_init__(self):
        self.input_spec = InputSpec(ndim=3)
        self.supports_masking = True
        object.__setattr__(self, "states", None)  # of a stateful layer; they are not saved

    @property
    def state_size(self) -> Any:
        """The sizes of the states, nested as the cell has them."""
        size = self.cell.state_size
        return list(size) if isinstance(size, list | tuple) else [size]

    def build(self, sequences_shape, initial_state_shape=None):
        if isinstance(self.cell, Layer) and not self.cell.built:
            build_cell(self.cell, (sequences_shape[0], *sequences_shape[2:]))
        if not self.stateful:
            return
        if sequences_shape[0] is None:
            raise ShapeError(
                "It is stateful, so the batch must have a known size: give the model an "
                f"`Input(batch_shape=...)`. The input has the shape {tuple(sequences_shape)}."
            )
        zeros = self.get_initial_state(sequences_shape[0])
        states = map_structure(
            lambda x: Variable(x, trainable=False, dtype=self.variable_dtype, name="rnn_state"),
            zeros,
        )
        object.__setattr__(self, "states", states)

    def get_initial_state(self, batch_size: Any) -> list:
        """The states before the first step: zeros, unless the cell says otherwise."""
        own = getattr(self.cell, "get_initial_state", None)
        if own is not None:
            states = own(batch_size=batch_size)
            return list(states) if isinstance(states, list | tuple) else [states]
        return zero_states(self.state_size, batch_size, self.compute_dtype)

    def reset_state(self) -> None:
        """Make the states of a stateful layer zero."""
        for state in flatten(self.states or []):
            state.assign(ops.zeros(state.shape, dtype=state.dtype))

    reset_states = reset_state

    def compute_mask(self, inputs, previous_mask=None):
        mask = previous_mask[0] if isinstance(previous_mask, list | tuple) else previous_mask
        output = mask if self.return_sequences else None
        if not self.return_state:
            return output
        return [output, *(None for _ in flatten(self.state_size))]

    # ------------------------------------------------------------------ steps

    def call(self, sequences, initial_state=None, mask=None, training=False):
        if isinstance(sequences, list | tuple):  # older code puts the states behind the sequence
            sequences, *initial_state = sequences
        if isinstance(mask, list | tuple):
            mask = mask[0]
        states = self.first_states(sequences, initial_state)
        first = sequences[:, 0]
        cells = getattr(self.cell, "cells", [self.cell])
        held = [cell for cell in cells if training and isinstance(cell, RecurrentCell)]
        try:
            for cell in held:
                cell.hold_masks(*self.examples_for(cell, cells, first, states))
            outputs, last, states = self.all_steps(sequences, states, mask, training)
        finally:
            for cell in held:
                cell.reset_dropout_mask()
                cell.reset_recurrent_dropout_mask()
        if self.stateful and self.states is not None:
            for variable, state in zip(flatten(self.states), flatten(states), strict=True):
                variable.assign(ops.cast(state, variable.dtype))
        output = outputs if self.return_sequences else last
        return (output, *states) if self.return_state else output

    def first_states(self, sequences: Any, given: Any) -> list:
        """The states before the first step."""
        if given is not None:
            given = list(given) if isinstance(given, list | tuple) else [given]
            wanted = flatten(self.state_size)
            shapes = [tuple(x.shape) for x in flatten(given)]
            axis = getattr(self.cell, "state_axis", -1)
            if len(shapes) != len(wanted) or any(
                isinstance(size, int) and shape[axis] not in (size, None)
                for shape, size in zip(shapes, wanted, strict=True)
            ):
                raise ShapeError(
                    f"Its `initial_state` must have the sizes {wanted}, but has the shapes "
                    f"{shapes}."
                )
        elif self.stateful and self.states is not None:
            given = self.states
        else:
            given = self.get_initial_state(ops.shape(sequences)[0])
        return map_structure(lambda x: ops.cast(x, self.compute_dtype), list(given))

    @staticmethod
    def examples_for(cell: Any, cells: list, first: Any, states: list) -> tuple[Any, Any]:
        """An input and a state as one of several stacked cells gets them."""
        place = cells.index(cell)
        if len(cells) == 1:
            return first, flatten(states)[0]
        state = flatten(states[place])[0]
        if place:
            before = cells[place - 1]
            first = ops.zeros((ops.shape(first)[0], before.output_size), dtype=first.dtype)
        return first, state

    def all_steps(self, sequences: Any, states: list, mask: Any, training: Any) -> tuple:
        """The outputs of all steps, the last one, and the states after it."""
        halves = _has_two_halves(self.cell)
        if halves:  # what looks at the input only is done for all steps at once
            with scope(self.cell.name, self.cell):
                sequences = self._projected(sequences, training)

        def cell_step(x: Any, states: list) -> tuple[Any, list]:
            if halves:
                with scope(self.cell.name, self.cell):
                    return self.cell.step(x, states, training)
            given = {"training": training} if accepts(type(self.cell).call, "training") else {}
            output, new = self.cell(x, states, **given)
            return output, list(new) if isinstance(new, list | tuple) else [new]

        by_steps = _steps_first(sequences)
        if mask is None:
            return self._scan(cell_step, by_steps, states, halves)
        return self._masked_scan(cell_step, by_steps, states, _steps_first(mask))

    def _projected(self, sequences: Any, training: Any) -> Any:
        if training and self.cell.dropout:
            gaps = self.cell.get_dropout_mask(sequences[:, 0])
            sequences = sequences * ops.expand_dims(gaps, axis=1)
        return self.cell.project(sequences)

    def _scan(self, cell_step: Any, by_steps: Any, states: list, halves: bool) -> tuple:
        def step(states: list, x: Any) -> tuple[list, Any]:
            output, states = cell_step(x, states)
            keep = self.return_sequences or not halves
            return states, output if keep else None

        states, outputs = ops.scan(step, states, by_steps, reverse=self.go_backwards)
        if outputs is None:  # our cells show their first state
            return None, states[0], states
        last = outputs[0] if self.go_backwards else outputs[-1]
        return self._batch_first(outputs), last, states

    def _masked_scan(self, cell_step: Any, by_steps: Any, states: list, counts: Any) -> tuple:
        before = ops.zeros_like(self._an_output(cell_step, by_steps, states))

        def step(carried: tuple, element: tuple) -> tuple[tuple, Any]:
            old, before = carried
            x, count = element
            output, new = cell_step(x, old)
            new = map_structure(lambda a, b: _where(count, a, b), new, old)
            instead = ops.zeros_like(output) if self.zero_output_for_mask else before
            output = _where(count, output, instead)
            return (new, output), output if self.return_sequences else None

        first = (states, before)
        (states, last), outputs = ops.scan(
            step, first, (by_steps, counts), reverse=self.go_backwards
        )
        return self._batch_first(outputs), last, states

    def _an_output(self, cell_step: Any, by_steps: Any, states: list) -> Any:
        """A tensor like the outputs; only its shape is used."""
        if isinstance(self.cell, RecurrentCell):
            return states[0]
        return cell_step(by_steps[0], states)[0]

    def _batch_first(self, outputs: Any) -> Any:
        """Outputs of all steps with the batch in front, in the order in which they were made."""
        if outputs is None:
            return None
        outputs = ops.flip(outputs, axis=0) if self.go_backwards else outputs
        return _steps_first(outputs)


def _has_two_halves(cell: Any) -> bool:
    """Whether a cell works as ours do; a subclass with a ``call`` of its own may not."""
    return isinstance(cell, RecurrentCell) and type(cell).call in (
        RecurrentCell.call,
        SimpleRNNCell.call,
    )


def _steps_first(x: Any) -> Any:
    """Exchange the first two axes: the batch and the steps."""
    return ops.transpose(x, (1, 0, *range(2, len(x.shape))))


def _where(count: Any, a: Any, b: Any) -> Any:
    """``a`` in the examples whose step counts, ``b`` in the others."""
    extra = tuple(range(1, len(a.shape)))
    return ops.where(ops.expand_dims(count, axis=extra), a, b)
