"""Taking elements at places that are numbers in a tensor, putting them there, and order."""

from __future__ import annotations

import numpy as np

from visualnn.exporting.saved_model.attributes import Type
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.spec import Spec


def _places(graph: FunctionBody, indices: Ref) -> Ref:
    """Places as whole numbers of a dtype that TensorFlow takes them in."""
    kinds = {"int32": "int32", "int64": "int64", "uint32": "int64", "uint64": "int64"}
    return graph.cast(indices, kinds.get(indices.dtype, "int32"))


def _from_start(graph: FunctionBody, indices: Ref, lengths: Ref) -> Ref:
    """Places that count from the start, of which negative ones counted from the end."""
    numbers = graph.known(indices)
    indices = _places(graph, indices)
    if numbers is not None and (numbers.size == 0 or numbers.min() >= 0):
        return indices
    turned = graph.add("AddV2", indices, graph.cast(lengths, indices.dtype))
    return graph.add("SelectV2", graph.add("Less", indices, 0), turned, indices)


@TENSORFLOW.row("take")
def _(graph, node, x, indices):
    axis = node.settings["axis"]
    places = _from_start(graph, indices, graph.size(x, axis))
    return graph.add("GatherV2", x, places, axis)


@TENSORFLOW.row("put_sum")
def _(graph, node, updates, indices, like):
    axis, rank = node.settings["axis"], node.inputs[1].ndim
    places = _from_start(graph, indices, graph.size(like, axis))
    whole = list(range(node.inputs[2].ndim))
    front = [axis, *whole[:axis], *whole[axis + 1 :]]
    own = list(range(node.inputs[0].ndim))
    moved = graph.transpose(updates, [*own[axis : axis + rank], *own[:axis], *own[axis + rank :]])
    sizes = graph.add("GatherV2", graph.shape(like), graph.ints(front), 0)
    places = graph.add("ExpandDims", places, -1)
    made = graph.add("ScatterNd", places, moved, graph.cast(sizes, places.dtype))
    return graph.transpose(made, [int(i) for i in np.argsort(front)])


def _points(graph: FunctionBody, x: Ref, indices: Ref, spec: Spec) -> Ref:
    depth = spec.sizes[-1]
    lengths = graph.add("Slice", graph.shape(x), graph.ints([0]), graph.ints([depth]))  # type: ignore[list-item] - shape rules demand a number
    return _from_start(graph, indices, lengths)


@TENSORFLOW.row("take_points")
def _(graph, node, x, indices):
    return graph.add("GatherNd", x, _points(graph, x, indices, node.inputs[1].spec))


_SCATTER = {
    "add": "TensorScatterAdd",
    "max": "TensorScatterMax",
    "min": "TensorScatterMin",
    "replace": "TensorScatterUpdate",
}


@TENSORFLOW.row("combine_points")
def _(graph, node, x, indices, updates):
    points = _points(graph, x, indices, node.inputs[1].spec)
    there = graph.add("Shape", graph.add("GatherNd", x, points), out_type=Type("int32"))
    updates = graph.add("BroadcastTo", updates, there)
    how = node.settings["how"]
    if how != "mul":
        return graph.add(_SCATTER[how], x, points, updates)
    # every point gets a number, and what belongs to one number is multiplied
    depth = node.inputs[1].spec.sizes[-1]
    shape = graph.shape(x)
    front = graph.add("Slice", shape, graph.ints([0]), graph.ints([depth]))
    behind = graph.add("Slice", shape, graph.ints([depth]), graph.ints([-1]))
    weights = graph.add("Cumprod", front, 0, exclusive=True, reverse=True)
    weighted = graph.add("Mul", points, graph.cast(weights, points.dtype))
    numbers = graph.add("Reshape", graph.add("Sum", weighted, graph.ints([-1])), graph.ints([-1]))
    rows = graph.add("ConcatV2", [graph.ints([-1]), behind], 0)
    count = graph.add("Prod", front, graph.ints([0]))
    factors = graph.add("UnsortedSegmentProd", graph.add("Reshape", updates, rows), numbers, count)
    return graph.add("Mul", x, graph.add("Reshape", factors, shape))


# ---------------------------------------------------------------------- order


def turned_over(graph: FunctionBody, x: Ref) -> Ref:
    """Numbers in the opposite order, exactly."""
    if x.dtype == "bool":
        x = graph.cast(x, "int32")
    return graph.add("Invert" if x.dtype.startswith(("int", "uint")) else "Neg", x)


@TENSORFLOW.row("argsort")
def _(graph, node, x):
    axis, axes = node.settings["axis"], list(range(node.inputs[0].ndim))
    axes[axis], axes[-1] = axes[-1], axes[axis]
    line = graph.transpose(turned_over(graph, x), axes)
    _, places = graph.add("TopKV2", line, graph.size(line, -1), index_type=Type("int32"))
    return graph.transpose(places, axes)


@TENSORFLOW.row("searchsorted")
def _(graph, node, line, values):
    rows = (graph.add("Reshape", x, graph.ints([1, -1])) for x in (line, values))
    operation = "UpperBound" if node.settings.get("right") else "LowerBound"
    found = graph.add(operation, *rows, out_type=Type("int32"))
    return graph.add("Reshape", found, graph.shape(values, node.inputs[1].spec))
