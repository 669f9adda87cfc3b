"""How shapes and settings are said, in any language."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Shape = Sequence[int | None]


def shape_text(shape: Shape) -> str:
    """``(?, 28, 28, 32)``."""
    inner = ", ".join("?" if size is None else str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def pill_text(shape: Shape) -> str:
    """What a wire shows: the shape of one example, ``28 × 28 × 32``."""
    return " × ".join("?" if size is None else f"{size}" for size in shape[1:]) or "number"


def setting_text(name: str, value: Any) -> str:
    """A setting as a person would say it where its name goes without saying: ``3×3``, ``same``."""
    match value:
        case True:
            return name.removeprefix("use_").replace("_", " ")
        case False:
            return f"no {name.removeprefix('use_').replace('_', ' ')}"
        case list() | tuple():
            return "×".join(_plain(item) for item in value)
        case dict():
            return str(value.get("class_name", name))
        case _:
            return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "?" if value is None else str(value)
