"""How far a model's record is believed: its size, its depth, and how its faults are told."""

from __future__ import annotations

import json
import re
import sys
import threading
from typing import Any

import numpy as np

LARGEST_TEXT = 64 * 2**20  # bytes of JSON
MOST_NODES = 5_000_000  # values in it; 5,000 Dense layers have about 270,000
DEEPEST = 1_000  # levels; a model in a model costs three
_LONGEST_NUMBER = 400  # digits
_DEEPEST_STACK = 30_000  # Python frames; one level of nesting takes about fifteen


class InvalidModelFile(ValueError):  # noqa: N818 - it says what is wrong with what
    """A record that is not the record of a model.

    Attributes:
        problem: What is wrong, in a sentence.
        place: Where it is, from the outside to the inside: keys and indices.
    """

    def __init__(self, problem: str, *place: Any):
        super().__init__(problem)
        self.problem = problem
        self.place: tuple[Any, ...] = place

    def inside(self, *parts: Any) -> InvalidModelFile:
        """The same, seen from further outside."""
        self.place = (*parts, *self.place)
        return self

    def __str__(self) -> str:
        """Such as ``model.keras: config.json: config.layers[2].class_name: ...``."""
        where = ""
        for part in self.place:
            if isinstance(part, int):
                where += f"[{part}]"
            else:  # files and members of archives have a dot in their name, keys have none
                between = "" if not where else ": " if where.endswith(_FILES) else "."
                where += f"{between}{part}"
        return f"{where}: {self.problem}" if where else self.problem


class UnknownObject(InvalidModelFile):
    """A record of a class or function that is not known here, and was not passed."""


_FILES = (".keras", ".json", ".h5", "the file")


class place:  # noqa: N801 - reads like the function it would be
    """Say where in the file a problem inside this block is.

    ``with place("layers", 3): ...`` puts ``layers[3]`` in front of the place of the problem.
    """

    def __init__(self, *parts: Any):
        self.parts = parts

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, problem: Any, traceback: Any) -> None:
        if isinstance(problem, InvalidModelFile):
            problem.inside(*self.parts)


class deep_recursion:  # noqa: N801 - reads like the function it would be
    """Lets Python recurse inside as deeply as a record may be nested."""

    _lock = threading.Lock()
    _inside = 0
    _usual = 0

    def __enter__(self) -> None:
        kind = deep_recursion
        with kind._lock:
            kind._inside += 1
            if kind._inside == 1:
                kind._usual = sys.getrecursionlimit()
                sys.setrecursionlimit(max(kind._usual, _DEEPEST_STACK))

    def __exit__(self, *problem: Any) -> None:
        kind = deep_recursion
        with kind._lock:
            kind._inside -= 1
            if kind._inside == 0:
                sys.setrecursionlimit(kind._usual)


def read_json(text: bytes | str, largest: int = LARGEST_TEXT) -> Any:
    """The value that a JSON text stands for; ``NaN`` and ``Infinity`` are numbers, as in Keras.

    Raises:
        InvalidModelFile: When it is not JSON, or larger or deeper than a model needs, or when an
            object has the same key twice.
    """
    try:
        data = text.encode() if isinstance(text, str) else bytes(text)
    except UnicodeEncodeError as problem:
        raise InvalidModelFile(f"It is not a text in UTF-8: {problem}.") from problem
    if len(data) > largest:
        raise InvalidModelFile(f"The text has {len(data):,} bytes; at most {largest:,} are read.")
    _check_form(data)
    try:
        with deep_recursion():
            return json.loads(
                data.decode("utf-8-sig"), object_pairs_hook=_distinct, parse_int=_whole_number
            )
    except InvalidModelFile:
        raise
    except (ValueError, RecursionError) as problem:
        raise InvalidModelFile(f"This is not JSON: {problem}.") from problem


def write_json(value: Any, **settings: Any) -> str:
    """The JSON text of a record, however deeply nested."""
    with deep_recursion():
        return json.dumps(value, **settings)


_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BRACKETS = np.zeros(256, np.int32)
_BRACKETS[[ord("["), ord("{")]] = 1
_BRACKETS[[ord("]"), ord("}")]] = -1


def _check_form(data: bytes) -> None:
    """Count brackets and commas, without recursion and before anything is made of them."""
    bare = np.frombuffer(_STRINGS.sub(b"", data), np.uint8)
    steps = _BRACKETS[bare]
    depth = int(np.cumsum(steps).max(initial=0))
    if depth > DEEPEST:
        raise InvalidModelFile(f"It is nested {depth:,} deep; at most {DEEPEST:,} is read.")
    nodes = int(np.count_nonzero(steps > 0) + np.count_nonzero(bare == ord(",")) + 1)
    if nodes > MOST_NODES:
        raise InvalidModelFile(f"It holds about {nodes:,} values; at most {MOST_NODES:,} are read.")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InvalidModelFile(f"The key {twice!r} is there twice in one object.")
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise InvalidModelFile(f"A number has {len(digits):,} digits.")
    return int(digits)
