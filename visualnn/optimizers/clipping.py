"""Gradients made shorter where they are too long."""

from __future__ import annotations

from typing import Any

from visualnn import ops

_WAYS = ("clipnorm", "clipvalue", "global_clipnorm")


def check(optimizer: Any) -> None:
    """Refuse two ways of clipping at once."""
    chosen = [way for way in _WAYS if getattr(optimizer, way) is not None]
    if len(chosen) > 1:
        raise ValueError(
            f"{type(optimizer).__name__}: only one of {', '.join(_WAYS)} can be used, "
            f"but {' and '.join(chosen)} are set."
        )


def clipped(optimizer: Any, pairs: list) -> list:
    """Gradients and variables, the gradients clipped as the optimizer says."""
    gradients = [g for g, _ in pairs]
    if optimizer.clipnorm:
        gradients = [_shortened(g, optimizer.clipnorm) for g in gradients]
    elif optimizer.global_clipnorm:
        gradients = _shortened_together(gradients, optimizer.global_clipnorm)
    elif optimizer.clipvalue:
        limit = optimizer.clipvalue
        gradients = [ops.clip(g, -limit, limit) for g in gradients]
    return [(g, v) for g, (_, v) in zip(gradients, pairs, strict=True)]


def _shortened(gradient: Any, limit: float) -> Any:
    length = ops.sqrt(ops.sum(ops.square(gradient)))
    return gradient * limit / ops.maximum(length, limit)


def _shortened_together(gradients: list, limit: float) -> list:
    squares = [ops.sum(ops.square(g)) for g in gradients]
    length = ops.sqrt(sum(squares[1:], squares[0]))
    scale = limit * ops.minimum(1.0 / length, 1.0 / limit)
    scale = scale + (length - length)  # not a number, if a gradient is not
    return [g * ops.cast(scale, g.dtype) for g in gradients]
