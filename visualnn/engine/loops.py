"""Loops over steps without what need not be done step by step.

A loop is divided in three.  What depends on the state that is carried from step to step stays.
What the steps only read is computed before it, and what no later step waits for after it, for all
steps at once: the projections of inputs become one product, as do the gradients of weights.  The
loop that goes backwards finds what the loop forwards has computed, instead of computing it again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.gates import with_joined_gates
from visualnn.engine.identities import identity
from visualnn.engine.joint_products import JointProduct, joint_product
from visualnn.engine.over_steps import Outside, can_be_stacked, is_faster_inside, recorded
from visualnn.engine.passes import uses
from visualnn.engine.specialize import SpecializedGraph
from visualnn.engine.step_graph import Sources, StepGraph, key_of
from visualnn.engine.step_inputs import by_steps, number_everywhere, scaled, with_short_inputs
from visualnn.graph.graph import Graph, Node, Value
from visualnn.graph.replay import replay, replay_node
from visualnn.primitives import PRIMITIVES
from visualnn.scope import Origin, absolute_scope, origin
from visualnn.spec import Spec, known


@identity("scan")
def _(
    graph: SpecializedGraph,
    *inputs: Value,
    body: Graph,
    carries: int,
    sequences: int,
    reverse: bool = False,
    length: int | None = None,
    wanted: Any = None,
) -> tuple[Value, ...] | None:
    if not uses("loops") or not all(known(size) for x in inputs for size in x.spec.sizes):
        return None
    steps = inputs[carries].spec.numbers[0] if sequences else length
    if not steps:
        return None
    loop = DividedLoop(graph, inputs, body, carries, sequences, reverse, steps)
    if not loop.is_possible:
        return None
    graph.loops.append(loop)
    return loop.results()


class DividedLoop:
    """A loop, divided.

    Args:
        graph: The graph around it, in which what is done outside is recorded.
        inputs: The first states, the sequences, and what else a step needs.
        body: One step.
        carries: How many states there are.
        sequences: How many sequences.
        reverse: Whether the last step comes first.
        steps: How many there are.
    """

    def __init__(
        self,
        graph: SpecializedGraph,
        inputs: tuple[Value, ...],
        body: Graph,
        carries: int,
        sequences: int,
        reverse: bool,
        steps: int,
    ):
        self.graph, self.reverse, self.steps, self.carries = graph, reverse, steps, carries
        self.first = list(inputs[:carries])
        self.step = StepGraph(body.name)
        self.outside: Sources = {}
        self._enter(inputs, body, carries, sequences)
        self.state = self.step.inputs[:carries]
        self.sums = {i: term for i in range(carries) if (term := self._term(i)) is not None}
        self.carried = [i for i in range(carries) if i not in self.sums]
        self.found = self._found_forwards()
        self.joint: list[JointProduct] = []
        self.last: dict[int, Value] = {}
        self.histories: dict[int, Value] = {}
        self.inner: dict[Value, Value] = {}
        self._divide()
        self.is_possible = bool(self.carried) or not self.inside
        if self.is_possible:
            self._record()

    def _enter(self, inputs: tuple, body: Graph, carries: int, sequences: int) -> None:
        """Record the step again, with what is the same number in every step as a constant."""
        step, now = self.step, {}
        for i, (x, inner) in enumerate(zip(inputs, body.inputs, strict=True)):
            is_stack = carries <= i < carries + sequences
            sizes = x.spec.numbers[1:] if is_stack else x.spec.numbers
            number = number_everywhere(self.graph, x) if i >= carries else None
            if number is not None:
                now[inner] = step.lift(np.broadcast_to(number, sizes))
                continue
            if is_stack:
                x = by_steps(self.graph, x)
            now[inner] = step.input(Spec(sizes, x.dtype), inner.name)
            if i < carries:
                step.waiting.add(now[inner])
            else:
                self.outside[now[inner]] = Outside(x, is_stack)
        now.update({value: step.lift(array) for value, array in body.constants.items()})
        replay(body.needed_for(body.outputs), step, now)
        step.outputs = [now[x] for x in body.outputs]
        self.step, self.outside = with_joined_gates(*with_short_inputs(step, self.outside))
        step = self.step
        self.keys = {key_of(step, node, None): node for node in step.nodes if not node.is_tuple}

    def _term(self, i: int) -> Value | None:
        """What a state is increased by in every step, if nothing else happens to it."""
        state, after = self.state[i], self.step.outputs[i]
        node = after.node
        if node is None or node.primitive.name != "add":
            return None
        terms = [x for x in node.inputs if x is not state]
        readers = [n for n in self.step.nodes for x in n.inputs if x is state or x is after]
        ends = [x for x in self.step.outputs if x is state or x is after]
        if len(terms) != 1 or len(node.inputs) != 2 or readers != [node] or len(ends) > 1:
            return None
        [term] = terms
        return term if term.spec == state.spec else None

    # ------------------------------------------------------------------ what is known forwards

    def _found_forwards(self) -> dict[Value, tuple[DividedLoop, Value]]:
        """The values of this step that an earlier loop has computed in the same step."""
        for loop in self.graph.loops:
            same = self._same_inputs(loop)
            if any(x is state for x in same.values() for state in loop.state):  # == makes a node
                break
        else:
            return {}
        for node in self.step.nodes:
            if node.is_tuple or self.step.waiting.intersection(node.outputs):
                continue
            key = key_of(self.step, node, same)
            if key is not None and key in loop.keys and loop.can_tell(loop.keys[key]):
                same[node.output] = loop.keys[key].output
        return {x: (loop, other) for x, other in same.items() if x.node is not None}

    def _same_inputs(self, loop: DividedLoop) -> dict[Value, Value]:
        """The inputs of this step that are states and inputs of another loop."""
        there = {x.value: inner for inner, x in loop.outside.items() if inner.node is None}
        there |= {history: loop.state[i] for i, history in loop.histories.items()}
        return {
            inner: there[x.value]
            for inner, x in self.outside.items()
            if inner.node is None and x.value in there
        }

    def can_tell(self, node: Node) -> bool:
        """Whether the results of a node in all steps can be had."""
        return node in self.inside or node.output in self.outside

    def told(self, x: Value) -> Outside:
        """The results of a value inside in all steps: one more result of the loop."""
        if x not in self.outside and x.node is not None and x.node.primitive.name == "slice":
            parts = [self.told(y) for y in x.node.inputs]
            self.outside[x] = recorded(self.graph, x.node, parts, self.steps)
        if x not in self.outside:
            spec = Spec((self.steps, *x.spec.sizes), x.dtype)
            made = Value(self.graph.unique(x.name), spec, self.graph, self.node)
            self.node.settings["body"].outputs.append(self.inner[x])
            count = len(self.node.outputs) - len(self.carried)
            self.node.outputs = (*self.node.outputs[:count], made, *self.node.outputs[count:])
            self.outside[x] = Outside(made, True)
        return self.outside[x]

    # ------------------------------------------------------------------ division

    def _divide(self) -> None:
        """Find out which nodes stay inside."""
        step = self.step
        for node in step.nodes:  # what must be done step by step, others wait for, too
            known = not node.is_tuple and node.output in self.found
            if not known and not (can_be_stacked(node) and step.waiting.isdisjoint(node.inputs)):
                step.waiting.update(node.outputs)
        self.inside: set[Node] = set()
        self.needed = {step.outputs[i] for i in self.carried}  # inside
        self.asked = {*step.outputs[self.carries :]}  # outside
        for term in self.sums.values():
            self.asked.update(_factors(term)[1])
        differing = self._differing()
        for node in reversed(step.nodes):
            needed = not self.needed.isdisjoint(node.outputs)
            if not needed and self.asked.isdisjoint(node.outputs):
                continue
            waits = not step.waiting.isdisjoint(node.outputs)
            if not waits and not node.is_tuple and node.output in self.found:
                continue
            is_short = node in differing and is_faster_inside(node, self.steps)
            if (needed and (waits or is_short)) or not can_be_stacked(node):
                self.inside.add(node)
                self.needed.update(node.inputs)
            else:
                self.asked.update(node.inputs)

    def _differing(self) -> set[Node]:
        """The nodes whose results are others in each step."""
        values = {x for x, source in self.outside.items() if source.is_stack} | set(self.state)
        nodes = set()
        for node in self.step.nodes:
            if not values.isdisjoint(node.inputs):
                values.update(node.outputs)
                nodes.add(node)
        return nodes

    def _record(self) -> None:
        """Record what comes before, the loop, and what comes after."""
        step, graph = self.step, self.graph
        for x, array in step.constants.items():
            self.outside[x] = Outside(graph.lift(array), False)
        for node in step.nodes:
            if node not in self.inside and step.waiting.isdisjoint(node.outputs):
                self._record_outside(node)
        if self.carried:
            self._record_loop()
        for node in step.nodes:
            if node in self.inside:
                for y in self.asked.intersection(node.outputs):
                    self.told(y)
            elif not step.waiting.isdisjoint(node.outputs):
                self._record_outside(node)

    def _record_outside(self, node: Node) -> None:
        """Record a node for all steps, if somebody needs it, unless it has been computed before."""
        if self.needed.isdisjoint(node.outputs) and self.asked.isdisjoint(node.outputs):
            return
        if node.output in self.found:
            loop, other = self.found[node.output]
            self.outside[node.output] = loop.told(other)
            return
        made_by = node.origin
        with absolute_scope(node.name.rpartition("/")[0]), origin(**vars(made_by)):
            inputs = [self.outside[x] for x in node.inputs]
            if _is_scaled_by_a_row(node, inputs):
                made = Outside(scaled(self.graph, inputs[0].value, inputs[1].value), True)
            else:
                made = recorded(self.graph, node, inputs, self.steps)
            self.outside[node.output] = made

    def _record_loop(self) -> None:
        """Record the loop, of what is left."""
        step, graph = self.step, self.graph
        body = Graph(step.name)
        states = [self.state[i] for i in self.carried]
        read = {x for node in step.nodes if node in self.inside for x in node.inputs}
        read |= {step.outputs[i] for i in self.carried}
        given = [x for x in self.outside if x in read and x not in step.constants]
        stacks = [x for x in given if self.outside[x].is_stack]
        rest = [x for x in given if not self.outside[x].is_stack]
        with absolute_scope(""):  # names say where they come from
            for x in (*states, *stacks, *rest):
                self.inner[x] = body.input(x.spec, x.name)
        for x, array in step.constants.items():
            self.inner[x] = body.lift(array)
        for node in step.nodes:
            if node in self.inside:
                replay_node(node, body, self.inner)
        body.outputs = [self.inner[step.outputs[i]] for i in self.carried]
        inputs = [self.first[i] for i in self.carried]
        inputs += [self.outside[x].value for x in (*stacks, *rest)]
        settings = {
            "body": body,
            "carries": len(self.carried),
            "sequences": len(stacks),
            "reverse": self.reverse,
            "length": self.steps,
        }
        made = Graph.add(graph, PRIMITIVES["scan"], tuple(inputs), settings)
        self.node = graph.nodes[-1]
        count = len(self.carried)
        self.last = dict(zip(self.carried, made[:count], strict=True))
        self.histories = dict(zip(self.carried, made[count:], strict=True))
        for i in self.carried:
            self.outside[self.state[i]] = Outside(self.histories[i], True)

    # ------------------------------------------------------------------ results

    def results(self) -> tuple[Value, ...]:
        """The last states, the results of all steps, and the states before each step."""
        sums = {i: self._sum(i, term) for i, term in self.sums.items()}
        states = [sums[i][0] if i in sums else self.last[i] for i in range(self.carries)]
        histories = [sums[i][1] if i in sums else self.histories[i] for i in range(self.carries)]
        made = [self.stack(y) for y in self.step.outputs[self.carries :]]
        return (*states, *made, *histories)

    def stack(self, x: Value) -> Value:
        """The values of all steps."""
        found = self.outside[x]
        if found.is_stack:
            return found.value
        sizes = (self.steps, *x.spec.numbers)
        return self.graph.add(PRIMITIVES["broadcast_to"], (found.value,), {"shape": sizes})

    def _sum(self, i: int, term: Value) -> tuple[Value, Value]:
        """A state that only grows: after all steps, and before each."""
        graph, begin = self.graph, self.first[i]
        letters, factors = _factors(term)
        made_by = term.node.origin if term.node is not None else Origin()
        with absolute_scope(self.step.name), origin(**vars(made_by)):
            stacks = tuple(self.stack(x) for x in factors)
            if letters:  # the sum of the products of all steps is one product
                equation = {"equation": f"t{letters},tiz->yz"}
                total = joint_product(self, *factors) if letters == "iy" else None
                if total is None:
                    total = graph.add(PRIMITIVES["einsum"], stacks, equation)
                equation = {"equation": f"t{letters},tiz->tyz"}
                terms = graph.add(PRIMITIVES["einsum"], stacks, equation)
            else:
                [terms] = stacks
                total = graph.add(PRIMITIVES["sum"], (terms,), {"axes": (0,), "keepdims": False})
            sums = graph.add(PRIMITIVES["cumsum"], (terms,), {"axis": 0, "reverse": self.reverse})
            before = graph.add(PRIMITIVES["subtract"], (sums, terms), {})
            before = graph.add(PRIMITIVES["add"], (before, begin), {})
            return graph.add(PRIMITIVES["add"], (begin, total), {}), before


def _is_scaled_by_a_row(node: Node, inputs: list[Outside]) -> bool:
    """Whether a node multiplies a matrix of each step by one and the same vector."""
    if node.primitive.name != "multiply":
        return False
    (x, is_stack), (factors, changes) = inputs
    return is_stack and not changes and (x.ndim, factors.ndim) == (3, 1)


def _factors(term: Value) -> tuple[str, tuple[Value, ...]]:
    """The axes of the first of two factors, and both, if a term is a product of matrices."""
    node = term.node
    if node is None or node.primitive.name != "matmul" or [x.ndim for x in node.inputs] != [2, 2]:
        return "", (term,)
    a, b = node.inputs
    if a.node is not None and a.node.primitive.name == "transpose":
        return "iy", (a.node.inputs[0], b)
    return "yi", (a, b)
