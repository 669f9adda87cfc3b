"""Every primitive, on its own examples: nothing to add here when a primitive is added."""

import inspect

import numpy as np
import pytest

from tests.primitives.gradient_check import (
    check_first,
    check_second,
    evaluate,
    examples,
    primitive_of,
    with_gradients,
)
from visualnn import ops  # noqa: F401 - fills the socket of the operators
from visualnn.primitives import PRIMITIVES, numpy_dtype
from visualnn.primitives.primitive import Primitive
from visualnn.spec import ShapeError, Spec, Unknown, is_float

CONTROL = {"scan", "cond", "while_loop"}  # their settings are graphs: see tests/graph
TESTED = {name: found for name, found in PRIMITIVES.items() if name not in CONTROL}
EXAMPLES = [
    pytest.param(primitive, inputs, settings, id=f"{primitive.name}-{i}")
    for primitive in TESTED.values()
    for i, (inputs, settings) in enumerate(examples(primitive))
]
GIVEN = {"with_gradient"}  # its gradient is whatever its user says: see tests/ops/test_custom.py
DIFFERENTIABLE = [
    case
    for case in EXAMPLES
    if case.values[0].gradient_rule is not None and case.values[0].name not in GIVEN
]


def _takes_sizes(settings):
    """Whether some sizes of the result come as tensors."""
    return None in settings.get("shape", ())


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


@pytest.mark.parametrize("primitive", TESTED.values(), ids=lambda p: p.name)
def test_is_complete(primitive):
    assert primitive.shape_rule and primitive.example_rule
    assert primitive.__doc__ and primitive.__doc__.split("\n")[0].endswith((".", ":"))
    kinds = {
        parameter.kind for parameter in inspect.signature(primitive.forward).parameters.values()
    }
    assert inspect.Parameter.VAR_KEYWORD not in kinds, "settings are named"


@pytest.mark.parametrize("primitive, inputs, settings", EXAMPLES)
def test_shape_rule_agrees_with_numpy(primitive, inputs, settings):
    inferred = as_tuple(primitive.infer(*map(Spec.of, inputs), **settings))
    made = as_tuple(primitive(*inputs, **settings))
    assert [spec.dtype for spec in inferred] == [Spec.of(x).dtype for x in made]
    for spec, x in zip(inferred, made, strict=True):
        numbers = [said or found for said, found in zip(spec.shape, x.shape, strict=True)]
        assert numbers == list(x.shape)
    if not _takes_sizes(settings):
        assert [spec.shape for spec in inferred] == [x.shape for x in made]


@pytest.mark.parametrize("primitive, inputs, settings", EXAMPLES)
def test_dtype_is_preserved(primitive, inputs, settings):
    narrow = tuple(x.astype("float32") if x.dtype == "float64" else x for x in inputs)
    inferred = as_tuple(primitive.infer(*map(Spec.of, narrow), **settings))
    made = as_tuple(primitive(*narrow, **settings))
    assert [spec.dtype for spec in inferred] == [Spec.of(x).dtype for x in made]
    if "dtype" not in settings:
        assert not any(spec.dtype == "float64" for spec in inferred)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    "primitive, inputs, settings",
    [case for case in EXAMPLES if "dtype" not in case.values[2]],  # else the setting decides
)
def test_half_precision_stays_half(primitive, inputs, settings, dtype):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    narrow = numpy_dtype(dtype)
    half = tuple(x.astype(narrow) if x.dtype == "float64" else x for x in inputs)
    rounded = (x.astype("float64") if x.dtype == narrow else x for x in half)
    wide = as_tuple(primitive(*rounded, **settings))
    tolerance = 5e-3 if dtype == "float16" else 5e-2
    for x, exact in zip(as_tuple(primitive(*half, **settings)), wide, strict=True):
        assert x.dtype == (narrow if exact.dtype == np.float64 else exact.dtype)
        if exact.dtype == np.float64:
            np.testing.assert_allclose(x.astype("float64"), exact, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("primitive, inputs, settings", EXAMPLES)
def test_shape_rule_takes_unknown_sizes(primitive, inputs, settings):
    made = as_tuple(primitive(*inputs, **settings))
    for i, x in enumerate(inputs):
        if x.ndim == 0 or primitive.name.startswith("random_"):
            continue
        specs = [Spec.of(other) for other in inputs]
        specs[i] = Spec((None, *x.shape[1:]), x.dtype)
        try:
            inferred = as_tuple(primitive.infer(*specs, **settings))
        except ShapeError as problem:
            assert "known" in str(problem) or i > 0, problem
            continue
        for spec, y in zip(inferred, made, strict=True):
            assert len(spec.shape) == y.ndim
            for said, found in zip(spec.shape, y.shape, strict=True):
                assert said in (None, found)


@pytest.mark.parametrize("primitive, inputs, settings", EXAMPLES)
def test_leaves_its_inputs_alone(primitive, inputs, settings):
    before = [x.copy() for x in inputs]
    for x in inputs:
        x.flags.writeable = False
    primitive(*inputs, **settings)
    for x in inputs:
        x.flags.writeable = True
    for x, copy in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x, copy)


@pytest.mark.parametrize("primitive, inputs, settings", EXAMPLES)
def test_says_what_does_not_fit(primitive, inputs, settings):
    """A shape that cannot be is refused in words that name the primitive, or it is computed."""
    for i, x in enumerate(inputs):
        odd = [*inputs[:i], np.zeros((*x.shape, 7), x.dtype), *inputs[i + 1 :]]
        try:
            primitive(*odd, **settings)
        except ShapeError as problem:
            assert len(str(problem)) > 20
        except IndexError as problem:
            assert "outside" in str(problem)


def _has_fractions(primitive, inputs, settings):
    """Whether both an input and the result are fractions, so that there are slopes."""
    result = as_tuple(primitive.infer(*map(Spec.of, inputs), **settings))[0]
    return is_float(result.dtype) and any(x.dtype.kind == "f" for x in inputs)


@pytest.mark.parametrize(
    "primitive, inputs, settings",
    [case for case in DIFFERENTIABLE if _has_fractions(*case.values)],
)
def test_gradient_agrees_with_small_steps(primitive, inputs, settings):
    assert check_first(primitive_of(primitive, settings), inputs, primitive.name) > 0


@pytest.mark.parametrize("primitive, inputs, settings", DIFFERENTIABLE)
def test_second_gradient_agrees_with_small_steps(primitive, inputs, settings):
    check_second(primitive_of(primitive, settings), inputs, primitive.name)


@pytest.mark.parametrize("primitive, inputs, settings", DIFFERENTIABLE)
def test_gradient_with_an_unknown_batch(primitive, inputs, settings):
    function = primitive_of(primitive, settings)
    batch = Unknown()
    specs = [
        Spec((batch, *x.shape[1:]), x.dtype)
        if x.ndim and x.shape[0] == inputs[0].shape[0] and x.dtype.kind == "f"
        else Spec.of(x)
        for x in inputs
    ]
    try:
        primitive.infer(*specs, **settings)
    except ShapeError as problem:  # refused in words, where the first axis decides about more
        assert "known" in str(problem)
        return
    graph, slopes = with_gradients(function, specs, primitive.name)
    exact_graph, exact = with_gradients(function, list(map(Spec.of, inputs)), primitive.name)
    for slope, other, spec in zip(slopes, exact, specs, strict=True):
        assert (slope is None) == (other is None)
        if slope is not None:
            assert slope.spec.sizes == spec.sizes, f"{slope.spec} for {spec}"
            [found] = evaluate(graph, [slope], inputs)
            [wanted] = evaluate(exact_graph, [other], inputs)
            assert found.shape == wanted.shape


def test_a_wrong_gradient_is_found():
    wrong = Primitive(lambda x: x**3)
    wrong.name = "cube"
    wrong.shape(lambda x: x.sizes)
    wrong.gradient(lambda g, y, x: g * 2 * x * x)
    with pytest.raises(AssertionError):
        check_first(wrong, (np.array([1.0, 2.0, 3.0]),), "cube")
    wrong.gradient(lambda g, y, x: g * 3 * x * x)
    assert check_first(wrong, (np.array([1.0, 2.0, 3.0]),), "cube") == 1


def test_no_name_is_taken_twice():
    def add(a, b):
        return a

    from visualnn.primitives.primitive import primitive

    with pytest.raises(ValueError, match="'add'"):
        primitive(add)
