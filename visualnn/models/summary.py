"""The table of a model's layers: their output shapes, parameters and connections."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from visualnn.layers.connectivity import ConnectedOperation, calls_of
from visualnn.layers.layer import Layer
from visualnn.models.table import table
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure

_WIDEST = 120
_NARROWEST = 60


@dataclass
class Row:
    """What the table says of one layer or operation.

    Attributes:
        name: Its name.
        kind: Its class.
        shape: The shape of its output, as text; ``?`` where it is not known.
        parameters: How many numbers its weights hold; ``None`` if it is not built.
        trainable: Whether training changes its weights; ``None`` without weights.
        sources: Where its inputs come from, such as ``dense[0][0]``.
        inner: The rows of the layers inside, if it is a model.
    """

    name: str
    kind: str
    shape: str
    parameters: int | None
    trainable: bool | None
    sources: list[str]
    inner: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Totals:
    """How many numbers a model holds, and in how many bytes."""

    title: str
    count: int
    size: int

    def __str__(self) -> str:
        return f"{self.count:,} ({readable_size(self.size)})"


# ---------------------------------------------------------------------- what there is to say


def rows_of(model: Any) -> list[Row]:
    """What the table says of the layers of a model."""
    graph = model.graph
    if graph is None or model.is_stack:
        return [_row(layer, None) for layer in model.layers]
    return [_row(operation, graph) for operation in graph.operations]


def _row(operation: Any, graph: Any) -> Row:
    if isinstance(operation, ConnectedOperation):
        kind, parameters, trainable = operation.operation.class_name, 0, None
    else:
        kind = type(operation).__name__
        parameters = operation.count_params() if _is_built(operation) else None
        trainable = operation.trainable if operation.weights else None
    calls = calls_of(operation) if graph is None else graph.calls_of(operation)
    sources = []
    if graph is not None:
        places = [graph.place_of(x) for call in calls for x in call.tensors]
        sources = [f"{name}[{call}][{index}]" for name, call, index in places]
    inner = rows_of(operation) if hasattr(operation, "is_stack") else []
    return Row(
        operation.name, kind, _shape(operation, calls), parameters, trainable, sources, inner
    )


def _is_built(layer: Layer) -> bool:
    return layer.built and (bool(layer.weights) or all(x.built for x in layer._flatten_layers()))


def _shape(operation: Any, calls: list[Any]) -> str:
    """The shape of the first output there was, or that the layer was built for."""
    if calls:
        shapes = [x.shape for x in calls[0].output_tensors]
    else:
        found = _shape_by_build(operation)
        if found is None:
            return "?"
        shapes = flatten(map_structure(lambda spec: (spec,), found))
        shapes = [x.shape for x in shapes]
    return str(shapes[0]) if len(shapes) == 1 else f"[{', '.join(map(str, shapes))}]"


def _shape_by_build(layer: Any) -> Any:
    """The specs of the outputs for the shapes the layer was built for, if they can be told."""
    shapes = getattr(layer, "_build_shapes", None)
    if not shapes or not layer.built:
        return None
    given = shapes if len(shapes) > 1 else {"": next(iter(shapes.values()))}
    try:
        if len(shapes) > 1:
            found = layer.compute_output_shape(**given)
        else:
            found = layer.compute_output_shape(given[""])
    except Exception:  # a shape is only told where the layer can tell it
        return None
    return _specs(found)


def _specs(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _specs(x) for key, x in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(x, list | tuple) for x in shape):
        return [_specs(x) for x in shape]
    return Spec(shape)


def totals_of(model: Any) -> list[Totals]:
    """How many numbers the model holds in all."""
    trained, fixed = model.trainable_weights, model.non_trainable_weights
    found = [
        _total("Trainable params", trained),
        _total("Non-trainable params", fixed),
    ]
    everything = [*trained, *fixed]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and getattr(optimizer, "built", False):
        found.append(_total("Optimizer params", optimizer.variables))
        everything += optimizer.variables
    return [_total("Total params", everything), *found]


def _total(title: str, variables: Iterable[Any]) -> Totals:
    count = size = 0
    for v in {id(v): v for v in variables}.values():
        numbers = int(np.prod(v.shape, dtype=np.int64))
        count += numbers
        size += numbers * _bytes_of(v.storage.dtype)
    return Totals(title, count, size)


def _bytes_of(dtype: str) -> int:
    return 2 if dtype == "bfloat16" else np.dtype(dtype).itemsize


def readable_size(size: float) -> str:
    """A number of bytes in a fitting unit: ``213.77 KB``."""
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"


# ---------------------------------------------------------------------- text


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Any = None,
    print_fn: Callable | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Any = None,
) -> None:
    """Print the table, or show it in a notebook; the arguments are those of ``Model.summary``."""
    rows = _between(rows_of(model), layer_range)
    if print_fn is None and "IPython" in sys.modules and line_length is None and positions is None:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None and hasattr(shell, "kernel"):
            from IPython.display import HTML, display

            display(HTML(html_summary(model, rows, show_trainable, expand_nested)))
            return
    text = text_summary(model, rows, line_length, positions, expand_nested, show_trainable)
    (print_fn or print)(text)


def text_summary(
    model: Any,
    rows: list[Row],
    line_length: int | None = None,
    positions: Any = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
) -> str:
    """The table as text."""
    connections = has_connections(model)
    titles = ["Layer (type)", "Output Shape", "Param #"]
    right = [False, False, True]
    if connections:
        titles, right = [*titles, "Connected to"], [*right, False]
    if show_trainable:
        titles, right = [*titles, "Trainable"], [*right, False]
    lines = []
    for depth, row in _flat(rows, expand_nested):
        indent = "   " * depth + "└ " * (depth > 0)
        cells = [f"{indent}{row.name} ({row.kind})", row.shape, _parameters(row)]
        if connections:
            cells.append(", ".join(row.sources) or "-")
        if show_trainable:
            cells.append({True: "Y", False: "N", None: "-"}[row.trainable])
        lines.append(cells)
    width = line_length or min(max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST), _WIDEST)
    drawn = table(titles, lines, right, width, positions)
    totals = [f" {total.title}: {total}" for total in totals_of(model)]
    return "\n".join([f'Model: "{model.name}"', drawn, *totals])


def _parameters(row: Row) -> str:
    return "0 (unbuilt)" if row.parameters is None else f"{row.parameters:,}"


def _flat(rows: list[Row], expand: bool, depth: int = 0) -> Iterator[tuple[int, Row]]:
    for row in rows:
        yield depth, row
        if expand:
            yield from _flat(row.inner, expand, depth + 1)


def has_connections(model: Any) -> bool:
    """Whether it goes without saying where each layer takes its input from, or not."""
    graph = model.graph
    if graph is None or model.is_stack:
        return False
    before = graph.input_tensors
    if len(before) != 1:
        return True
    for call in graph.calls:
        if len(graph.calls_of(call.operation)) != 1 or len(before) != 1:
            return True
        if len(call.tensors) != 1 or call.tensors[0] is not before[0]:
            return True
        before = call.output_tensors
    return False


def _between(rows: list[Row], layer_range: Any) -> list[Row]:
    """The rows from the first to the last layer of a range, by their names or patterns."""
    if layer_range is None:
        return rows
    if not isinstance(layer_range, list | tuple) or len(layer_range) != 2:
        raise ValueError(
            "`layer_range` must be the names of the first and of the last layer, "
            f"but is {layer_range!r}."
        )
    places = []
    for pattern in layer_range:
        found = [i for i, row in enumerate(rows) if re.match(pattern, row.name)]
        if not found:
            known = ", ".join(row.name for row in rows)
            raise ValueError(
                f"`layer_range`: no layer is named like {pattern!r}. There are {known}."
            )
        places.append(found)
    return rows[min(places[0]) : max(places[1]) + 1]


# ---------------------------------------------------------------------- HTML


def html_summary(
    model: Any,
    rows: list[Row] | None = None,
    show_trainable: bool = False,
    expand_nested: bool = False,
) -> str:
    """The table for a notebook; models inside can be opened."""
    rows = rows_of(model) if rows is None else rows
    totals = "".join(
        f"<div>{total.title}: <strong>{total}</strong></div>" for total in totals_of(model)
    )
    caption = f"Model: {escape(model.name)}"
    body = _html_table(rows, has_connections(model), show_trainable, expand_nested, caption)
    return f'{_STYLE}<div class="visualnn-summary">{body}<div class="totals">{totals}</div></div>'


def _html_table(
    rows: list[Row], connections: bool, trainable: bool, opened: bool, caption: str
) -> str:
    titles = ["Layer (type)", "Output shape", "Parameters"]
    titles += ["Connected to"] * connections + ["Trainable"] * trainable
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    body = "".join(_html_row(row, connections, trainable, opened) for row in rows)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _html_row(row: Row, connections: bool, trainable: bool, opened: bool) -> str:
    name = f'<span class="name">{escape(row.name)}</span> ({escape(row.kind)})'
    number = "not built" if row.parameters is None else f"{row.parameters:,}"
    cells = [f'<th scope="row">{name}</th>', f"<td>{escape(row.shape)}</td>"]
    cells.append(f'<td class="number">{number}</td>')
    if connections:
        cells.append(f"<td>{'<br>'.join(map(escape, row.sources)) or '–'}</td>")  # noqa: RUF001
    if trainable:
        cells.append(f"<td>{ {True: 'yes', False: 'no', None: '–'}[row.trainable] }</td>")  # noqa: RUF001
    line = f"<tr>{''.join(cells)}</tr>"
    if not row.inner:
        return line
    many = any(len(inner.sources) != 1 for inner in row.inner[1:])
    inside = _html_table(row.inner, many, trainable, opened, f"Inside {escape(row.name)}")
    is_open = " open" if opened else ""
    summary = f"<summary>{len(row.inner)} layers inside {escape(row.name)}</summary>"
    return (
        f'{line}<tr class="inside"><td colspan="{len(cells)}">'
        f"<details{is_open}>{summary}{inside}</details></td></tr>"
    )


_STYLE = """<style>
.visualnn-summary { color: var(--jp-content-font-color1, inherit); font-size: 13px;
  overflow-x: auto; }
.visualnn-summary table { border-collapse: collapse; margin: 0; }
.visualnn-summary caption { text-align: left; font-weight: 600; padding: 4px 0; }
.visualnn-summary.visualnn-summary table :is(th, td) { /* twice, to outdo JupyterLab's own */
  text-align: left; font-weight: normal;
  padding: 4px 12px; border: 0; border-bottom: 1px solid var(--jp-border-color2, #8886); }
.visualnn-summary.visualnn-summary table thead th { font-weight: 600; border-bottom-width: 2px; }
.visualnn-summary .name { font-family: var(--jp-code-font-family, monospace); font-weight: 600; }
.visualnn-summary.visualnn-summary table .number { text-align: right;
  font-variant-numeric: tabular-nums; }
.visualnn-summary details { margin-left: 16px; }
.visualnn-summary summary { cursor: pointer; }
.visualnn-summary .totals { padding: 8px 0; font-variant-numeric: tabular-nums; }
</style>"""
