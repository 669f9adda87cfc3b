"""The engine computes what the primitives compute one by one: for each of them, and for models."""

import numpy as np
import pytest

import visualnn as keras
from tests.primitives.gradient_check import examples
from visualnn import layers, ops
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.primitives import COMPOSITIONS, PRIMITIVES
from visualnn.spec import Spec, is_float
from visualnn.variable import Variable

CONTROL = {"scan", "cond", "while_loop"}  # their settings are graphs: see the models
EXAMPLES = [
    pytest.param(operation, inputs, settings, id=f"{name}-{i}")
    for name, operation in {**PRIMITIVES, **COMPOSITIONS}.items()
    if name not in CONTROL
    for i, (inputs, settings) in enumerate(examples(operation))
]


def in_single(x):
    return x.astype("float32") if x.dtype == "float64" else x


@pytest.mark.parametrize("operation, inputs, settings", EXAMPLES)
def test_every_primitive(operation, inputs, settings):
    """Also where its results are not wanted themselves, so that they lie in the plan's memory."""
    inputs = [in_single(x) for x in inputs]

    def function(*xs):
        made = operation(*(x * 1 if is_float(x.dtype) else x for x in xs), **settings)
        made = made if isinstance(made, tuple) else (made,)
        return *made, *(y + y for y in made if is_float(y.dtype))

    graph = trace(function, *map(Spec.of, inputs))
    plan = Plan(graph)
    expected = Plan(graph, engine="reference")(*inputs)
    for _ in range(2):  # the second run finds the memory of the first one
        for found, exact in zip(plan(*inputs), expected, strict=True):
            assert found.dtype == exact.dtype
            np.testing.assert_allclose(found, exact, rtol=2e-6, atol=2e-6)


def pictures(*more):
    return keras.Sequential([keras.Input((12, 12, 3)), *more, layers.Flatten(), layers.Dense(4)])


def words(*more):
    return keras.Sequential([keras.Input((6, 5)), *more, layers.Dense(4)])


def attention():
    x = inputs = keras.Input((6, 8))
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    x = layers.GlobalAveragePooling1D()(layers.Dense(16, "gelu")(x))
    return keras.Model(inputs, layers.Dense(4)(x))


def two_paths():
    x = inputs = keras.Input((7,))
    shared = layers.Dense(7, "tanh")
    x = layers.Concatenate()([shared(x), shared(shared(x))])
    return keras.Model(inputs, layers.Dense(4)(x))


MODELS = {
    "dense": lambda: keras.Sequential(
        [keras.Input((7,)), layers.Dense(9, "relu"), layers.Dense(4, use_bias=False)]
    ),
    "regularized": lambda: keras.Sequential(
        [
            keras.Input((7,)),
            layers.Dense(9, "elu", kernel_regularizer="l2", bias_constraint="non_neg"),
            layers.Dense(4),
        ]
    ),
    "two_paths": two_paths,
    "convolution": lambda: pictures(
        layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(5, 3)
    ),
    "same": lambda: pictures(
        layers.Conv2D(4, 3, 2, "same", activation="relu"), layers.MaxPooling2D(3, 2, "same")
    ),
    "odd_pool": lambda: pictures(
        layers.Conv2D(4, 4, activation="relu"), layers.MaxPooling2D(2), layers.AveragePooling2D(2)
    ),
    "normalized": lambda: pictures(
        layers.Conv2D(4, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0)
    ),
    "depthwise": lambda: pictures(
        layers.DepthwiseConv2D(3, padding="same"), layers.SeparableConv2D(4, 3)
    ),
    "transposed": lambda: pictures(layers.Conv2DTranspose(4, 3, 2, "same", activation="relu")),
    "lstm": lambda: words(layers.LSTM(5)),
    "gru": lambda: words(layers.GRU(3, return_sequences=True), layers.SimpleRNN(4)),
    "attention": attention,
}
OPTIMIZERS = ["sgd", "adam", "rmsprop", "adagrad", "nadam", "ftrl", "adafactor", "lion"]


def trained(make, optimizer="adam", steps=3, loss="mse"):
    """The graph of a step of a model, its variables as they begin, and some batches."""
    keras.utils.set_random_seed(1)
    model = make()
    model.compile(optimizer=optimizer, loss=loss, metrics=["mae"])
    random = np.random.default_rng(0)
    shape = model.input_shape[1:]
    batches = [
        (
            random.normal(size=(n, *shape)).astype("float32"),
            abs(random.normal(size=(n, 4))).astype("float32"),
        )
        for n in (6, 6, 3)[:steps]
    ]
    model.train_on_batch(*batches[0])
    [known] = model.make_train_function()._traces.values()
    return known[0].plan.graph, batches


def run(graph, batches, engine, without=()):
    """What the variables are after some steps, which all begin alike, and all results."""
    begin = {v: v.numpy() for v in graph.variables}
    plan = Plan(graph, engine=engine, without=without)
    results = [plan(*batch) for batch in batches]
    after = [v.numpy() for v in graph.variables]
    for variable, array in begin.items():
        variable.store(array)
    return results, after


def check(graph, batches, without=()):
    expected, wanted = run(graph, batches, "reference")
    results, after = run(graph, batches, "plan", without)
    for found, exact in zip(
        [x for step in results for x in step], [x for step in expected for x in step], strict=True
    ):
        np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-6)
    for variable, found, exact in zip(graph.variables, after, wanted, strict=True):
        np.testing.assert_allclose(found, exact, rtol=2e-3, atol=2e-5, err_msg=variable.path)


@pytest.mark.parametrize("name", MODELS)
def test_models(name):
    check(*trained(MODELS[name], keras.optimizers.SGD(0.05, momentum=0.9)))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(optimizer):
    check(*trained(MODELS["dense"], optimizer))


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_weights_of_other_dtypes(dtype):
    def make():
        hidden = layers.Dense(9, "relu", dtype=dtype)
        return keras.Sequential(
            [keras.Input((7,), dtype=dtype), hidden, layers.Dense(4, dtype=dtype)]
        )

    graph, batches = trained(make, "sgd")
    batches = [tuple(x.astype(graph.inputs[i].dtype) for i, x in enumerate(b)) for b in batches]
    _, wanted = run(graph, batches, "reference")
    _, after = run(graph, batches, "plan")
    for found, exact in zip(after, wanted, strict=True):
        assert found.dtype == exact.dtype
        np.testing.assert_allclose(found, exact, rtol=2e-2, atol=2e-3)


def test_options_of_optimizers():
    check(*trained(MODELS["dense"], keras.optimizers.AdamW(0.01, clipnorm=0.1, use_ema=True)))
    check(*trained(MODELS["dense"], keras.optimizers.Adam(0.01, global_clipnorm=0.1)))
    check(*trained(MODELS["two_paths"], keras.optimizers.SGD(0.1, weight_decay=0.1, clipvalue=0.1)))


def test_probabilities():
    def make():
        return keras.Sequential([keras.Input((7,)), layers.Dense(4), layers.Softmax()])

    graph, batches = trained(make, loss="categorical_crossentropy")
    check(graph, [(x, np.eye(4, dtype="float32")[np.arange(len(x)) % 4]) for x, _ in batches])


def test_all_weights_are_updated_in_one_row():
    graph, batches = trained(MODELS["dense"])
    source = Plan(graph).source(*batches[0])
    assert source.count("sqrt(") == 2  # of the bias correction, and of all velocities together


def test_what_escaped_stays_as_it_was():
    graph, batches = trained(MODELS["dense"])
    plan = Plan(graph)
    variable = next(v for v in graph.updates if v.trainable)
    held, kept = [], []
    for batch in batches * 3:
        results = plan(*batch)
        held += [np.asarray(variable), variable.stored()[:2], results[0]]
        kept += [x.copy() for x in held[-3:]]
    for array, copy in zip(held, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_variable_can_be_assigned_between_steps():
    graph, batches = trained(MODELS["dense"], "sgd")
    plan = Plan(graph)
    plan(*batches[0])
    variable = next(v for v in graph.updates if v.trainable)
    variable.assign(np.zeros(variable.shape, "float32"))
    again = {v: v.numpy() for v in graph.variables}
    plan(*batches[1])
    found = variable.numpy()
    for other, array in again.items():
        other.store(array)
    Plan(graph, engine="reference")(*batches[1])
    np.testing.assert_allclose(found, variable.numpy(), rtol=1e-4, atol=1e-6)


def test_short_vectors_beside_large_arrays():
    def function(x, short):
        y = x * 1
        return ops.sum((y + short) * (short - y) / ops.reshape(short, (1, 1, 1, 8)), (0, 1, 2))

    random = np.random.default_rng(0)
    x, short = random.normal(size=(8, 25, 25, 8)), random.normal(size=8) ** 2 + 1
    graph = trace(function, Spec(x.shape), Spec((8,)))
    arrays = [x.astype("float32"), short.astype("float32")]
    plan = Plan(graph, without=["chains"])
    [expected] = Plan(graph, engine="reference")(*arrays)
    np.testing.assert_allclose(plan(*arrays)[0], expected, rtol=1e-4)
    assert "_row" in plan.source(*arrays)


def test_long_rows_are_updated_in_parts():
    weights = [Variable(np.ones((300, 301), "float32"), name=f"w{i}") for i in range(2)]

    def step(x):
        loss = sum(ops.sum(ops.square(x @ w)) for w in weights)
        optimizer = keras.optimizers.Adam(0.1)
        optimizer.build(weights)
        graph = loss.graph
        optimizer.apply(gradients(graph, loss, weights), weights)
        return loss

    graph = trace(step, Spec((2, 300)))
    x = np.random.default_rng(0).normal(size=(2, 300)).astype("float32")
    assert "for part in" in Plan(graph).source(x)
    check(graph, [(x,), (x,)])


def test_a_step_writes_over_weights_that_nobody_holds():
    graph, batches = trained(MODELS["dense"])
    plan = Plan(graph)
    plan(*batches[0])
    variable = next(v for v in graph.updates if v.trainable)
    before, numbers = variable.current(), variable.numpy()
    plan(*batches[0])
    assert variable.current() is before and not np.array_equal(variable.numpy(), numbers)
    held = variable.stored()
    plan(*batches[0])
    assert variable.current() is not held


def test_gradients_that_are_returned_of_a_convolution_whose_last_places_no_pool_sees():
    def function(x, kernel):
        return ops.sum(ops.square(ops.max_pool(ops.relu(ops.conv(x, kernel)), 2)))

    shapes = [(4, 12, 12, 3), (4, 4, 3, 4)]
    graph = trace(function, *map(Spec, shapes))
    slopes = gradients(graph, graph.outputs[0], graph.inputs)
    random = np.random.default_rng(0)
    arrays = [random.normal(size=shape).astype("float32") for shape in shapes]
    expected = Plan(graph, slopes, engine="reference")(*arrays)
    for found, exact in zip(Plan(graph, slopes)(*arrays), expected, strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-3, atol=1e-3)
