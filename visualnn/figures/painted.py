"""Figures as PNG and PDF, painted by matplotlib."""

from __future__ import annotations

import io
from typing import Any

from visualnn.figures.scene import Circle, Path, Rectangle, Scene, Text
from visualnn.figures.svg import printable

_ALIGNED = {"start": "left", "middle": "center", "end": "right"}


def painted(scene: Scene, file_format: str, dpi: float = 200.0) -> bytes:
    """The figure as the bytes of a file.

    Args:
        scene: The figure.
        file_format: ``"png"`` or ``"pdf"``.
        dpi: How many dots of a PNG are an inch.

    Raises:
        ImportError: When matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise ImportError(
            f"A figure in the format {file_format!r} is painted by matplotlib, which is not "
            'installed: pip install "visualnn[plot]". Without it there are .svg and .tex.'
        ) from problem
    settings: dict[Any, Any] = {
        "pdf.fonttype": 42,
        "font.family": "sans-serif",
        "font.sans-serif": ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"],
    }
    with rc_context(settings):
        figure = Figure((scene.width / 72, scene.height / 72), dpi=dpi)
        figure.patch.set_alpha(0.0)
        if scene.background:
            figure.patch.set(facecolor=scene.background, alpha=1.0)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.set_axis_off()
        for order, shape in enumerate(scene.shapes):
            _paint(axes, shape, order)
        made = io.BytesIO()
        dated = {"CreationDate": None} if file_format == "pdf" else {"Software": None}
        figure.savefig(made, format=file_format, metadata=dated)
    return made.getvalue()


def _paint(axes: Any, shape: object, order: int) -> None:
    from matplotlib import patches

    match shape:
        case Text():
            family = {"family": "monospace"} if shape.fixed else {}
            axes.text(
                shape.x,
                shape.y,
                printable(shape.text).replace("$", r"\$"),
                fontsize=shape.size,
                color=shape.color,
                weight="bold" if shape.bold else "normal",
                ha=_ALIGNED[shape.anchor],
                va="baseline",
                zorder=order,
                **family,
            )
        case Rectangle(x, y, width, height, look, radius) if radius:
            style = f"round,pad=0,rounding_size={radius}"
            box = patches.FancyBboxPatch((x, y), width, height, boxstyle=style, **_look(look))
            axes.add_patch(box).set_zorder(order)
        case Rectangle(x, y, width, height, look):
            axes.add_patch(patches.Rectangle((x, y), width, height, **_look(look), zorder=order))
        case Circle(x, y, radius, look):
            axes.add_patch(patches.Circle((x, y), radius, **_look(look), zorder=order))
        case Path():
            _paint_path(axes, shape, order)
        case _:
            raise TypeError(f"A figure has no {type(shape).__name__}.")


def _paint_path(axes: Any, path: Path, order: int) -> None:
    from matplotlib import patches
    from matplotlib.path import Path as Way

    points, codes = [path.start], [Way.MOVETO]
    for step in path.steps:
        points += step
        codes += [Way.CURVE4] * 3 if len(step) == 3 else [Way.LINETO]
    look = _look(path.look)
    if path.arrow:
        look.update(arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0)
        look["facecolor"] = path.look.stroke
        axes.add_patch(patches.FancyArrowPatch(path=Way(points, codes), **look, zorder=order))
    else:
        axes.add_patch(patches.PathPatch(Way(points, codes), **look, zorder=order))


def _look(look: Any) -> dict[str, Any]:
    return {
        "facecolor": look.fill or "none",
        "edgecolor": look.stroke or "none",
        "linewidth": look.width if look.stroke else 0,
        "linestyle": (0, (4, 3)) if look.dashed else "solid",
    }
