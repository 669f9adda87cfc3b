"""Figures of what is drawn, and of models: for papers, slides and blackboards."""

from __future__ import annotations

import os
from typing import Any

from visualnn.builder.document import Document
from visualnn.builder.live import document_of
from visualnn.builder.networks import network_of
from visualnn.builder.sentences import say
from visualnn.figures.figure import Figure


def figure_of(
    document: Document, style: str = "blocks", theme: str = "light", depth: int = 0, to: str = ""
) -> Figure:
    """The figure of a drawing; see :func:`figure`.

    Raises:
        ValueError: When the depth is no number of levels, or the style cannot draw this.
    """
    if not isinstance(depth, int) or depth < 0:
        raise ValueError(
            say(
                "The depth of a figure is 0 or more levels of submodels, not {depth}.",
                depth=repr(depth),
            )
        )
    canvas = document.canvas.direction
    if style == "blocks":
        to = to or canvas
    return Figure(network_of(document, depth, placed=to == canvas), style, theme, to)


def figure(
    model: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    style: str = "blocks",
    theme: str = "light",
    depth: int = 0,
    direction: str = "",
    dpi: float = 200.0,
) -> Figure:
    """Draw a figure of a model, and save it if there is a path.

    Args:
        model: A functional or sequential model, or a builder.
        path: A name that ends with ``.svg``, ``.png``, ``.pdf``, ``.tikz`` or ``.tex``.
        style: ``"blocks"`` as on the canvas, ``"feature_maps"`` as stacks of maps, ``"neurons"``
            as circles for units.
        theme: ``"light"``, ``"dark"``, ``"print"`` (in grays) or ``"transparent"``.
        depth: How many levels of models inside the model are opened, each in a frame.
        direction: Where arrows lead: ``"down"``, ``"right"``, ``"up"``, ``"left"``; by default as
            on the canvas, or as is usual in the style.
        dpi: How many dots of a PNG are an inch.

    Returns:
        The figure, which a notebook shows; it has ``svg``, ``tikz`` and ``save``.

    Raises:
        ValueError: When there is no such style, theme, direction or format, or the style cannot
            draw this model.
        ImportError: When PNG or PDF is wanted and matplotlib is not installed.
    """
    document = getattr(model, "document", None) or document_of(model)
    made = figure_of(document, style, theme, depth, direction)
    if path is not None:
        made.save(path, dpi)
    return made
