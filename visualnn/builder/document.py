"""What lies on the canvas: layers, the calls that connect them, and where they lie.

A document holds any functional Keras model, right or wrong.  It never changes: a command makes the
next one, which shares all that stays the same, so undoing is going back.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from visualnn.builder.frozen import EMPTY, FrozenDict
from visualnn.builder.records import Call, LayerRecord, outputs_of
from visualnn.builder.trees import Path, Ref, references

Point = tuple[float, float]
WIDTH, HEIGHT = 192.0, 72.0
"""The size of a block."""
Structure = Any
"""References in lists and dicts, as the user nested them."""


def _of_calls(find: Callable[[Document], Any]) -> Any:
    """A property that follows from the calls alone: found once for all documents that share them.

    So what only changes settings or places finds nothing anew.
    """
    name = f"_{find.__name__}"

    def get(document: Document) -> Any:
        kept = vars(document.calls)
        if name not in kept:
            kept[name] = find(document)
        return kept[name]

    return property(get, doc=find.__doc__)


class Wire(NamedTuple):
    """A tensor on its way: from an output of one call to a place among the arguments of another."""

    id: str
    source: Ref
    target: str
    path: Path


@dataclass(frozen=True)
class Canvas:
    """What only the eye needs: where blocks lie, notes and groups.

    Attributes:
        positions: Where the upper left corner of each block lies.
        notes: Texts between the blocks, by id.
        groups: Frames around blocks, by id.
        promoted: Settings (of a layer, by its id) that the submodel shows as its own.
        pinned: Blocks that stay where they are when the drawing is tidied.
        direction: Where the wires lead: ``down`` or ``right``.
        points: What wires are led through, by the id of each, from its source on.
    """

    positions: FrozenDict[str, Point] = EMPTY
    notes: FrozenDict[str, Any] = EMPTY
    groups: FrozenDict[str, Any] = EMPTY
    promoted: tuple[tuple[str, str], ...] = ()
    pinned: frozenset[str] = frozenset()
    direction: str = "down"
    points: FrozenDict[str, tuple[Point, ...]] = EMPTY


FUNCTIONAL = LayerRecord(
    "Functional",
    FrozenDict({"name": "model", "trainable": True}),
    "keras.src.models.functional",
    "Functional",
)


@dataclass(frozen=True)
class Document:
    """A model being drawn.

    Attributes:
        layers: The layers by id.  An id stays when the layer is renamed.
        calls: The uses of layers by id.  The uses of one layer stand in the order of its nodes.
        inputs: The model's inputs, nested; ``None`` means every one that the outputs need.
        outputs: The model's outputs, nested; ``None`` means every loose end, in order.
        canvas: Where things lie.
        model: What the file says of the model as a whole.
        retired: Ids that layers had which are gone; weights are kept by id, so none comes again.
        parameters: The named numbers that settings are computed from; only the outermost has some.
        snapshots: Drawings that are kept under a name; only the outermost has some.
        home: What the weights' homes begin with, if this is the inside of a submodel.
    """

    layers: FrozenDict[str, LayerRecord] = EMPTY
    calls: FrozenDict[str, Call] = EMPTY
    inputs: Structure = None
    outputs: Structure = None
    canvas: Canvas = Canvas()
    model: LayerRecord = FUNCTIONAL
    retired: frozenset[str] = frozenset()
    parameters: FrozenDict[str, Any] = EMPTY
    snapshots: FrozenDict[str, Any] = EMPTY
    home: str = ""

    # ------------------------------------------------------------------ reading

    @property
    def name(self) -> str:
        return self.model.name

    def record(self, call: str) -> LayerRecord:
        """The layer that a call uses."""
        return self.layers[self.calls[call].layer]

    def name_of(self, call: str) -> str:
        """The name of the layer that a call uses."""
        return self.record(call).name

    @cached_property
    def names(self) -> dict[str, str]:
        """The id of each layer by its name."""
        return {record.name: layer for layer, record in self.layers.items()}

    @cached_property
    def calls_of(self) -> dict[str, list[str]]:
        """The calls of each layer, in order."""
        found: dict[str, list[str]] = {layer: [] for layer in self.layers}
        for call, use in self.calls.items():
            found[use.layer].append(call)
        return found

    @_of_calls
    def consumers(self) -> dict[str, list[tuple[str, Path, Ref]]]:
        """Where the outputs of each call go."""
        found: dict[str, list[tuple[str, Path, Ref]]] = {call: [] for call in self.calls}
        for call, use in self.calls.items():
            for path, ref in use.references:
                found[ref.call].append((call, path, ref))
        return found

    @_of_calls
    def wires(self) -> dict[str, Wire]:
        """Every wire by its id, which says what it connects."""
        found: dict[str, Wire] = {}
        for call, use in self.calls.items():
            for path, ref in use.references:
                base = f"{ref.call}:{ref.output}>{call}:{path[1]}"
                name, count = base, 1
                while name in found:  # the same tensor twice
                    count += 1
                    name = f"{base}#{count}"
                found[name] = Wire(name, ref, call, path)
        return found

    @_of_calls
    def order(self) -> list[str]:
        """The calls, each after those that it needs, otherwise as they stand."""
        return in_order(
            {call: {ref.call for _, ref in use.references} for call, use in self.calls.items()}
        )

    def reaches(self, start: str, end: str) -> bool:
        """Whether following the wires from ``start`` leads to ``end``."""
        return end in self.reached_from(start)

    def reached_from(self, *starts: str) -> set[str]:
        """These calls, and all that following the wires from them leads to."""
        found, waiting = set(starts), list(starts)
        while waiting:
            for consumer, _, _ in self.consumers[waiting.pop()]:
                if consumer not in found:
                    found.add(consumer)
                    waiting.append(consumer)
        return found

    def leading_to(self, *ends: str) -> set[str]:
        """These calls, and all that they are computed from."""
        found, waiting = set(ends), list(ends)
        while waiting:
            for _, ref in self.calls[waiting.pop()].references:
                if ref.call not in found:
                    found.add(ref.call)
                    waiting.append(ref.call)
        return found

    @cached_property
    def loose_ends(self) -> list[str]:
        """The calls whose outputs go nowhere, inputs aside."""
        return [
            call
            for call, consumers in self.consumers.items()
            if not consumers and not self.record(call).is_input
        ]

    @cached_property
    def input_structure(self) -> Structure:
        """The model's inputs as the user nested them, or every input that the outputs need."""
        if self.inputs is not None:
            return self.inputs
        needed = self.leading_to(*self.output_calls)
        found = [Ref(call) for call in self.calls if call in needed and self.record(call).is_input]
        return found[0] if len(found) == 1 else tuple(found)

    @cached_property
    def output_structure(self) -> Structure:
        """The model's outputs as the user nested them, or every loose end."""
        if self.outputs is not None:
            return self.outputs
        found = [
            Ref(call, i) for call in self.loose_ends for i in range(outputs_of(self.record(call)))
        ]
        return found[0] if len(found) == 1 else tuple(found)

    @cached_property
    def input_calls(self) -> list[str]:
        """The calls that are the model's inputs."""
        return [ref.call for _, ref in references(self.input_structure)]

    @cached_property
    def output_calls(self) -> set[str]:
        """The calls that make the model's outputs."""
        return {ref.call for _, ref in references(self.output_structure)}

    def fresh_name(self, base: str) -> str:
        """A name that nothing here has, nor had: ``dense``, or else ``dense_1`` and so on."""
        taken = (self.names, self.layers, self.calls, self.retired)
        if not any(base in names for names in taken):
            return base
        number = 1
        while any(f"{base}_{number}" in names for names in taken):
            number += 1
        return f"{base}_{number}"

    def same_model(self, other: Document) -> bool:
        """Whether two documents differ in nothing but the canvas."""
        return self is other or (
            _same_layers(self.layers, other.layers)
            and self.calls is other.calls
            and self.inputs == other.inputs
            and self.outputs == other.outputs
            and self.model is other.model
            and self.home == other.home
        )

    # ------------------------------------------------------------------ the next document

    def with_layer(self, layer: str, record: LayerRecord) -> Document:
        return replace(self, layers=self.layers.having(layer, record))

    def with_call(self, call: str, use: Call) -> Document:
        return replace(self, calls=self.calls.having(call, use))

    def with_positions(self, positions: Mapping[str, Point]) -> Document:
        moved = FrozenDict({**self.canvas.positions, **positions})
        if moved == self.canvas.positions:
            return self
        return replace(self, canvas=replace(self.canvas, positions=moved))

    def without_calls(self, gone: set[str]) -> Document:
        """Without these blocks, the wires they had, and the layers that nothing uses any more."""

        def kept(ref: Ref) -> Ref | None:
            return None if ref.call in gone else ref

        touched = {consumer for call in gone for consumer, _, _ in self.consumers[call]}
        calls = {
            call: use.mapped(kept) if call in touched else use
            for call, use in self.calls.items()
            if call not in gone
        }
        used = {use.layer for use in calls.values()}
        unused = frozenset(self.layers.keys() - used)
        positions = self.canvas.positions.without(gone)
        pinned = self.canvas.pinned - gone
        return replace(
            self,
            layers=self.layers.without(unused),
            calls=FrozenDict(calls),
            inputs=_remaining(self.inputs, gone),
            outputs=_remaining(self.outputs, gone),
            canvas=replace(self.canvas, positions=positions, pinned=pinned),
            retired=self.retired | unused,
        )


def _same_layers(a: Mapping[str, LayerRecord], b: Mapping[str, LayerRecord]) -> bool:
    """Whether layers are the same, wherever the blocks inside submodels lie."""
    if a is b:
        return True
    return list(a) == list(b) and all(a[layer].same_model(b[layer]) for layer in a)


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Names, each after those that it needs, otherwise as they stand; without those in a loop."""
    names = list(needs)
    number = {name: i for i, name in enumerate(names)}
    users: dict[str, list[str]] = {name: [] for name in names}
    for name, needed in needs.items():
        for other in needed:
            users[other].append(name)
    waiting = [len(needs[name]) for name in names]
    ready = [i for i, count in enumerate(waiting) if not count]
    order: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for user in users[name]:
            i = number[user]
            waiting[i] -= 1
            if not waiting[i]:
                heapq.heappush(ready, i)
    return order


def _remaining(structure: Structure, gone: Iterable[str]) -> Structure:
    """What is left of the inputs or outputs when calls go; ``None`` if nothing is."""
    if isinstance(structure, Ref):
        return None if structure.call in gone else structure
    if isinstance(structure, tuple):
        items = [_remaining(item, gone) for item in structure]
        return tuple(item for item in items if item is not None) or None
    if isinstance(structure, dict):
        entries = {key: _remaining(item, gone) for key, item in structure.items()}
        kept = {key: item for key, item in entries.items() if item is not None}
        return FrozenDict(kept) if kept else None
    return structure
