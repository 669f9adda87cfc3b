"""A network as figures tell it: layers with shapes, submodels around some of them, wires."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from visualnn.figures.diagram import Arrow, Box, Frame
from visualnn.figures.scene import Point

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Layer:
    """One layer, or one call of it.

    Attributes:
        id: What wires call it, the same in each figure of the network.
        kind: Its class: ``Conv2D``.
        name: Its own name.
        said: Its settings, as a person says them.
        family: What it belongs to, with a colour for light and dark backgrounds.
        shape: What comes out, without the batch; ``None`` where nobody knows.
        parameters: How many numbers it learns.
        place: Where it lies on the canvas.
    """

    id: str
    kind: str
    name: str
    said: str
    family: str
    color: str
    color_dark: str
    shape: Shape | None
    parameters: int = 0
    place: Point | None = None

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return " · ".join(filter(None, (self.kind, self.name, self.said, self.size)))

    @property
    def size(self) -> str:
        """The shape of what comes out, ``28 × 28 × 16``."""
        return "" if self.shape is None else size_text(self.shape)


def size_text(shape: Shape) -> str:
    """A shape as it is written in papers."""
    return " × ".join("?" if size is None else str(size) for size in shape) or "1"


@dataclass
class Network:
    """Layers and submodels, each after those it needs, and the wires between them.

    Attributes:
        id: What it is called in figures.
        title: Its name.
        parts: Its layers and submodels.
        wires: From layer to layer; both may be inside submodels.
        points: What wires are led through where layers lie as somebody has put them.
    """

    id: str
    title: str
    parts: list[Layer | Network] = field(default_factory=list)
    wires: list[tuple[str, str]] = field(default_factory=list)
    points: dict[tuple[str, str], tuple[Point, ...]] = field(default_factory=dict)

    @property
    def layers(self) -> Iterator[Layer]:
        """All layers, also those of submodels."""
        for part in self.parts:
            if isinstance(part, Layer):
                yield part
            else:
                yield from part.layers

    @property
    def all_wires(self) -> Iterator[tuple[str, str]]:
        """All wires, also those of submodels."""
        yield from self.wires
        for part in self.parts:
            if isinstance(part, Network):
                yield from part.all_wires

    def framed(self, box_of: Callable[[Layer], Box], labelled: bool) -> Frame:
        """The network as boxes in frames.

        Args:
            box_of: How a layer is drawn.
            labelled: Whether wires say the shape that flows.
        """
        sizes = {layer.id: layer.size for layer in self.layers}
        return self._framed(box_of, sizes if labelled else {})

    def _framed(self, box_of: Callable[[Layer], Box], sizes: dict[str, str]) -> Frame:
        parts = [
            box_of(part) if isinstance(part, Layer) else part._framed(box_of, sizes)
            for part in self.parts
        ]
        arrows = [
            Arrow(a, b, sizes.get(a, ""), self.points.get((a, b), ()))
            for a, b in dict.fromkeys(self.wires)
        ]
        return Frame(self.id, self.title, parts, arrows)
