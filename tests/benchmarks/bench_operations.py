"""How long operations and their gradients take, beside their primitives one by one.

    python -m pytest tests/benchmarks/bench_operations.py

Each runs as a plan, and as the primitives that the plan stands for.  The sizes are those of layers
in courses.  The extra ``benchmark`` installs what it takes.
"""

from collections.abc import Callable

import numpy as np
import pytest

from visualnn import ops, random
from visualnn.engine import Plan
from visualnn.graph import Graph, grad, trace
from visualnn.spec import Spec


def _spec(*shape: int) -> Spec:
    return Spec(shape, "float32")


IMAGES, WINDOWS = _spec(32, 28, 28, 32), _spec(3, 3, 32, 32)
ROWS, FIELDS = _spec(128, 512), _spec(32, 64, 64)

OPERATIONS: dict[str, tuple[Callable, tuple[Spec, ...]]] = {
    "add": (ops.add, (ROWS, ROWS)),
    "add a row": (ops.add, (ROWS, _spec(512))),
    "relu": (ops.relu, (ROWS,)),
    "gelu": (ops.gelu, (ROWS,)),
    "tanh": (ops.tanh, (ROWS,)),
    "sigmoid": (ops.sigmoid, (ROWS,)),
    "softmax": (ops.softmax, (ROWS,)),
    "log_softmax": (ops.log_softmax, (ROWS,)),
    "sum of rows": (lambda x: ops.sum(x, axis=1), (ROWS,)),
    "sum of columns": (lambda x: ops.sum(x, axis=0), (ROWS,)),
    "largest of rows": (lambda x: ops.max(x, axis=1), (ROWS,)),
    "moments": (lambda x: ops.moments(x, [0]), (ROWS,)),
    "layer_normalization": (ops.layer_normalization, (FIELDS, _spec(64), _spec(64))),
    "dropout": (lambda x: random.dropout(x, 0.3, seed=1), (ROWS,)),
    "matmul": (ops.matmul, (ROWS, _spec(512, 256))),
    "matmul of batches": (ops.matmul, (FIELDS, FIELDS)),
    "einsum": (lambda x, y: ops.einsum("btd,dhk->bthk", x, y), (FIELDS, _spec(64, 4, 16))),
    "transpose": (lambda x: ops.transpose(x, (0, 2, 1)) * 1.0, (FIELDS,)),
    "concatenate": (lambda x, y: ops.concatenate([x, y], -1), (IMAGES, IMAGES)),
    "pad": (lambda x: ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), (IMAGES,)),
    "conv": (ops.conv, (IMAGES, WINDOWS)),
    "conv, same": (lambda x, w: ops.conv(x, w, padding="same"), (IMAGES, WINDOWS)),
    "conv, strides": (lambda x, w: ops.conv(x, w, strides=2, padding="same"), (IMAGES, WINDOWS)),
    "conv, 1 by 1": (ops.conv, (IMAGES, _spec(1, 1, 32, 64))),
    "conv_transpose": (
        lambda x, w: ops.conv_transpose(x, w, strides=2, padding="same"),
        (_spec(32, 14, 14, 32), WINDOWS),
    ),
    "depthwise_conv": (ops.depthwise_conv, (IMAGES, _spec(3, 3, 32, 1))),
    "max_pool": (lambda x: ops.max_pool(x, 2), (IMAGES,)),
    "average_pool": (lambda x: ops.average_pool(x, 2), (IMAGES,)),
    "batch_normalization": (
        lambda x, *v: ops.batch_normalization(x, v[0], v[1] ** 2, -1),
        (IMAGES, _spec(32), _spec(32)),
    ),
}


def graph_of(name: str, what: str) -> Graph:
    """The graph of an operation, or of the gradients of the sum of its results."""
    call, specs = OPERATIONS[name]
    if what == "forward":
        return trace(call, *specs)
    slopes = grad(lambda *xs: ops.sum(ops.square(call(*xs))), argnums=tuple(range(len(specs))))
    return trace(slopes, *specs)


@pytest.mark.parametrize("engine", ["plan", "reference"])
@pytest.mark.parametrize("what", ["forward", "gradients"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_operation(benchmark, name, what, engine):
    """One operation on arrays like those of a layer."""
    graph = graph_of(name, what)
    numbers = np.random.default_rng(0)
    inputs = [numbers.standard_normal(x.shape).astype(x.dtype) for x in graph.inputs]
    plan = Plan(graph, engine=engine)
    benchmark.group = f"{name}: {what}"
    benchmark(plan, *inputs)
