"""Compiled loops over images: convolution in which every channel is seen by itself, and pools.

numpy goes through the images once for every place of a window.  These loops go through them once,
place by place, and see all of a window at the same time; along the channels they use the vector
unit.  They are written for the size, the strides and the dilation of a window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visualnn.engine.passes import uses

Settings = Mapping[str, Any]
"""Of a window: ``size``, ``strides`` and ``dilation``."""


class ImageLoop:
    """The source of a loop over the places of images.

    Args:
        name: What it is called.
        text: The function.
        arrays: What it works on, which tells the signature.
    """

    def __init__(self, name: str, text: str, arrays: Sequence[np.ndarray]):
        self.name, self.source, self.shown = name, text, text
        self.signature = ", ".join(map(_kind, arrays))
        self.calls: list[str] = []


def _kind(x: np.ndarray) -> str:
    last = "::1" if x.flags.c_contiguous else ":"
    kind = "boolean" if x.dtype == bool else x.dtype.name
    return f"{kind}[{', '.join([':'] * (x.ndim - 1) + [last])}]"


def can_compile(*arrays: np.ndarray) -> bool:
    """Whether there is a loop for some arrays: images of floating-point numbers, in two axes."""
    if not uses("compiled"):
        return False
    kinds = {x.dtype.name for x in arrays}
    return len(kinds) == 1 and kinds <= {"float32", "float64"} and all(x.ndim == 4 for x in arrays)


def _taps(where: Settings) -> list[tuple[int, int]]:
    return [(u, v) for u in range(where["size"][0]) for v in range(where["size"][1])]


def _at(array: str, tap: tuple[int, int], where: Settings) -> str:
    """What a place of a window sees: the channels there."""
    gap = where.get("dilation", (1, 1))
    parts = []
    for letter, step, stride, width in zip("ij", tap, where["strides"], gap, strict=True):
        factor = letter if stride == 1 else f"{stride} * {letter}"
        parts.append(f"{factor} + {step * width}" if step * width else factor)
    return f"{array}[b, {', '.join(parts)}]"


def _function(
    head: str,
    doc: str,
    over: str,
    body: Sequence[str],
    before: Sequence[str] = (),
    each: Sequence[str] = (),
    behind: Sequence[str] = (),
) -> str:
    """A function that goes through all places of images.

    Args:
        head: Its name and parameters.
        doc: What it does.
        over: The images.
        body: What it does for every place.
        before: What it does first.
        each: What it does before each image.
        behind: What it does after each image.
    """
    lines = [f"def {head}:", f'    """{doc}"""']
    lines += [f"    images, height, width, channels = {over}.shape"]
    lines += [f"    {line}" for line in before]
    lines += ["    for b in range(images):", *(f"        {line}" for line in each)]
    lines += ["        for i in range(height):", "            for j in range(width):"]
    lines += [" " * 16 + line for line in body]
    lines += [f"        {line}" for line in behind]
    return "\n".join(lines)


# --------------------------------------------------------------------------- channel by channel


def depthwise(
    image: np.ndarray, out: np.ndarray, where: Settings, flipped: bool = False
) -> ImageLoop:
    """Weigh what every window sees, channel by channel.

    Args:
        image: The images, in their frame.
        out: What comes of it.
        where: The window.
        flipped: Whether the weights are for the places from the last to the first.
    """
    taps = _taps(where)
    places = range(len(taps))
    given = [f"w_{k} = weights[{len(taps) - 1 - k if flipped else k}]" for k in places]
    body = [
        "made = out[b, i, j]",
        *(f"x_{k} = {_at('image', tap, where)}" for k, tap in enumerate(taps)),
        "for c in range(channels):",
        "    total = x_0[c] * w_0[c]",
        *(f"    total += x_{k}[c] * w_{k}[c]" for k in places[1:]),
        "    made[c] = total",
    ]
    name = "depthwise_flipped" if flipped else "depthwise"
    doc = "Weigh what every window sees, channel by channel."
    text = _function(f"{name}(image, weights, out)", doc, "out", body, before=given)
    return ImageLoop(name, text, (image, _table(out, taps), out))


def depthwise_spread(y: np.ndarray, image: np.ndarray, where: Settings) -> ImageLoop:
    """Paint the weights into images, channel by channel, over zeros.

    Args:
        y: How strongly each place is painted.
        image: The images, in their frame.
        where: The window.
    """
    taps = _taps(where)
    body = ["strength = y[b, i, j]"]
    for k, tap in enumerate(taps):
        body += [f"seen, weight = {_at('image', tap, where)}, weights[{k}]"]
        body += ["for c in range(channels):", "    seen[c] += strength[c] * weight[c]"]
    doc = "Paint the weights into images, channel by channel."
    head = "depthwise_spread(y, weights, image)"
    text = _function(head, doc, "y", body, before=["image[:] = 0"])
    return ImageLoop("depthwise_spread", text, (y, _table(y, taps), image))


def depthwise_kernel(image: np.ndarray, g: np.ndarray, where: Settings) -> ImageLoop:
    """Add what every window saw times what came of it, channel by channel, to the kernel's slope.

    Args:
        image: The images, in their frame.
        g: The slope of what came of them.
        where: The window.
    """
    taps = _taps(where)
    body = ["slope = g[b, i, j]"]
    body += [f"x_{k} = {_at('image', tap, where)}" for k, tap in enumerate(taps)]
    body += ["for c in range(channels):"]
    body += [f"    w_{k}[c] += x_{k}[c] * slope[c]" for k in range(len(taps))]
    each = ["of_image[:] = 0"]  # of each image by itself, because many numbers add up
    doc = "Add what every window saw times what came of it, channel by channel."
    before = ["of_image = np.zeros_like(out)"]
    before += [f"w_{k} = of_image[{k}]" for k in range(len(taps))]
    head = "depthwise_kernel(image, g, out)"
    text = _function(head, doc, "g", body, before, each, behind=["out += of_image"])
    return ImageLoop("depthwise_kernel", text, (image, g, _table(g, taps)))


def _table(like: np.ndarray, taps: Sequence) -> np.ndarray:
    """An array as that of the weights: of every channel, for each place of a window."""
    return np.empty((len(taps), like.shape[-1]), like.dtype)


# --------------------------------------------------------------------------- pools


def max_pool(x: np.ndarray, out: np.ndarray, where: Settings) -> ImageLoop:
    """Find the largest number that every window sees; what is no number is larger than all.

    Args:
        x: The images.
        out: What is found.
        where: The window.
    """
    taps = _taps(where)
    body = ["made = out[b, i, j]"]
    body += [f"x_{k} = {_at('x', tap, where)}" for k, tap in enumerate(taps)]
    body += ["for c in range(channels):", "    largest = x_0[c]"]
    for k in range(1, len(taps)):
        body += [
            f"    other = x_{k}[c]",
            "    largest = largest if (largest >= other) | (largest != largest) else other",
        ]
    body += ["    made[c] = largest"]
    doc = "The largest number that every window sees."
    return ImageLoop("max_pool_of", _function("max_pool_of(x, out)", doc, "out", body), (x, out))


def max_pool_spread(
    g: np.ndarray, x: np.ndarray, y: np.ndarray, out: np.ndarray, where: Settings
) -> ImageLoop:
    """Give slopes to the first of the largest numbers of each window, where windows lie apart.

    Args:
        g: The slopes.
        x: The images.
        y: The largest numbers.
        out: What all pixels get: nothing, but for these.
        where: The window.
    """
    taps = _taps(where)
    body = ["slope, largest = g[b, i, j], y[b, i, j]"]
    body += [f"x_{k} = {_at('x', tap, where)}" for k, tap in enumerate(taps)]
    body += [f"to_{k} = {_at('out', tap, where)}" for k, tap in enumerate(taps)]
    body += ["for c in range(channels):", "    s, most = slope[c], largest[c]"]
    for k in range(len(taps)):  # what was given away is there no more
        body += [
            f"    to_{k}[c] = s if x_{k}[c] == most else zero",
            f"    s = zero if x_{k}[c] == most else s",
        ]
    doc = "Give slopes to the first of the largest numbers of each window."
    before = [f"zero = np.{g.dtype.name}(0)"]
    text = _function("max_pool_spread_of(g, x, y, out)", doc, "g", body, before)
    return ImageLoop("max_pool_spread_of", text, (g, x, y, out))
