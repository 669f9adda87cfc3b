"""Recurrent layers beyond numbers: states, gaps, users' cells, loops as one node."""

import warnings

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Dense,
    Input,
    Layer,
    LSTMCell,
    SimpleRNN,
    StackedRNNCells,
    TimeDistributed,
)
from visualnn.spec import ShapeError, Spec

X = np.random.RandomState(0).normal(size=(2, 5, 3)).astype("float32")


@pytest.mark.parametrize("kind", [SimpleRNN, GRU, LSTM])
def test_a_loop_is_one_node_of_the_graph(kind):
    layer = kind(4)
    layer.build((None, None, 3))
    graph = trace(lambda x: ops.sum(layer(x) ** 2), Spec((None, None, 3)))
    scans = [node for node in graph.nodes if node.primitive.name == "scan"]
    assert len(scans) == 1
    assert len(graph.nodes) < 30
    slopes = gradients(graph, graph.outputs[0], layer.weights)
    assert all(y is not None for y in slopes)
    assert sum(node.primitive.name == "scan" for node in graph.nodes) == 2
    # what looks at the inputs only is one product for all steps, outside of the loop
    assert any(n.primitive.name == "matmul" and "cell" in n.name for n in graph.nodes)


def test_steps_and_batch_of_any_number():
    layer = LSTM(2, return_sequences=True)
    y = layer(Input((None, 3)))
    assert y.shape == (None, None, 2)
    plan = Plan(trace(layer, Spec((None, None, 3))))
    for batch, steps in ((1, 1), (2, 5), (3, 2)):
        x = np.ones((batch, steps, 3), "float32")
        np.testing.assert_allclose(plan(x)[0], layer(x), rtol=1e-5, atol=1e-6)


def test_states_of_a_batch_go_on_in_the_next():
    layer = GRU(2, stateful=True)
    whole = GRU(2)
    whole(X)
    layer(X[:, :2])
    layer.set_weights(whole.get_weights())
    layer.reset_state()
    layer(X[:, :2])
    np.testing.assert_allclose(layer(X[:, 2:]), whole(X), rtol=1e-5, atol=1e-6)
    assert [v.shape for v in layer.states] == [(2, 2)]
    assert not {*map(id, layer.states)} & {*map(id, layer.variables)}
    layer.reset_states()
    assert not layer.states[0].numpy().any()

    traced = Plan(trace(lambda x: layer(x), Spec((2, None, 3))))
    traced(X[:, :2])
    np.testing.assert_allclose(traced(X[:, 2:])[0], whole(X), rtol=1e-5, atol=1e-6)
    with pytest.raises(ShapeError, match=r"is stateful, so the batch must have a known size: give"):
        GRU(2, stateful=True)(Input((4, 3)))


def test_gaps_are_the_same_at_every_step():
    ones = np.ones((4, 6, 50), "float32")
    layer = SimpleRNN(
        50,
        dropout=0.5,
        return_sequences=True,
        activation="linear",
        kernel_initializer="identity",
        recurrent_initializer="zeros",
        seed=3,
    )
    rest = layer(ones)
    assert np.all(rest == 1)

    def train(x):
        return layer(x, training=True)

    for run in (train, Plan(trace(train, Spec((None, None, 50))))):
        y = np.asarray(run(ones)).reshape(4, 6, 50)
        assert set(np.unique(y)) == {0.0, 2.0}
        assert np.array_equal(y, np.repeat(y[:, :1], 6, axis=1))
        again = np.asarray(run(ones)).reshape(4, 6, 50)
        assert not np.array_equal(y, again)


def test_gaps_in_the_state():
    layer = LSTM(20, recurrent_dropout=0.5, seed=3)
    a, b = layer(X, training=True), layer(X, training=True)
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(layer(X), layer(X))
    stacked = RNN([LSTMCell(4, dropout=0.5, recurrent_dropout=0.5), LSTMCell(3, dropout=0.5)])
    assert not np.array_equal(stacked(X, training=True), stacked(X, training=True))
    graph = trace(lambda x: ops.sum(layer(x, training=True)), Spec((None, 5, 3)))
    gradients(graph, graph.outputs[0], layer.weights)


def test_first_states():
    layer = LSTM(2)
    states = [np.ones((2, 2), "float32")] * 2
    layer(X)
    assert not np.array_equal(layer(X, initial_state=states), layer(X))
    symbolic = LSTM(2)
    symbolic(Input((5, 3)), initial_state=[Input((2,)), Input((2,))])
    assert symbolic.get_build_config() == {
        "shapes_dict": {
            "sequences_shape": (None, 5, 3),
            "initial_state_shape": [(None, 2), (None, 2)],
        }
    }
    again = LSTM(2)
    again.build_from_config(symbolic.get_build_config())
    assert len(again.weights) == 3
    with pytest.raises(ShapeError, match=r"`initial_state` must have the sizes \[2, 2\], but has"):
        layer(X, initial_state=states[:1])
    with pytest.raises(ShapeError, match=r"`initial_state` must have the sizes \[2, 2\], but has"):
        layer(X, initial_state=[np.ones((2, 3), "float32")] * 2)
    with pytest.raises(ShapeError, match=r"LSTM 'l': Its input must have 3 axes, but has 2 axes"):
        LSTM(2, name="l")(Input((3,)))


class Summing(Layer):
    """A user's cell: the state is the sum of all inputs, weighted."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units
        self.dense = Dense(units, use_bias=False, kernel_initializer="ones", name="sum")

    def call(self, inputs, states):
        total = states[0] + self.dense(inputs)
        return total * 2.0, [total]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_a_cell_of_a_user():
    layer = RNN(Summing(2, name="cell"), return_sequences=True, return_state=True, name="rnn")
    y, state = layer(X)
    total = np.repeat(X.sum(2, keepdims=True).cumsum(1), 2, axis=2)
    np.testing.assert_allclose(y, 2 * total, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(state, total[:, -1], rtol=1e-5, atol=1e-5)
    counts = np.array([[True, False, True, True, False], [False] * 5])
    y, state = layer(X, mask=counts)
    kept = np.where(counts[..., None], X, 0).sum(2).cumsum(1)
    np.testing.assert_allclose(y[0, :, 0], 2 * kept[0], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(y[1], np.zeros((5, 2)))
    assert [w.path for w in layer.weights] == ["rnn/cell/sum/kernel"]


def test_what_is_no_cell():
    with pytest.raises(ValueError, match=r"RNN: `cell` must be a cell, with `call"):
        RNN(3)
    with pytest.raises(ValueError, match=r"every cell needs `call\(inputs, states\)`"):
        StackedRNNCells([Dense(2), 3])


def test_a_cell_by_itself():
    cell = LSTMCell(2)
    y, states = cell(X[:, 0], [np.zeros((2, 2), "float32")] * 2)
    layer = LSTM(2)
    layer(X[:, :1])
    layer.set_weights(cell.get_weights())
    np.testing.assert_allclose(layer(X[:, :1]), y, rtol=1e-6)
    assert len(states) == 2
    assert [s.shape for s in cell.get_initial_state(3)] == [(3, 2), (3, 2)]


def test_both_directions():
    layer = Bidirectional(LSTM(2, name="lstm"), name="both")
    layer(X)
    assert [w.path for w in layer.weights[::3]] == [
        "both/forward_lstm/lstm_cell/kernel",
        "both/backward_lstm/lstm_cell/kernel",
    ]
    for wrong, message in [
        ((Dense(2),), r"is not a recurrent layer"),
        ((LSTM(2), "concat", None, GRU(2)), r"one of both layers must have `go_backwards=True`"),
        (
            (LSTM(2), "concat", None, GRU(2, go_backwards=True, return_state=True)),
            r"both layers must have the same `return_state`",
        ),
        ((LSTM(2), "between"), r"`merge_mode` must be one of 'concat', 'sum', 'ave', 'mul'"),
    ]:
        with pytest.raises(ValueError, match=message):
            Bidirectional(*wrong)


def test_the_layer_given_to_a_wrapper_stays_as_it_is():
    inner = LSTM(2, name="mine")
    Bidirectional(inner)
    assert (inner.name, inner.go_backwards, inner.built) == ("mine", False, False)


def test_every_step_by_itself():
    layer = TimeDistributed(Dense(4))
    np.testing.assert_allclose(layer(X)[:, 2], layer.layer(X[:, 2]), rtol=1e-6)
    assert layer(Input((None, 3))).shape == (None, None, 4)
    with pytest.raises(ShapeError, match=r"It needs an input with a batch, steps and something"):
        TimeDistributed(Dense(4))(X[:, 0])
    with pytest.raises(ValueError, match=r"TimeDistributed: `layer` must be a layer, but is 3"):
        TimeDistributed(3)

    class OfTheBatch(Layer):
        def call(self, x):
            return x - ops.mean(x, axis=0)

    y = TimeDistributed(OfTheBatch())(X)
    np.testing.assert_allclose(y, X - X.mean(0), rtol=1e-5, atol=1e-6)


def test_a_long_sequence_costs_no_more_nodes():
    layer = LSTM(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        graphs = [trace(layer, Spec((1, steps, 3))) for steps in (5, 2000)]
    assert len(graphs[0].nodes) == len(graphs[1].nodes)
