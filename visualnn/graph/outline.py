"""A graph as the viewer shows it: operations with their scopes, phases and what explains them.

The viewer folds operations by the scopes in their names; nothing is folded here.  The other side:
``widgets/src/graph_viewer``.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives.primitive import Primitive
from visualnn.scope import PHASES

Phase = Literal["input", "variable", "constant", "forward", "loss", "backward", "update", "metrics"]
Place = tuple[int, int]

_LONGEST_TEXT = 120
_MOST_NUMBERS = 8


@dataclass(frozen=True)
class OpView:
    """One operation of the op graph.

    Attributes:
        name: The full scoped name, "model/hidden/matmul"; scopes are the path.
        inputs: (op id or input id, output index) of each input.
        outputs: The spec of each output, "float32[?, 8]".
        layer: The layer call that made it; "" if none.
        family: The family of that layer; "" if none.
        forward: For a backward op the forward op it belongs to, else -1.
        line: The source line, "file.py:12"; "" if unknown.
    """

    id: int
    name: str
    op: str
    inputs: tuple[Place, ...]
    outputs: tuple[str, ...]
    phase: Phase
    layer: str
    family: str
    forward: int
    settings: dict[str, str]
    line: str


@dataclass(frozen=True)
class OpHelp:
    """Python doc and numpy source of a primitive."""

    op: str
    formula: str
    doc: str
    source: str


@dataclass(frozen=True)
class Outline:
    """All operations of a graph, its outputs, and what explains the operations."""

    ops: tuple[OpView, ...]
    outputs: tuple[Place, ...]
    help: tuple[OpHelp, ...]


def outline(graph: Graph, family_of: Callable[[str], str] = lambda layer: "") -> Outline:
    """Every operation of a graph, in running order, after its inputs, variables and constants.

    Args:
        graph: The graph.
        family_of: Tells the family of a layer by the path of its call.
    """
    return _Writer(graph, family_of).outline()


class _Writer:
    """Numbers the operations of a graph and writes them down."""

    def __init__(self, graph: Graph, family_of: Callable[[str], str]):
        self.graph = graph
        self.family_of = family_of
        self.places: dict[Value, Place] = {}
        self.numbers: dict[Node, int] = {}
        self.ops: list[OpView] = []

    def outline(self) -> Outline:
        graph = self.graph
        for value in [*graph.inputs, *graph.captures.values()]:
            self.add_source(value, "input", {})
        for variable, value in graph.variables.items():
            self.add_source(value, "variable", {"path": variable.path})
        for value, array in graph.constants.items():
            self.add_source(value, "constant", _numbers(array))
        for node in graph.nodes:
            self.add_node(node)
        for variable, value in graph.updates.items():
            if value in self.places:
                settings = self.ops[self.places[value][0]].settings
                paths = [settings.get("assigned to", ""), variable.path]
                settings["assigned to"] = ", ".join(filter(None, paths))
        used = {node.primitive.name: node.primitive for node in graph.nodes}
        outputs = tuple(self.places[value] for value in graph.outputs if value in self.places)
        helps = tuple(help_of(used[name]) for name in sorted(used))
        return Outline(tuple(self.ops), outputs, helps)

    def add_source(self, value: Value, phase: Phase, settings: dict[str, str]) -> None:
        number = len(self.ops)
        self.places[value] = (number, 0)
        spec = str(value.spec)
        self.ops.append(
            OpView(number, value.name, phase, (), (spec,), phase, "", "", -1, settings, "")
        )

    def add_node(self, node: Node) -> None:
        number = len(self.ops)
        self.numbers[node] = number
        for i, value in enumerate(node.outputs):
            self.places[value] = (number, i)
        made_by = node.origin
        forward = self.numbers.get(made_by.forward, -1)
        self.ops.append(
            OpView(
                number,
                node.name,
                node.primitive.name,
                tuple(self.places[x] for x in node.inputs),
                tuple(str(x.spec) for x in node.outputs),
                _phase(made_by.phase),
                made_by.call,
                self.family_of(made_by.call) if made_by.call else "",
                forward,
                {name: _text(value) for name, value in node.settings.items()},
                made_by.line,
            )
        )


def _phase(phase: str) -> Phase:
    assert phase in PHASES, phase
    return phase  # type: ignore[return-value]


def _numbers(array: np.ndarray[Any, Any]) -> dict[str, str]:
    """The numbers of a constant, if they are few."""
    return {"value": _text(array.tolist())} if array.size <= _MOST_NUMBERS else {}


def _text(value: Any) -> str:
    if isinstance(value, Graph):
        return f"a graph of {len(value.nodes)} operations"
    if isinstance(value, np.ndarray):
        return f"{value.dtype.name}{list(value.shape)}"
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


# ---------------------------------------------------------------------- explanations

_helps: dict[str, OpHelp] = {}


def help_of(primitive: Primitive) -> OpHelp:
    """What explains a primitive: all of it is read from its definition."""
    found = _helps.get(primitive.name)
    if found is None:
        source = _source(primitive.forward)
        doc = inspect.getdoc(primitive.forward) or ""
        found = OpHelp(primitive.name, formula(primitive, source), doc, source)
        _helps[primitive.name] = found
    return found


def formula(primitive: Primitive, source: str) -> str:
    """What a primitive computes in one line, as its only expression or its documentation says.

    Where neither does, it is how the primitive is called.
    """
    parameters = inspect.signature(primitive.forward).parameters
    heading = f"{primitive.name}({', '.join(_parameter(p) for p in parameters.values())})"
    expression = _expression(source, set(parameters)) or _documented(primitive.forward)
    return f"{heading} = {expression}" if expression else heading


def _expression(source: str, parameters: set[str]) -> str:
    """What a function of one expression returns, if there is nothing in it to look up."""
    try:
        body = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return ""
    statements = getattr(body, "body", [])
    if statements and isinstance(statements[0], ast.Expr):
        statements = statements[1:]  # its documentation
    if len(statements) != 1 or not isinstance(statements[0], ast.Return):
        return ""
    expression = statements[0].value
    if expression is None:
        return ""
    words = {part.id for part in ast.walk(expression) if isinstance(part, ast.Name)}
    return ast.unparse(expression) if words <= {"np", *parameters, *vars(builtins)} else ""


def _documented(function: Callable[..., Any]) -> str:
    """The first expression in the first paragraph of a docstring."""
    paragraph = (inspect.getdoc(function) or "").split("\n\n")[0]
    quoted = re.findall(r"``([^`]+)``", " ".join(paragraph.split()))
    return next((text for text in quoted if re.search(r"[-+*/@^(]", text)), "")


def _parameter(parameter: inspect.Parameter) -> str:
    return f"*{parameter.name}" if parameter.kind is parameter.VAR_POSITIONAL else parameter.name


def _source(function: Callable[..., Any]) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function)).strip()
    except OSError:  # the source is not at hand, as in a zipped installation
        return ""
