"""Every primitive on its own examples, as a function of TensorFlow: what tests of rows share."""

import numpy as np

from tests.primitives.gradient_check import examples
from visualnn.exporting.saved_model import rows
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Library
from visualnn.graph import Graph, trace
from visualnn.primitives import PRIMITIVES
from visualnn.spec import Spec

CONTROL = {"scan", "cond", "while_loop"}  # their settings are graphs: see test_saved_model.py
assert rows  # fills the table
NAMES = [name for name in PRIMITIVES if name in TENSORFLOW and name not in CONTROL]
NOT_OPEN = ("kernel", "conv", "points", "qr", "svd", "random", "sum_like")
"""Primitives that need some sizes known."""


def cases(dtype="float32", open_sizes=False):
    """Name, graph, and inputs of each example; with open sizes, where the primitive allows it."""
    for name in NAMES:
        if open_sizes and any(word in name for word in NOT_OPEN):
            continue
        primitive = PRIMITIVES[name]
        for i, (given, settings) in enumerate(examples(primitive)):
            inputs = [x.astype(dtype) if x.dtype == np.float64 else x for x in given]
            shapes = [[None] * x.ndim if open_sizes else x.shape for x in inputs]
            specs = [Spec(s, x.dtype) for s, x in zip(shapes, inputs, strict=True)]

            def call(*xs, primitive=primitive, settings=settings):
                return primitive(*xs, **settings)

            yield f"{name}-{i}", trace(call, *specs, name=name), inputs


def written(library: Library, graph: Graph) -> str:
    """The function of a library that a graph becomes."""
    body = FunctionBody(library, graph.name)
    arguments = [body.argument(x.name, x.dtype) for x in graph.inputs]
    outputs = body.lower(graph, arguments, graph.outputs)
    return str(library.add(body, {f"output_{i}": x for i, x in enumerate(outputs)}))
