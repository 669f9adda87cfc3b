"""Factors, inverses and spectra of matrices, and the Fourier transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.exporting.saved_model.attributes import Type
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.exporting.saved_model.rows.elementwise import in_single


def _symmetric(graph: FunctionBody, node: Any, x: Ref) -> Ref:
    """The mean of matrices and their transposes."""
    axes = list(range(node.inputs[0].ndim))
    axes[-2:] = axes[:-3:-1]
    both = graph.add("AddV2", x, graph.transpose(x, axes))
    return graph.add("Mul", both, 0.5)


def _factors(operation: str, **settings: Any) -> Callable:
    def rule(graph: FunctionBody, node: Any, x: Ref) -> Any:
        return in_single(graph, lambda x: graph.add(operation, x, **settings), x)

    return rule


TENSORFLOW.row("log_determinant")(_factors("LogMatrixDeterminant"))
TENSORFLOW.row("qr")(_factors("Qr", full_matrices=False))


@TENSORFLOW.row("cholesky")
def _(graph, node, x):
    return in_single(graph, lambda x: graph.add("Cholesky", _symmetric(graph, node, x)), x)


@TENSORFLOW.row("eigh")
def _(graph, node, x):
    return in_single(graph, lambda x: graph.add("SelfAdjointEigV2", _symmetric(graph, node, x)), x)


@TENSORFLOW.row("svd")
def _(graph, node, x):
    axes = list(range(node.inputs[0].ndim))
    axes[-2:] = axes[:-3:-1]

    def compute(x):
        s, u, v = graph.add("Svd", x, full_matrices=False)
        return u, s, graph.transpose(v, axes)

    return in_single(graph, compute, x)


@TENSORFLOW.row("solve")
def _(graph, node, a, b):
    def repeated(x: Ref, like: Ref) -> Ref:
        """A tensor repeated along the leading axes of another one."""
        corner = graph.add(
            "StridedSlice",
            like,
            *(graph.ints(line) for line in ([0, 0, 0], [0, 1, 1], [1, 1, 1])),
            ellipsis_mask=1,
        )
        return graph.add("AddV2", x, graph.add("ZerosLike", corner))

    def compute(a: Ref, b: Ref) -> Ref:
        if node.inputs[0].spec.sizes[:-2] != node.inputs[1].spec.sizes[:-2]:
            a, b = repeated(a, b), repeated(b, a)
        return graph.add("MatrixSolve", a, b)

    return in_single(graph, compute, a, b)


@TENSORFLOW.row("fourier")
def _(graph, node, real, imaginary):
    inverse, rank = node.settings.get("inverse", False), node.inputs[0].ndim

    def compute(real: Ref, imaginary: Ref) -> tuple[Ref, Ref]:
        wide = Type("complex128" if real.dtype == "float64" else "complex64")
        turned = graph.add("Neg", imaginary) if inverse else imaginary
        x = graph.add(
            "Complex",
            graph.add("AddV2", real, graph.add("ZerosLike", imaginary)),
            graph.add("AddV2", turned, graph.add("ZerosLike", real)),
            Tout=wide,
        )
        for axis in node.settings["axes"]:
            order = list(range(rank))
            order[axis], order[-1] = order[-1], order[axis]
            x = graph.transpose(graph.add("FFT", graph.transpose(x, order)), order)
        parts = (graph.add(part, x, Tout=Type(real.dtype)) for part in ("Real", "Imag"))
        real, imaginary = parts
        # undivided, the inverse of a signal is what conjugates give, conjugated
        return real, graph.add("Neg", imaginary) if inverse else imaginary

    return in_single(graph, compute, real, imaginary)
