"""A figure of a network, in a style and a theme, for any format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from visualnn.figures.blocks import blocks
from visualnn.figures.diagram import THEMES, Direction, Theme
from visualnn.figures.feature_maps import feature_maps
from visualnn.figures.network import Network
from visualnn.figures.neurons import neurons
from visualnn.figures.painted import painted
from visualnn.figures.scene import Scene
from visualnn.figures.svg import svg_of
from visualnn.figures.tikz import tikz_of
from visualnn.saving.atomic import replacing

STYLES: dict[str, tuple[Callable[[Network, Theme, Direction], Scene], Direction]] = {
    "blocks": (blocks, "down"),
    "feature_maps": (feature_maps, "right"),
    "neurons": (neurons, "right"),
}
"""How each style draws, and where its arrows lead if nobody says."""

DIRECTIONS: tuple[Direction, ...] = ("down", "right", "up", "left")


class Figure:
    """A figure of a network, which a notebook shows and every format has.

    Args:
        network: What to draw.
        style: ``"blocks"`` as on the canvas, ``"feature_maps"`` as stacks of maps, ``"neurons"``
            as circles for units.
        theme: ``"light"``, ``"dark"``, ``"print"`` (black on white) or ``"transparent"``.
        direction: Where arrows lead: ``"down"``, ``"right"``, ``"up"``, ``"left"``; by default
            as is usual in the style.

    Raises:
        ValueError: When there is no such style, theme or direction, or the style cannot draw this
            network.
    """

    def __init__(
        self, network: Network, style: str = "blocks", theme: str = "light", direction: str = ""
    ):
        _check("style", style, STYLES)
        _check("theme", theme, THEMES)
        draw, usual = STYLES[style]
        wanted = direction or usual
        _check("direction", wanted, DIRECTIONS)
        found: Direction = next(known for known in DIRECTIONS if known == wanted)
        self.scene = draw(network, THEMES[theme], found)

    @cached_property
    def svg(self) -> str:
        """The figure as SVG; its groups have the ids of the layers."""
        return svg_of(self.scene)

    @cached_property
    def tikz(self) -> str:
        r"""The figure as a ``tikzpicture``, to ``\\input`` where ``\\usepackage{tikz}`` is said."""
        return tikz_of(self.scene)

    def save(self, path: str | os.PathLike[str], dpi: float = 200.0) -> Path:
        """Write the figure to a file; what its name ends with says the format.

        Args:
            path: A name that ends with ``.svg``, ``.png``, ``.pdf``, ``.tikz`` (a picture to
                input), or ``.tex`` (a document that stands alone).
            dpi: How many dots of a PNG are an inch.

        Returns:
            The path.

        Raises:
            ValueError: When the name ends otherwise.
            ImportError: When matplotlib is needed and not installed.
        """
        target = Path(path)
        ending = target.suffix.lower()
        _check("format", ending, (".svg", ".png", ".pdf", ".tikz", ".tex"))
        match ending:
            case ".svg":
                content = self.svg.encode()
            case ".tikz" | ".tex":
                content = tikz_of(self.scene, alone=ending == ".tex").encode()
            case _:
                content = painted(self.scene, ending.lstrip("."), dpi)
        with replacing(target) as temporary:
            temporary.write_bytes(content)
        return target

    def _repr_svg_(self) -> str:
        return self.svg


def _check(what: str, given: str, known: Iterable[str]) -> None:
    names = list(known)
    if given not in names:
        raise ValueError(
            f"A figure has no {what} {given!r}: there are {', '.join(map(repr, names))}."
        )
