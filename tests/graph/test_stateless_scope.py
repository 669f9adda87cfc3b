"""Other values in variables for a while."""

import numpy as np
import pytest

import visualnn
from visualnn import StatelessScope, SymbolicScope, Variable, layers, ops


def test_what_is_assigned_inside_is_kept_by_the_scope():
    variable, other = Variable(1.0), Variable(2.0)
    with StatelessScope([(variable, np.float32(5))]) as scope:
        assert float(variable) == 5 and float(variable + 1) == 6
        variable.assign(7.0)
        variable.assign_add(1.0)
        assert variable.numpy() == 8 and float(other) == 2
    assert float(variable) == 1
    assert scope.get_current_value(variable) == 8 and scope.get_current_value(other) is None
    scope.add_update((other, 3.0))
    scope.add_loss(4.0)
    assert scope.get_current_value(other) == 3 and scope.losses == [4.0]


def test_layers_and_their_traced_steps_read_the_other_values():
    layer = layers.Dense(2, use_bias=False)
    model = visualnn.Sequential([visualnn.Input((3,)), layer])
    x = np.ones((2, 3), "float32")
    before = model.predict(x, verbose=0)
    with StatelessScope([(layer.kernel, np.ones((3, 2), "float32"))]):
        assert layer(x).tolist() == model.predict(x, verbose=0).tolist() == [[3, 3]] * 2
    assert model.predict(x, verbose=0).tolist() == before.tolist()


def test_gradients_flow_to_the_other_values():
    variable = Variable(3.0)

    def squared(value):
        with StatelessScope([(variable, value)]) as scope:
            variable.assign(variable * variable)
        return scope.get_current_value(variable)

    value, slope = visualnn.value_and_grad(squared)(np.float32(5))
    assert (float(value), float(slope), float(variable)) == (25, 10, 3)


def test_variables_inside_are_made_of_initializers():
    with StatelessScope():
        variable = Variable(lambda shape, dtype: ops.ones(shape, dtype), shape=(2,))
        assert (variable + 1).numpy().tolist() == [2, 2]
        with pytest.raises(ValueError, match="stateless scope"):
            Variable(1.0)
    assert variable.numpy().tolist() == [1, 1]


def test_values_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="1 is no variable"):
        StatelessScope([(1, 2)])
    with pytest.raises(ValueError, match=r"has the shape \(\), but its value .* has \(3,\)"):
        StatelessScope([(Variable(1.0), np.ones(3))])


def test_shapes_can_be_asked_for_in_a_scope_of_their_own():
    with SymbolicScope():
        assert ops.sin(visualnn.KerasTensor((None, 3))).shape == (None, 3)
