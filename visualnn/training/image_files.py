"""Pictures in files: read into arrays, written from them, brought to one size.

Pillow reads and writes them; it is loaded by the first one.
"""

from __future__ import annotations

import io
import os
import pathlib
import warnings
from typing import Any

import numpy as np

from visualnn.defaults import floatx, image_data_format
from visualnn.training.resampling import check_interpolation, resampled

_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
"""How many channels a picture has by its color mode."""
_DEEP = ("L", "I;16", "I")  # Pillow's modes of one channel, which stay as deep as they are
_PILLOW_NAMES = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
FORMATS = ("channels_last", "channels_first")


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """A picture from a file, as Pillow's image.

    Args:
        path: Where the file is, or an ``io.BytesIO`` with what is in it.
        color_mode: ``grayscale``, ``rgb`` or ``rgba``.
        target_size: ``(height, width)`` it is brought to; by default it keeps its own.
        interpolation: How: ``nearest``, ``bilinear``, ``bicubic``, ``lanczos``, ``hamming`` or
            ``box``.
        keep_aspect_ratio: Whether to cut off what does not fit at the edges, instead of stretching.

    Raises:
        TypeError: When it is no path.
        ValueError: When a mode or an interpolation is not known.
        ImportError: Without Pillow.
    """
    image = _pillow()
    if isinstance(path, io.BytesIO):
        source = path
    elif isinstance(path, str | bytes | os.PathLike):
        source = io.BytesIO(pathlib.Path(os.fsdecode(path)).read_bytes())
    else:
        raise TypeError(
            f"load_img: `path` must be a path or an io.BytesIO, but is a {type(path).__name__}."
        )
    check_color_mode(color_mode, "load_img")
    picture = image.open(source)
    kept = _DEEP if color_mode == "grayscale" else (_MODES[color_mode],)
    if picture.mode not in kept:
        picture = picture.convert(_MODES[color_mode])
    if target_size is None:
        return picture
    height, width = target_size
    if picture.size == (width, height):
        return picture
    if interpolation not in _PILLOW_NAMES:
        raise ValueError(
            f"load_img: `interpolation` must be one of {', '.join(_PILLOW_NAMES)}, but is "
            f"{interpolation!r}."
        )
    box = None
    if keep_aspect_ratio:
        top, left, tall, broad = middle(picture.height, picture.width, height, width)
        box = (left, top, left + broad, top + tall)
    filtered = getattr(image.Resampling, interpolation.upper())
    return picture.resize((width, height), filtered, box=box)


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """The numbers of a picture, from 0 to 255, with three axes.

    Args:
        img: Pillow's image.
        data_format: Where the channels are to be.
        dtype: The dtype; by default that of floats.
    """
    data_format = known_data_format(data_format, "img_to_array")
    x = np.asarray(img, dtype=dtype or floatx())
    if x.ndim == 2:
        x = x[:, :, None]
    if x.ndim != 3:
        raise ValueError(f"img_to_array: a picture has 2 or 3 axes, but this has shape {x.shape}.")
    return x.transpose(2, 0, 1) if data_format == "channels_first" else x


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """Numbers with three axes as Pillow's image.

    Args:
        x: The numbers, with 1, 3 or 4 channels.
        data_format: Where the channels are.
        scale: Whether to stretch the numbers to the range from 0 to 255.
        dtype: The dtype to compute with; by default that of floats.

    Raises:
        ValueError: When the shape is not that of a picture.
    """
    image = _pillow()
    data_format = known_data_format(data_format, "array_to_img")
    x = np.asarray(x, dtype=dtype or floatx())
    if x.ndim != 3:
        raise ValueError(
            "array_to_img: a picture has three axes, (height, width, channels), but this has shape "
            f"{x.shape}."
        )
    if data_format == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - x.min()
        x = x / (x.max() or 1) * 255
    if x.shape[2] in (3, 4):
        return image.fromarray(x.astype("uint8"))
    if x.shape[2] == 1:
        return image.fromarray(x[:, :, 0].astype("int32" if x.max() > 255 else "uint8"))
    raise ValueError(
        f"array_to_img: a picture has 1, 3 or 4 channels, but this has {x.shape[2]}: its shape is "
        f"{x.shape} with the channels last."
    )


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write numbers to a file as a picture.

    Args:
        path: Where to, or an open file.
        x: The numbers, with three axes.
        data_format: Where the channels are.
        file_format: The format; by default what the name of the file ends with.
        scale: Whether to stretch the numbers to the range from 0 to 255.
        **kwargs: More for Pillow's ``save``.
    """
    picture = array_to_img(x, data_format, scale)
    if file_format is not None and file_format.lower() == "jpg":
        file_format = "jpeg"
    jpeg = file_format.lower() == "jpeg" if file_format else _ends_like_jpeg(path)
    if picture.mode == "RGBA" and jpeg:
        warnings.warn("JPEG has no transparency: the picture is saved without it.", stacklevel=2)
        picture = picture.convert("RGB")
    picture.save(path, format=file_format, **kwargs)


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **kwargs: Any,
) -> np.ndarray:
    """Pictures of another size, not stretched: what does not fit is cut off at the edges.

    Args:
        x: One picture, or several in an array of four axes.
        size: ``(height, width)``.
        interpolation: How new points are made of old ones.
        data_format: Where the channels are.
        **kwargs: ``backend_module``, which is not needed.

    Returns:
        float32; whole numbers stay what they are by ``nearest``.
    """
    kwargs.pop("backend_module", None)  # numpy computes it
    if kwargs:
        raise TypeError(f"smart_resize does not know {', '.join(map(repr, kwargs))}.")
    check_interpolation(interpolation, "smart_resize")
    height, width = checked_size(size, "smart_resize", "size")
    data_format = known_data_format(data_format, "smart_resize")
    x = np.asarray(x)
    if x.ndim not in (3, 4):
        raise ValueError(
            "smart_resize takes (height, width, channels) or (batch, height, width, channels), "
            f"but this has shape {x.shape}."
        )
    down = x.ndim - (2 if data_format == "channels_first" else 3)
    top, left, tall, broad = middle(x.shape[down], x.shape[down + 1], height, width)
    window = [slice(None)] * x.ndim
    window[down : down + 2] = [slice(top, top + tall), slice(left, left + broad)]
    return _resized(x[tuple(window)], (height, width), interpolation, down)


def fitted(
    x: np.ndarray, size: tuple[int, int], interpolation: str, crop: bool, pad: bool
) -> np.ndarray:
    """A picture ``(height, width, channels)``, brought to a size.

    Args:
        x: The picture.
        size: ``(height, width)``.
        interpolation: How new points are made of old ones.
        crop: Whether what does not fit is cut off at the edges.
        pad: Whether what is missing is filled up with zeros; otherwise the picture is stretched.
    """
    if crop:
        return smart_resize(x, size, interpolation)
    if pad:
        height, width, _ = x.shape
        down = max(0, int(width * size[0] / size[1]) - height) // 2
        across = max(0, int(height * size[1] / size[0]) - width) // 2
        x = np.pad(x, ((down, down), (across, across), (0, 0)))  # as much at either side
    return _resized(x, size, interpolation, 0)


def middle(height: int, width: int, tall: int, broad: int) -> tuple[int, int, int, int]:
    """The largest window in the middle of a picture with the proportions of another size.

    Returns:
        Its top and left edge, its height and width.
    """
    window_height = max(1, min(height, int(width * tall / broad)))
    window_width = max(1, min(width, int(height * broad / tall)))
    top, left = (height - window_height) // 2, (width - window_width) // 2
    return top, left, window_height, window_width


def _resized(x: np.ndarray, size: tuple[int, int], interpolation: str, down: int) -> np.ndarray:
    before = x.dtype
    for axis, length in zip((down, down + 1), size, strict=True):
        if x.shape[axis] != length:
            x = resampled(x, length, axis, interpolation)
    kept = interpolation == "nearest" and before.kind in "iu"  # its points are the old ones
    return x.astype(before if kept else "float32", copy=False)


def _ends_like_jpeg(path: Any) -> bool:
    return isinstance(path, str | os.PathLike) and os.fspath(path).lower().endswith(
        (".jpg", ".jpeg")
    )


def checked_size(size: Any, asker: str, name: str) -> tuple[int, int]:
    """A size as ``(height, width)``."""
    if not isinstance(size, list | tuple) or len(size) != 2:
        raise ValueError(f"{asker}: `{name}` must be (height, width), but is {size!r}.")
    return int(size[0]), int(size[1])


def known_data_format(data_format: str | None, asker: str) -> str:
    """Where the channels are, by default where they usually are."""
    data_format = data_format or image_data_format()
    if data_format not in FORMATS:
        raise ValueError(
            f"{asker}: `data_format` must be 'channels_last' or 'channels_first', but is "
            f"{data_format!r}."
        )
    return data_format


def check_color_mode(color_mode: str, asker: str) -> None:
    """Refuse what is no color mode."""
    if color_mode not in _MODES:
        raise ValueError(
            f"{asker}: `color_mode` must be 'grayscale', 'rgb' or 'rgba', but is {color_mode!r}."
        )


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as missing:
        raise ImportError(
            "Pictures are read and written by Pillow, which is not installed: "
            "`pip install visualnn[image]`."
        ) from missing
    return Image
