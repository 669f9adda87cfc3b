"""The curves of a run as a picture: what a notebook shows where the dashboard is gone.

It is drawn for light backgrounds, as :mod:`visualnn.builder.figure` is.
"""

# pyright: strict

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

from visualnn.builder.sentences import counted
from visualnn.figures.svg import printable
from visualnn.widgets.messages import Curve, TrainingView

_WIDTH, _HEIGHT = 450, 190
_PLOT = (44, 26, 290, 132)
"""Where the lines of a chart are: left, top, width, height; the labels stand to the right."""
_PER_ROW, _MOST, _MOST_POINTS = 2, 8, 200
_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_TEXT, _DIM, _LINE = "#1b1f24", "#57606a", "#d0d7de"
_TRAINING, _VALIDATION = "#0072b2", "#c24e00"


def svg_of(view: TrainingView) -> str:
    """The curves of a run, and how it went, as SVG."""
    curves = [curve for curve in view.curves if curve.training or curve.validation]
    shown = curves[:_MOST]
    columns = min(_PER_ROW, max(1, len(shown)))
    width = columns * _WIDTH
    rows = math.ceil(len(shown) / _PER_ROW)
    parts = [
        _chart(curve, 8 + i % _PER_ROW * _WIDTH, 8 + i // _PER_ROW * _HEIGHT)
        for i, curve in enumerate(shown)
    ]
    y = 8 + rows * _HEIGHT
    more = len(curves) - len(shown)
    lines = [_state(view), *([f"and {counted(more, 'more measure')}"] if more else [])]
    lines += wrap(view.error or view.sentence, width // 7)
    for i, line in enumerate(lines):
        parts.append(_text(16, y + 14 + 18 * i, line, _TEXT if i == 0 else _DIM, 12, i == 0))
    height = y + 18 * len(lines) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{_SANS}">'
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def text_of(view: TrainingView) -> str:
    """How a run went in one line, as a terminal shows it."""
    last = [f"{c.name} {number(c.training[-1])}" for c in view.curves if c.training]
    last += [f"val_{c.name} {number(c.validation[-1])}" for c in view.curves if c.validation]
    return f"<Training: {', '.join([_state(view), *last])}>"


def _state(view: TrainingView) -> str:
    epochs = counted(view.epochs, "epoch")
    if view.status == "done":
        word = "Trained for" if view.epoch >= view.epochs else f"Trained for {view.epoch:,} of"
        return f"{word} {epochs}"
    if view.status == "failed":
        return f"Training failed in epoch {view.epoch:,} of {epochs}"
    return f"Training: epoch {view.epoch:,} of {epochs}"


def number(value: float) -> str:
    """A measure with four significant digits: 0.9664, 1.23e-05."""
    size = abs(value)
    if size and (size < 0.001 or size >= 1e6):
        return f"{value:.2e}"
    return f"{value:.{4 if size < 1 else max(0, 3 - int(math.log10(size)))}f}"


def _chart(curve: Curve, left: float, top: float) -> str:
    x0, y0, width, height = _PLOT
    x0, y0 = x0 + left, y0 + top
    values = [*curve.training, *curve.validation]
    low, high = min(values), max(values)
    air = (high - low) * 0.06 or abs(high) * 0.1 or 0.5
    low, high = low - air, high + air
    last = max(len(curve.training), len(curve.validation), 2)

    def place(epoch: float, value: float) -> tuple[float, float]:
        x = x0 + width * (epoch - 1) / (last - 1)
        return x, y0 + height * (high - value) / (high - low)

    name = curve.name.replace("_", " ")
    parts = [_text(left + 8, top + 14, name[:1].upper() + name[1:], _TEXT, 12, True)]
    for value, said in _ticks(low, high, 4):
        y = place(1, value)[1]
        parts.append(f'<path d="M{_n(x0)},{_n(y)}h{width}" stroke="{_LINE}"/>')
        parts.append(_text(x0 - 6, y + 4, said, _DIM, 11, anchor="end"))
    for epoch, said in _ticks(1, last, 6, least=1):
        middle = place(epoch, low)[0]
        parts.append(_text(middle, y0 + height + 16, said, _DIM, 11, anchor="middle"))
    parts.append(_text(x0 + width + 14, y0 + height + 16, "epoch", _DIM, 11))
    ends: list[tuple[float, float, str, str]] = []
    for line, color in (("training", _TRAINING), ("validation", _VALIDATION)):
        points: Sequence[float] = getattr(curve, line)
        if not points:
            continue
        dashes = ' stroke-dasharray="5,4"' if line == "validation" else ""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in (place(*p) for p in _thinned(points)))
        if len(points) == 1:
            x, y = place(1, points[0])
            parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" fill="{color}"/>')
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"'
            f' stroke-linejoin="round"{dashes}/>'
        )
        ends.append((*place(len(points), points[-1]), color, f"{line} {number(points[-1])}"))
    return "".join([*parts, *_labels(ends)])


def _labels(ends: list[tuple[float, float, str, str]]) -> Iterator[str]:
    """The names of the lines at their ends, moved apart where one would lie on the other."""
    ys = [y for _, y, _, _ in ends]
    if len(ys) == 2 and abs(ys[0] - ys[1]) < 14:
        middle, sign = sum(ys) / 2, 1 if ys[0] <= ys[1] else -1
        ys = [middle - 7 * sign, middle + 7 * sign]
    right = max((x for x, *_ in ends), default=0)
    for (_, _, color, said), y in zip(ends, ys, strict=True):
        yield _text(right + 8, y + 4, said, color, 11)


def _thinned(values: Sequence[float]) -> Iterator[tuple[float, float]]:
    """The epochs and values of a line, few enough for a picture; the last is among them."""
    step = math.ceil(len(values) / _MOST_POINTS)
    for i in range(len(values) - 1, -1, -step):
        yield i + 1, values[i]


def _ticks(low: float, high: float, most: int, least: float = 0) -> Iterator[tuple[float, str]]:
    """Round numbers between two, at most so many, with the digits that tell them apart."""
    raw = max((high - low) / most, least, 1e-12)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s for s in (power, 2 * power, 5 * power, 10 * power) if s >= raw * 0.999)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    for i in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield i * step, f"{i * step:,.{digits}f}"


def _text(
    x: float,
    y: float,
    text: str,
    color: str,
    size: int,
    bold: bool = False,
    anchor: str = "",
) -> str:
    more = ' font-weight="600"' if bold else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    said = escape(printable(text))
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{color}"{more}>{said}</text>'


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
