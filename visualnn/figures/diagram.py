"""Boxes, frames around some of them, and arrows: what most figures of networks are.

How a box looks is its own matter; here is where it goes, and how arrows find their way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from visualnn.figures.curves import through
from visualnn.figures.layered import layered
from visualnn.figures.scene import Look, Path, Point, Rectangle, Scene, Shape, Text, text_width

Direction = Literal["down", "right", "up", "left"]
_FRAME, _HEAD = 12.0, 20.0


@dataclass
class Box:
    """Something with a size that is drawn by itself.

    Attributes:
        id: What arrows call it.
        title: What it is, in a line.
        width: How wide it is.
        height: How high it is.
        paint: Draws it, given its top left corner.
        place: Where somebody has put it; used if all boxes have a place.
    """

    id: str
    title: str
    width: float
    height: float
    paint: Callable[[float, float], Sequence[Shape]]
    place: Point | None = None


@dataclass(frozen=True)
class Arrow:
    """Leads from one box to another, with a label beside it if there is one.

    Attributes:
        source: The box where it begins.
        target: The box where it ends.
        label: What stands beside it.
        points: What somebody has led it through; used where boxes are as somebody has put them.
    """

    source: str
    target: str
    label: str = ""
    points: tuple[Point, ...] = ()


@dataclass
class Frame:
    """Boxes and frames, each after those it gets arrows from, and the arrows between them."""

    id: str
    title: str
    parts: list[Box | Frame] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


@dataclass(frozen=True)
class Theme:
    """The colours of a figure.

    Attributes:
        background: Behind everything; none if empty.
        paper: Inside boxes.
        ink: Of names.
        dim: Of what is said besides, and of arrows.
        line: Around boxes.
        framed: Inside frames.
        dark: Whether it is dark, so that colours are light.
        gray: Whether colours are grays, which every printer has.
    """

    background: str
    paper: str
    ink: str
    dim: str
    line: str
    framed: str
    dark: bool = False
    gray: bool = False

    def color(self, light: str, dark: str) -> str:
        """A colour that is one on light and another on dark paper, as it is in this theme."""
        if not self.gray:
            return dark if self.dark else light
        red, green, blue = (int(light[i : i + 2], 16) for i in (1, 3, 5))
        return "#" + f"{round(0.3 * red + 0.59 * green + 0.11 * blue) * 2 // 3:02x}" * 3


THEMES = {
    "light": Theme("#ffffff", "#ffffff", "#1b1f24", "#57606a", "#d0d7de", "#f6f8fa"),
    "dark": Theme("#111418", "#1c2128", "#e6edf3", "#9aa4af", "#3a424c", "#161a20", dark=True),
    "print": Theme("#ffffff", "#ffffff", "#000000", "#333333", "#000000", "#ffffff", gray=True),
    "transparent": Theme("", "#ffffff", "#1b1f24", "#57606a", "#8c959f", ""),
}


@dataclass(frozen=True)
class Spacing:
    """How much room there is: between boxes side by side, between ranks, and around all."""

    gap: float = 26.0
    rank_gap: float = 34.0
    margin: float = 12.0


def drawn(
    whole: Frame, theme: Theme, direction: Direction = "down", spacing: Spacing | None = None
) -> Scene:
    """The figure of boxes, frames and arrows.

    Args:
        whole: What to draw; its own frame is not drawn.
        theme: The colours.
        direction: Where arrows lead.
        spacing: How much room there is.
    """
    return _Drawing(whole, theme, direction, spacing or Spacing()).scene()


def places(
    whole: Frame, direction: Direction = "down", spacing: Spacing | None = None
) -> dict[str, tuple[float, float, float, float]]:
    """Where boxes and frames go: left, top, width and height of each, by its id.

    Args:
        whole: What to place; its own frame is not.
        direction: Where arrows lead.
        spacing: How much room there is.
    """
    return _Drawing(whole, THEMES["light"], direction, spacing or Spacing()).places()


@dataclass
class _Placed:
    """A box or frame with its place in the frame around it."""

    part: Box | Frame
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    inner: _Level | None = None


@dataclass
class _Level:
    """The inside of a frame."""

    items: list[_Placed]
    ways: dict[Arrow, list[Point]]
    width: float
    height: float


class _Drawing:
    def __init__(self, whole: Frame, theme: Theme, direction: Direction, spacing: Spacing):
        self.whole, self.theme, self.spacing = whole, theme, spacing
        self.across = direction in ("right", "left")
        self.turned = direction in ("up", "left")
        self.boxes: dict[str, tuple[float, float, float, float]] = {}
        self._frames: list[tuple[str, str, list[Shape]]] = []
        self._arrows: list[tuple[Arrow, list[Point]]] = []
        self._is_put = False
        self._painted: list[tuple[str, str, Sequence[Shape]]] = []

    def scene(self) -> Scene:
        level = self._as_put(self.whole) or self._arranged(self.whole)
        margin = self.spacing.margin
        self._place(level, margin, margin)
        lines = [(arrow, *self._way(arrow, bends)) for arrow, bends in self._arrows]
        right = max((x for *_, label in lines for x in self._extent(label)), default=0.0)
        scene = Scene(
            max(level.width + 2 * margin, right + margin),
            level.height + 2 * margin,
            self.theme.background,
            self.whole.title,
        )
        for group in self._frames:
            scene.add(*group)
        for arrow, path, _ in lines:
            scene.add(f"{arrow.source}--{arrow.target}", "", [path])
        for group in self._painted:
            scene.add(*group)
        for arrow, _, label in lines:
            if label is not None:
                scene.add(f"{arrow.source}--{arrow.target}--label", "", self._label(label))
        return scene

    # ------------------------------------------------------------------ places

    def places(self) -> dict[str, tuple[float, float, float, float]]:
        self._place(self._arranged(self.whole), 0.0, 0.0)
        return self.boxes

    def _as_put(self, frame: Frame) -> _Level | None:
        """The boxes where somebody has put them, if they have all been."""
        boxes = [part for part in frame.parts if isinstance(part, Box)]
        if not boxes or len(boxes) < len(frame.parts) or any(b.place is None for b in boxes):
            return None
        self._is_put = True
        places = [box.place or (0.0, 0.0) for box in boxes]
        led = [point for arrow in frame.arrows for point in arrow.points]
        left, top = (min(at[axis] for at in [*places, *led]) for axis in (0, 1))
        items = [
            _Placed(box, box.width, box.height, x - left, y - top)
            for box, (x, y) in zip(boxes, places, strict=True)
        ]
        width = max([item.x + item.width for item in items] + [x - left for x, _ in led])
        height = max([item.y + item.height for item in items] + [y - top for _, y in led])
        at = {item.part.id: item for item in items}
        ways = {
            arrow: [(x - left, y - top) for x, y in arrow.points]
            or self._around(at[arrow.source], at[arrow.target], items)
            for arrow in frame.arrows
        }
        return _Level(items, ways, width, height)

    def _around(self, a: _Placed, b: _Placed, items: list[_Placed]) -> list[Point]:
        """Where an arrow passes by the boxes that lie between two others."""
        first, last = (a.x + a.width, b.x) if self.across else (a.y + a.height, b.y)
        between = [
            (c.y, c.y + c.height, c.x, c.x + c.width)
            if self.across
            else (c.x, c.x + c.width, c.y, c.y + c.height)
            for c in items
            if c is not a and c is not b
        ]
        between = [c for c in between if c[3] > first + 2 and c[2] < last - 2]
        start, end = ((x.y + x.height / 2) if self.across else (x.x + x.width / 2) for x in (a, b))
        low, high = min(start, end) - 4, max(start, end) + 4
        if not any(c[0] < high and c[1] > low for c in between):
            return []
        sides = [x for c in between for x in (c[0] - 10, c[1] + 10)]
        free = [x for x in sides if all(x <= c[0] - 6 or x >= c[1] + 6 for c in between)]
        if not free:
            return []
        by = min(free, key=lambda x: abs(x - start) + abs(x - end))
        ends = min(c[2] for c in between), max(c[3] for c in between)
        return [(y, by) if self.across else (by, y) for y in ends]

    def _arranged(self, frame: Frame) -> _Level:
        items = [self._sized(part) for part in frame.parts]
        holder = {name: item for item in items for name in _names(item.part)}
        number = {id(item): i for i, item in enumerate(items)}
        parents: dict[str, list[str]] = {item.part.id: [] for item in items}
        for arrow in frame.arrows:
            a, b = holder[arrow.source], holder[arrow.target]
            if number[id(a)] < number[id(b)] and a.part.id not in parents[b.part.id]:
                parents[b.part.id].append(a.part.id)
        sizes = {
            item.part.id: (item.height, item.width) if self.across else (item.width, item.height)
            for item in items
        }
        found = layered(
            [item.part.id for item in items],
            parents,
            sizes,
            self.spacing.gap,
            self.spacing.rank_gap,
            8.0,
        )
        for item in items:
            along, begin = found.places[item.part.id]
            deep, size = found.ends[item.part.id] - begin, sizes[item.part.id]
            aside = begin + (deep - size[1]) / 2
            item.x, item.y = self._point(along - size[0] / 2, aside, size[1], found.depth)
        ways = {}
        for arrow in frame.arrows:
            ends = holder[arrow.source].part.id, holder[arrow.target].part.id
            ways[arrow] = [
                self._point(x, y, 0.0, found.depth)
                for x, begin, end in found.ways.get(ends, [])
                for y in (begin, end)
            ]
        width, height = found.width, found.depth
        return _Level(items, ways, *((height, width) if self.across else (width, height)))

    def _point(self, along: float, aside: float, deep: float, depth: float) -> Point:
        """From a place along a rank and behind the first one, to a place in the picture."""
        if self.turned:
            aside = depth - aside - deep
        return (aside, along) if self.across else (along, aside)

    def _sized(self, part: Box | Frame) -> _Placed:
        if isinstance(part, Box):
            return _Placed(part, part.width, part.height)
        inner = self._arranged(part)
        width = max(inner.width, text_width(part.title, 10, bold=True)) + 2 * _FRAME
        return _Placed(part, width, inner.height + 2 * _FRAME + _HEAD, inner=inner)

    # ------------------------------------------------------------------ painting

    def _place(self, level: _Level, left: float, top: float) -> None:
        for item in level.items:
            x, y = left + item.x, top + item.y
            if isinstance(item.part, Box):
                self.boxes[item.part.id] = x, y, item.width, item.height
                self._painted.append((item.part.id, item.part.title, item.part.paint(x, y)))
                continue
            self.boxes[item.part.id] = x, y, item.width, item.height
            look = Look(self.theme.framed, self.theme.dim, 0.8, dashed=True)
            shapes: list[Shape] = [Rectangle(x, y, item.width, item.height, look, 6.0)]
            title = Text(x + _FRAME, y + 16, item.part.title, self.theme.ink, 10, bold=True)
            self._frames.append((item.part.id, item.part.title, [*shapes, title]))
            assert item.inner is not None
            inside = x + (item.width - item.inner.width) / 2
            self._place(item.inner, inside, y + _FRAME + _HEAD)
        for arrow, way in level.ways.items():
            self._arrows.append((arrow, [(left + x, top + y) for x, y in way]))

    def _way(self, arrow: Arrow, bends: list[Point]) -> tuple[Path, tuple[Point, str] | None]:
        """A curve from the edge of one box to that of another, and where its label is.

        Bent arrows have none: what they carry stands in the box where they begin.
        """
        look = Look(stroke=self.theme.dim, width=1.1)
        source, target = self.boxes[arrow.source], self.boxes[arrow.target]
        if arrow.source == arrow.target:
            x, y, width, height = source
            x, y = x + width, y + height / 2
            loop = ((x + 20, y - 14), (x + 20, y + 14), (x, y + 6))
            return Path((x, y - 6), (loop,), look, arrow=True), None
        start, end = self._edge(source, False), self._edge(target, True)
        if self._is_put and arrow.points:
            curves = tuple(through([start, *bends, end], self.across))
            return Path(start, curves, look, arrow=True), None
        steps = []
        for (x1, y1), (x2, y2) in pairwise([start, *bends, end]):
            if abs(x1 - x2) < 0.5 or abs(y1 - y2) < 0.5:
                steps.append(((x2, y2),))
            elif self.across:
                half = (x1 + x2) / 2
                steps.append(((half, y1), (half, y2), (x2, y2)))
            else:
                half = (y1 + y2) / 2
                steps.append(((x1, half), (x2, half), (x2, y2)))
        is_straight = [len(step) for step in steps] == [1]
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        label = (middle, arrow.label) if arrow.label and is_straight else None
        return Path(start, tuple(steps), look, arrow=True), label

    def _edge(self, box: tuple[float, float, float, float], is_end: bool) -> Point:
        """The middle of the edge of a box where arrows begin, or end."""
        x, y, width, height = box
        far = is_end == self.turned
        if self.across:
            return x + (width if far else 0.0), y + height / 2
        return x + width / 2, y + (height if far else 0.0)

    def _label(self, label: tuple[Point, str]) -> list[Shape]:
        """What stands beside an arrow that leads down, or on one that leads across."""
        (x, y), text = label
        if self.across:
            return [Text(x, y - 4, text, self.theme.dim, 8, anchor="middle", fixed=True)]
        return [Text(x + 5, y + 3, text, self.theme.dim, 8, fixed=True)]

    def _extent(self, label: tuple[Point, str] | None) -> list[float]:
        if label is None:
            return []
        width = text_width(label[1], 8, fixed=True)
        return [label[0][0] + (width / 2 if self.across else width + 5)]


def _names(part: Box | Frame) -> list[str]:
    """The names of all boxes in a part."""
    if isinstance(part, Box):
        return [part.id]
    return [name for inner in part.parts for name in _names(inner)]
