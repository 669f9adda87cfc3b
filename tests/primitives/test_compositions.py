"""Functions that could be primitives and need not be: they give what one primitive would."""

import numpy as np
import pytest

from tests.primitives.gradient_check import check_first, check_second, examples, primitive_of
from tests.primitives.test_accuracy import worst
from visualnn import ops  # noqa: F401 - fills the socket of the operators
from visualnn import primitives as p
from visualnn.graph import gradients, trace
from visualnn.primitives import COMPOSITIONS, PRIMITIVES, numpy_dtype
from visualnn.spec import Spec

EXAMPLES = [
    pytest.param(made, inputs, settings, id=f"{name}-{i}")
    for name, made in COMPOSITIONS.items()
    for i, (inputs, settings) in enumerate(examples(made))
]
EDGES = np.array([0, 1, -1, np.inf, -np.inf, np.nan, 1e-30, -1e-30, 3e38, -3e38], "float32")
LINE = np.concatenate([np.linspace(-9, 9, 999), np.logspace(-20, 0), -np.logspace(-20, 0)])
INSIDE = np.concatenate(
    [np.linspace(-1, 1, 999), np.logspace(-20, -1, 99), 1 - np.logspace(-7, -1)]
)
WIDE = np.concatenate([LINE, np.linspace(-89.2, 89.2, 999)])


def test_there_are_few_primitives():
    """Each one is a thing to learn, to plan and to keep fast: beyond about 90, compose."""
    assert len(PRIMITIVES) <= 92
    assert PRIMITIVES.keys().isdisjoint(COMPOSITIONS)


@pytest.mark.parametrize(
    "name, exact, x, units",
    [
        ("tan", np.tan, LINE, 3),
        ("arcsin", np.arcsin, INSIDE, 4),
        ("arccos", np.arccos, INSIDE, 4),
        ("arctan", np.arctan, LINE, 2),
        ("sinh", np.sinh, WIDE, 5),
        ("cosh", np.cosh, WIDE, 5),
        ("arcsinh", np.arcsinh, np.concatenate([WIDE, -np.logspace(0, 38), np.logspace(0, 38)]), 4),
        ("arccosh", np.arccosh, np.concatenate([1 + np.logspace(-6, 2), np.logspace(2, 38)]), 4),
        ("arctanh", np.arctanh, INSIDE[np.abs(INSIDE) < 1], 4),
    ],
)
def test_digits(name, exact, x, units):
    x = x.astype("float32")
    x = x if name != "arctanh" else x[np.abs(x) < 1]
    assert worst(getattr(p, name)(x), exact(x.astype("float64"))) <= units


@pytest.mark.parametrize(
    "name", ["arcsin", "arccos", "arctan", "sinh", "cosh", "arcsinh", "arctanh", "ceil"]
)
def test_edges(name):
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(EDGES.astype("float64")).astype("float32")
        zero = getattr(np, name)(np.float32(-0.0))
    made = getattr(p, name)(EDGES)
    np.testing.assert_allclose(made, wanted, rtol=1e-6)
    assert np.signbit(getattr(p, name)(np.array([-0.0], "float32")))[0] == np.signbit(zero)


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctanh", "arccosh", "arcsinh", "softplus"])
def test_slopes_at_the_ends(name):
    """Where the slope is infinite it is not NaN, and at zero it is not that of one side."""
    x = np.array([1.0, -1.0, 0.0], "float32")
    graph = trace(getattr(p, name), Spec((3,)))
    graph.outputs = gradients(graph, graph.outputs[0], graph.inputs)
    [slope] = graph.run(x)
    infinite, nothing = np.inf, np.nan
    wanted = {
        "arcsin": [infinite, infinite, 1],
        "arccos": [-infinite, -infinite, -1],
        "arctanh": [infinite, infinite, 1],
        "arccosh": [infinite, nothing, nothing],
        "arcsinh": [0.5**0.5, 0.5**0.5, 1],
        "softplus": [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0.5],
    }
    np.testing.assert_allclose(slope, wanted[name], rtol=1e-6)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int32", "uint32", "float32", "int64"])
def test_order_and_truth_of_every_dtype(dtype):
    random = np.random.default_rng(0)
    limits = [] if dtype in ("bool", "float32") else [np.iinfo(dtype).min, np.iinfo(dtype).max]
    numbers = [0, 1, 2, 3] * 3 if dtype[0] in "bu" else [-2, 0, 1, 2] * 3
    x = random.permutation(np.array([*numbers, *limits[:1], *limits[1:], 1, 1], dtype)[:12])
    x, y = x.reshape(3, 4), x[::-1].reshape(3, 4)
    for name in ("not_equal", "greater", "greater_equal"):
        np.testing.assert_array_equal(getattr(p, name)(x, y), getattr(np, name)(x, y))
    for axes in ((0,), (1,), (0, 1)):
        np.testing.assert_array_equal(p.min(x, axes=axes), x.min(axes))
    np.testing.assert_array_equal(p.argmin(x, axis=1), x.argmin(1))
    np.testing.assert_array_equal(p.is_finite(x), np.isfinite(x))
    values, places = p.top_k(x, k=3)
    np.testing.assert_array_equal(values, np.sort(x, 1)[:, :0:-1])
    np.testing.assert_array_equal(np.take_along_axis(x, np.asarray(places), 1), values)
    if dtype != "float32":
        np.testing.assert_array_equal(p.bitwise_xor(x, y), x ^ y)
    assert p.prod(x[:, :0], axes=(1,)).tolist() == [1, 1, 1]
    assert p.any(x[:, :0] > 0, axes=(1,)).tolist() == [False] * 3
    assert p.all(x[:, :0] > 0, axes=(1,)).tolist() == [True] * 3


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64"])
def test_bits_are_shifted_as_numpy_does(dtype):
    x = np.array([0, 1, 5, 100, np.iinfo(dtype).max, np.iinfo(dtype).min], dtype)[:, None]
    bits = np.dtype(dtype).itemsize * 8
    places = np.array([0, 1, 3, bits - 2, bits - 1, bits, bits + 3], dtype)
    np.testing.assert_array_equal(p.left_shift(x, places), np.left_shift(x, places))
    np.testing.assert_array_equal(p.right_shift(x, places), np.right_shift(x, places))


def test_comparisons_with_what_is_no_number():
    x = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1], "float32")
    for name in ("not_equal", "greater", "greater_equal"):
        np.testing.assert_array_equal(
            getattr(p, name)(x[:, None], x), getattr(np, name)(x[:, None], x)
        )
    np.testing.assert_array_equal(p.is_finite(x), np.isfinite(x))
    np.testing.assert_array_equal(p.min(x, axes=(0,)), np.nan)
    assert p.argmin(x, axis=0) == 0
    assert p.top_k(x, k=6)[1].tolist() == [1, 5, 3, 4, 2, 0]


@pytest.mark.parametrize("composition, inputs, settings", EXAMPLES)
def test_gradients_agree_with_small_steps(composition, inputs, settings):
    function = primitive_of(composition, settings)
    result = function(*inputs)
    first = result[0] if isinstance(result, tuple) else result
    if first.dtype.kind == "f" and any(x.dtype.kind == "f" for x in inputs):
        check_first(function, inputs, composition.name)
        check_second(function, inputs, composition.name)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("composition, inputs, settings", EXAMPLES)
def test_half_precision_stays_half(composition, inputs, settings, dtype):
    narrow = numpy_dtype(dtype)
    half = [x.astype(narrow) if x.dtype == "float64" else x for x in inputs]
    made = composition(*half, **settings)
    wide = composition(*(x.astype("float64") if x.dtype == narrow else x for x in half), **settings)
    pairs = zip(made, wide, strict=True) if isinstance(made, tuple) else [(made, wide)]
    for x, exact in pairs:
        assert x.dtype == (narrow if exact.dtype == np.float64 else exact.dtype)
        tolerance = 2e-3 if dtype == "float16" else 1e-2
        if exact.dtype == np.float64:
            np.testing.assert_allclose(x.astype("float64"), exact, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("composition, inputs, settings", EXAMPLES)
def test_is_one_box_in_a_graph(composition, inputs, settings):
    def twice(*xs):
        return composition(*xs, **settings), composition(*xs, **settings)

    graph = trace(twice, *map(Spec.of, inputs))
    boxes = {node.name.split("/")[0] for node in graph.nodes}
    assert boxes == {composition.name, f"{composition.name}_1"}
    made = composition(*inputs, **settings)
    wanted = made if isinstance(made, tuple) else (made,)
    for found, exact in zip(graph.run(*inputs), 2 * wanted, strict=True):
        np.testing.assert_array_equal(found, exact)
