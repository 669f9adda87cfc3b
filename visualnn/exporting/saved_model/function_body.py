"""The functions of a SavedModel: a graph of ours as nodes of TensorFlow's.

Every function is a list of nodes that name their inputs: ``add:z:0`` is the first tensor ``z`` of
the node ``add``, a name alone is an argument.  Variables come as arguments, too: what is read and
assigned stands at the end of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from visualnn.exporting.lowering import Lowering
from visualnn.exporting.saved_model.attributes import FunctionName, Type, attribute
from visualnn.exporting.saved_model.operations import OPERATIONS, Argument
from visualnn.graph.graph import Graph, Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import Spec, known
from visualnn.variable import Variable
from visualnn.wire.tensorflow import DTYPE_NUMBERS

TENSORFLOW = Lowering("TensorFlow")
"""What each primitive becomes; the files ``rows_*.py`` fill it."""


class Ref(NamedTuple):
    """A tensor inside a function: what nodes call it, and its dtype."""

    text: str
    dtype: str


class Library:
    """All functions of a SavedModel, each with a name of its own."""

    def __init__(self) -> None:
        self.functions: list[dict[str, Any]] = []
        self._bodies: dict[int, tuple[FunctionName, Graph]] = {}
        self._count = 0

    def name(self, base: str) -> FunctionName:
        """A new name, of the form that TensorFlow takes apart when it loads a function."""
        self._count += 1
        return FunctionName(f"__inference_{re.sub(r'[^A-Za-z0-9_]', '_', base)}_{self._count}")

    def add(self, body: FunctionBody, outputs: dict[str, Ref]) -> FunctionName:
        """Enter a function, whose results have these names."""
        self.functions.append(body.definition(outputs))
        return body.name

    def body_of(self, graph: Graph) -> FunctionName:
        """The function of the body of a loop or branch, which has no variables of its own."""
        if id(graph) not in self._bodies:
            body = FunctionBody(self, graph.name)
            inputs = [body.argument(x.name, x.dtype) for x in graph.inputs]
            outputs = body.lower(graph, inputs, graph.outputs)
            named = {f"output_{i}": x for i, x in enumerate(outputs)}
            self._bodies[id(graph)] = self.add(body, named), graph
        return self._bodies[id(graph)][0]


class FunctionBody:
    """One function that is being written.

    Args:
        library: Where the functions that it calls are.
        base: What it is called; the library adds what makes the name its own.
    """

    def __init__(self, library: Library, base: str):
        self.library = library
        self.name = library.name(base)
        self.nodes: list[dict[str, Any]] = []
        self.variables: dict[Variable, Ref] = {}
        self._arguments: list[dict[str, Any]] = []
        self._effects: list[str] = []
        self._reads: dict[Variable, str] = {}
        self._used: set[str] = set()
        self._constants: dict[Any, Ref] = {}
        self._known: dict[Ref, np.ndarray] = {}
        self._wanted: set[Value] = set()
        self._scope = ""

    # ------------------------------------------------------------------ arguments

    def argument(self, name: str, dtype: str) -> Ref:
        """A new argument; its name is brought into the form that is allowed."""
        plain = re.sub(r"[^a-z0-9_]", "_", name.lower())
        text = self._unique(plain if plain[:1].isalpha() else f"x{plain}")
        self._arguments.append({"name": text, "type": DTYPE_NUMBERS[dtype]})
        return Ref(text, dtype)

    def variable(self, variable: Variable) -> Ref:
        """The argument that is a variable; they are all made before the first node."""
        if variable not in self.variables:
            self.variables[variable] = self.argument(f"{variable.path}_resource", "resource")
        return self.variables[variable]

    def read(self, variable: Variable) -> Ref:
        """The value that a variable has when the function begins."""
        found = self.add("ReadVariableOp", self.variable(variable), dtype=_type(variable))
        self._reads[variable] = found.text.partition(":")[0]
        return found

    def assign(self, variable: Variable, value: Ref) -> None:
        """Give a variable a new value, after it was read."""
        read = self._reads.get(variable)
        before = [f"^{read}"] if read else []
        kind = _type(variable)
        self._node("AssignVariableOp", [self.variable(variable).text, value.text, *before], kind)
        self._effects.append(self.nodes[-1]["name"])

    # ------------------------------------------------------------------ nodes

    def add(self, operation: str, *inputs: Any, **settings: Any) -> Any:
        """Write a node; numbers among its inputs become constants of the type that fits.

        Returns:
            What it makes: one tensor, a tuple of them, or a list where their number is a setting.
        """
        signature = OPERATIONS[operation]
        for argument, given in zip(signature.inputs, inputs, strict=True):
            _note_types(argument, given, settings)
        texts: list[str] = []
        for argument, given in zip(signature.inputs, inputs, strict=True):
            for x in given if argument.count else [given]:
                kind = settings.get(argument.type, argument.type)
                texts.append(self._ref(x, kind if _is_fixed(kind) else "int32").text)
            if not argument.count and not _is_fixed(argument.type):
                settings[argument.type] = settings.get(argument.type) or Type(
                    self._ref(given, "int32").dtype
                )
        name = self._node(operation, texts, settings)
        made = tuple(_made(name, argument, settings) for argument in signature.outputs)
        return made[0] if len(made) == 1 else made

    def _node(self, operation: str, inputs: list[str], settings: Any) -> str:
        if isinstance(settings, Type):
            settings = {"dtype": settings}
        name = self._unique(f"{self._scope}/{operation}".lstrip("/"))
        coded = {key: attribute(value) for key, value in settings.items()}
        self.nodes.append({"name": name, "op": operation, "input": inputs, "attr": coded})
        return name

    def _unique(self, name: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_.\-/]", "_", name)
        plain = plain if plain[0].isalnum() else f"n{plain}"
        found, count = plain, 0
        while found.lower() in self._used:
            count += 1
            found = f"{plain}_{count}"
        self._used.add(found.lower())
        return found

    def _ref(self, x: Any, dtype: str) -> Ref:
        if isinstance(x, Ref):
            return x
        return self.constant(x, None if hasattr(x, "dtype") else dtype)

    def wait_for_last(self) -> None:
        """Let what the function gives wait for the node that was written last."""
        self._effects.append(self.nodes[-1]["name"])

    # ------------------------------------------------------------------ constants and sizes

    def constant(self, value: Any, dtype: str | None = None) -> Ref:
        """A constant; small ones that are the same are written once."""
        array = np.asarray(value, None if dtype is None else numpy_dtype(dtype))
        if array.dtype.kind in "OUS":
            array = array.astype(object)
        key = (array.dtype.name, array.shape, array.tobytes() if array.dtype != object else None)
        key = key if array.size < 64 and array.dtype != object else id(value)
        if key not in self._constants:
            name = "string" if array.dtype == object else array.dtype.name
            scope, self._scope = self._scope, ""
            made = self.add("Const", value=array, dtype=Type(name))
            self._scope = scope
            self._constants[key] = made
            self._known[made] = array
        return self._constants[key]

    def known(self, x: Ref) -> np.ndarray | None:
        """The numbers of a tensor, if it is a constant."""
        return self._known.get(x)

    def ints(self, numbers: Iterable[int]) -> Ref:
        """Whole numbers, in one axis."""
        return self.constant(np.array([int(x) for x in numbers], np.int32))

    def shape(self, x: Ref, spec: Spec | None = None) -> Ref:
        """The sizes of a tensor: a constant where they are known."""
        if spec is not None and all(map(known, spec.sizes)):
            return self.ints(spec.numbers)
        return self.add("Shape", x, out_type=Type("int32"))

    def size(self, x: Ref, axis: int) -> Ref:
        """One size of a tensor."""
        return self.pick(self.shape(x), axis)

    def pick(self, line: Ref, place: int) -> Ref:
        """One element of a tensor with one axis."""
        ends = self.ints([place]), self.ints([place + 1]), self.ints([1])
        return self.add("StridedSlice", line, *ends, shrink_axis_mask=1)

    def sizes(self, shape: Sequence[Any], unknown: Sequence[Ref]) -> Ref:
        """A shape, with tensors for the sizes that are not numbers."""
        if not unknown:
            return self.ints(shape)
        rest = iter(unknown)
        parts = [
            self.constant(np.int32(x)) if known(x) else self.cast(next(rest), "int32")
            for x in shape
        ]
        return self.add("Pack", parts, axis=0)

    def cast(self, x: Ref, dtype: str) -> Ref:
        """A tensor in another dtype; itself if it has it already."""
        return x if x.dtype == dtype else self.add("Cast", x, DstT=Type(dtype))

    def transpose(self, x: Ref, axes: Sequence[int]) -> Ref:
        """A tensor with its axes in another order; itself if it is the same."""
        return x if list(axes) == sorted(axes) else self.add("Transpose", x, self.ints(axes))

    def call(self, function: FunctionName, inputs: Sequence[Ref], dtypes: Sequence[str]) -> Any:
        """The results of another function, which has no effects."""
        return self.add("PartitionedCall", inputs, f=function, Tout=[Type(x) for x in dtypes])

    # ------------------------------------------------------------------ whole graphs

    def is_used(self, value: Value) -> bool:
        """Whether something needs a value of the graph that is written."""
        return value in self._wanted

    def lower(self, graph: Graph, inputs: Sequence[Ref], outputs: Sequence[Value]) -> list[Ref]:
        """Write the nodes of a graph that the outputs and the new values of variables need."""
        from visualnn.exporting.saved_model import rows  # fills the table

        del rows
        wanted = [*outputs, *graph.updates.values()]
        nodes = graph.needed_for(wanted)
        self._wanted = {x for node in nodes for x in node.inputs}.union(wanted)
        found: dict[Value, Ref] = dict(zip(graph.inputs, inputs, strict=True))
        used = [v for v, x in graph.variables.items() if x in self._wanted or v in graph.updates]
        for variable in used:
            self.variable(variable)
        for variable in used:
            if graph.variables[variable] in self._wanted:
                self._scope = variable.path.rpartition("/")[0]
                found[graph.variables[variable]] = self.read(variable)
        for node in nodes:
            for x in node.inputs:
                if x in graph.constants:
                    found[x] = self.constant(graph.constants[x])
            self._scope = node.name.rpartition("/")[0]
            made = TENSORFLOW.lower(self, node, *(found[x] for x in node.inputs))
            results = list(made) if node.is_tuple else [made]
            found.update(zip(node.outputs, results, strict=True))
        self._scope = ""
        for x in wanted:
            if x in graph.constants:
                found[x] = self.constant(graph.constants[x])
        for variable, value in graph.updates.items():
            self.assign(variable, found[value])
        return [found[x] for x in outputs]

    def definition(self, outputs: dict[str, Ref]) -> dict[str, Any]:
        """The ``FunctionDef``: what it gives waits until all variables have their new values."""
        arguments = list(self._arguments)
        results, returned = [], {}
        for i, (name, x) in enumerate(outputs.items()):
            after = [f"^{effect}" for effect in self._effects]
            node = self._node("Identity", [x.text, *after], {"T": Type(x.dtype)})
            plain = re.sub(r"[^a-z0-9_]", "_", name.lower())
            if not plain[:1].isalpha() or plain in returned:
                plain = f"output_{i}_{plain}"
            results.append({"name": plain, "type": DTYPE_NUMBERS[x.dtype]})
            returned[plain] = f"{node}:output:0"
        signature = {
            "name": str(self.name),
            "input_arg": arguments,
            "output_arg": results,
            "is_stateful": bool(self.variables),
            "control_output": self._effects,
        }
        return {
            "signature": signature,
            "node_def": self.nodes,
            "ret": returned,
            "control_ret": {effect: effect for effect in self._effects},
            "attr": {"_construction_context": attribute("kEagerRuntime")},
        }


def _type(variable: Variable) -> Type:
    return Type(variable.storage.dtype)


def _is_fixed(kind: Any) -> bool:
    """Whether the type of a tensor is a dtype, and not a setting that says one."""
    return isinstance(kind, str) and kind in DTYPE_NUMBERS


def _note_types(argument: Argument, given: Any, settings: dict[str, Any]) -> None:
    """Fill in the settings that follow from the inputs."""
    if argument.count == "*":
        settings[argument.type] = [Type(x.dtype) for x in given]
    elif argument.count:
        settings[argument.count] = len(given)
        settings[argument.type] = Type(next(x.dtype for x in given if isinstance(x, Ref)))
    elif isinstance(given, Ref) and not _is_fixed(argument.type):
        settings[argument.type] = Type(given.dtype)


def _made(name: str, argument: Argument, settings: dict[str, Any]) -> Any:
    """What a node makes under one of its names."""
    if argument.count == "*":
        dtypes = settings[argument.type]
    elif argument.count:
        dtypes = [settings[argument.type]] * settings[argument.count]
    else:
        return Ref(f"{name}:{argument.name}:0", str(settings.get(argument.type, argument.type)))
    return [Ref(f"{name}:{argument.name}:{i}", str(x)) for i, x in enumerate(dtypes)]
