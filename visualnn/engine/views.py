"""Operations that compute nothing: their result is another view of the memory of their input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.graph.graph import Node
from visualnn.primitives.pieces import slices

VIEWS: dict[str, Callable[[Node], str]] = {}
"""For each primitive, how the view of ``{x}`` is written."""


def view(*names: str) -> Callable[[Callable], Callable]:
    """The decorated function writes the view for primitives of these names."""

    def register(write: Callable) -> Callable:
        VIEWS.update(dict.fromkeys(names, write))
        return write

    return register


@view("reshape")
def _(node: Node) -> str:
    return f"{{x}}.reshape({node.output.spec.numbers})"


@view("transpose")
def _(node: Node) -> str:
    axes = tuple(node.settings["axes"])
    return "{x}.T" if axes == tuple(range(len(axes)))[::-1] else f"{{x}}.transpose({axes})"


@view("broadcast_to", "broadcast_like")
def _(node: Node) -> str:
    return f"broadcast_to({{x}}, {node.output.spec.numbers})"


@view("slice")
def _(node: Node) -> str:
    index = slices(node.inputs[0].spec.ndim, **node.settings)
    return f"{{x}}[{', '.join(map(_text, index))}]"


def _text(part: Any) -> str:
    bounds = ["" if x is None else str(x) for x in (part.start, part.stop)]
    return ":".join(bounds if part.step in (None, 1) else [*bounds, str(part.step)])


def view_of(node: Node, x: np.ndarray) -> np.ndarray | None:
    """The view of an array that is there already, or ``None`` if the elements must be copied."""
    text = VIEWS[node.primitive.name](node).format(x="x")
    seen = eval(text, {"x": x, "broadcast_to": np.broadcast_to})
    return seen if x.size == 0 or np.may_share_memory(seen, x) else None
