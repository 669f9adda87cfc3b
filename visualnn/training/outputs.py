"""What belongs to which output of a model: losses, weights, metrics and targets."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Output:
    """One output of a model.

    Attributes:
        keys: The keys of dicts that lead to it.
        name: What it is called: by the last of these keys, or by the layer that makes it.
    """

    keys: tuple[str, ...]
    name: str

    @property
    def prefix(self) -> str:
        """What its metrics are called by, in front of their own names."""
        return "/".join(self.keys) or self.name


def outputs_of(predictions: Any, layer_names: Sequence[str] | None = None) -> list[Output]:
    """The outputs in flattened order.

    Args:
        predictions: Something that is nested like the outputs.
        layer_names: The names of the layers that make them, if they are known.
    """
    names = iter(layer_names or ())

    def walk(y: Any, keys: tuple[str, ...], last: str) -> list[Output]:
        if isinstance(y, dict):
            return [x for k in sorted(y) for x in walk(y[k], (*keys, str(k)), str(k))]
        if isinstance(y, list | tuple):
            return [x for item in y for x in walk(item, keys, "")]
        made_by = next(names, "")
        return [Output(keys, last or made_by)]

    return walk(predictions, (), "")


class Assignment:
    """Gives each output its part of something that users nest like the outputs, or by names.

    Args:
        what: What it is, for messages: ``loss``.
        is_leaf: Whether something is for one output.
        shared: Whether one thing may be for all outputs.
        whole: Whether anything at all may belong to a single output, as nested targets do.
    """

    def __init__(
        self,
        what: str,
        is_leaf: Callable[[Any], bool],
        shared: bool = False,
        whole: bool = False,
    ):
        self.what = what
        self.is_leaf = is_leaf
        self.shared = shared
        self.whole = whole

    def __call__(self, given: Any, predictions: Any, outputs: list[Output]) -> list[Any]:
        """What each output gets, in flattened order.

        Raises:
            ValueError: When it does not fit the outputs; the message says what would.
        """
        names = iter(outputs)
        return self._walk(given, predictions, names, len(outputs) == 1)

    def _walk(self, given: Any, y: Any, names: Any, alone: bool) -> list[Any]:
        if isinstance(y, dict):
            items = [y[key] for key in sorted(y)]
            if isinstance(given, dict) and not self.is_leaf(given):
                self._check_keys(given, [str(key) for key in sorted(y)])
                parts = [given.get(key) for key in sorted(y)]
            else:
                parts = self._parts(given, len(items), f"a dict with the keys {sorted(y)}")
        elif isinstance(y, list | tuple):
            items = list(y)
            if isinstance(given, dict) and not self.is_leaf(given):
                return self._by_names(given, items, names)
            parts = self._parts(given, len(items), f"a list of {len(items)}")
        else:
            return [self._one(given, next(names), alone)]
        return [
            leaf
            for part, item in zip(parts, items, strict=True)
            for leaf in self._walk(part, item, names, alone)
        ]

    def _parts(self, given: Any, count: int, wanted: str) -> list[Any]:
        if given is None:
            return [None] * count
        if self.is_leaf(given):
            if self.shared or count == 1:
                return [given] * count
        elif isinstance(given, list | tuple) and len(given) == count:
            return list(given)
        raise ValueError(
            f"`{self.what}` must fit the outputs of the model: {wanted} is needed"
            + (", or one for all" if self.shared else "")
            + f", but {_described(given)} was given."
        )

    def _by_names(self, given: dict, items: list, names: Any) -> list[Any]:
        outputs = [next(names) for _ in items]
        self._check_keys(given, [x.name for x in outputs])
        return [self._one(given.get(x.name), x, False) for x in outputs]

    def _one(self, given: Any, output: Output, alone: bool) -> Any:
        if given is None or self.is_leaf(given):
            return given
        if isinstance(given, dict) and list(given) == [output.name]:
            return self._one(given[output.name], output, alone)
        if self.whole and alone:
            return given
        if isinstance(given, list | tuple) and len(given) == 1:
            return self._one(given[0], output, alone)
        where = f" {output.name!r}" if output.name else ""
        raise ValueError(
            f"`{self.what}` must have one part for the output{where}, "
            f"but {_described(given)} was given."
        )

    def _check_keys(self, given: dict, known: list[str]) -> None:
        strange = [str(key) for key in given if str(key) not in known]
        if strange:
            close = difflib.get_close_matches(strange[0], known, 1)
            raise ValueError(
                f"`{self.what}` names {strange[0]!r}, which is no output of the model. "
                + (f"Is {close[0]!r} meant?" if close else f"Its outputs are {', '.join(known)}.")
            )


def _described(x: Any) -> str:
    if isinstance(x, dict):
        return f"a dict with the keys {sorted(map(str, x))}"
    if isinstance(x, list | tuple):
        return f"a {type(x).__name__} of {len(x)}"
    return f"one {type(x).__name__}"
