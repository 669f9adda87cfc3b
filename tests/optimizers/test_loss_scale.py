import numpy as np
import pytest

from tests.recorded import cases
from visualnn import graph, optimizers
from visualnn.spec import Spec
from visualnn.variable import Variable

# what Keras 3.15 gave after each of six steps, the fourth with a gradient that was not finite:
# the scale, the steps since it changed, the steps taken, the first number of the bias
SCALES = [8.0, 16.0, 16.0, 8.0, 8.0, 16.0]
SINCE = [1, 0, 1, 0, 1, 0]
TAKEN = [1, 2, 3, 3, 4, 5]
BIAS = [0.0931720659, 0.0952904373, 0.0660953819, 0.0660953819, 0.0221307426, -0.0108626410]


def gradients(step):
    found = [cases.gradient(n, step) * 8 for n in cases.WEIGHTS]
    if step == 3:
        found[1] = found[1] * np.float32(np.inf)
    return found


def made():
    optimizer = optimizers.LossScaleOptimizer(
        optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2
    )
    assert float(optimizer.scale_loss(1.0)) == 8.0
    variables = [Variable(w, name=n) for n, w in cases.WEIGHTS.items()]
    optimizer.build(variables)
    return optimizer, variables


def check(optimizer, variables, step):
    assert float(optimizer.dynamic_scale) == SCALES[step]
    assert int(optimizer.step_counter) == SINCE[step]
    assert int(optimizer.iterations) == TAKEN[step]
    np.testing.assert_allclose(variables[1].numpy()[0], BIAS[step], rtol=1e-5)


def test_the_scale_follows_the_gradients_as_in_keras():
    optimizer, variables = made()
    for step in range(6):
        optimizer.apply(gradients(step))
        check(optimizer, variables, step)


def test_traced_steps_are_the_same():
    optimizer, variables = made()
    traced = graph.trace(
        lambda *gradients: optimizer.apply(gradients),
        *(Spec.of(w) for w in cases.WEIGHTS.values()),
    )
    changed = list(traced.updates)
    traced.outputs = [traced.updates[v] for v in changed]
    for step in range(6):
        for variable, array in zip(changed, traced.run(*gradients(step)), strict=True):
            variable.assign(array)
        check(optimizer, variables, step)


def test_variables_are_those_of_keras():
    optimizer, _ = made()
    names = [v.path.split("/")[-1] for v in optimizer.variables]
    assert names[:6] == [
        "iteration",
        "learning_rate",
        "step_counter",
        "dynamic_scale",
        "iteration",
        "learning_rate",
    ]
    assert len(names) == 4 + len(optimizer.inner_optimizer.variables)
    store = {}
    optimizer.save_own_variables(store)
    assert len(store) == len(names)


def test_the_learning_rate_is_that_of_the_optimizer_inside():
    optimizer, _ = made()
    optimizer.learning_rate = 0.5
    assert float(optimizer.inner_optimizer.learning_rate) == 0.5


def test_records_come_back():
    optimizer, _ = made()
    record = optimizers.serialize(optimizer)
    assert record["config"]["inner_optimizer"]["class_name"] == "Adam"
    assert optimizers.serialize(optimizers.get(record)) == record


def test_what_belongs_inside_is_refused():
    with pytest.raises(ValueError, match="takes no `clipnorm`: set it on the optimizer inside"):
        optimizers.LossScaleOptimizer(optimizers.SGD(), clipnorm=1.0)
