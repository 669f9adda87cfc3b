"""Python names for what a plan works on: short, readable and all different."""

from __future__ import annotations

import keyword
import re
from typing import Any

from visualnn.graph.graph import Value
from visualnn.primitives.primitive import PRIMITIVES


class Names:
    """The names of values, and of whatever else a function uses."""

    def __init__(self, taken: set[str]) -> None:
        self._of: dict[Value, str] = {}
        self._used: set[str] = {"run", "_", *PRIMITIVES, *taken}  # nothing may hide a function
        self._counts: dict[str, int] = {}

    def of(self, value: Value) -> str:
        """The name of a value."""
        if value not in self._of:
            self._of[value] = self.new(value.name)
        return self._of[value]

    def new(self, name: str) -> str:
        """A name like this one, which nothing else has."""
        parts = [part for part in name.split("/") if part != "gradients"]
        short = _identifier("_".join(parts[-2:]))
        unique, count = short, self._counts.get(short, 1)
        while unique in self._used:
            count += 1
            unique = f"{short}_{count}"
        self._counts[short] = count
        self._used.add(unique)
        return unique


def _identifier(text: str) -> str:
    text = re.sub(r"\W", "_", text)
    if text[:1].isdigit():
        return f"_{text}"
    return f"{text}_" if keyword.iskeyword(text) or not text else text


def is_literal(value: Any) -> bool:
    """Whether a setting can be read where it is used."""
    if isinstance(value, tuple):
        return all(map(is_literal, value))
    return (
        value is None
        or type(value) in (bool, int, str)
        or (type(value) is float and value == value and abs(value) != float("inf"))
    )
