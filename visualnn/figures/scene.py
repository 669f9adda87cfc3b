"""What a figure is made of: simple shapes, which every format can write.

Places are in points, 72 to an inch, from the top left corner; ``y`` grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Look:
    """How a shape is painted.

    Attributes:
        fill: The colour inside, ``#rrggbb``; none if empty.
        stroke: The colour of the line; none if empty.
        width: How wide the line is.
        dashed: Whether it is dashed.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Rectangle:
    """A rectangle, with round corners of a radius."""

    x: float
    y: float
    width: float
    height: float
    look: Look
    radius: float = 0.0


@dataclass(frozen=True)
class Circle:
    """A circle around a place."""

    x: float
    y: float
    radius: float
    look: Look


@dataclass(frozen=True)
class Path:
    """A line from place to place, or through curves.

    Attributes:
        start: Where it begins.
        steps: Where it goes: to a place, or by two control points to a place.
        look: How it is painted.
        arrow: Whether it ends in an arrow.
    """

    start: Point
    steps: tuple[tuple[Point, ...], ...]
    look: Look
    arrow: bool = False

    @property
    def end(self) -> Point:
        return self.steps[-1][-1]


@dataclass(frozen=True)
class Text:
    """A line of text, at the left end of its base line, or around it."""

    x: float
    y: float
    text: str
    color: str
    size: float = 10.0
    bold: bool = False
    anchor: Anchor = "start"
    fixed: bool = False  # all letters as wide as one another


Shape = Rectangle | Circle | Path | Text


@dataclass(frozen=True)
class Group:
    """Shapes that are one thing, such as a layer.

    Attributes:
        id: What it is called, the same in each figure of the same network.
        title: What it is, for whoever points at it or has it read out.
        shapes: The shapes, each drawn over those before.
    """

    id: str
    title: str
    shapes: tuple[Shape, ...]


@dataclass
class Scene:
    """A figure.

    Attributes:
        width: How wide it is.
        height: How high it is.
        background: Its colour; none if empty, so that what is behind shines through.
        title: What it shows.
        groups: What is in it, each drawn over those before.
    """

    width: float
    height: float
    background: str = ""
    title: str = ""
    groups: list[Group] = field(default_factory=list)

    def add(self, name: str, title: str, shapes: Iterable[Shape]) -> None:
        """Draw something over all that is there."""
        self.groups.append(Group(name, title, tuple(shapes)))

    @property
    def shapes(self) -> Iterator[Shape]:
        for group in self.groups:
            yield from group.shapes


def text_width(text: str, size: float = 10.0, bold: bool = False, fixed: bool = False) -> float:
    """About how wide a line of text is: enough for Helvetica, Arial and DejaVu Sans."""
    if fixed:
        return 0.61 * size * len(text)
    width = sum(_WIDTHS.get(c, 0.56 if c.islower() else 0.7 if c.isascii() else 1.0) for c in text)
    return 1.12 * width * size * (1.07 if bold else 1.0)


_NARROW = {0.24: "ijl'|", 0.3: "ft .,:;!/\\()[]I", 0.36: 'r-*"', 0.86: "mwMW@%"}
_WIDTHS = {letter: width for width, letters in _NARROW.items() for letter in letters}


def shortened(text: str, room: float, size: float = 10.0, bold: bool = False) -> str:
    """A text as far as there is room for it, with an ellipsis where it is cut."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text}…" if text else ""
