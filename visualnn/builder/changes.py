"""What an edit changes of the drawing on the screen: so much is sent, and no more."""

# pyright: strict

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from visualnn.builder.views import BlockView, BuilderView, WireView


@dataclass(frozen=True)
class BuilderChanges:
    """What is other than in the drawing before.

    Attributes:
        fields: What changed besides blocks and wires, such as the problems.
        blocks: The id of each block that changed with those of its fields that did, and every
            block that is new.
        gone: The ids of blocks and wires that are there no longer.
        block_order: All ids in order, where the new ones do not simply follow the old.
    """

    fields: dict[str, Any]
    blocks: tuple[dict[str, Any], ...]
    wires: tuple[dict[str, Any], ...]
    gone: tuple[str, ...]
    block_order: tuple[str, ...] | None
    wire_order: tuple[str, ...] | None


def changes(before: BuilderView, now: BuilderView) -> BuilderChanges:
    """What leads from one drawing to another."""
    blocks, lost_blocks, block_order = _changed(before.blocks, now.blocks)
    wires, lost_wires, wire_order = _changed(before.wires, now.wires)
    names = [field.name for field in dataclasses.fields(now)]
    fields = {
        name: getattr(now, name)
        for name in names
        if name not in ("blocks", "wires") and getattr(now, name) != getattr(before, name)
    }
    gone = (*lost_blocks, *lost_wires)
    return BuilderChanges(fields, blocks, wires, gone, block_order, wire_order)


_Listed = Sequence[BlockView] | Sequence[WireView]


def _changed(
    before: _Listed, now: _Listed
) -> tuple[tuple[dict[str, Any], ...], list[str], tuple[str, ...] | None]:
    """What changed in a list, the ids that are gone, and the order where it is another."""
    old = {item.id: item for item in before}
    ids = {item.id for item in now}
    found = tuple(
        fields for item in now if (fields := _difference(old.get(item.id), item)) is not None
    )
    followed = (
        *(item.id for item in before if item.id in ids),
        *(item.id for item in now if item.id not in old),
    )
    order = tuple(item.id for item in now)
    gone = [name for name in old if name not in ids]
    return found, gone, None if order == followed else order


def _difference(
    before: BlockView | WireView | None, now: BlockView | WireView
) -> dict[str, Any] | None:
    """The fields that are other than before, and the id; nothing if none is."""
    if before is now:
        return None
    values = {field.name: getattr(now, field.name) for field in dataclasses.fields(now)}
    if before is None:
        return values
    found = {name: value for name, value in values.items() if getattr(before, name) != value}
    return {"id": now.id, **found} if found else None
