"""What is known of every block of a document: what comes out, its weights, what is wrong."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from typing import Any

from visualnn.builder.document import Call, Document
from visualnn.builder.inference import INFERENCE, Given, Outcome, Tensor
from visualnn.builder.kinds import Port, free_place, ports_of, sources_of
from visualnn.builder.trees import Ref, at, map_references, replaced


class Analysis:
    """Everything that was found out about a document.

    Attributes:
        outcomes: What comes out of each block.
        ports: The input ports of each block.
        missing: Those of them that need a wire and have none.
    """

    def __init__(self, document: Document):
        self.document = document
        self.outcomes: dict[str, Outcome] = {}
        self.ports: dict[str, tuple[Port, ...]] = {}
        self.missing: dict[str, list[Port]] = {}
        self._first: dict[str, Given] = {}
        for call in document.order:
            use = document.calls[call]
            self.ports[call] = ports_of(document, call)
            self.missing[call] = missing_ports(use, self.ports[call])
            given = None if self.missing[call] else self.given(use, self.ports[call])
            self.outcomes[call] = self.outcome_of(use, given)
            if given is not None:
                self._first.setdefault(use.layer, given)

    def outcome_of(self, use: Call, given: Given | None) -> Outcome:
        """What comes out of a call; where nobody knows, what the file says came out."""
        found = Outcome()
        if given is not None:
            record = self.document.layers[use.layer]
            first = self._first.get(use.layer)
            found = INFERENCE.outcome(record, given, None if first == given else first)
        if found.outputs is None and use.recorded and all(use.recorded):
            outputs = tuple(Tensor(*spec) for spec in use.recorded)
            return Outcome(outputs, found.weights, found.error, found.misfit)
        return found

    def given(self, use: Call, ports: tuple[Port, ...]) -> Given | None:
        """What a call is given; ``None`` when nothing is known of one of its tensors."""
        if any(self.tensor(ref) is None for _, ref in use.references):
            return None
        args, kwargs = without_free_places(use, ports)
        return Given(map_references(self.tensor, args), map_references(self.tensor, kwargs))

    def tensor(self, ref: Ref) -> Tensor | None:
        """What is known of a tensor."""
        outcome = self.outcomes.get(ref.call)
        outputs = outcome.outputs if outcome else None
        return outputs[ref.output] if outputs and ref.output < len(outputs) else None

    def outcome_of_layer(self, layer: str) -> Outcome | None:
        """What is known of a layer's weights; ``None`` when they depend on what is not known."""
        for call in self.document.calls_of[layer]:
            outcome = self.outcomes[call]
            if outcome.outputs is not None or outcome.weights:
                return outcome
        return None

    def output_count(self, call: str) -> int:
        """How many output ports a block has."""
        outputs = self.outcomes[call].outputs
        wired = [ref.output for _, _, ref in self.document.consumers[call]]
        return max([1, len(outputs or ()), *(output + 1 for output in wired)])


def analysis_of(document: Document) -> Analysis:
    """What is known of a document; found once, since a document never changes."""
    kept: Any = vars(document).get("_analysis")
    if kept is None:
        kept = Analysis(document)
        vars(document)["_analysis"] = kept
    return kept


def missing_ports(use: Call, ports: tuple[Port, ...]) -> list[Port]:
    """The ports that need a wire and have none."""
    return [
        port
        for port in ports
        if not port.optional and not sources_of(use, port) and free_place(use, port) is not None
    ]


def without_free_places(use: Call, ports: tuple[Port, ...]) -> tuple[Any, Any]:
    """The arguments of a call without the places that are free in ports of many wires."""
    tree: dict[str, Any] = {"args": use.args, "kwargs": use.kwargs}
    for port in ports:
        items = at(tree, port.path) if port.many else None
        if isinstance(items, tuple) and None in items:
            kept = tuple(item for item in items if item is not None)
            root = str(port.path[0])
            tree[root] = replaced(tree[root], port.path[1:], kept)
    return tree["args"], tree["kwargs"]
