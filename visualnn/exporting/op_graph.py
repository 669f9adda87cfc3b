"""The op graph for TensorBoard: all operations of a trace in their scopes, shapes on the edges.

TensorBoard folds operations by the ``/`` in their names, reads the shapes of edges from the
attribute ``_output_shapes``, and takes what each operation took in time and memory from
``RunMetadata``.  Loops and branches show what is inside them under their own names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import Spec
from visualnn.wire import tensorflow
from visualnn.wire.protobuf import Messages

MESSAGES = Messages(
    tensorflow.GRAPHS
    + """
    RunMetadata: step_stats=1:StepStats, function_graphs=4:*RunMetadata.FunctionGraphs
    RunMetadata.FunctionGraphs: pre_optimization_graph=2:GraphDef
    StepStats: dev_stats=1:*DeviceStepStats
    DeviceStepStats: device=1:string, node_stats=2:*NodeExecStats
    NodeExecStats: node_name=1:string, all_start_micros=2:int64, op_start_rel_micros=3:int64, op_end_rel_micros=4:int64, all_end_rel_micros=5:int64, memory=6:*AllocatorMemoryUsed, output=7:*NodeOutput, timeline_label=8:string
    AllocatorMemoryUsed: allocator_name=1:string, total_bytes=2:int64, peak_bytes=3:int64
    NodeOutput: slot=1:int32, tensor_description=3:TensorDescription
    TensorDescription: dtype=1:enum, shape=2:TensorShapeProto
    """  # noqa: E501 - a message is a line
)
DEVICE = "/device:CPU:0"
_PRODUCER = 2474  # the version of graphs that TensorFlow 2.21 writes
_SMALL = 16  # so many numbers of a constant are shown
_UNFIT = re.compile(r"[^A-Za-z0-9_.\-/]")


class OpGraph:
    """A graph as the nodes of a ``GraphDef``.

    Args:
        graph: What to show.
        outside: A scope around all names; none if empty.
    """

    def __init__(self, graph: Graph, outside: str = ""):
        self.nodes: list[dict[str, Any]] = []
        self.names: dict[str, str] = {}  # of our nodes, in this graph
        self._outside = f"{outside}/" if outside else ""
        self._used: Counter[str] = Counter()
        self._values: dict[str, list[Value]] = {}
        self._add_graph(graph)

    def definition(self) -> dict[str, Any]:
        """The ``GraphDef``."""
        return {"node": self.nodes, "versions": {"producer": _PRODUCER}}

    def statistics(
        self, seconds: Mapping[str, float], made: Mapping[str, Sequence[Spec]]
    ) -> dict[str, Any]:
        """The ``StepStats``: how long each operation took, and how large its results are.

        Args:
            seconds: For the names of our nodes; what is not among them took no time of its own.
            made: What our nodes made in the run that was measured, by their names.
        """
        ours = {name: key for key, name in self.names.items()}
        now, stats = 1, []
        for name, values in self._values.items():
            key = ours.get(name, "")
            micros = max(1, round(seconds.get(key, 0.0) * 1e6))
            specs = made.get(key) or [x.spec for x in values]
            stats.append(_node_statistics(name, specs, now, micros))
            now += micros
        return {"dev_stats": [{"device": DEVICE, "node_stats": stats}]}

    # ------------------------------------------------------------------ nodes

    def _add_graph(self, graph: Graph) -> None:
        places: dict[Value, str] = {}
        for value in [*graph.inputs, *graph.captures.values()]:
            places[value] = self._add(value.name, "Placeholder", (), [value])
        for value in graph.variables.values():
            places[value] = self._add(value.name, "VarHandleOp", (), [value])
        for value, array in graph.constants.items():
            attributes = {} if array.dtype.kind in "OUS" else _constant(array)
            places[value] = self._add(value.name, "Const", (), [value], attributes)
        for node in graph.nodes:
            self._add_node(node, places)
        for variable, value in graph.updates.items():
            if value in places:
                inputs = [places[graph.variables[variable]], places[value]]
                self._add(f"{places[value].partition(':')[0]}/assign", "AssignVariableOp", inputs)

    def _add_node(self, node: Node, places: dict[Value, str]) -> None:
        inputs = [places[x] for x in node.inputs]
        attributes = {
            name: {"s": str(value).encode()}
            for name, value in node.settings.items()
            if not isinstance(value, Graph | np.ndarray) and value is not None
        }
        name = self._add(node.name, node.primitive.type, inputs, node.outputs, attributes)
        self.names[node.name] = name
        for i, value in enumerate(node.outputs):
            places[value] = f"{name}:{i}" if i else name
        for setting, body in node.settings.items():
            if isinstance(body, Graph):
                inside = OpGraph(body, f"{name}/{setting}")
                self.nodes += inside.nodes
                self._values.update(inside._values)

    def _add(
        self,
        name: str,
        kind: str,
        inputs: Iterable[str],
        makes: Iterable[Value] = (),
        attributes: dict[str, Any] | None = None,
    ) -> str:
        name = self._unique(name)
        values = list(makes)
        described: dict[str, Any] = dict(attributes or {})
        if values:
            shapes = [tensorflow.shape(x.shape) for x in values]
            described["_output_shapes"] = {"list": {"shape": shapes}}
            described["dtype" if kind in ("Placeholder", "VarHandleOp", "Const") else "T"] = {
                "type": tensorflow.DTYPE_NUMBERS[values[0].dtype]
            }
        self._values[name] = values
        made = {"name": name, "op": kind, "device": DEVICE, "attr": described}
        self.nodes.append({**made, "input": list(inputs)})
        return name

    def _unique(self, name: str) -> str:
        """A name that TensorFlow allows and no other node has."""
        name = self._outside + (_UNFIT.sub("_", name).strip("/") or "unnamed")
        if not name[0].isalnum() and name[0] != ".":
            name = f"of{name}"
        self._used[name] += 1
        return name if self._used[name] == 1 else self._unique(f"{name}_{self._used[name] - 1}")


def _constant(array: np.ndarray) -> dict[str, Any]:
    """The numbers of a constant, if they are few: TensorBoard shows them."""
    if array.size > _SMALL or array.dtype.name not in tensorflow.DTYPE_NUMBERS:
        return {}
    content = {
        "dtype": tensorflow.DTYPE_NUMBERS[array.dtype.name],
        "tensor_shape": tensorflow.shape(array.shape),
        "tensor_content": array.astype(array.dtype.newbyteorder("<")).tobytes(),
    }
    return {"value": {"tensor": content}}


def _node_statistics(name: str, specs: Sequence[Spec], start: int, micros: int) -> dict[str, Any]:
    size = sum(_bytes(spec) for spec in specs)
    outputs = [
        {
            "slot": i,
            "tensor_description": {
                "dtype": tensorflow.DTYPE_NUMBERS[spec.dtype],
                "shape": tensorflow.shape(spec.shape),
            },
        }
        for i, spec in enumerate(specs)
    ]
    return {
        "node_name": name,
        "all_start_micros": start,
        "op_start_rel_micros": 0,
        "op_end_rel_micros": micros,
        "all_end_rel_micros": micros,
        "memory": [{"allocator_name": "cpu", "total_bytes": size, "peak_bytes": size}],
        "output": outputs,
    }


def _bytes(spec: Spec) -> int:
    """How many bytes a tensor takes; an unknown size counts as one."""
    if spec.dtype == "string":
        return 0
    return (
        int(np.prod([size or 1 for size in spec.shape], dtype=int))
        * numpy_dtype(spec.dtype).itemsize
    )


def run_metadata(graphs: Iterable[OpGraph], statistics: dict[str, Any] | None = None) -> bytes:
    """The bytes of a ``RunMetadata``: graphs to draw, and what the operations of one took.

    TensorBoard shows several graphs side by side, each under a name of its own.
    """
    drawn = [{"pre_optimization_graph": x.definition()} for x in graphs]
    measured = {} if statistics is None else {"step_stats": statistics}
    return MESSAGES.encode("RunMetadata", {"function_graphs": drawn, **measured})
