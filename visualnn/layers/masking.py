"""Masks: which time steps count, passed along beside the tensors."""

from __future__ import annotations

import warnings
from typing import Any

from visualnn.layers.arguments import Arguments, accepts, is_tensor
from visualnn.structure import flatten, map_structure


def mask_of(x: Any) -> Any:
    """The mask of a tensor, if it has one."""
    return getattr(x, "_keras_mask", None)


def give(layer: Any, arguments: Arguments) -> None:
    """Fill the mask arguments of ``call`` that the caller left out from the masks of tensors."""
    call = type(layer).call
    for i, (name, value) in enumerate(list(arguments.tensors.items())):
        target = "mask" if i == 0 and accepts(call, "mask") else f"{name}_mask"
        if not accepts(call, target) or arguments.named.get(target) is not None:
            continue
        mask = map_structure(mask_of, value)
        if any(m is not None for m in flatten(mask)):
            arguments.give(target, mask)


def pass_on(layer: Any, arguments: Arguments, outputs: Any) -> None:
    """Give the outputs the mask that the layer computes for them."""
    inputs = next(iter(arguments.tensors.values()), None)
    previous = arguments.named.get("mask")
    if previous is None or not accepts(type(layer).call, "mask"):
        previous = map_structure(mask_of, inputs)
    if not layer.supports_masking:
        if any(m is not None for m in flatten(previous)):
            warnings.warn(
                f"{type(layer).__name__} {layer.name!r} does not support masks, "
                "so the mask of its input is lost here.",
                stacklevel=4,
            )
        return
    tensors = [y for y in flatten(outputs) if is_tensor(y)]
    if not tensors or all(mask_of(y) is not None for y in tensors):
        return
    masks = layer.compute_mask(inputs, previous)
    if masks is None:
        return
    for y, mask in zip(tensors, flatten(masks), strict=False):
        if mask is not None:
            y._keras_mask = mask
