"""The graph of one computation: every operation, in the order in which to run them.

A graph is in *single assignment* form: each node makes new values and no value ever changes.
A variable has the value that was last given to it in this graph; reading and assigning leave no
nodes.  Names follow the scopes, ``encoder/dense_1/matmul``, so a viewer can fold them into boxes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from visualnn.graph.source_line import user_line
from visualnn.primitives.conversion import cast, numpy_dtype
from visualnn.primitives.operators import Arithmetic, operate
from visualnn.primitives.primitive import Primitive, recorder
from visualnn.scope import Origin, absolute_scope, current_origin, current_scope
from visualnn.spec import Spec
from visualnn.variable import Variable


class SymbolicError(TypeError):
    """Python asked for the numbers of a tensor that has none yet."""


class Value(Arithmetic):
    """An edge of the graph: a result of one node, an input, a constant, or a variable's value."""

    __slots__ = ("_keras_mask", "array", "graph", "name", "node", "spec")

    def __init__(self, name: str, spec: Spec, graph: Graph, node: Node | None = None):
        self.name = name
        self.spec = spec
        self.graph = graph
        self.node = node  # the node that makes it, if any
        self.array: np.ndarray | None = None  # its numbers, on an eager tape
        self._keras_mask: Any = None

    @property
    def shape(self):
        return self.spec.shape

    @property
    def dtype(self) -> str:
        return self.spec.dtype

    @property
    def ndim(self) -> int:
        return self.spec.ndim

    @property
    def T(self):  # noqa: N802 - numpy's name
        return operate("transpose", self)

    def numpy(self) -> np.ndarray:
        """The numbers, where there are any."""
        return np.array(self._numbers("numpy()"))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self._numbers("a numpy array"), dtype)

    def __bool__(self) -> bool:
        return bool(self._numbers("`if`, `and`, `or`, `not` or `while`"))

    def __int__(self) -> int:
        return int(self._numbers("int()"))

    def __float__(self) -> float:
        return float(self._numbers("float()"))

    def __index__(self) -> int:
        return int(self._numbers("a Python number"))

    def __len__(self) -> int:
        if not self.spec.sizes or self.shape[0] is None:
            raise SymbolicError(f"The length of {self!r} is not known while it is traced.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def _numbers(self, use: str) -> np.ndarray:
        if self.array is None:
            line = user_line()
            raise SymbolicError(
                f"{line + ': ' if line else ''}{use} needs the numbers of {self!r}, which has none "
                "while the model is traced. Use `ops.cond` or `ops.where` to decide by a tensor, "
                "or compile with `run_eagerly=True`."
            )
        return self.array

    def __repr__(self) -> str:
        return f"<Value {self.name} {self.spec}>"


class Node:
    """One operation: where its inputs come from, what it makes, and what made it."""

    __slots__ = ("inputs", "is_tuple", "name", "origin", "outputs", "primitive", "settings")

    def __init__(self, primitive: Primitive, inputs: tuple[Value, ...], settings: dict[str, Any]):
        self.primitive = primitive
        self.inputs = inputs
        self.settings = settings
        self.outputs: tuple[Value, ...] = ()
        self.is_tuple = False  # whether it makes a tuple, if only of one
        self.origin = Origin()
        self.name = ""

    @property
    def output(self) -> Value:
        return self.outputs[0]

    @property
    def type(self) -> str:
        """What it does, as other tools name it: ``MatMul``."""
        return self.primitive.type

    def __str__(self) -> str:
        arguments = [x.name for x in self.inputs]
        arguments += [f"{key}={value}" for key, value in self.settings.items()]
        made = ", ".join(x.name for x in self.outputs)
        return f"{made} = {self.primitive.name}({', '.join(arguments)})"


class Graph:
    """Inputs, nodes in running order, outputs, and the variables that are read and assigned.

    Attributes:
        inputs: The values given by the caller, in order.
        outputs: The values returned to the caller, in order.
        nodes: Every operation, each after those it needs.
        constants: Values that are always the same, and what they are.
        variables: Every variable that is read, and its value when the graph starts.
        updates: Every variable that is assigned, and its value when the graph ends.
        captures: In the body of a loop or branch: values of the graph around it that are used
            inside, and the inputs that stand for them.
    """

    def __init__(self, name: str, parent: Graph | None = None):
        self.name = name
        self.parent = parent
        self.inputs: list[Value] = []
        self.outputs: list[Value] = []
        self.nodes: list[Node] = []
        self.constants: dict[Value, np.ndarray] = {}
        self.variables: dict[Variable, Value] = {}
        self.updates: dict[Variable, Value] = {}
        self.captures: dict[Value, Value] = {}
        self.output_structure: Any = None  # how the outputs were nested, if it was traced
        self._names: Counter[str] = Counter()
        self._casts: dict[tuple[Value, str], Value] = {}

    @contextmanager
    def recording(self) -> Iterator[Graph]:
        """Every operation that is applied inside becomes a node of this graph."""
        token = recorder.set(self)
        try:
            yield self
        finally:
            recorder.reset(token)

    @contextmanager
    def sketching(self) -> Iterator[None]:
        """What is recorded inside is forgotten afterwards."""
        before = list(self.nodes), self._names.copy(), dict(self._casts)
        try:
            yield
        finally:
            self.nodes[:], self._names, self._casts = before

    # ------------------------------------------------------------------ recording

    def add(self, primitive: Primitive, inputs: tuple, settings: dict[str, Any]) -> Any:
        """Record one operation and return the value, or the tuple of values, it will make."""
        dtype = next((Spec.of(x).dtype for x in inputs if hasattr(x, "dtype")), None)
        values = tuple(self.lift(x, dtype) for x in inputs)
        specs = primitive.infer(*(x.spec for x in values), **settings)
        node = Node(primitive, values, settings)
        node.name = self.unique(primitive.name)
        node.origin = current_origin()
        if not node.origin.line:
            node.origin = replace(node.origin, line=user_line())
        self.nodes.append(node)
        if isinstance(specs, Spec):
            node.outputs = (Value(node.name, specs, self, node),)
            return node.outputs[0]
        node.is_tuple = True
        node.outputs = tuple(
            Value(f"{node.name}:{i}", spec, self, node) for i, spec in enumerate(specs)
        )
        return node.outputs

    def input(self, spec: Spec, name: str = "input") -> Value:
        """A new input."""
        value = Value(self.unique(name), spec, self)
        self.inputs.append(value)
        return value

    def lift(self, x: Any, dtype: str | None = None) -> Value:
        """The value that stands for ``x``: a variable, an array, or a number of this dtype."""
        if isinstance(x, Value):
            return x if x.graph is self else self._from_elsewhere(x)
        if isinstance(x, Variable):
            return self._in_dtype(self.read(x), x.dtype)
        kind = None if dtype is None or hasattr(x, "dtype") else numpy_dtype(dtype)
        array = np.asarray(x, kind)
        constant = Value(self.unique("constant"), Spec.of(array), self)
        self.constants[constant] = array.view(np.ndarray)
        return constant

    def _in_dtype(self, value: Value, dtype: str) -> Value:
        """A variable's value as a layer of lower precision reads it; cast once for all readers."""
        if value.dtype == dtype:
            return value
        if (value, dtype) not in self._casts:
            self._casts[value, dtype] = self.add(cast, (value,), {"dtype": dtype})
        return self._casts[value, dtype]

    def _from_elsewhere(self, x: Value) -> Value:
        """A value of another graph: captured if that graph is around this one."""
        if x.array is not None and not self._is_inside(x.graph):
            return self.lift(x.array)
        if not self._is_inside(x.graph):
            raise SymbolicError(
                f"{x!r} belongs to {x.graph.name!r}, which is not traced any more. "
                "Return a tensor from the function that makes it instead of keeping it."
            )
        return self.capture(x)

    def _is_inside(self, other: Graph) -> bool:
        graph = self.parent
        while graph is not None and graph is not other:
            graph = graph.parent
        return graph is other

    def capture(self, x: Value) -> Value:
        """The input of this body that stands for a value of the graph around it."""
        assert self.parent is not None
        outer = self.parent.lift(x)
        if outer not in self.captures:
            self.captures[outer] = Value(self.unique("captured"), outer.spec, self)
        return self.captures[outer]

    def read(self, variable: Variable) -> Value:
        """The newest value of a variable in this graph."""
        if variable in self.updates:
            return self.updates[variable]
        if variable not in self.variables:
            if self.parent is not None:
                self.parent.read(variable)  # so that the graph around this one reads it too
            with absolute_scope(""):  # its path says where it belongs
                value = Value(self.unique(variable.path), variable.storage, self)
            self.variables[variable] = value
        return self.variables[variable]

    def assign(self, variable: Variable, x: Any) -> Value:
        """Give a variable a new value from here on, and for good at the end of every run."""
        self.read(variable)
        value = self.lift(x, variable.dtype)
        self.updates[variable] = value
        return value

    def unique(self, name: str) -> str:
        """A name in the current scope that nothing else here has."""
        path = f"{current_scope()}/{name}".lstrip("/")
        count = self._names[path]
        self._names[path] += 1
        return path if count == 0 else f"{path}_{count}"

    # ------------------------------------------------------------------ reading

    @property
    def operations(self) -> list[Node]:
        """The nodes, as TensorFlow calls them."""
        return list(self.nodes)

    def needed_for(self, outputs: Iterable[Value]) -> list[Node]:
        """The nodes that the outputs depend on, in running order.  All else is dead code."""
        wanted, kept = set(outputs), []
        for node in reversed(self.nodes):
            if not wanted.isdisjoint(node.outputs):
                wanted.update(node.inputs)
                kept.append(node)
        return kept[::-1]

    def run(self, *arrays: Any) -> list[np.ndarray]:
        """Compute the outputs, one primitive after the other, and assign nothing.

        The inputs are followed by the captured values, if this is a body.  This is the meaning
        of a graph; the engine computes the same, faster.
        """
        return self.evaluate(self.outputs, *arrays)

    def evaluate(self, values: list[Value], *arrays: Any) -> list[np.ndarray]:
        """Compute these values as ``run`` computes the outputs."""
        numbers: dict[Value, Any] = dict(self.constants)
        numbers.update({value: v.numpy() for v, value in self.variables.items()})
        numbers.update(zip([*self.inputs, *self.captures.values()], arrays, strict=True))
        for node in self.needed_for(values):
            with np.errstate(all="ignore"):  # infinities and NaN are results, not warnings
                result = node.primitive.forward(*(numbers[x] for x in node.inputs), **node.settings)
            results = result if isinstance(result, tuple) else (result,)
            numbers.update(zip(node.outputs, map(np.asarray, results), strict=True))
        return [numbers[x] for x in values]

    def backward(self) -> Graph:
        """The gradient of this body, as another body."""
        from visualnn.graph import bodies  # lies above: it differentiates

        return bodies.backward(self)

    def backward_step(self, states: int, sequences: int) -> Graph:
        """The gradient of this step of a scan, as a step of the scan that goes backwards."""
        from visualnn.graph import bodies

        return bodies.backward_step(self, states, sequences)

    def infer(self, *specs: Spec) -> list[Spec]:
        """The specs of the outputs, for inputs (and captured values) of these specs."""
        found = {x: x.spec for x in [*self.constants, *self.variables.values()]}
        found.update(zip([*self.inputs, *self.captures.values()], specs, strict=True))
        for node in self.needed_for(self.outputs):
            made = node.primitive.infer_all(*(found[x] for x in node.inputs), **node.settings)
            found.update(zip(node.outputs, made, strict=True))
        return [found[x] for x in self.outputs]

    def __str__(self) -> str:
        takes = ", ".join(f"{x.name}: {x.spec}" for x in self.inputs)
        gives = ", ".join(x.name for x in self.outputs)
        lines = [f"    {node!s:<58} {node.output.spec}" for node in self.nodes]
        return "\n".join([f"{self.name}({takes}):", *lines, f"    return {gives}"])

    def __repr__(self) -> str:
        return f"<Graph {self.name}: {len(self.nodes)} nodes>"
