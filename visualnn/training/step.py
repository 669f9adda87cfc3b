"""One step of a model as one graph: forward, loss, backward, update and metrics.

``train_step`` is ordinary Python in the public API.  It is run once, on values instead of arrays,
for each form of batch; what it did is then a graph that the engine runs, and the viewer draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine import Plan
from visualnn.graph import Graph, trace
from visualnn.primitives.primitive import outside_recording
from visualnn.structure import map_structure
from visualnn.training.batch import Batch, Form, Sizes, Stretch, filled

_MOST_TRACES = 16


class StepFunction:
    """A step of a model, ready to run on batches.

    Args:
        name: What its graph is called: ``train_step``.
        step: Takes a batch, nested, and returns results, nested.
        prepare: Called with the form of a batch before it is traced, to build the model.
        eager: Whether to run the Python code on every batch, instead of tracing it once.
    """

    def __init__(self, name: str, step: Callable, prepare: Callable, eager: bool = False):
        self.name = name
        self._step = step
        self._prepare = prepare
        self._eager = eager
        self._traces: dict[str, list[_Trace]] = {}
        self._last: tuple[Form, _Trace] | None = None

    def __call__(self, batch: Batch) -> Any:
        """The results of the step on a batch, as arrays, nested as the step returns them."""
        if self._eager:
            self._prepare(batch.form)
            return map_structure(_as_array, self._step(batch.data))
        if self._last is None or self._last[0] is not batch.form:
            self._last = batch.form, self._trace(batch.form)
        return self._last[1].run(batch.arrays)

    def over(self, stretch: Stretch) -> Iterator[tuple[int, Any]]:
        """The results of the step on one batch after the other, many of them in one call.

        Yields:
            How many batches were done, and the results of the last of them.
        """
        done, size = 0, stretch.batch_size
        first = next(stretch.batches())
        most = 1 if self._eager else self._trace(first.form).plan.most_steps(*first.arrays)
        full = len(stretch.arrays[0]) // size
        while most > 1 and done < full and full > 1:
            count = min(most, full - done)
            yield count, self._trace(first.form).run_over(stretch.stacks(done * size, count))
            done += count
        for batch in stretch.batches(done * size):
            yield 1, self(batch)

    def graph(self, form: Form) -> Graph:
        """The graph of the step on batches of a form."""
        return self._trace(form).plan.graph

    def _trace(self, form: Form) -> _Trace:
        """The trace for a form: one that is there, or a new one.

        When examples of a second size come, as texts of another length do, the sizes that differ
        are left open from then on, so that one graph serves all.
        """
        known = self._traces.setdefault(form.kind, [])
        for found in known:
            if found.serves(form.sizes):
                return found
        self._prepare(form)
        sizes = form.sizes
        if known:
            sizes = tuple(map(_open_where_different, form.sizes, known[-1].sizes))
        try:
            graph = traced_step(self._step, form, self.name, sizes)
        except Exception:
            if sizes == form.sizes:
                raise
            sizes = form.sizes  # something needs them known
            graph = traced_step(self._step, form, self.name, sizes)
        if len(known) >= _MOST_TRACES:
            known.pop(0)
        known.append(_Trace(sizes, Plan(graph), graph.output_structure))
        return known[-1]


@dataclass
class _Trace:
    """A step that was traced for batches of certain sizes."""

    sizes: Sizes
    plan: Plan
    structure: Any

    def __post_init__(self) -> None:
        plain = isinstance(self.structure, dict) and all(x is ... for x in self.structure.values())
        self._names = sorted(self.structure) if plain else None

    def run(self, arrays: list[np.ndarray]) -> Any:
        """The results for a batch, nested as the step returns them."""
        return self._nested(self.plan(*arrays))

    def run_over(self, stacks: list[np.ndarray]) -> Any:
        """The results for the last of some batches, after those before it."""
        return self._nested(self.plan.steps(*stacks))

    def _nested(self, results: list[np.ndarray]) -> Any:
        if self._names is not None:  # logs: a dict of numbers
            return dict(zip(self._names, results, strict=True))
        return filled(self.structure, results)

    def serves(self, sizes: Sizes) -> bool:
        """Whether batches of these sizes can be given to it."""
        return all(
            a is None or a == b
            for mine, theirs in zip(self.sizes, sizes, strict=True)
            for a, b in zip(mine, theirs, strict=True)
        )


def _open_where_different(sizes: tuple, others: tuple) -> tuple:
    return tuple(a if a == b else None for a, b in zip(sizes, others, strict=True))


def traced_step(step: Callable, form: Form, name: str, sizes: Sizes | None = None) -> Graph:
    """The graph of a step on batches of a form, of whatever length."""
    with outside_recording():
        graph = trace(
            lambda *leaves: step(form.nested(list(leaves))), *form.specs(sizes), name=name
        )
    for value, known in zip(graph.inputs, form.names(), strict=False):
        value.name = known
    graph.nodes = graph.needed_for([*graph.outputs, *graph.updates.values()])
    return graph


def _as_array(x: Any) -> Any:
    """A result as a plain array that the caller owns."""
    if x is None:
        return None
    return np.array(x.numpy() if hasattr(x, "numpy") else x)


def numbers(logs: Any) -> dict[str, Any]:
    """Logs as Python numbers, sorted by name as Keras does; dicts inside are opened."""
    found: dict[str, Any] = {}
    for name, value in sorted(logs.items()):
        if isinstance(value, dict):
            found.update(numbers(value))
        else:
            found[name] = _number(value)
    return found


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
