"""Index notation, einsum and reshape against numpy, on whatever hypothesis thinks of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualnn import ops
from visualnn.graph import SymbolicError, gradients, trace
from visualnn.spec import ShapeError, Spec, Unknown

SHAPE = (4, 3, 5)
X = np.arange(60, dtype="float32").reshape(SHAPE)


def bounds(size):
    return st.none() | st.integers(-size - 2, size + 2)


def entries(size):
    return st.one_of(
        st.integers(-size, size - 1),
        st.builds(slice, bounds(size), bounds(size), st.sampled_from([None, 1, 2, -1, -3])),
        st.lists(st.integers(-size, size - 1), min_size=2, max_size=2).map(
            lambda x: np.array(x, "int32")
        ),
    )


@st.composite
def keys(draw):
    """An index of some axes, with new axes and dots in between."""
    count = draw(st.integers(0, 3))
    parts = [draw(entries(size)) for size in SHAPE[:count]]
    if count < 3 and draw(st.booleans()):
        tail = [draw(entries(size)) for size in SHAPE[3 - draw(st.integers(0, 3 - count)) :]]
        parts = [*parts, Ellipsis, *tail]
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return tuple(parts)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(keys())
def test_index_notation_is_that_of_numpy(key):
    wanted = X[key]
    found = ops.get_item(X, key)
    np.testing.assert_array_equal(found, wanted)
    assert found.dtype == X.dtype
    for spec in (Spec(SHAPE), Spec((None, 3, 5))):
        graph = trace(lambda x: x[key] * 1.0, spec, name="index")
        [y] = graph.run(X)
        np.testing.assert_array_equal(y, wanted)
        said = graph.outputs[0].shape
        assert len(said) == y.ndim
        assert all(a in (None, b) for a, b in zip(said, y.shape, strict=True))
        [slope] = gradients(graph, graph.outputs[0], graph.inputs)
        graph.outputs = [slope]
        counts = np.zeros(SHAPE, "float32")
        np.add.at(counts, key, 1)
        np.testing.assert_array_equal(graph.run(X)[0], counts)


def test_a_batch_stays_the_same_batch():
    def function(x):
        return [x[:, 0], x[:, :, None], x[..., -1], x[:, ::2], x[::-1], x[0:]]

    graph = trace(function, Spec((None, 3, 5)))
    batch = graph.inputs[0].spec.sizes[0]
    assert all(y.spec.sizes[0] is batch for y in graph.outputs)
    cut = trace(lambda x: x[1:], Spec((None, 3)))
    assert cut.outputs[0].spec.sizes[0] is not cut.inputs[0].spec.sizes[0]


def test_masks():
    mask = X > 30
    np.testing.assert_array_equal(ops.get_item(X, mask), X[mask])
    np.testing.assert_array_equal(ops.get_item(X, X[:, 0, 0] > 20), X[X[:, 0, 0] > 20])
    with pytest.raises(IndexError, match=r"ops\.where"):
        trace(lambda x: x[x > 0], Spec((3,)))


def test_indices_that_are_traced():
    def function(x, i):
        return [x[i], x[:, i], x[0, i], x[i, i]]

    graph = trace(function, Spec((4, 4)), Spec((None,), "int32"))
    x, i = X[:, 0, :4], np.array([1, 3, 1], "int32")
    for found, wanted in zip(graph.run(x, i), [x[i], x[:, i], x[0, i], x[i, i]], strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    "key, word",
    [
        (4, "outside axis 0"),
        ((0, 0, 0, 0), "3 axes"),
        ((Ellipsis, Ellipsis), "once"),
        (np.array([1.5]), "whole numbers"),
        (np.array([7]), "outside the axis"),
        (slice("a", None), "whole numbers"),
        (slice(None, None, 0), "zero"),
    ],
)
def test_a_wrong_index_is_refused_in_words(key, word):
    with pytest.raises(IndexError, match=word):
        ops.get_item(X, key)


@pytest.mark.parametrize(
    "equation, shapes",
    [
        ("ab,bc->ac", [(2, 3), (3, 4)]),
        ("abc,cd->abd", [(2, 3, 4), (4, 5)]),
        ("ab,cd->dacb", [(2, 3), (4, 5)]),
        ("aab,b->a", [(3, 3, 2), (2,)]),
        ("a,b,c->cab", [(2,), (3,), (4,)]),
        ("...ab,...bc->...ac", [(2, 1, 3, 4), (5, 4, 2)]),
        ("...a,a...->...", [(2, 3), (3, 2)]),
        ("abc->", [(2, 3, 4)]),
        ("ab,ab", [(2, 3), (2, 3)]),
        ("ba", [(2, 3)]),
        ("ab,ac,ad->bcd", [(2, 3), (2, 4), (2, 5)]),
        ("i,i->", [(3,), (3,)]),
        (" a b , b -> a ", [(2, 3), (3,)]),
    ],
)
def test_einsum_is_that_of_numpy(equation, shapes):
    random = np.random.default_rng(0)
    operands = [random.normal(size=shape) for shape in shapes]
    wanted = np.einsum(equation, *operands)
    np.testing.assert_allclose(ops.einsum(equation, *operands), wanted, rtol=1e-12)


@pytest.mark.parametrize("equation", ["ab,bc,cd->ad", "ab,b", "abc,bc->a"])
def test_einsum_refuses_what_does_not_fit(equation):
    with pytest.raises(ShapeError, match="einsum"):
        ops.einsum(equation, np.ones((2, 3)), np.ones((4, 5)))


def test_reshape_keeps_what_is_known():
    def function(x):
        batch, time, _ = ops.shape(x)
        return [
            ops.reshape(x, (-1, 2, 3)),
            ops.reshape(x, (batch, time, 2, 3)),
            ops.reshape(x, (batch, -1)),
            ops.reshape(x, (batch * time, 6)),
            ops.broadcast_to(x[:, :1], (batch, time, 6)),
            ops.zeros((batch, 3)),
        ]

    graph = trace(function, Spec((None, None, 6)))
    batch, time, _ = graph.inputs[0].spec.sizes
    sizes = [y.spec.sizes for y in graph.outputs]
    assert sizes[0][1:] == (2, 3) and isinstance(sizes[0][0], Unknown)
    assert sizes[1] == (batch, time, 2, 3)
    assert sizes[2][0] is batch
    assert sizes[4] == (batch, time, 6) and sizes[5] == (batch, 3)
    found = graph.run(np.zeros((4, 5, 6), "float32"))
    assert [y.shape for y in found] == [
        (20, 2, 3),
        (4, 5, 2, 3),
        (4, 30),
        (20, 6),
        (4, 5, 6),
        (4, 3),
    ]
    flat = trace(lambda x: ops.reshape(x, (-1, 12)), Spec((None, 3, 4)))
    assert flat.outputs[0].spec.sizes == (flat.inputs[0].spec.sizes[0], 12)
    assert len(flat.nodes) == 1


def test_reshape_refuses_what_does_not_fit():
    with pytest.raises(ShapeError, match="60 elements"):
        ops.reshape(X, (7, 7))
    with pytest.raises(ShapeError, match="divided"):
        ops.reshape(X, (-1, 7))
    with pytest.raises(ShapeError, match="only one"):
        ops.reshape(X, (-1, -1))
    with pytest.raises(TypeError, match=r"ops\.shape"):
        ops.reshape(X, (None, 60))


def test_a_traced_size_has_no_number():
    with pytest.raises(SymbolicError):
        trace(lambda x: x * float(ops.shape(x)[0]), Spec((None, 2)))
