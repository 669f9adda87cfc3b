"""A table drawn with characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_LEAST = 6  # characters of a column


def table(
    titles: list[str],
    rows: list[list[str]],
    right: list[bool],
    width: int,
    positions: Any = None,
) -> str:
    """Draw a table; texts that are too long go on in the next line of their cell.

    Args:
        titles: The titles of the columns.
        rows: The texts of the cells.
        right: Which columns are aligned to the right.
        width: How wide the table may be.
        positions: Where the columns end, as shares of the width or as characters; by default they
            are as wide as their texts, if there is room.
    """
    if positions is None:
        widths = _fitting_widths([titles, *rows], width - len(titles) * 3 - 1)
    else:
        widths = _given_widths(positions, len(titles), width)
    lines = [_rule("┏", "━", "┳", "┓", widths), _line(titles, widths, right, "┃")]
    lines.append(_rule("┡", "━", "╇", "┩", widths))
    for i, row in enumerate(rows):
        if i:
            lines.append(_rule("├", "─", "┼", "┤", widths))
        lines.append(_line(row, widths, right, "│"))
    lines.append(_rule("└", "─", "┴", "┘", widths))
    return "\n".join(lines)


def _fitting_widths(rows: list[list[str]], room: int) -> list[int]:
    """As wide as the longest texts, or narrower where there is no room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    while sum(widths) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _given_widths(positions: Sequence[float], columns: int, width: int) -> list[int]:
    if len(positions) < columns:
        raise ValueError(
            f"`positions` must have {columns} numbers, one for each column, "
            f"but has {len(positions)}."
        )
    ends = [int(p * width) if p <= 1 else int(p) for p in positions[:columns]]
    starts = [0, *ends[:-1]]
    return [max(end - start - 3, _LEAST) for start, end in zip(starts, ends, strict=True)]


def _rule(left: str, line: str, between: str, right: str, widths: list[int]) -> str:
    return left + between.join(line * (width + 2) for width in widths) + right


def _line(cells: list[str], widths: list[int], right: list[bool], bar: str) -> str:
    """One row, which takes several lines where texts are long."""
    parts = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for i in range(max(map(len, parts))):
        drawn = []
        for part, width, to_right in zip(parts, widths, right, strict=True):
            text = part[i] if i < len(part) else ""
            drawn.append(text.rjust(width) if to_right else text.ljust(width))
        lines.append(f"{bar} " + f" {bar} ".join(drawn) + f" {bar}")
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    """A text in lines of this width, broken at spaces, or within words that are too long."""
    indent = len(text) - len(text.lstrip())
    lines, line = [], text[:indent]
    for word in text.split():
        joined = f"{line} {word}" if line.strip() else line + word
        if len(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
        while len(word) > width:
            lines.append(word[:width])
            word = word[width:]
        line = word
    return [*lines, line]
