"""What travels between Python and the browser.

``python -m visualnn.widgets.messages`` writes the same definitions for TypeScript, to
``widgets/src/shared/messages.ts``.  A test fails when that file is out of date.

Traits go from Python to the browser: ``training`` of the builder, ``graph`` of the viewer.
Commands and requests go to Python, each with a number, ``id``; Python answers ``{reply: id, ok,
error, value}``.  Of its own accord it sends ``{notify, level}`` and ``{select}``.

The builder's drawing begins with ``start``, packed, which comes with the widget itself and is there
even while Python is busy.  The request ``show`` is answered with all of it, a ``Shown``; after that
Python sends ``{changes: Changes}`` for each edit, and ``{shown: Shown}`` when all is another.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from visualnn.builder.beside import (
    BesideView,
    FrameView,
    NoteView,
    ParameterView,
    PlaceView,
    SnapshotView,
)
from visualnn.builder.changes import BuilderChanges
from visualnn.builder.commands import COMMANDS
from visualnn.builder.details import CostsView, DetailsView, WeightNumbers, WeightShape
from visualnn.builder.families import Family
from visualnn.builder.fixes import Fix
from visualnn.builder.forms import SettingForm
from visualnn.builder.graphs import GraphView
from visualnn.builder.inside_view import InnerPort, InsideView, PromotedView
from visualnn.builder.offers import Offer, Through
from visualnn.builder.palette import LayerKind, Palette
from visualnn.builder.parsing import MessageError, parsed
from visualnn.builder.sentences import Sentence
from visualnn.builder.snapshots import ChangedBlock, ChangedValue, Comparison, GoneBlock
from visualnn.builder.templates import TemplateView
from visualnn.builder.unfolding import UnfoldedFrame, UnfoldedView
from visualnn.builder.views import BlockView, BuilderView, PortView, Problem, WireView
from visualnn.graph.outline import OpHelp, OpView
from visualnn.serialization.naming import to_snake_case

TYPESCRIPT = Path(__file__).parents[2] / "widgets/src/shared/messages.ts"


@dataclass(frozen=True)
class ArrayView:
    """An array among the notebook's variables."""

    name: str
    shape: str
    dtype: str


@dataclass(frozen=True)
class Applied:
    """What became of code that was run.

    Attributes:
        line: Where it went wrong, counted from 1; 0 if nowhere in particular.
        sentence: What went wrong; empty if the model that it builds is drawn.
    """

    line: int
    sentence: str


@dataclass(frozen=True)
class TrainingSetup:
    """What a training run needs to know."""

    x: str
    y: str
    validation_x: str
    validation_y: str
    validation_split: float
    loss: str
    optimizer: str
    learning_rate: float
    metrics: tuple[str, ...]
    epochs: int
    batch_size: int


@dataclass(frozen=True)
class Curve:
    """A measure over the epochs: one point for each finished epoch."""

    name: str
    training: tuple[float, ...]
    validation: tuple[float, ...]


@dataclass(frozen=True)
class Shown:
    """The whole drawing, and what there is to draw with.

    Attributes:
        serial: Counts what was sent, so that the browser knows whether it has missed something.
        palette: The layers; nothing if they come later.
    """

    serial: int
    view: BuilderView
    families: tuple[Family, ...]
    palette: Palette | None


@dataclass(frozen=True)
class Changes:
    """What an edit changed.

    Attributes:
        since: The serial number of the drawing that this is the difference from.
    """

    since: int
    serial: int
    view: BuilderChanges


Status = Literal["idle", "starting", "running", "paused", "stopping", "done", "failed"]


@dataclass(frozen=True)
class TrainingView:
    """How training goes.

    Attributes:
        now: The measures of the running epoch.
        stale: Whether the drawing has changed since training started.
        losses: The choices, the fitting one first.
    """

    status: Status = "idle"
    setup: TrainingSetup | None = None
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    seconds_left: float | None = None
    now: dict[str, float] = dataclasses.field(default_factory=dict[str, float])
    curves: tuple[Curve, ...] = ()
    sentence: str = ""
    error: str = ""
    traceback: str = ""
    stale: bool = False
    losses: tuple[str, ...] = ()
    optimizers: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


# ---------------------------------------------------------------------- requests

REQUESTS: dict[str, type[Request]] = {}


@typing.dataclass_transform(frozen_default=True)
class Request:
    """What the browser asks of Python, besides commands."""

    def __init_subclass__(cls) -> None:
        REQUESTS[to_snake_case(cls.__name__)] = dataclass(frozen=True)(cls)


class Show(Request):
    """The whole drawing: Shown."""


class Undo(Request):
    """Take the last step back."""


class Redo(Request):
    """Do what was last undone again."""


class Enter(Request):
    """Look into a submodel."""

    block: str


class Leave(Request):
    """Look at a model around this one again: the outermost has the depth 0."""

    depth: int


class Bind(Request):
    """Let a parameter follow a variable of the notebook, by default the one called the same."""

    name: str
    variable: str = ""


class Refresh(Request):
    """Give the parameters that follow variables what these are now: the names of the changed."""


class Copy(Request):
    """Blocks as text, for the clipboard."""

    blocks: tuple[str, ...]


class CanConnect(Request):
    """The verdict on each port, by "block|port", where a wire from this one could end."""

    # With a target instead of a source the wire is drawn backwards, and the ports are outputs.
    source: str = ""
    source_port: int = 0
    target: str = ""
    target_port: str = ""
    # A wire whose end is moved: the ports are judged as if it had been taken away.
    without: str = ""


class Offers(Request):
    """What would come of each layer of the palette behind an output, by kind: Offer."""

    # Told in parts: the answer goes on after so many that are `known`; the last one is empty.
    source: str
    source_port: int = 0
    known: int = 0


class Code(Request):
    """Python that builds the model: functional, sequential or subclass."""

    style: str = "functional"


class Apply(Request):
    """Run code in the kernel, and draw the model that it builds: Applied."""

    code: str


class Details(Request):
    """How the numbers of a block come about: a DetailsView."""

    block: str


class Weights(Request):
    """The numbers of a block's weights, in numbers: WeightNumbers[]."""

    block: str


class Costs(Request):
    """What the shown model costs for one example: a CostsView."""


class Summary(Request):
    """The table of the layers, as HTML."""


class Graph(Request):
    """The op graph of the training step, or of the forward pass: a GraphView."""


class Unfold(Request):
    """The shown model with so many levels of submodels opened: an UnfoldedView."""

    depth: int


class Compare(Request):
    """What the shown model differs in from a snapshot, or from a file: a Comparison."""

    snapshot: str = ""
    path: str = ""


class Figure(Request):
    """A figure of the drawing, as SVG; saved if there is a path."""

    style: str = "blocks"
    theme: str = "light"
    depth: int = 0
    direction: str = ""
    path: str = ""


class Save(Request):
    """Save to a file; the answer is its path."""

    path: str


class Open(Request):
    """Draw what is in a file instead."""

    path: str


class Files(Request):
    """The paths of the .keras files in the folder."""


class Arrays(Request):
    """The arrays among the notebook's variables: ArrayView[]."""


class Consider(Request):
    """Judge the drawing by the data and the loss that were chosen to train with."""

    setup: TrainingSetup


class Train(Request):
    """Begin to train."""

    setup: TrainingSetup


class Pause(Request):
    """Wait after the running batch."""


class Resume(Request):
    """Go on training."""


class Stop(Request):
    """End training after the running batch."""


def request_from(message: dict[str, Any]) -> Request:
    """The request that a message stands for, ``{"request": "save", "path": ...}``.

    Raises:
        MessageError: When there is no such request, or its fields are not what they should be.
    """
    fields = dict(message)
    name = fields.pop("request", None)
    cls = REQUESTS.get(name) if isinstance(name, str) else None
    if cls is None:
        raise MessageError(f"There is no request {name!r:.80}.")
    return parsed(cls, fields)


def as_message(value: Any) -> Any:
    """A view as JSON holds it: dataclasses as dicts, tuples as lists; not to be changed."""
    if value is None or isinstance(value, str | int | float):
        return value
    kind: Any = type(value)
    if kind is tuple or kind is list:
        return [as_message(item) for item in value]
    if isinstance(value, dict):
        entries: dict[Any, Any] = typing.cast(Any, value)
        return {key: as_message(item) for key, item in entries.items()}
    kept: Any = vars(value).get("_message")
    if kept is None:  # written once for each view, which never changes
        kept = {name: as_message(getattr(value, name)) for name in _field_names(kind)}
        vars(value)["_message"] = kept
    return kept


_names: dict[type, tuple[str, ...]] = {}


def _field_names(cls: Any) -> tuple[str, ...]:
    if cls not in _names:
        _names[cls] = tuple(field.name for field in dataclasses.fields(cls))
    return _names[cls]


# ---------------------------------------------------------------------- TypeScript

VIEWS: tuple[type, ...] = (
    SettingForm, LayerKind, TemplateView, Family, Palette,
    PortView, InnerPort, PromotedView, InsideView,
    PlaceView, ParameterView, NoteView, FrameView, SnapshotView, BesideView,
    ChangedValue, ChangedBlock, GoneBlock, Comparison, UnfoldedFrame, UnfoldedView,
    BlockView, WireView, Problem, Fix, Through, Offer,
    BuilderView, BuilderChanges, Shown, Changes, ArrayView, TrainingSetup, Curve, TrainingView,
    OpView, OpHelp, GraphView, WeightShape, DetailsView, WeightNumbers, CostsView, Applied,
)  # fmt: skip
_NAMES = {
    str: "string", Sentence: "string", float: "number", int: "number", bool: "boolean",
    Any: "unknown",
}  # fmt: skip
_WIDTH = 100


def typescript() -> str:
    """The definitions in TypeScript."""
    parts = ["// Written by `python -m visualnn.widgets.messages`.  Do not edit."]
    parts += [_interface(cls) for cls in VIEWS]
    doc = "What the user can do to the drawing; every command can be undone."
    commands = [("command", name, c) for name, c in sorted(COMMANDS.items())]
    parts.append(_union("Command", doc, commands))
    doc = "What the browser asks of Python, besides commands."
    parts.append(_union("Request", doc, [("request", name, c) for name, c in REQUESTS.items()]))
    return "\n\n".join(parts) + "\n"


def _interface(cls: type) -> str:
    explained = _explained(cls)
    lines = [f"/** {_first_paragraph(cls)} */", f"export interface {cls.__name__} {{"]
    for name, kind in _hints(cls):
        if name in explained:
            lines += _comment(explained[name])
        lines.append(f"  {name}: {type_name(kind)};")
    return "\n".join([*lines, "}"])


def _explained(cls: type) -> dict[str, str]:
    """What the docstring of a dataclass says of its attributes."""
    _, _, section = (inspect.getdoc(cls) or "").partition("Attributes:\n")
    entries = re.findall(r"^    (\w+): (.*(?:\n     .*)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in entries}


def _comment(text: str) -> list[str]:
    line = f"  /** {text} */"
    if len(line) <= _WIDTH:
        return [line]
    lines, now = ["  /**"], "   *"
    for word in text.split():
        if len(now) + 1 + len(word) > _WIDTH:
            lines.append(now)
            now = "   *"
        now += f" {word}"
    return [*lines, now, "   */"]


def _union(name: str, doc: str, members: list[tuple[str, str, type]]) -> str:
    lines = [f"/** {doc} */", f"export type {name} ="]
    for key, value, cls in members:
        lines.append(f"  /** {_first_paragraph(cls)} */")
        fields = [f'{key}: "{value}"', *(f"{n}: {type_name(kind)}" for n, kind in _hints(cls))]
        line = f"  | {{ {'; '.join(fields)} }}"
        if len(line) < _WIDTH:
            lines.append(line)
        else:
            lines += ["  | {", *(f"      {field};" for field in fields), "    }"]
    return "\n".join(lines) + ";"


def _first_paragraph(cls: type) -> str:
    return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())


def _hints(cls: type) -> list[tuple[str, Any]]:
    """The fields of a dataclass with their types."""
    hints = typing.get_type_hints(cls)
    return [(name, hints[name]) for name in _field_names(cls)]


def type_name(kind: Any) -> str:
    """A Python type, as TypeScript writes it."""
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return " | ".join(json.dumps(option) for option in options)
    if origin in (typing.Union, types.UnionType):
        return " | ".join("null" if o is type(None) else type_name(o) for o in options)
    if origin is dict:
        return f"Record<{type_name(options[0])}, {type_name(options[1])}>"
    if origin is tuple:
        return _tuple_name(options)
    return _NAMES.get(kind) or kind.__name__


def _tuple_name(options: tuple[Any, ...]) -> str:
    if options[-1] is not ...:
        return f"[{', '.join(map(type_name, options))}]"
    if typing.get_origin(options[0]) is dict:
        return "object[]"  # messages and parts of views, which are checked where they are used
    inner = type_name(options[0])
    return f"({inner})[]" if re.search(r"[|]", inner) else f"{inner}[]"


if __name__ == "__main__":
    TYPESCRIPT.write_text(typescript())
