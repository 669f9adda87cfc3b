"""The style of textbooks: a circle for each unit, a line for each weight.

It is for networks of dense layers, one after the other.  Of wide layers some units are drawn, with
dots in the middle for the others.
"""

from __future__ import annotations

from itertools import pairwise

from visualnn.figures.diagram import Direction, Theme
from visualnn.figures.feature_maps import mixed, without
from visualnn.figures.network import Layer, Network
from visualnn.figures.scene import Circle, Look, Path, Point, Scene, Shape, Text, text_width

_RADIUS, _APART, _BETWEEN, _MARGIN = 7.0, 20.0, 96.0, 16.0
_MOST = 9
_TOLD = frozenset({"Regularization", "Activation", "Normalization", "Reshape"})


def neurons(network: Network, theme: Theme, direction: Direction) -> Scene:
    """The network as columns of units.

    Raises:
        ValueError: When it is no chain of layers with vectors between them.
    """
    layers = _chain(without(network, _TOLD), network)
    across = direction in ("right", "left")
    columns = [_units(layer) for layer in layers]
    widest = max(text for layer in layers for text in map(text_width, _words(layer)))
    apart = max(_BETWEEN, widest + 14)
    longest = max((len(column) - 1) * _APART for column in columns)
    ends = [widest / 2 + _MARGIN, longest / 2 + _RADIUS + _MARGIN]
    places: list[list[Point]] = []
    order = list(range(len(layers)))
    if direction in ("left", "up"):
        order.reverse()
    step = apart if across else max(_BETWEEN * 0.8, 60.0)
    first = ends[0] if across else _RADIUS + _MARGIN
    for i, column in zip(order, columns, strict=True):
        deep = first + step * i
        begin = ends[1] - (len(column) - 1) * _APART / 2
        along = [begin + _APART * j for j in range(len(column))]
        places.append([(deep, y) if across else (y, deep) for y in along])
    length = 2 * first + step * (len(layers) - 1) if across else _MARGIN * 2 + step * (
        len(layers) - 1
    ) + 2 * _RADIUS  # fmt: skip
    high = 2 * ends[1]
    size = (length, high + 26) if across else (high + widest + 12, length)
    scene = Scene(*size, theme.background, network.title)
    line = Look(stroke=mixed(theme.dim, theme.background or "#ffffff", 0.45), width=0.5)
    for (a, b), (from_, to) in zip(pairwise(columns), pairwise(places), strict=True):
        lines = [
            Path(p, ((q,),), line)
            for unit, p in zip(a, from_, strict=True)
            for other, q in zip(b, to, strict=True)
            if unit is not None and other is not None
        ]
        scene.add(f"weights-{len(scene.groups)}", "", lines)
    for layer, column, at in zip(layers, columns, places, strict=True):
        shapes = _painted(layer, column, at, theme)
        middle = at[0][0]
        for i, text in enumerate(_words(layer)):
            style = (theme.ink if i == 0 else theme.dim, 9.0, i == 0)
            if across:
                place = (middle, high + 8 + 12 * i)
                shapes.append(Text(*place, text, *style, anchor="middle"))
            else:
                shapes.append(Text(high + 4, at[0][1] + 12 * i, text, *style))
        scene.add(layer.id, layer.title, shapes)
    return scene


def _words(layer: Layer) -> list[str]:
    return [layer.kind, layer.size]


def _units(layer: Layer) -> list[int | None]:
    """The units that are drawn; ``None`` is where dots stand for the others."""
    count = (layer.shape or (1,))[-1] or 1
    if count <= _MOST:
        return list(range(count))
    half = _MOST // 2
    return [*range(half), None, *range(count - half, count)]


def _painted(
    layer: Layer, column: list[int | None], places: list[Point], theme: Theme
) -> list[Shape]:
    color = theme.color(layer.color, layer.color_dark)
    look = Look(mixed(color, theme.paper, 0.28), color, 1.0)
    shapes: list[Shape] = []
    for unit, (x, y) in zip(column, places, strict=True):
        if unit is not None:
            shapes.append(Circle(x, y, _RADIUS, look))
            continue
        across = places[0][0] == places[-1][0]
        for step in (-4.5, 0.0, 4.5):
            dot = (x, y + step) if across else (x + step, y)
            shapes.append(Circle(*dot, 1.1, Look(theme.dim)))
    return shapes


def _chain(network: Network, whole: Network) -> list[Layer]:
    layers = list(network.layers)
    wires = list(dict.fromkeys(network.all_wires))
    ids = [layer.id for layer in layers]
    if not layers or wires != list(pairwise(ids)):
        raise ValueError(
            f"The style 'neurons' is for layers one after the other, but {whole.title!r} has "
            "branches. Draw it in the style 'blocks' or 'feature_maps'."
        )
    for layer in layers:
        if layer.shape is None or len(layer.shape) != 1:
            raise ValueError(
                f"The style 'neurons' draws vectors, but out of {layer.name!r} comes "
                f"{layer.size or 'what nobody knows'}. Draw it in the style 'feature_maps'."
            )
    return layers
