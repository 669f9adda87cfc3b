"""Every pass can be left out, and none changes a result."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import MODELS, check, trained, words
from visualnn import config, layers, ops, random
from visualnn.engine import Plan, parts
from visualnn.engine.passes import PASSES
from visualnn.graph import gradients, trace
from visualnn.spec import Spec


class Leaky(layers.Layer):
    """A cell as users write them: it projects its input in every step."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
        self.u = self.add_weight(shape=(self.units, self.units), name="u")
        self.b = self.add_weight(shape=(self.units,), name="b", initializer="ones")

    def call(self, x, states):
        new = ops.tanh(x @ self.w + states[0] @ self.u + self.b)
        new = 0.5 * states[0] + 0.5 * new
        return new * ops.exp(-new), [new]


def masked(*more):
    inputs = keras.Input((6, 5))
    x = layers.Masking(mask_value=0.0)(ops.relu(inputs - 0.5))
    for layer in more:
        x = layer(x)
    return keras.Model(inputs, layers.Dense(4)(x))


LOOPS = {
    "lstm_of_lstm": lambda: words(layers.LSTM(5, return_sequences=True), layers.LSTM(3)),
    "gru_before": lambda: words(layers.GRU(4, reset_after=False, activation="relu")),
    "backwards": lambda: words(
        layers.SimpleRNN(4, go_backwards=True, return_sequences=True), layers.SimpleRNN(3)
    ),
    "both_ways": lambda: words(layers.Bidirectional(layers.GRU(3))),
    "masked": lambda: masked(layers.LSTM(4, return_sequences=True), layers.GRU(3)),
    "own_cell": lambda: words(layers.RNN(Leaky(6), return_sequences=True), layers.RNN(Leaky(3))),
    "stacked": lambda: words(layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])),
    "one_unit": lambda: words(layers.LSTM(1)),
    "convolutional": lambda: keras.Sequential(
        [
            keras.Input((4, 5, 5, 2)),
            layers.ConvLSTM2D(3, 2),
            layers.Flatten(),
            layers.Dense(4),
        ]
    ),
}


def optimizer():
    return keras.optimizers.SGD(0.05, momentum=0.9)


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name):
    check(*trained(LOOPS[name], optimizer()))


@pytest.mark.parametrize("name", PASSES)
@pytest.mark.parametrize("model", ["attention", "lstm", "gru", "normalized", "dense"])
def test_models_without(model, name):
    check(*trained(MODELS[model], optimizer(), steps=1), without=[name])


def test_the_gradient_of_a_gradient_of_a_loop():
    """What a sum was before each step is needed then, which nobody else asks for."""

    def function(xs, w):
        def step(h, x):
            h = ops.tanh(h @ w + x)
            return h, h

        last, outputs = ops.scan(step, ops.zeros((2, 3)), xs)
        return ops.sum(last) + ops.sum(outputs * outputs)

    graph = trace(function, Spec((4, 2, 3)), Spec((3, 3)))
    [g] = gradients(graph, graph.outputs[0], [graph.inputs[1]])
    with graph.recording():
        total = ops.sum(g * g)
    twice = gradients(graph, total, graph.inputs)
    random = np.random.default_rng(0)
    arrays = [random.normal(size=s).astype("float32") for s in ((4, 2, 3), (3, 3))]
    for found, exact in zip(
        Plan(graph, twice)(*arrays), Plan(graph, twice, engine="reference")(*arrays), strict=True
    ):
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-5)


def test_a_pass_that_does_not_exist_is_refused():
    graph = trace(lambda x: x + 1.0, Spec((2,)))
    with pytest.raises(ValueError, match=r"no pass 'speed'; there are .*products"):
        Plan(graph, without=["speed"])(np.ones(2, "float32"))


def test_the_steps_of_a_loop_can_be_read():
    def function(xs):
        return ops.scan(lambda h, x: (ops.tanh(h + x), None), ops.zeros((2, 3)), xs)[0]

    plan = Plan(trace(function, Spec((4, 2, 3)), name="memory"))
    source = plan.source(np.ones((4, 2, 3), "float32"))
    assert '    """4 steps."""' in source and " in scan_2_steps:" in source
    assert "tanh(" in source and "scan_2(input)" in source


@pytest.mark.parametrize("name", ["attention", "lstm", "gru", "normalized", "regularized"])
def test_chains_in_many_parts(name, monkeypatch):
    monkeypatch.setattr(parts, "_MANY", 2)
    monkeypatch.setattr(parts, "_PART", 7)
    check(*trained(MODELS[name], optimizer()))


def test_a_chain_keeps_what_others_need(monkeypatch):
    monkeypatch.setattr(parts, "_PART", 1000)

    def function(x, y):
        a = ops.tanh(x) * y
        b = ops.exp(a) + 1.0
        c = b / (a + 3.0)
        return ops.sum(c, axis=1), b @ y

    plan = Plan(trace(function, Spec((300, 300)), Spec((300, 300))))
    x, y = np.random.default_rng(0).normal(size=(2, 300, 300)).astype("float32")
    a = np.tanh(x) * y
    b = np.exp(a) + 1
    for _ in range(2):
        total, product = plan(x * 1, y * 1)
        np.testing.assert_allclose(total, (b / (a + 3)).sum(1), rtol=1e-4)
        np.testing.assert_allclose(product, b @ y, rtol=1e-3, atol=1e-2)


def test_what_cannot_be_done_for_all_steps_at_once():
    def function(xs):
        def step(h, x):
            sums = ops.cumsum(x, axis=-1) * 2.0  # of one step only
            h = ops.tanh(h + sums + ops.exp(-x))
            return h, (sums + 1.0, ops.sum(sums * h, axis=-1))

        return ops.scan(step, ops.zeros((2, 3)), xs)

    graph = trace(function, Spec((4, 2, 3)))
    x = np.random.default_rng(0).normal(size=(4, 2, 3)).astype("float32")
    for found, exact in zip(Plan(graph)(x), Plan(graph, engine="reference")(x), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-6)


def test_clipped_probabilities_have_the_slope_of_the_reference():
    """Also where they are so small that they are cut, and nothing comes back."""

    def function(x, y):
        return keras.losses.categorical_crossentropy(y, ops.softmax(x))

    graph = trace(function, Spec((4, 3)), Spec((4, 3)))
    [g] = gradients(graph, graph.outputs[0], [graph.inputs[0]])
    x = np.float32([[0, 1, 2], [60, 0, 0], [0, 60, 1], [-40, 3, 3]])
    y = np.eye(3, dtype="float32")[[0, 1, 1, 0]]
    plan = Plan(graph, [g])
    [found], [exact] = plan(x, y), Plan(graph, [g], engine="reference")(x, y)
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-7)
    assert not found[1].any() and found[0].all() and "equal(" in plan.source()


def test_the_error_function_in_32_bits():
    plan = Plan(trace(ops.erf, Spec((None,))))
    random = np.random.default_rng(0)
    x = np.concatenate([random.normal(size=5000) * 3, np.logspace(-30, 30, 1000)])
    x = np.concatenate([x, -x, [0.0, np.inf, -np.inf]]).astype("float32")
    [found], exact = plan(x), ops.erf(x.astype("float64"))
    assert found.dtype == "float32" and np.abs(found).max() == 1.0
    np.testing.assert_allclose(found, exact, rtol=6e-7)
    assert np.isnan(plan(np.float32([np.nan, 1.0]))[0]).tolist() == [True, False]
    config.set_exact(True)
    try:
        np.testing.assert_allclose(plan(x)[0], exact, rtol=1e-7)
    finally:
        config.set_exact(False)


@pytest.mark.parametrize("shape", [(3, 33_333), (4, 2**14)])
def test_random_numbers_are_those_of_the_primitive(shape):
    """Bit by bit, also where there are several blocks of them and an odd number."""
    graph = trace(lambda x: random.uniform(shape, seed=7) * x, Spec(()))
    two = np.float32(2.0)
    [found], [exact] = Plan(graph)(two), Plan(graph, engine="reference")(two)
    np.testing.assert_array_equal(found, exact)
    assert "draw_numbers(" in Plan(graph).source(two)


def test_a_softmax_of_no_rows():
    plan = Plan(trace(lambda x: ops.softmax(x * 2.0) + 1.0, Spec((None, 4))))
    for rows in (0, 3):
        assert plan(np.zeros((rows, 4), "float32"))[0].shape == (rows, 4)


@pytest.mark.parametrize("model", ["attention", "lstm", "normalized", "convolution", "dense"])
def test_no_examples_make_no_results(model):
    model = MODELS[model]()
    plan = Plan(trace(lambda x: model(x) * 2.0, *[Spec(x.shape, x.dtype) for x in model.inputs]))
    [found] = plan(*[np.zeros((0, *x.shape[1:]), x.dtype) for x in model.inputs])
    assert found.shape == (0, *model.outputs[0].shape[1:])
