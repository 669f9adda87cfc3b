"""Settings that layers for pictures share: how much is changed at most, and ranges of values."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Annotated, Any

import numpy as np

from visualnn.settings import Kind


def numbers_of(x: Any) -> tuple | None:
    """One or two numbers as a tuple; ``None`` if it is anything else."""
    found = tuple(x) if isinstance(x, list | tuple | np.ndarray) else (x,)
    good = all(isinstance(n, Real) and not isinstance(n, bool) for n in found)
    return found if good and 1 <= len(found) <= 2 else None


def amount(
    least: float,
    most: float = 1,
    begin: Callable[[float], float] | None = None,
    strict: bool = False,
) -> Kind:
    """What a setting may be that is one number, or the least and the greatest that are drawn.

    Args:
        least: The least number that one alone may be.
        most: The greatest number.
        begin: Where the range begins that one number stands for; by default at its negative, or
            at ``least`` if that is greater.
        strict: Whether the lesser of two may not be below ``least`` either; else it may be -1.
    """

    def convert(x: Any) -> tuple[float, float]:
        found = numbers_of(x)
        bottom = least if found and (len(found) == 1 or strict) else -1
        if not found or not all(bottom <= n <= most for n in found):
            raise ValueError(f"must be a number from {least} to {most}, or two, but is {x!r}.")
        if len(found) == 2:
            return min(found), max(found)
        return (max(-abs(found[0]), least) if begin is None else begin(found[0])), abs(found[0])

    return Kind("numbers", convert, list)


EitherWay = Annotated[Any, amount(-1)]
"""Up to a number either way."""

Share = Annotated[Any, amount(0)]
"""From none to a number."""


def _as_pair(x: Any) -> tuple:
    found = numbers_of(x)
    if not found or len(found) != 2:
        raise ValueError(f"must be two numbers, the least and the greatest, but is {x!r}.")
    return min(found), max(found)


ValueRange = Annotated[Any, Kind("numbers", _as_pair, list)]


def one_of(*names: str) -> Kind:
    """What a setting may be that is one of these words; others are not implemented in Keras."""

    def convert(x: Any) -> str:
        if x not in names:
            known = ", ".join(map(repr, names))
            raise NotImplementedError(f"{x!r} is not one of the words that are known: {known}.")
        return x

    return Kind("word", convert, str, lambda: list(names))


Mixing = Annotated[str, one_of("bilinear", "nearest")]
FillMode = Annotated[str, one_of("reflect", "wrap", "constant", "nearest")]
WideFillMode = Annotated[str, one_of("reflect", "wrap", "constant", "nearest", "mirror")]
