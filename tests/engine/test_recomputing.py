"""Values that are computed again for the gradients: the same numbers, in less memory."""

import numpy as np
import pytest

import visualnn as keras
from tests.engine.test_equality import attention, words
from tests.engine.test_stages import residual
from visualnn import layers, ops
from visualnn.engine import Plan, threads
from visualnn.graph import GradientTape, gradients, trace
from visualnn.rematerialization import Checkpoint
from visualnn.scope import origin
from visualnn.spec import Spec
from visualnn.training.viewing import training_step


def deep(count=12, width=16):
    dense = [layers.Dense(width, "relu") for _ in range(count)]
    return keras.Sequential([keras.Input((width,)), *dense, layers.Dense(4)])


def images(count=6):
    x = inputs = keras.Input((8, 8, 4))
    for _ in range(count):
        x = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
        x = layers.Dropout(0.2)(layers.ReLU()(layers.BatchNormalization()(x)))
    return keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling2D()(x)))


MODELS = {
    "deep": deep,
    "images": images,
    "residual": residual,
    "attention": attention,
    "lstm": lambda: words(layers.LSTM(5, return_sequences=True), layers.GRU(3)),
    "random": lambda: keras.Sequential(
        [
            keras.Input((7,)),
            layers.GaussianNoise(0.1),
            layers.Dense(9, "gelu", activity_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.4),
            layers.LayerNormalization(),
            layers.Dense(4),
        ]
    ),
    "nested": lambda: keras.Sequential([keras.Input((16,)), deep(5), deep(5, 4)]),
}


def stepped(make, recompute=False, engine="plan", without=("blocks",), batch=6):
    """The results and the weights after two steps, and the source."""
    keras.utils.set_random_seed(3)
    model = make()
    model.compile("sgd", "mse", metrics=["mae"], recompute=recompute)
    plan = Plan(training_step(model), engine=engine, without=without if engine == "plan" else ())
    random = np.random.default_rng(0)
    x, y = (
        random.normal(size=(batch, *spec.shape[1:])).astype("float32")
        for spec in (training_step(model).inputs[0], training_step(model).inputs[1])
    )
    results = [array for _ in range(2) for array in plan(x, y)]
    source = plan.source(x, y) if engine == "plan" else ""
    return [*results, *(w.numpy() for w in model.weights)], source


def assert_same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", MODELS)
def test_results_are_the_same_bit_for_bit(name):
    expected, plain = stepped(MODELS[name])
    found, source = stepped(MODELS[name], recompute=True)
    assert_same(found, expected)
    assert "# again" in source and "# again" not in plain


@pytest.mark.parametrize("name", ["deep", "images", "attention"])
def test_the_reference_computes_the_same(name):
    expected, _ = stepped(MODELS[name], engine="reference")
    assert_same(stepped(MODELS[name], recompute=True, engine="reference")[0], expected)
    for one, other in zip(stepped(MODELS[name], recompute=True)[0], expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_threads_compute_it_again_too(name, monkeypatch):
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    expected, _ = stepped(MODELS[name])
    threads.set_num_threads(2)
    try:
        found, source = stepped(MODELS[name], recompute=True)
    finally:
        threads.set_num_threads(None)
    assert "part_1" in source and "# again" in source
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("make", "most"), [(deep, 0.45), (images, 0.6)])
def test_a_deep_model_takes_much_less_memory(make, most):
    """About the root of the number of layers is kept, and as much computed at a time."""
    kept = {}
    for recompute in (False, True):
        model = make(40)
        model.compile("sgd", "mse", recompute=recompute)
        kept[recompute] = model.memory(512 if make is deep else 16).kept
    assert kept[True] < most * kept[False]


def test_a_model_that_runs_eagerly_computes_once():
    results = []
    for recompute in (False, True):
        keras.utils.set_random_seed(3)
        model = deep(3)
        model.compile("sgd", "mse", recompute=recompute, run_eagerly=True)
        results.append(model.train_on_batch(np.ones((4, 16)), np.zeros((4, 4))))
    assert results[0] == results[1]


def test_compiling_again_ends_it():
    model = deep(3)
    model.compile("sgd", "mse", recompute=True)
    assert model.recompute and "recompute" not in model.get_compile_config()
    assert any(node.origin.checkpoint for node in training_step(model).nodes)
    model.compile("sgd", "mse")
    assert not any(node.origin.checkpoint for node in training_step(model).nodes)


# --------------------------------------------------------------------------- scopes of the user


def second_runs(model):
    """The names of the layers whose operations are recorded twice."""
    nodes = training_step(model).nodes
    again = [n for n in nodes if n.name.startswith("again/") and n.primitive.name != "again"]
    return {node.origin.call.rpartition("/")[2] for node in again}


def in_scope(*scope, **settings):
    with keras.RematScope(*scope, **settings):
        model = keras.Sequential(
            [
                keras.Input((6,)),
                layers.Dense(8, "gelu", name="first"),
                layers.Dense(30, "gelu", name="second"),
                layers.LayerNormalization(name="third"),
            ]
        )
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (("full",), {"first", "second", "third"}),
        (("activations",), {"first", "second", "third"}),
        (("larger_than", 20), {"second", "third"}),
        (("list_of_layers", 0, ["first", "third"]), {"first", "third"}),
        ((None,), set()),
    ],
    ids=lambda x: x[0] if isinstance(x, tuple) else "",
)
def test_layers_made_in_a_scope(scope, expected):
    model = in_scope(*scope)
    assert second_runs(model) == expected
    products = [n for n in training_step(model).nodes if n.primitive.name == "matmul"]
    again = [n for n in products if n.name.startswith("again/")]
    assert not again if scope[0] in ("activations", None) else again


def test_the_outer_part_decides():
    with keras.RematScope():
        inner = layers.Dense(8, "gelu", name="inner")
    model = keras.Sequential([keras.Input((6,)), inner, layers.Dense(2)])
    model.compile("sgd", "mse", recompute=True)
    modes = {n.origin.checkpoint.mode for n in training_step(model).nodes if n.origin.checkpoint}
    assert modes == {"by_scope"}


class Block(layers.Layer):
    """A layer that computes one of its functions again."""

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], shape[-1]), name="w")
        self.inner = keras.remat(self.plain)

    def plain(self, x):
        for _ in range(3):
            x = ops.tanh(x @ self.w) + x
        return x

    def call(self, x):
        return self.inner(x)


def test_a_function_that_is_computed_again():
    def made(inner):
        model = keras.Sequential([keras.Input((5,)), Block(), layers.Dense(4)])
        if not inner:
            model.layers[0].inner = model.layers[0].plain
        return model

    expected, _ = stepped(lambda: made(False))
    found, source = stepped(lambda: made(True))
    assert_same(found, expected)
    assert source.count("tanh(") == 6


def test_gradients_of_gradients():
    def function(x):
        with origin(checkpoint=Checkpoint()):
            y = ops.tanh(ops.exp(x) * 0.5)
        return ops.sum(y * y)

    graph = trace(function, Spec((3,)))
    [g] = gradients(graph, graph.outputs[0], graph.inputs)
    with graph.recording():
        total = ops.sum(g * g)
    [twice] = gradients(graph, total, graph.inputs)
    plain = trace(lambda x: ops.sum(ops.square(ops.tanh(ops.exp(x) * 0.5))), Spec((3,)))
    [slope] = gradients(plain, plain.outputs[0], plain.inputs)
    with plain.recording():
        total = ops.sum(slope * slope)
    [expected] = gradients(plain, total, plain.inputs)
    x = np.float32([0.1, -0.4, 0.7])
    np.testing.assert_allclose(Plan(graph, [twice])(x), Plan(plain, [expected])(x), rtol=1e-5)


def test_a_tape_outside_of_a_trace():
    double = keras.remat(lambda x: ops.tanh(x) * 2)
    x = keras.Variable(np.float32([0.5]))
    with GradientTape() as tape:
        y = double(x)
    np.testing.assert_allclose(tape.gradient(y, x), 2 * (1 - np.tanh(0.5) ** 2), rtol=1e-6)
