"""Loops and branches: functions of the library, and the operations that call them.

A scan becomes a ``StatelessWhile`` that takes the elements of its sequences out of lists, and puts
results into lists, which TensorFlow can differentiate.  Its setting ``_visualnn_scan`` says what
it was, so that we read it back as a scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.attributes import FunctionName, Sizes, Type
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.graph.graph import Graph
from visualnn.graph.trace import trace
from visualnn.spec import Spec, known

SCAN = "_visualnn_scan"


def _element(graph: FunctionBody, spec: Spec) -> Ref:
    """The shape of what a list holds, as far as it is known."""
    return graph.ints(size if isinstance(size, int) else -1 for size in spec.sizes)


@TENSORFLOW.row("cond")
def _(graph, node, predicate, *inputs):
    then, otherwise = (graph.library.body_of(node.settings[x]) for x in ("then", "otherwise"))
    return graph.add(
        "StatelessIf",
        predicate,
        inputs,
        then_branch=then,
        else_branch=otherwise,
        Tout=[Type(x.dtype) for x in node.outputs],
        output_shapes=[Sizes(x.shape) for x in node.outputs],
    )


@TENSORFLOW.row("while_loop")
def _(graph, node, *inputs):
    carries, most = node.settings["carries"], node.settings.get("maximum_iterations")
    test, body = (graph.library.body_of(node.settings[x]) for x in ("test", "body"))
    dtypes = ["int32", *(x.dtype for x in inputs)]

    def until() -> FunctionName:
        inner = FunctionBody(graph.library, f"{node.name}_test")
        count, *values = (inner.argument(f"x{i}", dtype) for i, dtype in enumerate(dtypes))
        (holds,) = inner.call(test, values, ["bool"])
        holds = inner.add("Reshape", holds, inner.ints([]))
        if most is not None:
            holds = inner.add("LogicalAnd", holds, inner.add("Less", count, int(most)))
        return graph.library.add(inner, {"holds": holds})

    def step() -> FunctionName:
        inner = FunctionBody(graph.library, f"{node.name}_step")
        count, *values = (inner.argument(f"x{i}", dtype) for i, dtype in enumerate(dtypes))
        made = inner.call(body, values, dtypes[1 : carries + 1])
        results = [inner.add("AddV2", count, 1), *made, *values[carries:]]
        return graph.library.add(inner, {f"y{i}": x for i, x in enumerate(results)})

    made = graph.add(
        "StatelessWhile",
        [graph.constant(np.int32(0)), *inputs],
        cond=until(),
        body=step(),
        output_shapes=[Sizes(), *(Sizes(x.shape) for x in node.inputs)],
        parallel_iterations=10,
    )
    return made[1 : carries + 1]


@TENSORFLOW.row("scan")
def _(graph, node, *inputs):
    how = node.settings
    kept = [graph.is_used(x) for x in node.outputs]
    return scanned(
        graph,
        node.name,
        how["body"],
        list(inputs),
        [x.spec for x in node.inputs],
        [x.spec for x in node.outputs],
        kept,
        carries=how["carries"],
        sequences=how["sequences"],
        reverse=bool(how.get("reverse")),
        length=how.get("length"),
    )


def scanned(
    graph: FunctionBody,
    name: str,
    body: Graph,
    inputs: list[Ref],
    specs: Sequence[Spec],
    made: Sequence[Spec],
    kept: Sequence[bool],
    *,
    carries: int,
    sequences: int,
    reverse: bool,
    length: int | None,
) -> list[Ref]:
    """Write a scan.

    Args:
        graph: The function that is written.
        name: What the loop is called.
        body: One step.
        inputs: First states, sequences, and the rest.
        specs: What is known of the inputs.
        made: What is known of the outputs: last states, results, states before each step.
        kept: Which outputs somebody reads.
        carries: How many states there are.
        sequences: How many sequences.
        reverse: Whether it begins at the end.
        length: How many steps, where there are no sequences.

    Returns:
        The outputs; where nobody reads one, its first state stands for it.
    """
    step = graph.library.body_of(body)
    count = graph.size(inputs[carries], 0) if sequences else graph.constant(np.int32(length or 0))
    states, xs = inputs[:carries], inputs[carries : carries + sequences]
    rest = inputs[carries + sequences :]
    elements = [Spec(spec.sizes[1:], spec.dtype) for spec in specs[carries : carries + sequences]]
    lists = [i for i in range(carries, len(made)) if kept[i]]
    parts = {i: Spec(made[i].sizes[1:], made[i].dtype) for i in lists}
    given = [
        graph.add("TensorListFromTensor", x, _element(graph, spec))
        for x, spec in zip(xs, elements, strict=True)
    ]
    empty = [
        graph.add("TensorListReserve", _element(graph, part), count, element_dtype=Type(part.dtype))
        for part in parts.values()
    ]
    values = [graph.constant(np.int32(0)), count, *states, *empty, *given, *rest]
    dtypes = [x.dtype for x in values]

    def until() -> FunctionName:
        inner = FunctionBody(graph.library, f"{name}_test")
        place, steps, *_ = (inner.argument(f"x{i}", dtype) for i, dtype in enumerate(dtypes))
        return graph.library.add(inner, {"holds": inner.add("Less", place, steps)})

    def one_step() -> FunctionName:
        inner = FunctionBody(graph.library, f"{name}_step")
        place, steps, *others = (inner.argument(f"x{i}", dtype) for i, dtype in enumerate(dtypes))
        before, others = others[:carries], others[carries:]
        kept_lists, others = others[: len(lists)], others[len(lists) :]
        handles, more = others[:sequences], others[sequences:]
        here = place
        if reverse:
            here = inner.add("Sub", inner.add("Sub", steps, place), 1)
        taken = [
            inner.add(
                "TensorListGetItem", x, here, _element(inner, spec), element_dtype=Type(spec.dtype)
            )
            for x, spec in zip(handles, elements, strict=True)
        ]
        dtypes_made = [x.dtype for x in body.outputs]
        after = inner.call(step, [*before, *taken, *more], dtypes_made)
        items = [*after, *before]
        filled = [
            inner.add("TensorListSetItem", handle, here, items[i])
            for i, handle in zip(lists, kept_lists, strict=True)
        ]
        ends = [inner.add("AddV2", place, 1), steps, *after[:carries], *filled, *handles, *more]
        return graph.library.add(inner, {f"y{i}": x for i, x in enumerate(ends)})

    ran = graph.add(
        "StatelessWhile",
        values,
        cond=until(),
        body=one_step(),
        output_shapes=[
            *(Sizes(), Sizes()),
            *(Sizes(spec.shape) for spec in specs[:carries]),
            *(Sizes() for _ in [*empty, *given]),
            *(Sizes(spec.shape) for spec in specs[carries + sequences :]),
        ],
        parallel_iterations=10,
        **{SCAN: [carries, sequences, int(reverse), *lists]},
    )
    outputs = [*ran[2 : carries + 2], *(states[:1] or [count]) * (len(made) - carries)]
    for i, handle in zip(lists, ran[carries + 2 :], strict=False):
        steps = made[i].sizes[0]
        outputs[i] = graph.add(
            "TensorListStack",
            handle,
            _element(graph, parts[i]),
            element_dtype=Type(parts[i].dtype),
            num_elements=steps if known(steps) else -1,
        )
    return outputs


@TENSORFLOW.row("recurrence")
def _(graph, node, a, b):
    axis, reverse = node.settings["axis"], bool(node.settings.get("reverse", False))
    whole = node.output.spec
    axes = list(range(whole.ndim))
    front = [axis, *axes[:axis], *axes[axis + 1 :]]
    a, b = (
        graph.transpose(graph.add("AddV2", x, graph.add("ZerosLike", other)), front)
        for x, other in ((a, b), (b, a))
    )
    line = Spec([whole.sizes[i] for i in front], whole.dtype)
    part = Spec(line.sizes[1:], line.dtype)

    def step(state: Any, factor: Any, term: Any) -> Any:
        new = factor * state + term
        return new, new

    body = trace(step, part, part, part, name="recurrence")
    first = graph.add(
        "ZerosLike", graph.add("StridedSlice", b, *_first_place(graph), shrink_axis_mask=1)
    )
    made = scanned(
        graph,
        node.name,
        body,
        [first, a, b],
        [part, line, line],
        [part, line, line],
        [False, True, False],
        carries=1,
        sequences=2,
        reverse=reverse,
        length=None,
    )
    return graph.transpose(made[1], [int(i) for i in np.argsort(front)])


def _first_place(graph: FunctionBody) -> tuple[Ref, Ref, Ref]:
    return graph.ints([0]), graph.ints([1]), graph.ints([1])
