"""Layers that spread the values of pictures evenly: they count how often each occurs."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn import primitives as p
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_settings import ValueRange
from visualnn.layers.pictures import FAMILY, Pictures, in_range
from visualnn.serialization import public
from visualnn.spec import Spec

__all__ = ["FAMILY", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization"]

BYTES = (0, 255)


def counts(values: Any, number: int) -> Any:
    """How often each whole number below ``number`` occurs in each line: (lines, number)."""
    lines = ops.shape(values)[0]
    places = ops.expand_dims(ops.arange(lines, dtype="int32"), 1) * number + values
    places = ops.reshape(places, (-1,))
    ones = ops.ones_like(places, dtype="float32")
    none = ops.zeros((lines * number,), "float32")
    return ops.reshape(p.put_sum(ones, places, none, axis=0), (-1, number))


def _channels_last(images: Any, layer: Pictures) -> Any:
    return images if layer.data_format == "channels_last" else ops.transpose(images, (0, 2, 3, 1))


def _turned_back(images: Any, layer: Pictures) -> Any:
    return images if layer.data_format == "channels_last" else ops.transpose(images, (0, 3, 1, 2))


@public("keras.layers")
@declared(config=("bins", "value_range"))
class Equalization(Pictures):
    """Replaces values by their ranks, so that each occurs about as often as any other.

    The ranks are those in the whole batch, for each channel.

    Args:
        value_range: The least and the greatest value that pictures have.
        bins: How many values are told apart.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    value_range: ValueRange = BYTES
    bins: int = setting(256, minimum=2)
    data_format: DataFormat = setting(None)

    def transform_images(self, images, transformation=None, training=True):
        if not training:
            return images
        images = in_range(images, self.value_range, BYTES, self.compute_dtype)
        lines = ops.transpose(_channels_last(images, self), (3, 0, 1, 2))
        channels = ops.shape(lines)[0]
        values = ops.reshape(lines, (channels, -1))  # of the whole batch, as in Keras
        last = self.bins - 1
        bins = ops.cast(ops.clip(ops.floor(values * (last / 255)), 0, last), "int32")
        ranks = ops.cumsum(counts(bins, self.bins), axis=1)
        total = ranks[:, -1:]
        first = ops.min(ops.where(ranks > 0, ranks, total), axis=1, keepdims=True)
        span = total - first
        table = ops.round((ranks - first) * 255 / ops.maximum(span, 1))
        made = ops.take_along_axis(table, bins, axis=1)
        made = ops.where(span > 0, ops.cast(made, values.dtype), values)
        made = ops.transpose(ops.reshape(made, ops.shape(lines)), (1, 2, 3, 0))
        made = _turned_back(made, self)
        return in_range(made, BYTES, self.value_range, self.compute_dtype)


@public("keras.layers")
@declared(config=("value_range", "clip_limit", "tile_grid_size"))
class ContrastLimitedAdaptiveHistogramEqualization(Pictures):
    """Equalises pictures piece by piece, and only so far that noise does not become strong.

    Each pixel mixes what the pieces around it make of it.  Zuiderveld, "Contrast limited adaptive
    histogram equalization", 1994.

    Args:
        value_range: The least and the greatest value that pictures have.
        clip_limit: How many times more often than on average a value may count; with zero, there
            is no limit.
        tile_grid_size: How many pieces there are, down and across.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    value_range: ValueRange = BYTES
    clip_limit: float = 4.0
    tile_grid_size: tuple[int, int] = (8, 8)
    data_format: DataFormat = setting(None)

    def transform_images(self, images, transformation=None, training=True):
        dtype = Spec.of(images).dtype
        images = in_range(images, self.value_range, BYTES, self.compute_dtype)
        images = _channels_last(images, self)
        bins = ops.cast(ops.clip(images, *BYTES), "int32")
        made = self._mixed(bins, self._tables(bins))
        made = _turned_back(ops.cast(made, self.compute_dtype), self)
        return ops.cast(in_range(made, BYTES, self.value_range, self.compute_dtype), dtype)

    def _tables(self, bins: Any) -> Any:
        """What each piece makes of each value: (pictures * down * across * channels, 256)."""
        down, across = self.tile_grid_size
        batch, height, width, channels = ops.shape(bins)
        frame = ((0, 0), (0, -height % down), (0, -width % across), (0, 0))
        pieces = ops.pad(bins, frame, mode="symmetric")
        rows, columns = -(-height // down), -(-width // across)
        pieces = ops.reshape(pieces, (batch, down, rows, across, columns, channels))
        lines = ops.reshape(ops.transpose(pieces, (0, 1, 3, 5, 2, 4)), (-1, rows * columns))
        found = counts(lines, 256)
        if self.clip_limit > 0:
            limit = self.clip_limit * rows * columns / 256
            excess = ops.sum(ops.maximum(found - limit, 0), axis=1, keepdims=True)
            found = ops.minimum(found, limit) + excess / 256
        ranks = ops.cumsum(found, axis=1)
        first, last = ranks[:, :1], ranks[:, -1:]
        return ops.clip((ranks - first) * 255 / ops.maximum(last - first, 1e-9), *BYTES)

    def _mixed(self, bins: Any, tables: Any) -> Any:
        """The values that the nearest four pieces give, by their distances."""
        down, across = self.tile_grid_size
        batch, height, width, channels = ops.shape(bins)
        flat = ops.reshape(tables, (-1,))
        pictures = ops.reshape(ops.arange(batch, dtype="int32"), (-1, 1, 1, 1))
        channel = ops.arange(channels, dtype="int32")
        made: Any = 0.0
        for row, share_of_row in _around(height, down):
            for column, share in _around(width, across):
                row_, column_ = ops.reshape(row, (-1, 1, 1)), ops.reshape(column, (-1, 1))
                piece = (pictures * down + row_) * across + column_
                found = ops.take(flat, (piece * channels + channel) * 256 + bins, axis=0)
                weight = ops.reshape(share_of_row, (-1, 1, 1)) * ops.reshape(share, (-1, 1))
                made = made + found * weight
        return made


def _around(length: int, pieces: int) -> list[tuple[Any, Any]]:
    """For each pixel along an axis the two nearest pieces, and how much each counts."""
    place = ops.arange(length, dtype="float32") / -(-length // pieces) - 0.5
    place = ops.clip(place, 0, pieces - 1)
    below = ops.floor(place)
    first = ops.cast(below, "int32")
    return [(first, 1 - (place - below)), (ops.minimum(first + 1, pieces - 1), place - below)]
