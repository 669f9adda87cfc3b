"""One update for all weights: what is done alike to every weight is done once, to a row of all.

An optimizer is written, recorded and drawn weight by weight.  Here, updates that are the same
sequence of elementwise operations become that sequence on rows in which the weights, their slots
and their gradients lie one after the other.  Nothing here knows Adam: every optimizer that works
element by element is found.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine.kernels import UFUNCS
from visualnn.engine.specialize import SpecializedGraph
from visualnn.graph.graph import Node, Value
from visualnn.primitives.primitive import Primitive
from visualnn.scope import absolute_scope, origin
from visualnn.spec import Spec
from visualnn.variable import Variable, current_arrays

CHUNK = 1 << 15  # elements of a row that are updated together, so that they stay in the cache


def chunked(size: int) -> tuple[int, int]:
    """The length of a row for so many elements, and of the equal chunks that it consists of."""
    count = max(1, -(-size // CHUNK))
    chunk = -(-size // (count * 16)) * 16  # whole cache lines
    return chunk * count, chunk


class Row:
    """Variables of one dtype that lie one after the other in one array.

    A step writes over the array, unless somebody else got hold of a part of it: what others hold
    never changes, so the step makes a new one then.
    """

    def __init__(self, variables: Sequence[Variable]):
        self.variables = list(variables)
        self.dtype = np.dtype(variables[0].storage.dtype)
        shapes = [v.storage.numbers for v in variables]
        ends = list(itertools.accumulate(map(math.prod, shapes)))
        self.size, self.chunk = chunked(ends[-1])
        self._places = list(zip([0, *ends], ends, shapes, strict=False))
        self._array: np.ndarray | None = None
        self._parts: list[np.ndarray] = []

    def array(self) -> np.ndarray:
        """The values of all variables now."""
        now = current_arrays(self.variables)
        if self._array is not None and all(map(operator.is_, now, self._parts)):
            return self._array
        array = np.zeros(self.size, self.dtype)
        for x, (start, stop, _) in zip(now, self._places, strict=True):
            array[start:stop] = x.reshape(-1)
        self.keep(array)
        return array

    def target(self, array: np.ndarray) -> np.ndarray:
        """Where the next values may be written: over the old ones, or else where nothing is."""
        shared = True in [variable.is_shared for variable in self.variables]
        return np.empty(self.size, self.dtype) if shared else array

    def own(self) -> np.ndarray:
        """The array, which nobody else holds a part of: it may be written over."""
        array = self.array()
        own = self.target(array)
        if own is not array:
            np.copyto(own, array)
            self.keep(own)
        return own

    def keep(self, array: np.ndarray) -> None:
        """Make the parts of an array, which nobody else holds, the values."""
        if array is self._array:
            return
        self._array = array
        self._parts = [array[start:stop].reshape(shape) for start, stop, shape in self._places]
        for variable, part in zip(self.variables, self._parts, strict=True):
            variable.store(part)
            variable.is_shared = False


def _packed(*xs: np.ndarray, size: int) -> np.ndarray:
    row = np.zeros(size, xs[0].dtype)
    start = 0
    for x in xs:
        row[start : start + x.size] = x.reshape(-1)
        start += x.size
    return row


PACK = Primitive(_packed)
PACK.name = "pack"
PACK.__doc__ = "Tensors one after the other in one row, which has zeros at its end."
PACK.shape(lambda *xs, size: (size,))


class FlatUpdate:
    """One update of several rows.

    Attributes:
        rows: The rows, such as all weights and all their velocities.
        old: The values that stand for them.
        new: What they become.
        nodes: The operations, which all work on whole rows.
        is_one_loop: Whether one loop does all of them, element by element.
    """

    is_one_loop = False

    def __init__(self, rows: list[Row], old: list[Value], new: list[Value], nodes: list[Node]):
        self.rows, self.old, self.new, self.nodes = rows, old, new, nodes
        self.chunk = rows[0].chunk

    def can_overwrite(self, i: int) -> bool:
        """Whether nothing reads a row any more once its new values are made."""
        if self.is_one_loop:
            return True
        place = {node: k for k, node in enumerate(self.nodes)}
        reads = [k for node, k in place.items() if any(x is self.old[i] for x in node.inputs)]
        maker = self.new[i].node
        return maker in place and max(reads, default=-1) <= place[maker]


def flatten_updates(
    graph: SpecializedGraph, updates: dict[Variable, Value], rows: dict[Any, Row]
) -> list[FlatUpdate]:
    """Put updates that are alike together, in the graph.

    Args:
        graph: The graph, to which the operations on rows are added.
        updates: The new value of each variable; those that are put together are taken out.
        rows: The rows that there are already, by their variables; new ones are added.
    """
    families: dict[Any, list[_Cone]] = defaultdict(list)
    place = {node: i for i, node in enumerate(graph.nodes)}
    for variables in _groups(graph, updates):
        cone = _Cone(graph, variables, updates, place)
        if cone.is_elementwise:
            families[cone.signature].append(cone)
    return [
        _one_update(graph, cones, updates, rows) for cones in families.values() if cones[0].shape
    ]


def _one_update(
    graph: SpecializedGraph,
    cones: list[_Cone],
    updates: dict[Variable, Value],
    rows: dict[Any, Row],
) -> FlatUpdate:
    first = cones[0]
    roles = list(zip(*(cone.variables for cone in cones), strict=True))
    own, old = [], []
    known: dict[Value, Value] = {}
    place = first.nodes[-1].name.split("/")[0]
    with absolute_scope(f"{place}/all_weights"), origin(**vars(first.nodes[-1].origin)):
        for members in roles:
            key = tuple(map(id, members))
            if key not in rows:
                rows[key] = Row(members)
            own.append(rows[key])
            spec = Spec((own[-1].size,), own[-1].dtype.name)
            old.append(Value(graph.unique(_role(members)), spec, graph))
            known[graph.variables[members[0]]] = old[-1]
        for i, leaf in enumerate(first.leaves):
            leaves = tuple(cone.leaves[i] for cone in cones)
            known[leaf] = graph.add(PACK, leaves, {"size": own[0].size})
        start = len(graph.nodes)
        for node in first.nodes:
            inputs = tuple(known.get(x, x) for x in node.inputs)
            known[node.output] = graph.add(node.primitive, inputs, node.settings)
    new = [known[updates[members[0]]] for members in roles]
    for before, after in zip(old, new, strict=True):
        after.name = f"{before.name}_next"
    for members in roles:
        for variable in members:
            del updates[variable]
    return FlatUpdate(own, old, new, graph.nodes[start:])


def _role(members: Sequence[Variable]) -> str:
    """What a row holds: ``weights``, or the word that the names of all slots end with."""
    words = {variable.name.rpartition("_")[2] for variable in members}
    slots = all("_" in variable.name for variable in members)
    return words.pop() if len(words) == 1 and slots and len(members) > 1 else "weights"


# ---------------------------------------------------------------------- which are alike


def _belongs(node: Node | None, shape: tuple) -> bool:
    """Whether a node is part of an elementwise update, not what the update starts from."""
    return (
        node is not None
        and node.origin.phase == "update"
        and node.primitive.name in UFUNCS
        and node.output.spec.sizes == shape
    )


def _inside(result: Value) -> tuple[list[Value], list[Value]]:
    """The values of an elementwise update, and those it starts from."""
    shape = result.spec.sizes
    inside: dict[Value, None] = {}
    leaves: dict[Value, None] = {}
    waiting = [result]
    while waiting:
        x = waiting.pop()
        if x in inside or x in leaves:
            continue
        if _belongs(x.node, shape):
            assert x.node is not None
            inside[x] = None
            waiting += x.node.inputs
        else:
            leaves[x] = None
    return list(inside), list(leaves)


def _groups(graph: SpecializedGraph, updates: dict[Variable, Value]) -> list[list[Variable]]:
    """The updated variables, those together that are updated from each other."""
    owner = {value: variable for variable, value in graph.variables.items()}
    group = {variable: [variable] for variable in updates}
    for variable, result in updates.items():
        for x in _inside(result)[1]:
            other = owner.get(x)
            if (
                other is not None
                and other in group
                and x.spec.sizes
                and group[other] is not group[variable]
            ):
                small, large = sorted((group[other], group[variable]), key=len)
                large += small
                for member in small:
                    group[member] = large
    order = {variable: i for i, variable in enumerate(updates)}
    found = {id(members): members for members in group.values()}
    return [sorted(members, key=order.__getitem__) for members in found.values()]


class _Cone:
    """The update of one weight and its slots, and a signature that tells what it does."""

    def __init__(
        self,
        graph: SpecializedGraph,
        variables: list[Variable],
        updates: dict[Variable, Value],
        place: dict[Node, int],
    ):
        self.variables = variables
        self.shape = variables[0].storage.numbers
        results = [updates[v] for v in variables]
        same = all(v.storage == variables[0].storage for v in variables)
        read = all(v in graph.variables for v in variables)
        same = same and variables[0].storage.dtype in ("float32", "float64")
        self.is_elementwise = same and read and all(_belongs(x.node, self.shape) for x in results)
        if not self.is_elementwise:
            return
        roles = {graph.variables[v]: ("slot", i) for i, v in enumerate(variables)}
        values = dict.fromkeys(itertools.chain.from_iterable(_inside(x)[0] for x in results))
        self.nodes = sorted({x.node for x in values if x.node is not None}, key=place.__getitem__)
        inside: dict[Value, int] = {}
        leaves: dict[Value, int] = {}

        def described(x: Value) -> tuple:
            if x in roles:
                return roles[x]
            if x in inside:
                return ("inside", inside[x])
            if x.spec.sizes != self.shape or x in graph.constants:
                return ("given", id(x), x.spec.sizes)
            return ("leaf", leaves.setdefault(x, len(leaves)))

        steps = []
        for node in self.nodes:
            steps.append((node.primitive.name, tuple(map(described, node.inputs))))
            inside[node.output] = len(inside)
        self.leaves = list(leaves)
        kind = variables[0].storage.dtype
        self.signature = (kind, tuple(steps), tuple(inside[x] for x in results))
        given = [x for node in self.nodes for x in node.inputs if described(x)[0] == "given"]
        if any(x.spec.sizes != () for x in given):  # it depends on where in the weight one is
            self.is_elementwise = False
