"""The style of the canvas: a block for each layer, with its settings, shape and parameters."""

from __future__ import annotations

from collections.abc import Sequence

from visualnn.figures.diagram import Box, Direction, Spacing, Theme, drawn
from visualnn.figures.network import Layer, Network
from visualnn.figures.scene import (
    Circle,
    Look,
    Path,
    Rectangle,
    Scene,
    Shape,
    Text,
    shortened,
    text_width,
)

WIDTH, HEIGHT = 192.0, 72.0
_BAND = 4.0


def blocks(network: Network, theme: Theme, direction: Direction) -> Scene:
    """The network as blocks; where they lie on the canvas, if it is all of the canvas."""

    def box_of(layer: Layer) -> Box:
        def paint(x: float, y: float) -> Sequence[Shape]:
            return _block(layer, theme, x, y)

        return Box(layer.id, layer.title, WIDTH, HEIGHT, paint, layer.place)

    whole = network.framed(box_of, True)
    labels = max((text_width(layer.size, 8, fixed=True) for layer in network.layers), default=0.0)
    rank_gap = labels + 24 if direction in ("right", "left") else 44.0
    return drawn(whole, theme, direction, Spacing(32.0, rank_gap, 16.0))


def _block(layer: Layer, theme: Theme, x: float, y: float) -> Sequence[Shape]:
    color = theme.color(layer.color, layer.color_dark)
    name_room = WIDTH - 52 - 8.2 * len(layer.kind)
    count = f"{layer.parameters:,}" if layer.parameters else ""
    rule = Look(stroke=theme.line, width=0.6)
    shapes: list[Shape] = [
        Rectangle(x, y, WIDTH, HEIGHT, Look(theme.paper, theme.line), 6.0),
        Rectangle(x, y + 6, _BAND, HEIGHT - 12, Look(color), 0.0),
        *_sign(layer, color, x + 18, y + 17),
        Text(x + 32, y + 21, layer.kind, theme.ink, 13, bold=True),
        Path((x + _BAND, y + 49.5), (((x + WIDTH, y + 49.5),),), rule),
        Text(x + 14, y + 40, shortened(layer.said, WIDTH - 24, 11), theme.dim, 11),
        Text(x + 14, y + 64, layer.size, theme.dim, 10, fixed=True),
        Text(x + WIDTH - 10, y + 64, count, theme.dim, 10, anchor="end", fixed=True),
    ]
    if name_room > 24:
        name = shortened(layer.name, name_room, 10)
        shapes.append(Text(x + WIDTH - 10, y + 21, name, theme.dim, 10, anchor="end"))
    return shapes


def _sign(layer: Layer, color: str, x: float, y: float) -> Sequence[Shape]:
    """The family's sign, drawn, because not every font has it: shapes of its kind."""
    look, line = Look(color), Look(stroke=color, width=1.3)
    filled = {"Convolution": 4, "Core": 2, "Image": 3}
    if layer.family in filled:  # a grid, finer for convolutions
        return [Rectangle(x - 5, y - 5, 10, 10, line)] + [
            Rectangle(x - 4 + i * step, y - 4 + j * step, step * 0.55, step * 0.55, look)
            for step in (8 / filled[layer.family],)
            for i in range(filled[layer.family])
            for j in range(filled[layer.family])
        ]
    ways = _SIGNS.get(layer.family)
    if ways is None:
        return [Circle(x, y, 4.5, line), Circle(x, y, 1.6, look)]
    return [
        Path((x + a, y + b), tuple(((x + c, y + d),) for c, d in rest), line)
        for (a, b), *rest in ways
    ]


_SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "Input": [[(-4, -5), (5, 0), (-4, 5), (-4, -5)]],
    "Pooling": [[(-5, -4), (5, -4), (0, 5), (-5, -4)]],
    "Normalization": [[(-5, -2), (-2, -4), (2, 0), (5, -2)], [(-5, 4), (-2, 2), (2, 5), (5, 3)]],
    "Regularization": [[(-5, 0), (-4, 0)], [(-1, 0), (0, 0)], [(3, 0), (4, 0)]],
    "Merge": [[(-5, 0), (5, 0)], [(0, -5), (0, 5)]],
    "Reshape": [[(-5, -2), (5, -2), (2, -5)], [(5, 2), (-5, 2), (-2, 5)]],
    "Recurrent": [[(4, -3), (0, -5), (-4, -3), (-5, 1), (-2, 5), (3, 4), (5, 1), (2, 1)]],
    "Activation": [[(-5, 4), (-1, 4), (1, -4), (5, -4)]],
    "Model": [[(-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5)], [(-2, 0), (2, 0)]],
    "Wrapper": [
        [(-5, -5), (2, -5), (2, 2), (-5, 2), (-5, -5)],
        [(-2, 5), (5, 5), (5, -2)],
    ],
    "Operation": [[(4, -5), (1, -4), (-1, 4), (-4, 5)], [(-3, 0), (3, 0)]],
}
