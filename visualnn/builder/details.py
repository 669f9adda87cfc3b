"""All that there is to say of one block: how its numbers come about, its weights, its code."""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (live layers have no types)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.builder.analysis import analysis_of
from visualnn.builder.code import line_of
from visualnn.builder.costs import cost_of, totals
from visualnn.builder.document import Document
from visualnn.builder.formulas import parameter_formula, shape_formulas
from visualnn.builder.inference import Weight

_BINS = 32
_MOST_CELLS = 48


@dataclass(frozen=True)
class WeightShape:
    """What is known of a weight without looking at its numbers."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool


@dataclass(frozen=True)
class DetailsView:
    """How the numbers of a block come about.

    Attributes:
        formulas: How the sizes of its output follow from those of its inputs.
        parameters: How the number of its parameters comes about; empty if it has none.
        operations: Additions, multiplications and the like for one example; -1 if not known.
        bytes: What its outputs take for one example; -1 if not known.
        exact: Whether all sizes are known; else unknown ones count once.
        code: The line of Python that makes it.
    """

    formulas: tuple[str, ...]
    parameters: str
    operations: int
    bytes: int
    exact: bool
    weights: tuple[WeightShape, ...]
    code: str


@dataclass(frozen=True)
class WeightNumbers:
    """The numbers of a weight, in numbers.

    Attributes:
        counts: How many numbers are in each of the bins between the lowest and the highest.
        heat: Rows of numbers between -1 and 1 for a picture: means of neighbours where the weight
            is larger than the picture.  Axes before the last are folded into rows.
        wrong: How many are no finite numbers.
    """

    path: str
    size: int
    lowest: float
    highest: float
    mean: float
    deviation: float
    zeros: int
    wrong: int
    counts: tuple[int, ...]
    heat: tuple[tuple[float, ...], ...]


def details_of(document: Document, call: str) -> DetailsView:
    """What there is to say of a block."""
    analysis = analysis_of(document)
    outcome = analysis.outcome_of_layer(document.calls[call].layer)
    weights = outcome.weights if outcome else ()
    cost = cost_of(analysis, call)
    return DetailsView(
        tuple(shape_formulas(analysis, call)),
        "" if document.record(call).is_model else parameter_formula(weights),
        cost.operations if cost else -1,
        cost.bytes if cost else -1,
        cost.exact if cost else False,
        tuple(map(_shape, weights)),
        line_of(document, call),
    )


def _shape(weight: Weight) -> WeightShape:
    return WeightShape(weight.path, weight.shape, weight.dtype, weight.trainable)


@dataclass(frozen=True)
class CostsView:
    """What a whole drawing costs for one example."""

    operations: int
    bytes: int
    exact: bool


def costs_of(document: Document) -> CostsView:
    """What a whole drawing costs for one example, as far as it is known."""
    found = totals(document, analysis_of(document))
    return CostsView(found.operations, found.bytes, found.exact)


def numbers_of(path: str, values: Any) -> WeightNumbers:
    """The numbers of a weight, in numbers."""
    array = np.asarray(values).astype("float64")
    finite = array[np.isfinite(array)]
    if finite.size == 0:
        return WeightNumbers(path, array.size, 0, 0, 0, 0, 0, array.size, (), ())
    lowest, highest = float(finite.min()), float(finite.max())
    reach = (lowest - 0.5, highest + 0.5) if lowest == highest else (lowest, highest)
    counts, _ = np.histogram(finite, bins=_BINS, range=reach)
    return WeightNumbers(
        path,
        int(array.size),
        lowest,
        highest,
        float(finite.mean()),
        float(finite.std()),
        int((finite == 0).sum()),
        int(array.size - finite.size),
        tuple(int(count) for count in counts),
        tuple(_heat(array)),
    )


def _heat(array: np.ndarray[Any, Any]) -> Iterable[tuple[float, ...]]:
    """A picture of a weight: rows of numbers between -1 and 1."""
    flat = np.nan_to_num(array, posinf=0, neginf=0)
    table = flat.reshape(-1, flat.shape[-1]) if flat.ndim > 1 else flat.reshape(1, -1)
    for axis in (0, 1):
        if table.shape[axis] > _MOST_CELLS:
            edges = np.linspace(0, table.shape[axis], _MOST_CELLS, endpoint=False).astype(int)
            sizes = np.diff([*edges, table.shape[axis]])
            sums = np.add.reduceat(table, edges, axis=axis)
            table = sums / (sizes[:, None] if axis == 0 else sizes)
    largest = float(np.abs(table).max()) or 1.0
    for row in table:
        yield tuple(round(float(x) / largest, 3) for x in row)
