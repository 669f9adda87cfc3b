"""Settings that many layers share: where images have their channels, and seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from visualnn.defaults import image_data_format
from visualnn.settings import Kind

_FORMATS = ("channels_last", "channels_first")


def data_format(x: Any) -> str:
    """A data format by its name; of ``None``, the usual one.

    Raises:
        ValueError: When there is none of this name.
    """
    if x is None:
        return image_data_format()
    if not isinstance(x, str) or x.lower() not in _FORMATS:
        raise ValueError(f"must be one of {', '.join(map(repr, _FORMATS))}, but is {x!r}.")
    return x.lower()


DataFormat = Annotated[str, Kind("data format", data_format, str, lambda: list(_FORMATS))]
"""The type of a setting that says where images have their channels."""


def channel_axis(form: str) -> int:
    """The axis of the channels."""
    return -1 if form == "channels_last" else 1


def spatial_axes(form: str, rank: int) -> tuple[int, ...]:
    """The axes of rows, columns, ... of a batch of images with this many of them."""
    first = 1 if form == "channels_last" else 2
    return tuple(range(first, first + rank))


def along(axes: Sequence[int], items: Sequence[Any], ndim: int, other: Any) -> tuple[Any, ...]:
    """One item for each of ``ndim`` axes: ``items`` for these axes, ``other`` for the rest."""
    found = [other] * ndim
    for axis, item in zip(axes, items, strict=True):
        found[axis] = item
    return tuple(found)
