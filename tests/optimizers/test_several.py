"""Several optimizers as one, and steps that leave everything as it is."""

import numpy as np
import pytest

import visualnn
from visualnn import optimizers


def variables(*names):
    return [visualnn.Variable(np.ones(2, "float32"), name=name) for name in names]


def by_path(**settings):
    chosen = optimizers.OptimizerMap(optimizers.SGD(0.1, momentum=0.9))
    chosen["a|encoder/.*"] = optimizers.Adam(0.01)
    return optimizers.MultiOptimizer(chosen, **settings)


def test_each_variable_is_changed_by_its_optimizer():
    a, b = variables("a", "b")
    several = by_path()
    several.build([a, b])
    assert [v.path.split("/")[-1] for v in several.variables] == [
        *("iteration", "learning_rate"),
        *("iteration", "learning_rate", "a_momentum", "a_velocity"),
        *("iteration", "learning_rate", "b_momentum"),
    ]
    several.apply([np.ones(2, "float32"), np.ones(2, "float32")])
    np.testing.assert_allclose(a.numpy(), 0.99, rtol=1e-5)
    np.testing.assert_allclose(b.numpy(), 0.9, rtol=1e-5)
    assert int(several.iterations) == 1


def test_the_scale_of_the_loss_is_that_of_all():
    a, b = variables("a", "b")
    several = by_path(loss_scale_factor=4.0)
    several.build([a, b])
    assert several.scale_loss(3.0) == 12.0
    several.apply([np.full(2, 4.0, "float32")] * 2)
    np.testing.assert_allclose(b.numpy(), 0.9, rtol=1e-5)


def test_there_is_no_one_learning_rate():
    several = by_path()
    with pytest.raises(AttributeError, match="ask those in `optimizers`"):
        _ = several.learning_rate
    with pytest.raises(AttributeError, match="set those in `optimizers`"):
        several.learning_rate = 0.1


def test_a_model_trained_by_several_is_saved_and_goes_on(tmp_path):
    model = visualnn.Sequential(
        [visualnn.Input((3,)), visualnn.layers.Dense(4, name="encoder"), visualnn.layers.Dense(1)]
    )
    chosen = optimizers.OptimizerMap(optimizers.SGD(0.1), {".*encoder/.*": optimizers.Adam(0.01)})
    model.compile(optimizers.MultiOptimizer(chosen), "mse")
    x, y = np.ones((8, 3), "float32"), np.zeros((8, 1), "float32")
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "several.keras")
    again = visualnn.saving.load_model(tmp_path / "several.keras")
    assert [type(o).__name__ for o in again.optimizer.optimizers] == ["Adam", "SGD"]
    for mine, theirs in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
    assert model.train_on_batch(x, y) == again.train_on_batch(x, y)


def test_what_does_not_fit_is_refused():
    chosen = optimizers.OptimizerMap(optimizers.SGD(), {"a|b": optimizers.Adam()})
    with pytest.raises(ValueError, match="already; delete it first"):
        chosen["a|b"] = optimizers.SGD()
    with pytest.raises(ValueError, match="needs an optimizer, not 'adam'"):
        chosen["c"] = "adam"
    chosen["b|c"] = optimizers.RMSprop()
    with pytest.raises(ValueError, match="matched by several keys"):
        _ = chosen["b"]
    with pytest.raises(TypeError, match="must be an OptimizerMap, or a function"):
        optimizers.MultiOptimizer(optimizers.SGD()).build(variables("a"))


def test_a_function_may_choose():
    a, b = variables("a", "b")
    one = optimizers.SGD(0.5)
    several = optimizers.MultiOptimizer(lambda v: one if v.name == "a" else optimizers.SGD(0.1))
    several.apply([np.ones(2, "float32"), None], [a, b])
    assert len(several.optimizers) == 2
    assert a.numpy().tolist() == [0.5, 0.5] and b.numpy().tolist() == [1, 1]


@pytest.mark.parametrize("kind", [optimizers.SGD, optimizers.Adam, optimizers.Muon])
def test_a_stateless_step_is_a_step_that_changes_nothing(kind):
    (a,) = variables("a")
    gradient = np.array([1.0, -2.0], "float32")
    optimizer = kind(0.1)
    optimizer.build([a])
    own = [v.numpy() for v in optimizer.variables]
    weights, after = optimizer.stateless_apply(own, [gradient], [a.numpy()])
    assert a.numpy().tolist() == [1, 1] and int(optimizer.iterations) == 0
    weights, after = optimizer.stateless_apply(after, [gradient], weights)
    for _ in range(2):
        optimizer.apply([gradient])
    np.testing.assert_allclose(weights[0], a.numpy(), rtol=1e-6)
    for mine, theirs in zip(after, optimizer.variables, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-6)
    with pytest.raises(ValueError, match="`grads` must be 1 arrays, not 2"):
        optimizer.stateless_apply(own, [gradient] * 2, weights)
