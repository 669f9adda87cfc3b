"""The style of papers on convolutional networks: feature maps as stacks, vectors as columns.

A map is drawn the larger the more places it has, a stack the thicker the more channels there are;
both by their logarithms, so that a figure has room for the first layer and for the last.

Source of the style: LeCun, Bottou, Bengio and Haffner (1998), figure 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from visualnn.figures.diagram import Box, Direction, Spacing, Theme, drawn
from visualnn.figures.network import Layer, Network
from visualnn.figures.scene import (
    Look,
    Rectangle,
    Scene,
    Shape,
    Text,
    shortened,
    text_width,
)

_MOST_SHEETS, _STEP = 14, 3.2
_NAME, _SIZE = 9.0, 8.0
_HIDDEN = frozenset({"Regularization", "Activation"})


def feature_maps(network: Network, theme: Theme, direction: Direction) -> Scene:
    """The network as stacks and columns, without dropout and activations: they change no shape."""
    shown = without(network, _HIDDEN)

    def box_of(layer: Layer) -> Box:
        stack, width, height = _drawn(layer, theme)
        names = [shortened(layer.kind, 112, _NAME, bold=True), layer.size]
        widest = max(width, text_width(names[0], _NAME, bold=True), text_width(names[1], _SIZE))

        def paint(x: float, y: float) -> Sequence[Shape]:
            middle = x + widest / 2
            return [
                *(_moved(shape, middle - width / 2, y) for shape in stack),
                Text(middle, y + height + 14, names[0], theme.ink, _NAME, True, "middle"),
                Text(middle, y + height + 25, names[1], theme.dim, _SIZE, anchor="middle"),
            ]

        return Box(layer.id, layer.title, widest, height + 28, paint)

    return drawn(shown.framed(box_of, False), theme, direction, Spacing(18.0, 24.0, 14.0))


def without(network: Network, families: frozenset[str]) -> Network:
    """The network without the layers of some families; wires lead past them."""
    gone = {layer.id for layer in network.layers if layer.family in families}
    wires = list(network.all_wires)
    sources: dict[str, list[str]] = {}
    for a, b in wires:
        sources.setdefault(b, []).append(a)
    gone = {name for name in gone if len(sources.get(name, ())) == 1}

    def past(name: str) -> str:
        while name in gone:
            name = sources[name][0]
        return name

    def left(part: Network) -> Network:
        parts = [
            x if isinstance(x, Layer) else left(x)
            for x in part.parts
            if not (isinstance(x, Layer) and x.id in gone)
        ]
        kept = [(past(a), b) for a, b in part.wires if b not in gone]
        return Network(part.id, part.title, parts, kept)

    return left(network)


def _drawn(layer: Layer, theme: Theme) -> tuple[list[Rectangle], float, float]:
    """The shapes of a layer's output, from the top left corner, and their size."""
    color = theme.color(layer.color, layer.color_dark)
    shape = [size or 1 for size in layer.shape or (1,)]
    look = Look(mixed(color, theme.paper, 0.28), color, 0.8)
    if len(shape) >= 3:  # a picture, or a volume of which a slice is drawn
        high, wide = _side(shape[-3]), _side(shape[-2])
        return _stack(shape[-1], wide, high, look)
    if len(shape) == 2:  # a sequence: a row of columns
        return _stack(shape[-2], 9.0, _side(shape[-1] * 2), look)
    height = min(110.0, 14.0 + 12.0 * math.log2(1 + shape[0]))
    lines = _marks(9.0, height, look, min(12, shape[0]))
    return lines, 9.0, height


def _side(places: int) -> float:
    return 10.0 + 11.0 * math.log2(1 + places)


def _stack(
    count: int, width: float, height: float, look: Look
) -> tuple[list[Rectangle], float, float]:
    """Sheets, one behind the other."""
    sheets = max(1, min(_MOST_SHEETS, round(2.2 * math.log2(1 + count))))
    depth = _STEP * (sheets - 1)
    shapes = [
        Rectangle(_STEP * i, _STEP * (sheets - 1 - i), width, height, look)
        for i in reversed(range(sheets))
    ]
    return shapes, width + depth, height + depth


def _marks(width: float, height: float, look: Look, count: int) -> list[Rectangle]:
    """A column of so many cells."""
    step = height / count
    return [Rectangle(0.0, step * i, width, step, look) for i in range(count)]


def _moved(shape: Rectangle, dx: float, dy: float) -> Rectangle:
    return replace(shape, x=shape.x + dx, y=shape.y + dy)


def mixed(color: str, other: str, share: float) -> str:
    """A colour mixed with another one, of which it is a share."""
    first, second = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (color, other))
    parts = (round(a * share + b * (1 - share)) for a, b in zip(first, second, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)
