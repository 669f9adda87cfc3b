"""Signals as frequencies, and back.  Complex numbers are pairs: (real parts, imaginary parts)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.math import extract_sequences
from visualnn.ops.numpy_joining import pad
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    dtype_of,
    known_size,
    promoted,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


def _parts(x: Any, name: str) -> list[Any]:
    """The real and the imaginary parts, in one dtype.

    Raises:
        ValueError: When there are not two tensors of one shape.
    """
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(f"ops.{name} takes a pair (real parts, imaginary parts), but got {x!r}.")
    real, imaginary = promoted(as_fraction(x[0]), as_fraction(x[1]))
    if Spec.of(real).shape != Spec.of(imaginary).shape:
        raise ValueError(
            f"ops.{name}: the real parts {Spec.of(real)} and the imaginary parts "
            f"{Spec.of(imaginary)} must have the same shape."
        )
    return [real, imaginary]


@operation("math", "FFT")
def fft(x):
    """The frequencies of signals along the last axis."""
    parts = _parts(x, "fft")
    return p.fourier(*parts, axes=(rank_of(parts[0]) - 1,))


@operation("math", "FFT2")
def fft2(x):
    """The frequencies of pictures in the last two axes."""
    parts = _parts(x, "fft2")
    rank = rank_of(parts[0])
    return p.fourier(*parts, axes=(rank - 2, rank - 1))


@operation("math", "IFFT2")
def ifft2(x):
    """The pictures that have these frequencies in the last two axes."""
    parts = _parts(x, "ifft2")
    rank = rank_of(parts[0])
    count = known_size(parts[0], rank - 2, "ifft2") * known_size(parts[0], rank - 1, "ifft2")
    made = p.fourier(*parts, axes=(rank - 2, rank - 1), inverse=True)
    return tuple(p.multiply(part, 1 / count) for part in made)


@operation("math", "RFFT", "fft_length")
def rfft(x, fft_length=None):
    """The frequencies of real signals along the last axis, of which the first half is enough."""
    x = as_fraction(x)
    axis = rank_of(x) - 1
    length = known_size(x, axis, "rfft") if fft_length is None else int(fft_length)
    x = _of_length(x, length)
    return tuple(
        _first(part, length // 2 + 1) for part in p.fourier(x, p.zeros_like(x), axes=(axis,))
    )


@operation("math", "IRFFT", "fft_length")
def irfft(x, fft_length=None):
    """The real signals that have these frequencies along the last axis."""
    real, imaginary = _parts(x, "irfft")
    axis = rank_of(real) - 1
    length = 2 * (known_size(real, axis, "irfft") - 1) if fft_length is None else int(fft_length)
    kept = length // 2 + 1
    real, imaginary = _of_length(real, kept), _of_length(imaginary, kept)
    # the other half mirrors the first: equal real parts, opposite imaginary ones
    last = (length + 1) // 2
    mirror = dict(axes=(axis,), starts=(last - 1,), stops=(0,), steps=(-1,))
    edges = np.ones(kept)
    edges[0] = 0  # what has no mirror image counts as real
    if length % 2 == 0:
        edges[-1] = 0
    imaginary = p.multiply(imaginary, edges.astype(dtype_of(imaginary)))
    real = p.concatenate(real, p.slice(real, **mirror), axis=axis)
    imaginary = p.concatenate(imaginary, p.negative(p.slice(imaginary, **mirror)), axis=axis)
    made, _ = p.fourier(real, imaginary, axes=(axis,), inverse=True)
    return p.multiply(made, 1 / length)


def _of_length(x, length):
    """The last axis cut, or filled up with zeros, to a length."""
    axis = rank_of(x) - 1
    missing = length - known_size(x, axis, "rfft")
    if missing <= 0:
        return x if missing == 0 else _first(x, length)
    frame = [(0, 0)] * axis
    return p.pad(x, padding=(*frame, (0, missing)))


def _first(x, count):
    return p.slice(x, axes=(rank_of(x) - 1,), starts=(0,), stops=(count,), steps=(1,))


# --------------------------------------------------------------------------- over time


def _window(window: Any, sequence_length: int, fft_length: int, name: str) -> np.ndarray:
    """The weights of a window, in the middle of as many places as there are frequencies.

    Raises:
        ValueError: When the window is unknown or has another length.
    """
    if window is None:
        return np.ones(fft_length)
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ValueError(f"ops.{name}: window={window!r} must be 'hann', 'hamming' or weights.")
        a = 0.5 if window == "hann" else 0.54
        angles = 2 * math.pi * np.arange(sequence_length) / sequence_length
        weights = a - (1 - a) * np.cos(angles)
    else:
        weights = np.asarray(window, "float64")
        if weights.shape != (sequence_length,):
            raise ValueError(
                f"ops.{name}: the window must have {sequence_length} weights, "
                f"but has the shape {weights.shape}."
            )
    if sequence_length > fft_length:
        raise ValueError(
            f"ops.{name}: sequence_length={sequence_length} must not be more than "
            f"fft_length={fft_length}."
        )
    before = (fft_length - sequence_length) // 2
    return np.pad(weights, (before, fft_length - sequence_length - before))


@operation("math", "STFT", "sequence_length", "sequence_stride", "fft_length", "window", "center")
def stft(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    """The frequencies of a signal at each time, seen through a window that moves along it."""
    x = as_fraction(x)
    weights = _window(window, sequence_length, fft_length, "stft").astype(dtype_of(x))
    if center:
        frame = [(0, 0)] * (rank_of(x) - 1)
        x = pad(x, [*frame, (fft_length // 2, fft_length // 2)], mode="reflect")
    return rfft(p.multiply(extract_sequences(x, fft_length, sequence_stride), weights))


@operation(
    "math",
    "ISTFT",
    "sequence_length",
    "sequence_stride",
    "fft_length",
    "length",
    "window",
    "center",
)
def istft(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    """The signal that has these frequencies at each time."""
    signals = irfft(x, fft_length)
    rank = rank_of(signals)
    if rank < 2:
        raise ShapeError(f"ops.istft takes (..., times, frequencies), but got {Spec.of(signals)}.")
    weights = _window(window, sequence_length, fft_length, "istft")
    times = known_size(signals, rank - 2, "istft")
    places = np.arange(times)[:, None] * sequence_stride + np.arange(fft_length)
    total = int(places.max()) + 1
    shares = np.zeros(total)
    np.add.at(shares, places, np.broadcast_to(weights**2, places.shape))
    signals = p.multiply(signals, weights.astype(dtype_of(signals)))
    shape, unknown = p.as_setting((*p.sizes_of(signals)[:-2], total))
    zero = np.zeros((), dtype_of(signals))
    line = p.broadcast_to(zero, *unknown, shape=shape)
    line = p.put_sum(signals, places.astype("int32"), line, axis=rank - 2)
    known = np.where(shares > np.finfo("float32").tiny, shares, 1.0)
    line = p.multiply(line, (1 / known).astype(dtype_of(line)))
    start = fft_length // 2 if center else 0
    stop = start + length if length is not None else total - start
    if stop > total:
        line = p.pad(line, padding=(*[(0, 0)] * (rank - 2), (0, stop - total)))
    return p.slice(line, axes=(rank - 2,), starts=(start,), stops=(stop,), steps=(1,))
