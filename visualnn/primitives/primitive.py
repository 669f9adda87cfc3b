"""What a primitive operation is.

A primitive is defined by four things, always written together and in this order:

    @primitive
    def relu(x):                     # what it computes, in plain numpy, and its documentation
        return np.maximum(x, 0)

    @relu.shape                      # the sizes of its result, from the specs of its inputs
    def _(x):
        return x.sizes

    @relu.gradient                   # the gradients of its inputs, from the gradient of its result
    def _(g, y, x):
        return g * cast_like(y > 0, g)

    @relu.examples                   # inputs for the tests, the documentation and the viewer
    def _(normal):
        yield normal(2, 3)

Positional arguments are tensors; keyword-only arguments are settings.  Gradients are written
with primitives, not with numpy, so the backward pass is one more graph to display, to plan
and to differentiate.  A gradient may be ``None`` where an input has none, and it may have the
broadcast shape of the result: ``gradients`` sums it back.

The result has the dtype of the first input, unless ``@primitive(dtype=...)`` says otherwise: by a
name, or by a function of the specs and settings.  A primitive with several results returns a
tuple of arrays, its shape rule returns a tuple of ``Spec``, and its gradient rule receives tuples
``g`` (``None`` for results that nobody used) and ``y``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import numpy as np

from visualnn.primitives.tensor import Tensor
from visualnn.spec import ShapeError, Spec

PRIMITIVES: dict[str, Primitive] = {}

_SEVERAL_WORDS = {"matmul": "mat_mul", "argmax": "arg_max", "argsort": "arg_sort"}

recorder: ContextVar[Any] = ContextVar("recorder", default=None)
"""The socket that a recording graph plugs into: it has ``add(primitive, inputs, settings)``."""


class outside_recording:  # noqa: N801 - reads like the function it would be
    """What is computed inside is computed now, whatever is being recorded outside."""

    def __enter__(self):
        self.token = recorder.set(None)

    def __exit__(self, *problem):
        recorder.reset(self.token)


class Primitive:
    """An operation with a shape rule and a gradient.  Calling it runs it, or records it."""

    def __init__(self, forward: Callable, dtype: str | Callable | None = None):
        functools.update_wrapper(self, forward)  # its name, documentation and signature
        self.name = forward.__name__
        self.forward = forward
        self.dtype_rule = dtype
        self.shape_rule: Callable | None = None
        self.gradient_rule: Callable | None = None
        self.example_rule: Callable | None = None

    @property
    def type(self) -> str:
        """Its name in the way in which other tools name operations: ``MatMul``, ``CastLike``."""
        words = _SEVERAL_WORDS.get(self.name, self.name)
        return "".join(word[:1].upper() + word[1:] for word in words.split("_"))

    def __call__(self, *inputs, **settings):
        graph = recorder.get()
        if graph is not None:  # while a graph is recorded, everything goes into it
            return graph.add(self, inputs, settings)
        return self.run(inputs, settings)

    def run(self, inputs: tuple, settings: dict[str, Any]):
        """Compute now.  The results are new tensors that nobody else holds."""
        dtype = next((x.dtype for x in inputs if hasattr(x, "dtype")), None)
        arrays = [
            np.asarray(x) if hasattr(x, "dtype") else np.asarray(x, dtype) for x in inputs
        ]  # Python numbers take the dtype of the first tensor
        try:
            with np.errstate(all="ignore"):  # infinities and NaN are results, not warnings
                result = self.forward(*arrays, **settings)
        except (ValueError, TypeError, IndexError) as problem:
            self.infer(*map(Spec.of, arrays), **settings)  # says it better, if shapes are wrong
            if isinstance(problem, ValueError):
                raise ShapeError(f"{self.name}: {problem}") from problem
            raise
        if isinstance(result, tuple):
            return tuple(np.asarray(x).view(Tensor) for x in result)
        return np.asarray(result).view(Tensor)

    def infer(self, *inputs: Spec, **settings) -> Spec | tuple[Spec, ...]:
        """The spec of the result, from the specs of the inputs."""
        assert self.shape_rule, f"{self} needs a shape rule."
        try:
            sizes = self.shape_rule(*inputs, **settings)
        except ShapeError as problem:
            if str(problem).startswith(self.name):
                raise
            raise ShapeError(f"{self.name}: {problem}") from None
        if type(sizes) is tuple and sizes and isinstance(sizes[0], Spec):
            return sizes
        match self.dtype_rule:
            case None:
                dtype = inputs[0].dtype
            case str() as dtype:
                pass
            case rule:
                dtype = rule(*inputs, **settings)
        return Spec(sizes, dtype)

    def infer_all(self, *inputs: Spec, **settings) -> tuple[Spec, ...]:
        """The specs of all results, also where there is only one."""
        made = self.infer(*inputs, **settings)
        return (made,) if isinstance(made, Spec) else made

    def shape(self, rule: Callable) -> None:
        self.shape_rule = rule

    def gradient(self, rule: Callable) -> None:
        self.gradient_rule = rule

    def examples(self, rule: Callable) -> None:
        self.example_rule = rule

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


def primitive(forward: Callable | None = None, *, dtype: str | Callable | None = None) -> Any:
    """Make a numpy function a primitive.  ``dtype`` is the result's, if not the first input's."""
    if forward is None:
        return lambda forward: _register(Primitive(forward, dtype))
    return _register(Primitive(forward))


def _register(primitive: Primitive) -> Primitive:
    if primitive.name in PRIMITIVES:
        raise ValueError(f"There is a primitive {primitive.name!r} already.")
    return PRIMITIVES.setdefault(primitive.name, primitive)


def equal_dtypes(*inputs: Spec, **settings) -> str:
    """The dtype that all inputs have; a rule for ``@primitive(dtype=equal_dtypes)``."""
    first = inputs[0].dtype
    for x in inputs:
        if x.dtype != first:
            said = " and ".join(spec.dtype for spec in inputs)
            raise ShapeError(
                f"A primitive takes inputs of one dtype, but these are {said}: "
                "the functions of `ops` convert them."
            )
    return first
