"""Masks: which time steps count, passed along beside the tensors."""

from __future__ import annotations

import warnings
from typing import Any

from visualnn.layers.arguments import Arguments, accepts, is_tensor
from visualnn.structure import flatten, map_structure


def mask_of(x: Any) -> Any:
    """The mask of a tensor, if it has one."""
    return getattr(x, "_keras_mask", None)


def give(layer: Any, arguments: Arguments, kwargs: dict[str, Any]) -> None:
    """Fill the mask arguments of ``call`` that the caller left out from the masks of tensors."""
    call = type(layer).call
    for i, (name, value) in enumerate(arguments.tensors.items()):
        target = "mask" if i == 0 and accepts(call, "mask") else f"{name}_mask"
        if not accepts(call, target) or arguments.named.get(target) is not None:
            continue
        mask = map_structure(mask_of, value)
        if any(m is not None for m in flatten(mask)):
            kwargs[target] = mask


def pass_on(layer: Any, arguments: Arguments, outputs: Any) -> None:
    """Give the outputs the mask that the layer computes for them."""
    first = next(iter(arguments.tensors.values()), None)
    previous = map_structure(mask_of, first)
    masked = any(m is not None for m in flatten(previous))
    if not layer.supports_masking:
        if masked:
            warnings.warn(
                f"{type(layer).__name__} {layer.name!r} does not support masks, "
                "so the mask of its input is lost here.",
                stacklevel=4,
            )
        return
    leaves = [y for y in flatten(outputs) if is_tensor(y)]
    if not leaves or mask_of(leaves[0]) is not None:
        return
    masks = layer.compute_mask(first, previous)
    if masks is None:
        return
    found = flatten(masks)
    for y, mask in zip(leaves, found, strict=False):
        if mask is not None:
            y._keras_mask = mask
