"""What each operator of ONNX becomes: functions by its name.

    @reads("Relu")
    def _(on, node, x):            # where we are, the node, and what it takes
        return on.each(ops.relu, x)

What a node takes is a :class:`~visualnn.exporting.onnx.reading.values.Held`, a ``Sizes``, an array
if it is always the same, or ``None`` if it is left out.  Layers are tried first; both lists say
``None`` where they have nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.serialization import InvalidModelFile

READERS: dict[str, Callable] = {}
"""What an operator computes, in functions of ``ops``."""

LAYERS: dict[str, Callable] = {}
"""The layer that an operator is, where it is one: a function that may return ``None``."""


class NeedsLayerError(Exception):
    """What a node computes cannot be said before the tensors come."""


def reads(*names: str) -> Callable[[Callable], Callable]:
    """Register a function as what these operators compute."""
    return _entered(READERS, names)


def layer_for(*names: str) -> Callable[[Callable], Callable]:
    """Register a function that makes layers of these operators."""
    return _entered(LAYERS, names)


def _entered(table: dict[str, Callable], names: tuple[str, ...]) -> Callable[[Callable], Callable]:
    def register(rule: Callable) -> Callable:
        for name in names:
            assert name not in table, name
            table[name] = rule
        return rule

    return register


def check_inputs(node: FileNode, xs: list) -> None:
    """Refuse a node that has too few inputs, or too many.

    Raises:
        InvalidModelFile: Saying how many it has.
    """
    rule = READERS[node.op]
    if rule not in _signatures:
        _signatures[rule] = inspect.signature(rule)
    try:
        _signatures[rule].bind(None, node, *xs)
    except TypeError:
        raise refused(node, f"it cannot have {len(xs)} inputs.") from None
    needed = list(_signatures[rule].parameters.values())[2:]
    for parameter, x in zip(needed, xs, strict=False):
        if x is None and parameter.default is parameter.empty and parameter.kind is _PLAIN:
            raise refused(node, f"its input {parameter.name!r} is left out.")


_signatures: dict[Callable, inspect.Signature] = {}
_PLAIN = inspect.Parameter.POSITIONAL_OR_KEYWORD


def fitting(node: FileNode, size: int | None, weights: int, what: str) -> None:
    """Refuse weights for another size than the input has, before any are made.

    Raises:
        InvalidModelFile: Saying both sizes.
    """
    if size != weights:
        raise refused(node, f"its weights are for {weights} {what}, but its input has {size}.")


def refused(node: FileNode, what: str) -> InvalidModelFile:
    """The error for a node that is understood, but not in this form."""
    return InvalidModelFile(f"{node.title}: {what}")
