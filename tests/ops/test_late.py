"""Functions that wait, in a graph, for sizes or numbers that are not known yet."""

import numpy as np
import pytest

import visualnn
from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import SymbolicError, gradients, trace
from visualnn.spec import ShapeError, Spec

X = np.arange(12, dtype="float32").reshape(4, 3)


@pytest.mark.parametrize(
    "function, wanted",
    [
        (lambda x: ops.diagonal(x) * 2, np.diagonal(X) * 2),
        (
            lambda x: ops.pad(x, ((1, 2), (0, 0)), mode="reflect"),
            np.pad(X, ((1, 2), (0, 0)), mode="reflect"),
        ),
        (lambda x: ops.split(x, 2)[1], X[2:]),
        (lambda x: ops.linalg.inv(x[:3, :3] + ops.eye(3)), np.linalg.inv(X[:3] + np.eye(3))),
        (lambda x: ops.cumsum(ops.diagonal(x @ ops.transpose(x))), np.cumsum(np.diagonal(X @ X.T))),
    ],
    ids=["diagonal", "pad", "split", "inverse", "product"],
)
def test_values_and_gradients_of_unknown_sizes(function, wanted):
    """Like those of a graph that knows all sizes."""
    late, known = (trace(function, Spec(shape)) for shape in ((None, None), X.shape))
    slopes = []
    for graph in (late, known):
        [y] = graph.outputs
        with graph.recording():
            graph.outputs = [y, *gradients(graph, ops.sum(y * y), graph.inputs)]
        found, slope = Plan(graph)(X)
        np.testing.assert_allclose(found, wanted, rtol=1e-4)
        slopes.append(slope)
    np.testing.assert_allclose(*slopes, rtol=1e-4)


def test_what_is_known_of_the_results():
    def function(x):
        parts = ops.split(x, 3, axis=1)
        return [ops.diagonal(x), *parts, ops.pad(x, ((1, 1), (0, 0)), mode="wrap")]

    graph = trace(function, Spec((None, 6)))
    batch = graph.inputs[0].spec.sizes[0]
    assert [y.shape for y in graph.outputs] == [(None,), *[(None, 2)] * 3, (None, 6)]
    assert all(y.spec.sizes[0] is batch for y in graph.outputs[1:4])


def test_numbers_that_decide_how_many():
    graph = trace(
        lambda x: [*ops.nonzero(x > 4), ops.unique(x // 4), ops.bincount(ops.cast(x[0], "int32"))],
        Spec((None, 3)),
    )
    assert [y.shape for y in graph.outputs] == [(None,)] * 4
    rows, columns, different, counts = Plan(graph)(X)
    np.testing.assert_array_equal(np.stack([rows, columns]), np.nonzero(X > 4))
    np.testing.assert_array_equal(different, [0, 1, 2])
    np.testing.assert_array_equal(counts, [1, 1, 1])


def test_nodes_of_a_model(tmp_path):
    x = visualnn.Input((None, 3))
    cut = ops.pad(x, ((0, 0), (1, 1), (0, 0)), mode="symmetric")
    model = visualnn.Model(x, ops.sum(ops.diagonal(cut, 0, 1, 2), axis=-1))
    data = np.stack([X, X + 1])
    wanted = np.trace(np.pad(data, ((0, 0), (1, 1), (0, 0)), mode="symmetric"), axis1=1, axis2=2)
    np.testing.assert_allclose(model.predict(data, verbose=0), wanted)
    model.save(tmp_path / "late.keras")
    again = visualnn.saving.load_model(tmp_path / "late.keras")
    np.testing.assert_allclose(again.predict(data, verbose=0), wanted)


def test_what_waiting_does_not_mend_is_refused_at_once():
    with pytest.raises(ShapeError, match=r"do not match|must match|cannot be"):
        trace(lambda x: ops.add(x, np.ones(5, "float32")), Spec((None, 3)))
    with pytest.raises(ValueError, match="axis"):
        trace(lambda x: ops.sum(x, axis=5), Spec((None, 3)))
    with pytest.raises(SymbolicError, match="while the model is traced"):
        trace(lambda x: ops.map(lambda row: row if row[0] > 0 else -row, x), Spec((None, 3)))
