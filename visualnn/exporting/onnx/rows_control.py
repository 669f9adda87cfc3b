"""Loops and branches: the bodies of ONNX see the names around them, so only states are passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.lowering import lower
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.exporting.onnx.recurrent import recurrent
from visualnn.exporting.onnx.rows import ONNX
from visualnn.graph.graph import Graph, Node
from visualnn.spec import Spec


def tensor_type(name: str, spec: Spec) -> dict[str, Any]:
    """What is said of an input or output of a body."""
    dims = [{"dim_value": size} if isinstance(size, int) else {} for size in spec.sizes]
    kind = {"elem_type": dtype_number(spec.dtype), "shape": {"dim": dims}}
    return {"name": name, "type": {"tensor_type": kind}}


def _fixed(graph: OnnxGraph, xs: Sequence[Held]) -> list[Held]:
    """Values as bodies see them, put in order before: what a body makes cannot be used outside."""
    return [x if x.constant is not None else Held(x.spec, graph.plain(x)) for x in xs]


def _given(body: OnnxGraph, spec: Spec, name: str) -> Held:
    return Held(spec, body.unique(f"{body.scope}/{name}"))


def _results(inner: OnnxGraph, body: Graph, held: Sequence[Held], count: int = -1) -> list[str]:
    """The names of what a body gives: each is made inside, and given once."""
    wanted = body.outputs[:count] if count >= 0 else body.outputs
    known = dict(zip(body.inputs, held, strict=True))
    names = [inner.plain(x) for x in lower(inner, body, known, wanted)]
    return unshared(inner, names)


def unshared(inner: OnnxGraph, names: Sequence[str]) -> list[str]:
    """Names for outputs of a body: nodes of its own make them, each one once."""
    own = {name for node in inner.nodes for name in node.outputs}
    found: list[str] = []
    for name in names:
        found.append(inner.add("Identity", name) if name not in own or name in found else name)
    return found


def _graph(inner: OnnxGraph, name: str, inputs: list[dict], outputs: list[dict]) -> dict[str, Any]:
    return {"name": name, "node": inner.nodes, "input": inputs, "output": outputs}


def _line(x: Held) -> int:
    """Where the axis of steps lies, if what is left of a tensor without it is in order; else -1."""
    rest = [axis for axis in x.home if axis]
    return x.home.index(0) if rest == sorted(rest) and x.constant is None else -1


@ONNX.row("scan")
def _(graph: OnnxGraph, node: Node, *inputs: Held) -> list[Any]:
    known = recurrent(graph, node)
    if known is not None:
        return known
    how = node.settings
    body, carries, sequences = how["body"], how["carries"], how["sequences"]
    states, lines = inputs[:carries], inputs[carries : carries + sequences]
    rest = _fixed(graph, inputs[carries + sequences :])
    places = [max(_line(x), 0) for x in lines]
    names = [graph.turned(x, x.home) if _line(x) >= 0 else graph.plain(x) for x in lines]
    parts = [Spec(x.spec.sizes[1:], x.dtype) for x in lines]
    inner = graph.body()
    taken = [_given(inner, x.spec, "state") for x in states]
    seen = [_given(inner, part, "step") for part in parts]
    heads = [inner.plain(x) for x in (*taken, *seen)]
    specs = [*(x.spec for x in states), *parts]
    if not lines:  # something must say how often
        names, places = [graph.constant(np.zeros(how.get("length") or 0, np.float32))], [0]
        heads.append(inner.unique(f"{inner.scope}/step"))
        specs.append(Spec((), "float32"))
    made = _results(inner, body, (*taken, *seen, *rest))
    results = body.outputs[carries:]
    history = [i for i, x in enumerate(node.outputs[-carries:]) if x in graph.wanted and carries]
    kept = [inner.add("Identity", inner.plain(taken[i])) for i in history]
    given = [
        *(x.spec for x in (*body.outputs[:carries], *results)),
        *(states[i].spec for i in history),
    ]
    scanned = len(results) + len(history)
    turned = int(bool(how.get("reverse")))
    outputs = graph.add_several(
        "Scan",
        [*(graph.plain(x) for x in states), *names],
        carries + scanned,
        body=_graph(
            inner,
            body.name,
            [tensor_type(name, spec) for name, spec in zip(heads, specs, strict=True)],
            [tensor_type(name, spec) for name, spec in zip([*made, *kept], given, strict=True)],
        ),
        num_scan_inputs=len(names),
        scan_input_axes=places,
        scan_input_directions=[turned] * len(names),
        scan_output_directions=[turned] * scanned if scanned else None,
    )
    before = dict(zip(history, outputs[carries + len(results) :], strict=True))
    return [*outputs[: carries + len(results)], *(before.get(i, "") for i in range(carries))]


@ONNX.row("cond")
def _(graph: OnnxGraph, node: Node, predicate: Held, *inputs: Held) -> list[str]:
    held = _fixed(graph, inputs)
    test = graph.cast(graph.plain(predicate), predicate.dtype, "bool")
    branches = {}
    for key, name in (("then_branch", "then"), ("else_branch", "otherwise")):
        body, inner = node.settings[name], graph.body()
        made = _results(inner, body, held)
        specs = [x.spec for x in body.outputs]
        given = [tensor_type(name, spec) for name, spec in zip(made, specs, strict=True)]
        branches[key] = _graph(inner, name, [], given)
    return graph.add_several("If", [test], len(node.outputs), **branches)


@ONNX.row("while_loop")
def _(graph: OnnxGraph, node: Node, *inputs: Held) -> list[str]:
    how = node.settings
    test, body, carries = how["test"], how["body"], how["carries"]
    rest = _fixed(graph, inputs[carries:])
    first = [graph.plain(x) for x in inputs[:carries]]
    begun = [Held(x.spec, name) for x, name in zip(inputs[:carries], first, strict=True)]
    known = dict(zip(test.inputs, (*begun, *rest), strict=True))
    (go_on,) = (graph.plain(x) for x in lower(graph, test, known, test.outputs[:1]))
    inner = graph.body()
    count, before = (inner.unique(f"{inner.scope}/{name}") for name in ("count", "before"))
    taken = [_given(inner, x.spec, "state") for x in inputs[:carries]]
    made = _results(inner, body, (*taken, *rest), carries)
    after = [Held(x.spec, name) for x, name in zip(inputs[:carries], made, strict=True)]
    known = dict(zip(test.inputs, (*after, *rest), strict=True))
    (again,) = (inner.plain(x) for x in lower(inner, test, known, test.outputs[:1]))
    results = unshared(inner, [again, *made])
    most = how.get("maximum_iterations")
    limit = "" if most is None else graph.constant(np.int64(most))
    truth, whole = Spec((), "bool"), Spec((), "int64")
    specs = [x.spec for x in inputs[:carries]]
    heads = [
        tensor_type(count, whole),
        tensor_type(before, truth),
        *(tensor_type(x.names[x.home], x.spec) for x in taken),
    ]
    given = [tensor_type(name, spec) for name, spec in zip(results, [truth, *specs], strict=True)]
    loop = _graph(inner, "while_loop", heads, given)
    return graph.add_several("Loop", [limit, go_on, *first], carries, body=loop)


# --------------------------------------------------------------------------- running totals


@ONNX.row("cumprod", "recurrence")
def _(graph: OnnxGraph, node: Node, *xs: Held) -> str:
    """A loop over an axis, whose state is what was there before."""
    axis, turned = node.settings["axis"], int(node.settings.get("reverse", False))
    spec = node.output.spec
    names = [graph.plain(x) for x in xs]
    if any(x.spec.sizes != spec.sizes for x in xs):
        whole = graph.add("Shape", graph.add("Add", *names))
        names = [graph.add("Expand", name, whole) for name in names]
    is_product = node.primitive.name == "cumprod"
    first = graph.add(
        "Gather", names[0], graph.constant(np.int64(0)), axis=axis
    )  # of the right shape
    zero = graph.add("Sub", first, first)
    begin = graph.add("Add", zero, graph.number(1, spec.dtype)) if is_product else zero
    part = Spec(tuple(size for i, size in enumerate(spec.sizes) if i != axis), spec.dtype)
    inner = graph.body()
    heads = [inner.unique(f"{inner.scope}/{name}") for name in ("state", *("step" for _ in xs))]
    state = inner.add("Mul", heads[0], heads[1])
    if not is_product:
        state = inner.add("Add", state, heads[2])
    made = inner.add("Identity", state)
    body = _graph(
        inner,
        node.primitive.name,
        [tensor_type(name, part) for name in heads],
        [tensor_type(name, part) for name in (state, made)],
    )
    _, result = graph.add_several(
        "Scan",
        [begin, *names],
        2,
        body=body,
        num_scan_inputs=len(xs),
        scan_input_axes=[axis] * len(xs),
        scan_input_directions=[turned] * len(xs),
        scan_output_axes=[axis],
        scan_output_directions=[turned],
    )
    return result
