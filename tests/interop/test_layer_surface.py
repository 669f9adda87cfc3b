"""Variables, layers and the scopes around them at their edges, beside real Keras."""

import operator

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop.side_by_side import Case, compare  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.ones((2, 3), "float32")
OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "eq", "lt", "ge")
OTHERS = {
    "a whole number": 2,
    "a fraction": 2.5,
    "an array": np.array([1.0, 2.0, 3.0], "float32"),
    "truth": True,
}


def net_of(k):
    """A layer with weights of both kinds, and one inside."""

    class Net(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = k.layers.Dense(2, kernel_initializer="ones", name="inner")
            self.seen = k.metrics.Mean(name="seen")

        def build(self, input_shape):
            self.w = self.add_weight(shape=(3, 3), initializer="ones", name="w")
            self.n = self.add_weight(shape=(), initializer="zeros", trainable=False, name="n")
            self.inner.build(input_shape)

        def call(self, x):
            return self.inner(k.ops.matmul(x, self.w))

    return Net


def held(layer):
    """Which variables a layer says it has, in which order."""
    kinds = ("weights", "variables", "trainable_variables", "non_trainable_weights")
    return {kind: [v.name for v in getattr(layer, kind)] for kind in kinds}


def variable_of(make):
    def run(k):
        v = make(k)
        return [list(v.shape), str(v.dtype), v.trainable, v.ndim, np.asarray(v)]

    return run


VARIABLES = {
    "a number": lambda k: k.Variable(1.5, dtype="float32"),
    "a whole number": lambda k: k.Variable(3, dtype="int32"),
    "a list": lambda k: k.Variable([[1.0, 2.0], [3.0, 4.0]], dtype="float32"),
    "in another dtype": lambda k: k.Variable([1, 2], dtype="float16"),
    "an initializer": lambda k: k.Variable(k.initializers.Ones(), shape=(2,)),
    "the name of one": lambda k: k.Variable("ones", shape=(2, 2)),
    "a function": lambda k: k.Variable(lambda s, dtype: k.ops.ones(s, dtype), shape=(2,)),
    "none": lambda k: k.Variable(None),
    "an unknown name": lambda k: k.Variable("nonsense", shape=(2,)),
    "no shape": lambda k: k.Variable("zeros"),
    "an unknown size": lambda k: k.Variable("zeros", shape=(None,)),
    "a negative size": lambda k: k.Variable("zeros", shape=(-1,)),
    "no dtype": lambda k: k.Variable(1.0, dtype="nonsense"),
    "a name with a slash": lambda k: k.Variable(1.0, name="a/b"),
    "no aggregation": lambda k: k.Variable(1.0, aggregation="nonsense"),
    "no synchronization": lambda k: k.Variable(1.0, synchronization="nonsense"),
}


def three(k):
    return k.Variable([4.0, 5.0, 6.0], dtype="float32")


def square(k):
    return k.Variable([[1.0, 2.0], [3.0, 4.0]], dtype="float32")


def assigned(k, change):
    v = three(k)
    change(v)
    return np.asarray(v)


ASSIGNMENTS = {
    "assign": lambda v: v.assign([7, 8, 9]),
    "add": lambda v: v.assign_add([1.0, 1.0, 1.0]),
    "subtract": lambda v: v.assign_sub(v),
    "another dtype": lambda v: v.assign(np.ones(3, "int64")),
    "another shape": lambda v: v.assign([1.0, 2.0]),
    "other axes": lambda v: v.assign(np.ones((1, 3))),
    "a constraint that is none": lambda v: setattr(v, "constraint", "nonsense"),
    "a regularizer that is none": lambda v: setattr(v, "regularizer", 3),
    "overwritten by what is no truth": lambda v: setattr(v, "overwrite_with_gradient", 3),
    "aggregation": lambda v: setattr(v, "aggregation", "sum"),
    "shape": lambda v: setattr(v, "shape", (2,)),
    "dtype": lambda v: setattr(v, "dtype", "int32"),
}


def lists(k):
    """What a layer holds while its lists and dicts change."""
    layer = k.layers.Layer()
    dense = k.layers.Dense
    found = []

    def note():
        found.append([x.name for x in layer._flatten_layers(include_self=False)])

    layer.parts = [dense(1, name="a"), dense(1, name="b")]
    layer.named = {"x": dense(1, name="c")}
    layer.pair = (dense(1, name="d"), [dense(1, name="e")])
    note()
    layer.parts.append(dense(1, name="f"))
    layer.parts.insert(0, dense(1, name="g"))
    note()
    layer.parts.pop()
    note()
    layer.parts.clear()
    layer.named.pop("x")
    note()
    layer.named.update({"y": dense(1, name="h")})
    layer.named.clear()
    note()
    return found


def stateless(k, trainable, others, call=True):
    layer = net_of(k)()
    if call:
        layer(X)
    return layer.stateless_call(trainable, others, X)


def scope(k):
    v = k.Variable(1.0)
    with k.StatelessScope([(v, np.float32(5))]) as here:
        first = float(v + 1)
        v.assign(7.0)
        v.assign_add(1.0)
    return [first, float(here.get_current_value(v)), float(v)]


def frozen(k):
    layer = net_of(k)(name="net")
    layer(X)
    found = [held(layer)]
    layer.trainable = False
    found.append(held(layer))
    layer.trainable = True
    layer.inner.trainable = False
    found.append(held(layer))
    return found


def late(k, what):
    layer = k.layers.Dense(2)
    layer(X)
    layer.late = what(k)
    return "added"


def configured(k, **settings):
    layer = k.layers.Layer(**settings)
    return [layer.trainable, layer.compute_dtype, layer.variable_dtype, layer.supports_masking]


def function(k):
    inputs = k.Input((3,))
    sums = k.layers.Dense(2, kernel_initializer="ones")(inputs)
    made = k.Function(inputs, {"a": sums, "b": sums + 1})
    shapes = made.compute_output_shape((5, 3))
    return [made(X), {key: list(shape) for key, shape in shapes.items()}, len(made.operations)]


def operation(k):
    class Times(k.Operation):
        def __init__(self, factor=2, name=None):
            super().__init__(name=name)
            self.factor = factor

        def call(self, x):
            return x * self.factor

        def compute_output_spec(self, x):
            return k.KerasTensor(x.shape, x.dtype)

    inputs = k.Input((3,))
    times = Times(3, name="times")
    model = k.Model(inputs, times(inputs))
    again = k.Model.from_config(model.get_config(), custom_objects={"Times": Times})
    return [again(X), times.get_config(), [x.name for x in again.operations][1:]]


CASES = [
    *(Case(f"variable: {name}", variable_of(make)) for name, make in VARIABLES.items()),
    *(
        Case(
            f"variable {name} {what}",
            lambda k, name=name, other=other: getattr(operator, name)(three(k), other),
        )
        for name in OPERATORS
        for what, other in OTHERS.items()
    ),
    *(
        Case(
            f"{other!r} {name} variable",
            lambda k, name=name, other=other: getattr(operator, name)(other, three(k)),
        )
        for name in OPERATORS
        for other in (2, 2.5)
    ),
    *(
        Case(f"assigned: {name}", lambda k, change=change: assigned(k, change))
        for name, change in ASSIGNMENTS.items()
    ),
    Case("invert", lambda k: [~k.Variable([1, 2], dtype="int32"), ~k.Variable([True, False])]),
    Case(
        "negative, absolute, rounded",
        lambda k: [
            -k.Variable([1.5], dtype="float32"),
            abs(k.Variable([-1.5], dtype="float32")),
            round(k.Variable([1.5], dtype="float32")),
            +k.Variable([1.5], dtype="float32"),
        ],
    ),
    Case(
        "parts",
        lambda k: [square(k)[i] for i in (0, (1, 1), (slice(None), 0), -1)],
    ),
    Case("what a layer holds", lambda k: frozen(k)),
    Case("lists and dicts", lists),
    Case(
        "stateless",
        lambda k: stateless(k, [np.zeros((3, 3)), np.ones((3, 2)), np.ones(2)], [np.float32(1)])[0],
    ),
    Case("stateless, too few", lambda k: stateless(k, [np.zeros((3, 3))], [np.float32(1)])),
    Case("stateless, none", lambda k: stateless(k, [], [])),
    Case("stateless, not built", lambda k: stateless(k, [], [], call=False)),
    Case("stateless scope", scope),
    Case("a scope of a value", lambda k: _made_inside(k)),
    Case("late weight", lambda k: late(k, lambda k: k.Variable(1.0))),
    Case("late layer", lambda k: late(k, lambda k: k.layers.Dense(1))),
    Case("late metric", lambda k: late(k, lambda k: k.metrics.Mean())),
    Case("late number", lambda k: late(k, lambda k: 3)),
    *(
        Case(f"layer {settings}", lambda k, settings=settings: configured(k, **settings))
        for settings in (
            {"dtype": "mixed_float16"},
            {"trainable": False},
            {"trainable": "no"},
            {"dtype": "nonsense"},
            {"name": "a/b"},
            {"name": 3},
            {"nonsense": 1},
            {"activity_regularizer": "nonsense"},
        )
    ),
    Case("weights of other shapes", lambda k: _set(k, [np.ones((2, 2)), np.ones(2)])),
    Case("too few weights", lambda k: _set(k, [np.ones((3, 2))])),
    Case("no super", lambda k: _without_super(k)),
    Case("function", function),
    Case("operation", operation),
    *(
        Case(f"name scope {name!r}", lambda k, name=name: k.name_scope(name) and "made")
        for name in ("a", "a/b", 3)
    ),
    *(
        Case(f"remat {mode}", lambda k, mode=mode: k.RematScope(mode) and "made")
        for mode in ("full", "activations", "larger_than", None, "nonsense")
    ),
    *(
        Case(f"seed {seed!r}", lambda k, seed=seed: k.random.SeedGenerator(seed).get_config())
        for seed in (3, "a", 1.5)
    ),
]


def _made_inside(k):
    with k.StatelessScope():
        return np.asarray(k.Variable(1.0))


def _set(k, weights):
    layer = k.layers.Dense(2)
    layer.build((None, 3))
    layer.set_weights(weights)
    return layer.get_weights()


def _without_super(k):
    class Forgot(k.layers.Layer):
        def __init__(self):
            pass

        def call(self, x):
            return x

    return Forgot()(X)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_comes_of_it(case):
    compare(case, keras)
