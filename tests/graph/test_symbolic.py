"""Values, placeholders and tensors answer to numpy and Python where that makes sense."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import EagerGraph, SymbolicError, trace
from visualnn.layers import Input
from visualnn.primitives.tensor import Tensor
from visualnn.spec import Spec
from visualnn.variable import Variable

X = np.array([[0.5, -2.0, 3.0]], "float32")


@pytest.mark.parametrize(
    "function",
    [
        np.tanh,
        np.exp,
        np.abs,
        np.square,
        np.negative,
        lambda x: np.add(x, 1),
        lambda x: np.multiply(2, x),
        lambda x: np.maximum(x, 0),
        lambda x: np.ones((1, 3), "float32") - x,
        lambda x: np.mean(x, axis=-1),
        lambda x: np.sum(x),
        lambda x: np.concatenate([x, x]),
        lambda x: np.reshape(x, (3, 1)),
        lambda x: 1 / x + x**2 - x // 2 + x % 2,
        lambda x: x @ np.ones((3, 2), "float32") + np.ones((4, 1), "float32") @ x[:, :2],
        lambda x: (x > 0) & ~(x < 1) | (x == 3),
        lambda x: x[..., 1:] * x[0, 0],
    ],
)
def test_numpy_functions_and_operators(function):
    [found] = Plan(trace(function, Spec(X.shape), name="f"))(X)
    np.testing.assert_allclose(found, function(X), rtol=1e-6)
    placeholder = function(Input((3,)))
    assert placeholder.ndim == found.ndim
    with EagerGraph("tape").recording() as tape:
        eager = function(tape.hold(X))
    np.testing.assert_allclose(np.asarray(eager), found, rtol=1e-6)
    np.testing.assert_allclose(function(X.view(Tensor)), found, rtol=1e-6)


@pytest.mark.parametrize("make", [lambda: Input((3,)), lambda: None])
def test_a_function_without_counterpart_names_ops(make):
    placeholder = make()
    if placeholder is not None:
        with pytest.raises(TypeError, match="use a function of `ops` instead"):
            np.unwrap(placeholder)
        return
    with pytest.raises(TypeError, match="use a function of `ops` instead"):
        trace(np.unwrap, Spec((3,)))


@pytest.mark.parametrize("use", [bool, int, float, len, list, np.asarray])
def test_a_placeholder_has_no_numbers(use):
    """Refused as in Keras: a ``ValueError`` where numbers are asked for, else a ``TypeError``."""
    problem = ValueError if use in (int, float, np.asarray) else TypeError
    with pytest.raises(problem, match=r"placeholder of a functional model|not known"):
        use(Input((3,)))


@pytest.mark.parametrize("use", [bool, int, float, np.asarray])
def test_a_traced_value_has_no_numbers(use):
    with pytest.raises(SymbolicError, match=r"ops\.cond"):
        trace(lambda x: use(x), Spec(()), name="f")


def test_a_value_kept_from_another_trace_is_refused():
    kept = []
    trace(lambda x: kept.append(x) or x, Spec((3,)))
    with pytest.raises(SymbolicError, match="not traced any more"):
        trace(lambda x: x + kept[0], Spec((3,)))


def test_a_tensor_is_an_array_with_extras():
    x = ops.add(X, 1)
    assert isinstance(x, np.ndarray) and type(x.numpy()) is np.ndarray
    assert (x + 1).dtype == "float32" and (np.int32(1) + x).dtype == "float32"
    assert ops.add(np.arange(3, dtype="int32"), np.ones(3, "float32")).dtype == "float32"
    assert x._keras_mask is None and x[0]._keras_mask is None
    assert {x: 1}[x] == 1


def test_a_variable_behaves_like_its_value():
    v = Variable(X, name="v")
    np.testing.assert_allclose(v * 2 + np.tanh(v) - v[0], X * 2 + np.tanh(X) - X[0], rtol=1e-6)
    assert v.shape == (1, 3) and len(v) == 1 and float(Variable(2.0)) == 2
