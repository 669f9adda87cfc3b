"""Reordering axes by a pattern of their names."""

from __future__ import annotations

import re

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, rank_of
from visualnn.spec import ShapeError, Spec


@operation("einops", "Rearrange")
def rearrange(tensor, pattern, **axes_lengths):
    """Split, reorder and merge axes, as in ``rearrange(x, "b (h w) c -> b c h w", h=4)``.

    Raises:
        ShapeError: When the pattern does not fit the tensor.
    """
    x = as_tensor(tensor)
    left, arrow, right = pattern.partition("->")
    before, after = _groups(left), _groups(right)
    if not arrow or len(before) != rank_of(x):
        raise ShapeError(
            f"ops.rearrange: the pattern {pattern!r} does not have the {rank_of(x)} axes of "
            f"{Spec.of(x)}."
        )
    lengths = {}
    for group, size in zip(before, p.sizes_of(x), strict=True):
        lengths.update(_lengths(group, size, axes_lengths, x, pattern))
    names = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise ShapeError(
            f"ops.rearrange: both sides of {pattern!r} must have the same names, each once."
        )
    x = _reshaped(x, [lengths[name] for name in names])
    x = p.transpose(x, axes=tuple(names.index(name) for name in wanted))
    return _reshaped(x, [_product(lengths[name] for name in group) for group in after])


def _groups(side: str) -> list[list[str]]:
    """The names of each axis; parentheses put several into one."""
    parts = re.findall(r"\(([^)]*)\)|(\S+)", side)
    return [inside.split() if not single else [single] for inside, single in parts]


def _lengths(group, size, given, x, pattern):
    """The length of each name in a group; one of them may be worked out."""
    open_names = [name for name in group if name not in given]
    if len(open_names) > 1:
        raise ShapeError(
            f"ops.rearrange: give the lengths of all but one of {', '.join(open_names)} "
            f"in {pattern!r}."
        )
    taken = _product(given[name] for name in group if name in given)
    if isinstance(size, int) and (size % taken if open_names else size != taken):
        raise ShapeError(
            f"ops.rearrange: an axis of {size} elements of {Spec.of(x)} is not "
            f"({' '.join(group)}) in {pattern!r} with {given}."
        )
    return {name: given[name] if name in given else size // taken for name in group}


def _product(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total


def _reshaped(x, sizes):
    shape, unknown = p.as_setting(sizes)
    return p.reshape(x, *unknown, shape=shape)
