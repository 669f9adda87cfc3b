import inspect

import numpy as np
import pytest

from tests.recorded import cases
from visualnn import graph, optimizers, schedules
from visualnn.serialization import NAMES, clear_session
from visualnn.spec import Spec
from visualnn.variable import Variable

EXPECTED = cases.recorded("optimizers")
CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.optimizers" and isinstance(thing, type)
)
OF_OTHERS = {"LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"}


def made(name, settings):
    optimizer = getattr(optimizers, name)(**settings)
    variables = [Variable(w, name=n) for n, w in cases.WEIGHTS.items()]
    optimizer.build(variables)
    return optimizer, variables


def compare(optimizer, variables, expected):
    near = dict(rtol=5e-5, atol=5e-6)
    for variable, value in zip(variables, expected["weights"], strict=True):
        np.testing.assert_allclose(variable, value, **near)
    for variable, value in zip(optimizer.variables, expected["variables"], strict=True):
        np.testing.assert_allclose(variable, value, err_msg=variable.path, **near)


@pytest.mark.parametrize(("name", "settings"), cases.OPTIMIZERS, ids=str)
def test_steps_are_those_of_keras(name, settings):
    optimizer, variables = made(name, settings)
    for step in range(cases.STEPS):
        optimizer.apply([cases.gradient(n, step) for n in cases.WEIGHTS])
    compare(optimizer, variables, EXPECTED[cases.key(name, settings)])


@pytest.mark.parametrize(("name", "settings"), cases.OPTIMIZERS, ids=str)
def test_traced_steps_are_the_same(name, settings):
    optimizer, variables = made(name, settings)
    specs = [Spec.of(w) for w in cases.WEIGHTS.values()]
    traced = graph.trace(lambda *gradients: optimizer.apply(gradients), *specs)
    changed = list(traced.updates)
    traced.outputs = [traced.updates[v] for v in changed]
    for step in range(cases.STEPS):
        arrays = traced.run(*(cases.gradient(n, step) for n in cases.WEIGHTS))
        for variable, array in zip(changed, arrays, strict=True):
            variable.assign(array)
    compare(optimizer, variables, EXPECTED[cases.key(name, settings)])


@pytest.mark.parametrize(("name", "settings"), cases.OPTIMIZERS, ids=str)
def test_variables_are_named_and_ordered_as_in_keras(name, settings):
    names = [v.name for v in made(name, settings)[0].variables]
    expected = EXPECTED[cases.key(name, settings)]["names"]
    assert names == [n if not n.startswith("variable") else "u_product" for n in expected]


def test_every_optimizer_is_compared():
    assert set(CLASSES) - OF_OTHERS == {name for name, _ in cases.OPTIMIZERS}


@pytest.mark.parametrize("name", sorted(set(CLASSES) - OF_OTHERS))
def test_records_come_back(name):
    optimizer = getattr(optimizers, name)(clipnorm=1.0, name="mine")
    record = optimizers.serialize(optimizer)
    assert (record["module"], record["class_name"]) == ("keras.optimizers", name)
    assert list(record["config"])[:5] == [
        "name",
        "learning_rate",
        "weight_decay",
        "clipnorm",
        "global_clipnorm",
    ]
    assert optimizers.serialize(optimizers.get(record)) == record
    assert type(optimizers.get(name)) is type(optimizer)


def test_names_count():
    clear_session()
    assert [optimizers.Adam().name for _ in range(2)] == ["adam", "adam_1"]
    assert optimizers.RMSprop().name == "rm_sprop"
    assert [v.path for v in optimizers.SGD().variables] == ["sgd/iteration", "sgd/learning_rate"]


def test_positional_arguments_are_those_of_keras():
    assert list(inspect.signature(optimizers.SGD).parameters)[:4] == [
        "learning_rate",
        "momentum",
        "nesterov",
        "weight_decay",
    ]
    adam = optimizers.Adam(0.1, 0.8, 0.9)
    assert (float(adam.learning_rate), adam.beta_1, adam.beta_2) == (pytest.approx(0.1), 0.8, 0.9)
    assert optimizers.AdamW(0.1, 0.5).weight_decay == 0.5


def test_a_learning_rate_is_a_variable_to_assign_to():
    optimizer, variables = made("SGD", {"learning_rate": 0.5})
    optimizer.learning_rate = 0.25
    assert float(optimizer.learning_rate) == 0.25
    optimizer.learning_rate.assign(1.0)
    gradients = [np.ones(v.shape, "float32") for v in variables]
    optimizer.apply(gradients)
    np.testing.assert_allclose(variables[1], cases.WEIGHTS["bias"] - 1.0, rtol=1e-6)
    assert optimizer.get_config()["learning_rate"] == 1.0


def test_a_schedule_takes_no_variable_and_cannot_be_set():
    schedule = schedules.ExponentialDecay(0.1, 2, 0.5)
    optimizer, _ = made("SGD", {"learning_rate": schedule, "gradient_accumulation_steps": 2})
    assert [v.name for v in optimizer.variables][:2] == [
        "iteration",
        "kernel_gradient_accumulator",
    ]
    rates = []
    for step in range(4):
        rates.append(float(optimizer.learning_rate))
        optimizer.apply([cases.gradient(n, step) for n in cases.WEIGHTS])
    np.testing.assert_allclose(rates, 0.1 * 0.5 ** (np.arange(4) / 2), rtol=1e-5)
    assert int(optimizer.iterations) == 2
    with pytest.raises(TypeError, match="made with a schedule"):
        optimizer.learning_rate = 0.1
    record = optimizers.serialize(optimizer)
    assert record["config"]["learning_rate"]["class_name"] == "ExponentialDecay"
    again = optimizers.get(record)
    assert isinstance(again._learning_rate, schedules.ExponentialDecay)


def test_a_function_may_be_the_learning_rate():
    optimizer, variables = made("SGD", {"learning_rate": lambda: 0.5})
    optimizer.apply([np.ones(v.shape, "float32") for v in variables])
    np.testing.assert_allclose(variables[1], cases.WEIGHTS["bias"] - 0.5, rtol=1e-6)


def test_variables_without_gradient_stay():
    optimizer, variables = made("Adam", {})
    optimizer.apply([None, np.ones(3, "float32"), None])
    np.testing.assert_array_equal(variables[0], cases.WEIGHTS["kernel"])
    with pytest.raises(ValueError, match="no gradient for any variable"):
        optimizer.apply([None, None, None])


def test_what_does_not_belong_together_is_refused():
    optimizer, _ = made("Adam", {})
    with pytest.raises(ValueError, match="2 gradients for 3 variables"):
        optimizer.apply([np.ones((4, 3)), np.ones(3)])
    with pytest.raises(ValueError, match="was not built with the variable 'other'"):
        optimizer.apply([np.ones(3)], [Variable(np.ones(3), name="other")])
    with pytest.raises(ValueError, match="does not know which variables"):
        optimizers.Adam().apply([np.ones(3)])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (dict(foo=1), "does not know the arguments foo"),
        (dict(clipnorm=1.0, clipvalue=1.0), "only one of"),
        (dict(gradient_accumulation_steps=1), "at least 2"),
        (dict(use_ema=True, ema_momentum=2.0), "from 0 to 1"),
        (dict(momentum=2.0), "`momentum` must be a number from 0 to 1"),
        (dict(learning_rate="a"), "must be a number, a schedule"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        optimizers.SGD(**settings)


def test_weights_are_kept_without_decay_when_excluded():
    optimizer = optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    variables = [Variable(w, name=n) for n, w in cases.WEIGHTS.items()]
    optimizer.build(variables)
    optimizer.apply([np.zeros(v.shape, "float32") for v in variables])
    np.testing.assert_array_equal(variables[1], cases.WEIGHTS["bias"])
    np.testing.assert_allclose(variables[0], cases.WEIGHTS["kernel"] * 0.95, rtol=1e-6)


def test_averages_replace_the_weights_at_the_end():
    optimizer, variables = made("SGD", {"learning_rate": 0.1, "use_ema": True})
    for step in range(3):
        optimizer.apply([cases.gradient(n, step) for n in cases.WEIGHTS])
    average = optimizer.variables[2].numpy()
    optimizer.finalize_variable_values(variables)
    np.testing.assert_array_equal(variables[0], average)


def test_constraints_are_applied_after_each_step():
    from visualnn.constraints import NonNeg

    variable = Variable(np.array([0.5, -0.5], "float32"), name="w")
    variable.constraint = NonNeg()
    optimizer = optimizers.SGD(1.0)
    optimizer.build([variable])
    optimizer.apply([np.array([1.0, -1.0], "float32")])
    np.testing.assert_array_equal(variable, [0.0, 0.5])


def test_state_is_saved_and_loaded_whole():
    optimizer, _ = made("Adam", {"learning_rate": 0.1})
    optimizer.apply([cases.gradient(n, 0) for n in cases.WEIGHTS])
    store = {}
    optimizer.save_own_variables(store)
    assert list(store) == [str(i) for i in range(len(optimizer.variables))]
    other, _ = made("Adam", {})
    other.load_own_variables(store)
    for mine, theirs in zip(optimizer.variables, other.variables, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(ValueError, match="variables, but 2 were given"):
        made("SGD", {"momentum": 0.5})[0].set_weights([np.zeros(()), np.zeros(())])


def test_an_optimizer_of_ones_own():
    class Half(optimizers.Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            variable.assign(variable * 0.5)

    variable = Variable(np.ones(2, "float32"))
    Half(learning_rate=0.1).apply_gradients([(np.ones(2, "float32"), variable)])
    np.testing.assert_array_equal(variable, [0.5, 0.5])
