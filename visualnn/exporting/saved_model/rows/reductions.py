"""Summaries along axes, running totals, and softmax."""

from __future__ import annotations

from visualnn.exporting.saved_model.attributes import Type
from visualnn.exporting.saved_model.function_body import TENSORFLOW
from visualnn.exporting.saved_model.rows.elementwise import in_single


@TENSORFLOW.row("sum")
def _(graph, node, x):
    axes, kept = graph.ints(node.settings["axes"]), node.settings.get("keepdims", False)
    return graph.add("Sum", x, axes, keep_dims=bool(kept))


@TENSORFLOW.row("max")
def _(graph, node, x):
    axes, kept = graph.ints(node.settings["axes"]), node.settings.get("keepdims", False)
    return graph.add("Any" if x.dtype == "bool" else "Max", x, axes, keep_dims=bool(kept))


@TENSORFLOW.row("argmax")
def _(graph, node, x):
    x = graph.cast(x, "int32") if x.dtype == "bool" else x
    return graph.add("ArgMax", x, node.settings["axis"], output_type=Type("int32"))


@TENSORFLOW.row("cumsum", "cumprod")
def _(graph, node, x):
    operation = {"cumsum": "Cumsum", "cumprod": "Cumprod"}[node.primitive.name]
    reverse = bool(node.settings.get("reverse", False))
    return graph.add(operation, x, node.settings["axis"], reverse=reverse)


@TENSORFLOW.row("softmax")
def _(graph, node, x):
    axes, last = sorted(node.settings["axes"]), node.inputs[0].ndim - 1
    if axes == [last]:
        return graph.add("Softmax", x)
    if len(axes) == 1:
        order = list(range(last + 1))
        order[axes[0]], order[last] = last, axes[0]
        return graph.transpose(graph.add("Softmax", graph.transpose(x, order)), order)

    def composed(x):
        along = graph.ints(axes)
        top = graph.add("StopGradient", graph.add("Max", x, along, keep_dims=True))
        raised = graph.add("Exp", graph.add("Sub", x, top))
        return graph.add("RealDiv", raised, graph.add("Sum", raised, along, keep_dims=True))

    return in_single(graph, composed, x)
