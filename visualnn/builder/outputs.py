"""Which tensors are the inputs and outputs of the model, where the user has said so."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from visualnn.builder.document import Structure
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.trees import Ref


def marked(structure: Structure, call: str, name: str) -> Structure:
    """The inputs or outputs with one more, nested as they are."""
    if isinstance(structure, Ref):
        return (structure, Ref(call))
    if isinstance(structure, dict):
        key, count = name, 1
        while key in structure:
            count += 1
            key = f"{name}_{count}"
        return FrozenDict({**structure, key: Ref(call)})
    return (*structure, Ref(call)) if structure else Ref(call)


def unmarked(structure: Structure, call: str) -> Structure:
    """The inputs or outputs without those of a block."""
    if isinstance(structure, Ref):
        return () if structure.call == call else structure
    if isinstance(structure, dict):
        kept = {key: unmarked(item, call) for key, item in structure.items()}
        return FrozenDict({key: item for key, item in kept.items() if item != ()})
    items = tuple(unmarked(item, call) for item in structure)
    return tuple(item for item in items if item != ())
