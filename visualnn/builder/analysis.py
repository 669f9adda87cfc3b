"""What is known of every block of a document: what comes out, its weights, what is wrong."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from visualnn.builder.document import Document
from visualnn.builder.inference import INFERENCE, UNKNOWN, Given, Outcome, Tensor
from visualnn.builder.kinds import Port, free_place, ports_of, sources_of
from visualnn.builder.records import Call
from visualnn.builder.trees import Ref, at, map_references, replaced


class Analysis:
    """Everything that was found out about a document.

    Attributes:
        outcomes: What comes out of each block.
        ports: The input ports of each block.
        missing: Those of them that need a wire and have none.
    """

    def __init__(self, document: Document, before: tuple[Analysis, ...] = ()):
        """Find out everything about a document.

        Args:
            document: The document.
            before: What is known of others: blocks that are the same there, and get the same,
                need not be looked at again.
        """
        self.document = document
        self.outcomes: dict[str, Outcome] = {}
        self.ports: dict[str, tuple[Port, ...]] = {}
        self.missing: dict[str, list[Port]] = {}
        self._first: dict[str, Given] = {}
        self._given: dict[str, Given | None] = {}
        for call in document.order:
            if not any(self._taken_over(call, other) for other in before):
                self._look_at(call)
            given = self._given[call]
            if given is not None:
                self._first.setdefault(document.calls[call].layer, given)

    def _look_at(self, call: str) -> None:
        use = self.document.calls[call]
        self.ports[call] = ports_of(self.document, call)
        self.missing[call] = missing_ports(use, self.ports[call])
        given = None if self.missing[call] else self.given(use, self.ports[call])
        self._given[call] = given
        self.outcomes[call] = self.outcome_of(use, given)

    def _taken_over(self, call: str, before: Analysis) -> bool:
        """Take what is known of a block, if it is the same block and gets the same as before."""
        use, other = self.document.calls[call], before.document
        if other.calls.get(call) is not use:
            return False
        layer = use.layer
        if other.layers.get(layer) is not self.document.layers[layer]:
            return False
        if len(self.document.calls_of[layer]) > 1 or len(other.calls_of[layer]) > 1:
            return False
        for _, ref in use.references:
            if self.outcomes[ref.call] is not before.outcomes.get(ref.call):
                return False
        self.outcomes[call] = before.outcomes[call]
        self.ports[call] = before.ports[call]
        self.missing[call] = before.missing[call]
        self._given[call] = before._given[call]
        return True

    def outcome_of(self, use: Call, given: Given | None) -> Outcome:
        """What comes out of a call; where nobody knows, what the file says came out."""
        found = UNKNOWN
        if use.muted and use.references:
            tensor = self.tensor(use.references[0][1])
            return Outcome(None if tensor is None else (tensor,))
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

    def given_to(self, call: str) -> Given | None:
        """What a block is given; nothing as long as it is not known."""
        return self._given[call]

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
        before = _latest.get()
        kept = Analysis(document, before)
        vars(document)["_analysis"] = kept
        _latest.set((kept, *before)[:3])
    return kept


_latest: ContextVar[tuple[Analysis, ...]] = ContextVar("latest analyses", default=())
"""What was found out last: mostly of the document before this one, or nearly so."""


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
