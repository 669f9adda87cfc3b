"""Functions are traced once for each kind of arguments, and run as graphs then."""

import copy
import gc
import warnings
import weakref

import numpy as np
import pytest

import visualnn
from visualnn import TensorSpec, layers, ops
from visualnn.graph import SymbolicError
from visualnn.module import Module

ONE, TWO = np.ones(2, "f4"), np.full((2, 3), 2, "f4")


def counted(**settings):
    """A function, and a list of what Python saw of its arguments."""
    seen = []

    @visualnn.function(**settings)
    def add(x, y=1, *rest, scale=1.0, **more):
        seen.append((x, y))
        return x * scale + y + sum(rest) + sum(more.values())

    return add, seen


@pytest.mark.parametrize(
    "calls, traces",
    [
        ([(ONE,), (ONE + 1,), (ONE, 1)], 1),  # a default that is given
        ([(ONE,), (TWO,), (ONE,)], 2),  # shapes
        ([(ONE,), (ONE.astype("f8"),)], 2),  # dtypes
        ([(ONE, 1), (ONE, 2), (ONE, 2.0), (ONE, True), (ONE, 1)], 4),  # values, and their types
        ([(ONE, ONE), (ONE, np.float32(3))], 2),
        ([([[1, 2], [3, 4]],), (np.zeros((2, 2), "f4"),), ([[9.0, 2], [3, 4]],)], 1),
        ([([1.0, 2.0],), (np.zeros(2, "f4"),)], 1),
        ([(ONE, 1, 5, ONE), (ONE, 1, 5, ONE + 1), (ONE, 1, 6, ONE)], 2),
    ],
)
def test_one_trace_for_each_kind(calls, traces):
    add, seen = counted()
    for call in calls:
        result = add(*call)
        first = np.asarray(call[0], getattr(call[0], "dtype", "f4"))
        np.testing.assert_array_equal(result, first + sum(np.asarray(x) for x in call[1:] or (1,)))
    assert len(seen) == add.experimental_get_tracing_count() == traces


def test_arguments_by_name():
    add, seen = counted()
    np.testing.assert_array_equal(add(x=ONE, scale=3.0, a=1, b=ONE), ONE * 3 + 3)
    np.testing.assert_array_equal(add(ONE, scale=3.0, b=ONE * 5, a=1), ONE * 3 + 7)
    assert len(seen) == 1
    with pytest.raises(TypeError, match="'x'"):
        add()


def test_results_are_nested_as_they_are_returned():
    @visualnn.function
    def several(x):
        return {"b": x + 1, "a": (x, [None, 2.5])}, np.float32(1)

    result, one = several(ONE)
    assert list(result) == ["b", "a"] and result["a"][1][0] is None
    np.testing.assert_array_equal(result["b"], ONE + 1)
    np.testing.assert_array_equal(result["a"][1][1], 2.5)
    assert isinstance(result["a"], tuple) and isinstance(one, visualnn.Tensor)


def test_arguments_are_nested():
    seen = []

    @visualnn.function
    def total(x):
        seen.append(1)
        return x["b"] * 10 + x["a"][0]

    for order in ("ab", "ba"):
        x = {"a": (ONE,), "b": ONE * 2}
        np.testing.assert_array_equal(total({key: x[key] for key in order}), ONE * 21)
    assert len(seen) == 1


def test_flat_lists_of_whole_numbers_are_left_alone():
    @visualnn.function
    def reshaped(x, shape):
        return ops.reshape(x, shape)

    assert reshaped(TWO, [3, 2]).shape == (3, 2)


def test_python_happens_while_tracing_only():
    happened = []

    @visualnn.function
    def noisy(x):
        happened.append(type(x).__name__)
        return x

    noisy(ONE)
    noisy(ONE)
    assert happened == ["Value"]


def test_what_needs_numbers_names_the_way_out():
    @visualnn.function
    def decided(x):
        return x if ops.sum(x) > 0 else -x

    with pytest.raises(SymbolicError, match=r"ops\.cond"):
        decided(ONE)
    visualnn.run_functions_eagerly(True)
    try:
        assert visualnn.functions_run_eagerly()
        np.testing.assert_array_equal(decided(-ONE), ONE)
    finally:
        visualnn.run_functions_eagerly(False)


# ---------------------------------------------------------------------- signatures


def test_input_signatures_make_one_trace():
    seen = []

    @visualnn.function(input_signature=[TensorSpec((None, 2)), {"y": TensorSpec((), "int32")}])
    def scaled(x, more, twice=True):
        seen.append(x.shape)
        return x * ops.cast(more["y"], "float32")

    for rows in (1, 5):
        x = np.ones((rows, 2), "float64")
        np.testing.assert_array_equal(scaled(x, {"y": 3}), x * 3)
    assert seen == [(None, 2)]
    for wrong in (np.ones((2, 3)), np.ones(2), "text"):
        with pytest.raises(TypeError, match="'x'"):
            scaled(wrong, {"y": 3})
    with pytest.raises(TypeError, match="2 arguments"):
        visualnn.function(lambda x: x, input_signature=[TensorSpec(()), TensorSpec(())])(ONE)
    assert scaled.get_concrete_function().structured_input_signature[0][0].shape == (None, 2)


def test_concrete_functions():
    add, seen = counted()
    concrete = add.get_concrete_function(TensorSpec((None, 3), name="rows"), 4, scale=2.0)
    assert add.get_concrete_function(TensorSpec((None, 3)), 4, scale=2.0) is concrete
    np.testing.assert_array_equal(concrete(TWO), TWO * 2 + 4)
    np.testing.assert_array_equal(concrete(x=TWO[:1]), TWO[:1] * 2 + 4)
    np.testing.assert_array_equal(add(TWO, 4, scale=2.0), TWO * 2 + 4)  # it serves this, too
    assert len(seen) == 1
    with pytest.raises(TypeError, match="traced for"):
        concrete(ONE)
    (x, y), named = concrete.structured_input_signature
    assert (x.name, x.shape, x.dtype, y) == ("rows", (None, 3), "float32", 4)
    assert named == {"scale": 2.0}
    assert concrete.structured_outputs.shape == (None, 3)
    assert {"Multiply", "Add"} <= {op.type for op in concrete.graph.operations}
    assert concrete.inputs[0].name == "rows"


def test_signatures_are_told():
    add, _ = counted()
    add(ONE)
    add(TWO, 2)
    said = add.pretty_printed_concrete_signatures()
    assert "x: float32 Tensor, shape=(2, 3)" in said and "y: 2" in said
    assert add.pretty_printed_concrete_signatures(verbose=False).count("\n") == 1
    assert "2 traces" in repr(add)


def test_sizes_are_left_open_when_asked_for():
    add, seen = counted(reduce_retracing=True)
    for rows in range(1, 9):
        assert add(np.ones((rows, 3), "f4")).shape == (rows, 3)
    assert len(seen) == 2
    add(np.ones((3, 3)))  # another dtype
    assert len(seen) == 3


def test_too_many_values_are_told_with_the_reason():
    add, _ = counted()
    for y in range(5):
        add(ONE, y)
    with pytest.warns(UserWarning, match=r"traced 6 times.*y \(4, then 5\)"):
        add(ONE, 5)
    add(ONE, 6)  # once is enough
    other, _ = counted()
    for size in range(1, 9):
        other(np.ones(size))  # shapes are not values


def test_specs():
    spec = TensorSpec([None, 3], np.float32, "x")
    assert spec == TensorSpec((None, 3)) and hash(spec) == hash(TensorSpec((None, 3)))
    assert repr(spec) == "TensorSpec(shape=(None, 3), dtype='float32', name='x')"
    assert spec.is_compatible_with(TWO) and not spec.is_compatible_with(ONE)
    assert TensorSpec.from_tensor(TWO).shape == (2, 3)
    with pytest.raises(ValueError, match="how many axes"):
        TensorSpec(None)


# ---------------------------------------------------------------------- variables and methods


class Scale(Module):
    def __init__(self):
        super().__init__()
        self.seen = []

    @visualnn.function
    def __call__(self, x):
        self.seen.append(x.shape)
        if not hasattr(self, "w"):
            self.w = visualnn.Variable(np.ones(x.shape[-1], "f4"), name="w")
        return x * self.w


def test_methods_have_traces_for_each_object():
    one, two = Scale(), Scale()
    one(ONE)
    one.w.assign([5, 6])
    np.testing.assert_array_equal(one(ONE), [5, 6])
    np.testing.assert_array_equal(two(ONE), ONE)
    one(TWO[:, :2])
    assert (len(one.seen), len(two.seen)) == (2, 1)
    assert one.__call__.experimental_get_tracing_count() == 2
    assert len(one.variables) == 1
    third = copy.deepcopy(one)
    third.w.assign([0, 0])
    np.testing.assert_array_equal(third(ONE), 0 * ONE)
    np.testing.assert_array_equal(one(ONE), [5, 6])


def test_objects_are_not_kept_alive():
    one = Scale()
    one(ONE)
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_variables_are_made_in_the_first_call_only():
    @visualnn.function
    def forgetful(x):
        return x * visualnn.Variable(2.0)

    @visualnn.function
    def counting(x):
        count = visualnn.Variable(0.0)
        count.assign_add(1.0)
        return x + count

    @visualnn.function
    def with_layer(x):
        return layers.Dense(2)(x)

    for python, x in ((forgetful, ONE), (counting, ONE), (with_layer, TWO)):
        with pytest.raises(ValueError, match="keeps it nowhere"):
            python(x)
    kept = []

    @visualnn.function
    def growing(x):
        kept.append(visualnn.Variable(2.0))
        return x * kept[-1]

    growing(ONE)
    with pytest.raises(ValueError, match="another than its first"):
        growing(TWO)


def test_variables_are_assigned():
    count = visualnn.Variable(0)

    @visualnn.function
    def step(x):
        count.assign_add(1)
        return x + ops.cast(count, "float32")

    assert [float(step(np.float32(0))) for _ in range(3)] == [1, 2, 3]
    assert int(count) == 3


def test_functions_call_functions():
    inner_seen = []

    @visualnn.function
    def inner(x):
        inner_seen.append(1)
        return x * 2

    @visualnn.function
    def outer(x):
        return inner(x) + inner(x + 1)

    np.testing.assert_array_equal(outer(ONE), ONE * 6)
    outer(ONE)
    assert len(inner_seen) == 2


def test_gradients_go_through():
    scale, happened = visualnn.Variable(3.0), []

    @visualnn.function
    def power(x):
        happened.append(1)
        scale.assign_add(1.0)
        return scale * x**2

    x = visualnn.Variable(ONE * 2)
    with visualnn.GradientTape() as tape:
        y = ops.sum(power(x.value)) + ops.sum(power(x.value))
    by_x, by_scale = tape.gradient(y, [x, scale])
    np.testing.assert_allclose(y.numpy(), 4 * 8 + 5 * 8)
    np.testing.assert_allclose(by_x, (4 + 5) * 2 * 2 * ONE)
    np.testing.assert_allclose(by_scale, 8 + 8)
    assert len(happened) == 1 and float(scale) == 5


def test_arrays_are_watched_through_functions():
    cube = visualnn.function(lambda x: ops.sum(x**3))
    x = ONE * 2
    with visualnn.GradientTape() as tape:
        tape.watch(x)
        y = cube(x)
    np.testing.assert_allclose(tape.gradient(y, x), 12 * ONE)
    value, slope = visualnn.value_and_grad(cube)(ONE * 2)
    np.testing.assert_allclose(value, 16)
    np.testing.assert_allclose(slope, 12 * ONE)


def test_results_are_tensors():
    with pytest.raises(TypeError, match="returns <object"):
        visualnn.function(lambda x: {"x": x, "other": object()})(ONE)


def test_random_numbers_are_new_in_every_call():
    seed = visualnn.random.SeedGenerator(1)
    draw = visualnn.function(lambda: visualnn.random.uniform((3,), seed=seed))
    one, two = draw(), draw()
    assert not np.array_equal(one, two)
    seed = visualnn.random.SeedGenerator(1)
    np.testing.assert_array_equal(visualnn.random.uniform((3,), seed=seed), one)


def test_training_steps_are_functions():
    def losses(step_of):
        visualnn.utils.set_random_seed(1)
        model = visualnn.Sequential([layers.Dense(4, activation="tanh"), layers.Dense(1)])
        optimizer = visualnn.optimizers.Adam(0.1)

        def step(x, y):
            with visualnn.GradientTape() as tape:
                loss = ops.mean((model(x, training=True) - y) ** 2)
            optimizer.apply_gradients(
                zip(
                    tape.gradient(loss, model.trainable_variables),
                    model.trainable_variables,
                    strict=True,
                )
            )
            return loss

        step = step_of(step)
        x = np.linspace(-1, 1, 24, dtype="f4").reshape(8, 3)
        model.build((8, 3))
        return [float(step(x, x[:, :1] ** 2)) for _ in range(5)]

    np.testing.assert_allclose(losses(visualnn.function), losses(lambda step: step), rtol=1e-5)


def test_layers_keep_whether_they_train():
    drop = layers.Dropout(0.5, seed=0)
    helper = visualnn.function(lambda x: drop(x))

    class Outer(layers.Layer):
        def call(self, x):
            return helper(x)

    outer, x = Outer(), np.ones((4, 50), "f4")
    np.testing.assert_array_equal(outer(x, training=False), x)
    assert np.any(np.asarray(outer(x, training=True)) == 0)
    np.testing.assert_array_equal(outer(x, training=False), x)


def test_layers_keep_their_losses():
    dense = layers.Dense(2, activity_regularizer="l2", kernel_initializer="ones")
    plain, traced = visualnn.Sequential([dense]), visualnn.function(lambda x: dense(x))
    for x in (TWO, TWO + 1, TWO):
        plain(x)
        expected = [float(loss) for loss in plain.losses]
        traced(x)
        assert [float(loss) for loss in dense.losses] == pytest.approx(expected)
    with visualnn.GradientTape() as tape:
        traced(TWO)
        total = sum(dense.losses)
    assert np.all(tape.gradient(total, dense.kernel).numpy() > 0)


def test_on_tensors_of_functional_models_it_connects():
    double = visualnn.function(lambda x: ops.multiply(x, 2))
    inputs = visualnn.Input((3,))
    model = visualnn.Model(inputs, double(inputs))
    np.testing.assert_array_equal(model(TWO), TWO * 2)


def test_settings_of_tensorflow_are_accepted():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert visualnn.function(lambda x: x, autograph=False, jit_compile=True)(ONE).shape == (2,)
    with pytest.raises(TypeError, match="nonsense"):
        visualnn.function(nonsense=1)
