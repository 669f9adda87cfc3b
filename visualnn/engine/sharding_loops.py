"""What a loop over steps makes of tensors of which every thread has a part, and all other nodes."""

from __future__ import annotations

from collections.abc import Container

from visualnn.engine import sharding_products  # noqa: F401 - fills RULES
from visualnn.engine.sharding_rules import PARTIAL, RULES, WHOLE, Answer, State, is_axis
from visualnn.graph.graph import Graph, Node, Value


def answer(node: Node, states: list[State], used: set[Value]) -> Answer:
    """What the rule of a node says."""
    if node.primitive.name == "scan":
        return _scan(node, states, used)
    rule = RULES.get(node.primitive.name)
    return rule(node, states) if rule else None


def _scan(node: Node, states: list[State], used: set[Value]) -> Answer:
    """A loop over steps, if each thread can do it for its examples."""
    body, carries = node.settings["body"], node.settings["carries"]
    sequences = node.settings["sequences"]
    if not isinstance(body, Graph) or body.captures or body.variables:
        return None
    inside = list(states)
    for i in range(carries, carries + sequences):
        if is_axis(inside[i]):
            if inside[i] == 0:
                return None
            inside[i] -= 1
    for _ in range(2 * len(inside) + 1):
        found, asked = _follow(body, inside)
        if asked is not None:
            inside[asked[0]] = asked[1]
            continue
        if found is None:
            return None
        changed = False
        for i in range(carries):
            if inside[i] != found[i]:
                if inside[i] != WHOLE:
                    return None
                inside[i], changed = found[i], True
        if not changed:
            break
    else:
        return None
    needs = [
        s + 1 if is_axis(s) and carries <= i < carries + sequences else s
        for i, s in enumerate(inside)
    ]
    stacked = [s + 1 if is_axis(s) else s for s in (*found[carries:], *inside[:carries])]
    makes = [*found[:carries], *stacked]
    same = [y for y, s in zip(node.outputs, makes, strict=True) if s == WHOLE and y in used]
    if same:
        return None
    history = node.outputs[len(found) :]
    if any(y in used and s == PARTIAL for y, s in zip(history, inside, strict=False)):
        return None
    return needs, makes


def _sum_in_steps(node: Node, states: list[State], inputs: Container[Value]) -> Answer:
    """A state that is added to in each step: partial, if what is added is."""
    adds = node.primitive.name in ("add", "subtract") and PARTIAL in states
    if not adds or not all(
        state == PARTIAL or (state == WHOLE and x in inputs)
        for state, x in zip(states, node.inputs, strict=True)
    ):
        return None
    return [PARTIAL, PARTIAL], [PARTIAL]


def _follow(
    body: Graph, states: list[State]
) -> tuple[list[State] | None, tuple[int, State] | None]:
    """The states of the outputs of a body, or which input has to come in which other state."""
    states_of = dict(zip(body.inputs, states, strict=True))
    places = {x: i for i, x in enumerate(body.inputs)}
    nodes = body.needed_for(body.outputs)
    used = {x for node in nodes for x in node.inputs} | set(body.outputs)
    for node in nodes:
        given = [states_of.get(x, WHOLE) for x in node.inputs]
        if all(state == WHOLE for state in given):
            states_of.update(dict.fromkeys(node.outputs, WHOLE))
            continue
        found = _sum_in_steps(node, given, places) or answer(node, given, used)
        if found is None:
            return None, None
        for x, have, need in zip(node.inputs, given, found[0], strict=True):
            if have != need:
                return None, (places[x], need) if have == WHOLE and x in places else None
        states_of.update(zip(node.outputs, found[1], strict=True))
    return [states_of.get(x, WHOLE) for x in body.outputs], None
