"""Images in other sizes, and channels as blocks of an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import layer_for, reads, refused
from visualnn.exporting.onnx.reading.readers_images import CHANNELS_LAST, needs_values
from visualnn.exporting.onnx.reading.values import Held, rank_of, shape_of

_LONGEST = 1 << 14


class Resizing:
    """From which sizes to which an image goes, and how.

    Attributes:
        sizes: The new size of each axis; ``None`` where nothing changes.
        scales: By how much each axis grows.
    """

    def __init__(self, on: Context, node: FileNode, x: Any, more: tuple[Any, ...]):
        found = node.attributes
        self.mode = found.get("mode", "nearest")
        self.how = found.get("coordinate_transformation_mode", "half_pixel")
        self.rounding = found.get("nearest_mode", "round_prefer_floor")
        if node.op == "Upsample":
            self.how, self.rounding = "asymmetric", "floor"
        rank, own = rank_of(x), shape_of(x)
        axes = [axis % rank for axis in found.get("axes") or range(rank)]
        scales, sizes = found.get("scales"), None
        given = [y for y in more if y is not None]
        if scales is None:
            if not given or not isinstance(given[-1], np.ndarray) or given[-1].size != len(axes):
                raise refused(node, "its new size must be a constant.")
            numbers = given[-1].reshape(-1).tolist()
            scales, sizes = (None, numbers) if given[-1].dtype.kind == "i" else (numbers, None)
        if found.get("antialias") or found.get("exclude_outside"):
            raise refused(node, "`antialias` and `exclude_outside` are not read.")
        if found.get("keep_aspect_ratio_policy", "stretch") != "stretch":
            raise refused(node, "`keep_aspect_ratio_policy` is not read.")
        self.cubic = found.get("cubic_coeff_a", -0.75)
        self.scales: list[float] = [1.0] * rank
        self.sizes: list[int | None] = [None] * rank
        for i, axis in enumerate(axes):
            size = own[axis]
            if scales is not None:
                self.scales[axis] = float(scales[i])
                self.sizes[axis] = None if size is None else int(np.floor(size * scales[i]))
            elif sizes is not None and size != sizes[i]:
                if size is None and axis == 0:
                    continue  # the batch stays as it is
                if size is None:
                    raise refused(node, "it needs an image of known size.")
                self.scales[axis], self.sizes[axis] = sizes[i] / size, int(sizes[i])
            if self.scales[axis] == 1:
                self.sizes[axis] = None
            new = self.sizes[axis]
            if new is not None and not 0 < new <= _LONGEST:
                raise refused(node, f"it makes an image of {new} rows or columns.")

    def places(self, axis: int, size: int) -> np.ndarray:
        """Where each new element lies among the old ones."""
        new, scale = self.sizes[axis] or size, self.scales[axis]
        x = np.arange(new, dtype=np.float64)
        match self.how:
            case "asymmetric":
                return x / scale
            case "align_corners":
                return x * ((size - 1) / (new - 1)) if new > 1 else x * 0
            case "pytorch_half_pixel":
                return (x + 0.5) / scale - 0.5 if new > 1 else x * 0
            case "half_pixel_symmetric":
                adjusted = new / (scale * size)
                return size / 2 * (1 - adjusted) + (x + 0.5) / scale - 0.5
            case _:
                return (x + 0.5) / scale - 0.5

    def nearest(self, places: np.ndarray) -> np.ndarray:
        """The old element that is nearest to each place."""
        match self.rounding:
            case "floor":
                return np.floor(places)
            case "ceil":
                return np.ceil(places)
            case "round_prefer_ceil":
                return np.floor(places + 0.5)
            case _:
                return np.ceil(places - 0.5)

    def taps(self, axis: int, size: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Which old elements make the new ones, and how much each of them counts."""
        places = self.places(axis, size)
        last = size - 1
        if self.mode == "nearest":
            chosen = np.clip(self.nearest(places), 0, last)
            return [(chosen, np.ones(len(places)))]
        if self.mode == "linear":
            places = np.clip(places, 0, last)
            low = np.floor(places)
            part = places - low
            return [(low, 1 - part), (np.minimum(low + 1, last), part)]
        low = np.floor(places)
        part, a = places - low, self.cubic
        found = []
        for offset in (-1, 0, 1, 2):
            away = np.abs(part - offset)
            inner = ((a + 2) * away - (a + 3)) * away**2 + 1
            outer = ((a * away - 5 * a) * away + 8 * a) * away - 4 * a
            found.append((np.clip(low + offset, 0, last), np.where(away <= 1, inner, outer)))
        return found


@reads("Resize", "Upsample")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    """Each axis by itself: some old elements, weighed, for each new one."""
    needs_values(on)
    resizing = Resizing(on, node, x, more)
    if resizing.mode not in ("nearest", "linear", "cubic") or resizing.how == "tf_crop_and_resize":
        raise refused(node, f"the mode {resizing.mode!r}, {resizing.how!r}, is not read.")
    tensor, own = on.tensor(x), shape_of(x)
    for axis, scale in enumerate(resizing.scales):
        size = own[axis]
        if scale == 1:
            continue
        if size is None:
            raise refused(node, "it needs an image of known size.")
        shape = [-1 if i == axis else 1 for i in range(len(own))]
        total = None
        for chosen, weights in resizing.taps(axis, size):
            part = ops.take(tensor, chosen.astype("int32"), axis=axis)
            if resizing.mode != "nearest":
                kind = str(getattr(part.dtype, "name", part.dtype))
                part = ops.multiply(part, weights.astype(kind).reshape(shape))
            total = part if total is None else ops.add(total, part)
        tensor = total
    return tensor


@layer_for("Resize", "Upsample")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    """An image that becomes larger by whole factors."""
    if not isinstance(x, Held) or x.rank != 4:
        return None
    resizing = Resizing(on, node, x, more)
    factors = [int(scale) for scale in resizing.scales]
    if factors != resizing.scales or factors[:2] != [1, 1] or max(factors) > 64:
        return None
    if resizing.mode == "nearest":
        exact = ("asymmetric", "floor"), ("half_pixel", "round_prefer_floor")
        if (resizing.how, resizing.rounding) not in (*exact, ("half_pixel", "round_prefer_ceil")):
            return None
    elif resizing.mode != "linear" or resizing.how != "half_pixel":
        return None
    layer = layers.UpSampling2D(
        tuple(factors[2:]),
        interpolation="nearest" if resizing.mode == "nearest" else "bilinear",
        data_format=CHANNELS_LAST,
        name=on.name(node),
    )
    return on.image(layer(on.behind(x)))


@reads("DepthToSpace", "SpaceToDepth")
def _(on: Context, node: FileNode, x: Any) -> Any:
    """Channels as small blocks of an image, or back."""
    block = node.attributes.get("blocksize", 1)
    tensor = on.tensor(x)
    shape = shape_of(x)
    if len(shape) != 4 or block < 1 or any(n is None for n in shape[1:]):
        raise refused(node, "it needs an image of known size.")
    _, channels, high, wide = (n or 0 for n in shape)
    if node.op == "SpaceToDepth":
        parts = ops.reshape(tensor, (-1, channels, high // block, block, wide // block, block))
        behind = node.attributes.get("mode", "DCR") == "CRD"
        turned = ops.transpose(parts, (0, 1, 3, 5, 2, 4) if behind else (0, 3, 5, 1, 2, 4))
        return ops.reshape(turned, (-1, channels * block**2, high // block, wide // block))
    depth = channels // block**2
    if node.attributes.get("mode", "DCR") == "DCR":
        parts = ops.reshape(tensor, (-1, block, block, depth, high, wide))
        turned = ops.transpose(parts, (0, 3, 4, 1, 5, 2))
    else:
        parts = ops.reshape(tensor, (-1, depth, block, block, high, wide))
        turned = ops.transpose(parts, (0, 1, 4, 2, 5, 3))
    return ops.reshape(turned, (-1, depth, high * block, wide * block))
