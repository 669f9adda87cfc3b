"""One graph as several that threads run side by side, each on a part of the examples.

The graph is cut into segments, of which every thread runs its own copy on its examples, and joints
between them, which run once: they add up what the threads have summed (the loss, gradients, the
statistics of a batch), put together what is needed as a whole, and do what is the same for all
examples, as the update of the weights.

    joint 0, segment 1, joint 1, segment 2, joint 2 ...

A training step without statistics of batches is one segment (forward and backward) and one joint
(the sums and the update).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from visualnn import primitives as p
from visualnn.engine.sharding_loops import answer
from visualnn.engine.sharding_rules import PARTIAL, WHOLE, Answer, State, is_axis
from visualnn.graph.graph import Graph, Node, Value
from visualnn.graph.replay import replay_node
from visualnn.spec import Spec, is_float, known
from visualnn.variable import Variable

_MOST_JOINTS = 200


class NotShardedError(Exception):
    """A graph cannot be cut, or it would not help."""


@dataclass
class Part:
    """A segment or a joint.

    Attributes:
        graph: What is computed.
        takes: For each input of the graph: the value it stands for and, in a segment, the state in
            which it is taken; in a joint the number of the thread whose part it is, or ``None``.
        gives: What the outputs of the graph are.
    """

    graph: Graph
    takes: list[tuple[Value, State]] = field(default_factory=list)
    gives: list[Value] = field(default_factory=list)


class Partition:
    """How a graph is cut.

    Args:
        graph: The graph, with sizes that are not known where there are more or fewer examples.
        examples: The inputs of which each thread gets a part, along their first axis.
        outputs: The values that are wanted.
        updates: The new value of each variable that is assigned.
        threads: How many threads there are.

    Raises:
        NotShardedError: When it cannot be cut.
    """

    def __init__(
        self,
        graph: Graph,
        examples: Iterable[Value],
        outputs: Sequence[Value],
        updates: dict[Variable, Value],
        threads: int,
    ):
        self.graph, self.threads = graph, threads
        self.outputs, self.updates = list(outputs), updates
        self.states: dict[Value, State] = dict.fromkeys(examples, 0)
        self._examples = set(self.states)
        self._inputs = set(graph.inputs)
        wanted = [*outputs, *updates.values()]
        self._nodes = graph.needed_for(wanted)
        self._final = set(wanted)
        self._counts = self._found_counts()
        self._readers: dict[Value, list[Node]] = {}
        for node in self._nodes:
            for x in self._read_by(node):
                self._readers.setdefault(x, []).append(node)
        self._needs: dict[Node, list[State]] = {}  # of the nodes that threads run
        self._stage: dict[Value, int] = {}
        self._classify()
        self.last = max(self._stage.values(), default=0)
        if self.last == 0 or self.last > _MOST_JOINTS:
            raise NotShardedError
        self._run_late()
        self.segments = [self._segment(k) for k in range(1, self.last + 1)]
        self.joints = [self._joint(k) for k in range(self.last + 1)]

    # ------------------------------------------------------------------ what runs where

    def _found_counts(self) -> dict[Value, Value]:
        """The values that tell how many examples there are, and an input that has as many.

        All of them are known before anything runs; a thread knows the number of its own, too.
        """
        first = {id(x.spec.sizes[0]): x for x in self._examples}
        found = {}
        for node in self._nodes:
            if node.primitive.name == "size":
                size = node.inputs[0].spec.sizes[node.settings["axis"]]
                if id(size) in first:
                    found[node.output] = first[id(size)]
        return found

    def _read_by(self, node: Node) -> tuple[Value, ...]:
        """What has to be there before a node can run: not what it only asks for its shape."""
        if node.outputs[0] in self._counts:
            return ()
        return node.inputs[:1] if _repeats(node) else node.inputs

    def _classify(self) -> None:
        for node in self._nodes:
            found = self._answer(node)
            if found is None:
                stage = max((self._stage_of(x) for x in self._read_by(node)), default=0)
                makes: list[State] = [WHOLE] * len(node.outputs)
            else:
                self._needs[node], makes = found
                stage = max(1, *map(self._from, self._read_by(node), self._needs[node]))
            for y, state in zip(node.outputs, makes, strict=True):
                self.states[y], self._stage[y] = state, stage

    def _answer(self, node: Node) -> Answer:
        """The states that a node needs and makes if threads run it; ``None`` if a joint does."""
        read = self._read_by(node)
        states = [self._offered(node, i) for i in range(len(read))]
        if all(state == WHOLE for state in states):
            return None
        used = self._final | self._readers.keys()
        found = answer(node, states, used)
        if found is None and PARTIAL in states:  # after their terms are added up
            summed = [WHOLE if state == PARTIAL else state for state in states]
            if any(map(is_axis, summed)):
                found = answer(node, summed, used)
        if found is None:
            return None
        return found if all(map(self._can_be, states, found[0], read)) else None

    def _offered(self, node: Node, i: int) -> State:
        """The state of an input; as a part of a shape, the number of examples is a thread's own."""
        x = node.inputs[i]
        is_size = i >= len(node.inputs) - sum(not known(n) for n in node.settings.get("shape", ()))
        return PARTIAL if is_size and x in self._counts else self._state(x)

    def _can_be(self, state: State, need: State, x: Value) -> bool:
        """Whether a value in a state can be had in another one within a segment."""
        if state == need or (state == PARTIAL and need == WHOLE):
            return True
        if state != WHOLE:
            return False
        if is_axis(need):  # variables and constants are not cut
            return x.node is not None or x in self._inputs
        return need == PARTIAL and is_float(x.dtype)

    def _state(self, x: Value) -> State:
        return self.states.get(x, WHOLE)

    def _stage_of(self, x: Value) -> int:
        return self._stage.get(x, 0)

    def _from(self, x: Value, need: State) -> int:
        """The first segment in which a value is there in a state."""
        after_joint = x.node is not None and (self._state(x) == WHOLE or need == WHOLE)
        return self._stage_of(x) + after_joint

    def _run_late(self) -> None:
        """Let joints do as late as possible what only later ones need, as all of the update."""
        latest = dict.fromkeys([*self.outputs, *self.updates.values()], self.last)
        for node in reversed(self._nodes):
            if node not in self._needs:
                stage = min((latest.get(y, self.last) for y in node.outputs), default=self.last)
                for y in node.outputs:
                    self._stage[y] = stage
            before = self._stage[node.outputs[0]] - (node in self._needs)
            for x in self._read_by(node):
                latest[x] = min(latest.get(x, self.last), before)
        self._summed = {
            x: self._stage[x]
            for node, needs in self._needs.items()
            for x, need in zip(self._read_by(node), needs, strict=True)
            if need == WHOLE and self._state(x) == PARTIAL
        }

    # ------------------------------------------------------------------ segments

    def _segment(self, k: int) -> Part:
        """What threads run on their examples after joint ``k - 1``."""
        nodes = [n for n in self._nodes if n in self._needs and self._stage[n.outputs[0]] == k]
        part = Part(Graph(f"{self.graph.name}/part_{k}"))
        held = _Held(part, self.graph)
        for node in nodes:
            inputs = []
            for x, need in zip(self._read_by(node), self._needs[node], strict=True):
                if need == PARTIAL and x in self._counts:
                    inputs.append(held.count(self._counts[x], 0))
                elif need == PARTIAL and self._state(x) == WHOLE:
                    inputs.append(held.term(x))
                else:
                    inputs.append(held.value(x, need))
            _again(node, part.graph, inputs, held.found)
        made = [y for node in nodes for y in node.outputs]
        part.gives = [y for y in made if self._leaves(y, k)]
        part.graph.outputs = [held.found[y] for y in part.gives]
        return part

    def _leaves(self, y: Value, k: int) -> bool:
        """Whether something else than its own segment needs what threads made."""
        if y in self._final:
            return True
        return any(
            n not in self._needs or self._stage[n.outputs[0]] != k for n in self._readers.get(y, ())
        )

    # ------------------------------------------------------------------ joints

    def _joint(self, k: int) -> Part:
        """What runs once after segment ``k``."""
        nodes = [n for n in self._nodes if n not in self._needs and self._stage[n.outputs[0]] == k]
        part = Part(Graph(f"{self.graph.name}/joint_{k}"))
        held = _Held(part, self.graph)
        for node in nodes:
            if node.outputs[0] in self._counts:
                held.found[node.output] = held.count(self._counts[node.output], None)
                continue
            inputs = [self._whole(x, k, part, held) for x in self._read_by(node)]
            _again(node, part.graph, inputs, held.found)
        made = [y for node in nodes for y in node.outputs]
        last = k == self.last
        part.gives = list(self.outputs)
        if not last:
            part.gives = [y for y in made if self._is_awaited(y, k)]
            part.gives += [x for x, stage in self._summed.items() if stage == k]
        part.graph.outputs = [self._whole(x, k, part, held) for x in part.gives]
        if last:
            for variable, x in self.updates.items():
                part.graph.updates[variable] = self._whole(x, k, part, held)
        return part

    def _whole(self, x: Value, k: int, part: Part, held: _Held) -> Value:
        """A value as a whole: what threads made of it, put together."""
        if x in self._counts and x not in held.found:
            held.found[x] = held.count(self._counts[x], None)
        state = self._state(x)
        is_there = self._summed.get(x, k) < k  # an earlier joint has added it up
        if state == WHOLE or is_there or x in self._examples or x in held.found:
            return held.value(x, None)
        terms = [held.piece(x, t) for t in range(self.threads)]
        with part.graph.recording():
            if state == PARTIAL:
                total = terms[0]
                for term in terms[1:]:
                    total = p.add(total, term)
            else:
                total = p.concatenate(*terms, axis=state)
        held.found[x] = total
        return total

    def _is_awaited(self, y: Value, k: int) -> bool:
        """Whether a later part needs what a joint made."""
        return y in self._final or any(
            n in self._needs or self._stage[n.outputs[0]] > k for n in self._readers.get(y, ())
        )


class _Held:
    """The values of a part that stand for values of the graph, made when they are first needed."""

    def __init__(self, part: Part, graph: Graph):
        self.part, self.graph = part, graph
        self.found: dict[Value, Value] = {}
        self._variables = {value: variable for variable, value in graph.variables.items()}
        self._cut: dict[tuple[Value, State], Value] = {}

    def value(self, x: Value, state: State) -> Value:
        """The value itself, taken in a state."""
        if x in self.found:
            return self.found[x]
        part = self.part.graph
        if x in self.graph.constants:
            self.found[x] = part.lift(self.graph.constants[x])
        elif x in self._variables:
            variable = self._variables[x]
            self.found[x] = part.variables[variable] = Value(x.name, x.spec, part)
        else:
            return self._input(x, state)
        return self.found[x]

    def piece(self, x: Value, thread: int) -> Value:
        """What one thread made of a value."""
        return self._input(x, thread)

    def count(self, examples: Value, state: State) -> Value:
        """How many examples there are, in all or in a part."""
        with self.part.graph.recording():
            return p.size(self._input(examples, state), axis=0)

    def term(self, x: Value) -> Value:
        """A whole value as a sum: the first thread has it, the others have zeros."""
        share = self._input(SHARE, WHOLE)
        with self.part.graph.recording():
            return p.multiply(self.value(x, WHOLE), p.cast(share, dtype=x.dtype))

    def _input(self, x: Value, state: State) -> Value:
        if (x, state) not in self._cut:
            self._cut[x, state] = self.part.graph.input(x.spec, x.name)
            self.part.takes.append((x, state))
        return self._cut[x, state]


SHARE = Graph("share").input(Spec((), "float32"), "share")
"""Stands for one in the first thread, and for zero in the others."""


def _again(node: Node, graph: Graph, inputs: list[Value], found: dict[Value, Value]) -> None:
    """Record a node once more, on other inputs."""
    if _repeats(node):
        with graph.recording():
            found[node.output] = p.broadcast_to(*inputs, shape=node.output.spec.sizes)
        return
    stand_ins = dict(zip(node.inputs, inputs, strict=True))
    replay_node(node, graph, stand_ins)
    found.update({y: stand_ins[y] for y in node.outputs})


def _repeats(node: Node) -> bool:
    """Whether a node repeats something to a shape that is known."""
    return node.primitive.name == "broadcast_like" and all(map(known, node.output.spec.sizes))
