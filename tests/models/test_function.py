"""Functions between tensors of functional models, and operations written by users."""

import numpy as np
import pytest

import visualnn
from visualnn import Function, Input, KerasTensor, Model, Operation, layers, ops

X = np.ones((2, 3), "float32")


class Times(Operation):
    """Multiplies by a setting."""

    def __init__(self, factor=2, name=None):
        super().__init__(name=name)
        self.factor = factor

    def call(self, x):
        return x * self.factor


def test_what_lies_between_tensors_is_a_function():
    inputs = Input((3,))
    sums = layers.Dense(2, kernel_initializer="ones")(inputs)
    function = Function(inputs, {"sums": sums, "more": sums + 1}, name="parts")
    found = function(X)
    assert found["sums"].tolist() == [[3, 3]] * 2 and found["more"].tolist() == [[4, 4]] * 2
    assert function.compute_output_shape((5, 3)) == {"sums": (5, 2), "more": (5, 2)}
    assert function.compute_output_spec(KerasTensor((7, 3)))["sums"].shape == (7, 2)
    assert [type(x) for x in function.layers] == [layers.InputLayer, layers.Dense]
    assert len(function.operations) == 3 and function.inputs == [inputs]
    assert len(function.outputs) == 2 and isinstance(function(Input((3,)))["more"], KerasTensor)
    with pytest.raises(ValueError, match=r"Function 'parts'.*\(2, 4\)"):
        function(np.ones((2, 4)))
    with pytest.raises(ValueError, match="needs inputs"):
        Function([], sums)
    with pytest.raises(ValueError, match="depend on 'input_layer"):
        Function(Input((3,)), sums)


def test_operations_of_users_are_nodes_of_models():
    inputs = Input((3,))
    operation = Times(3, name="thrice")
    outputs = operation(inputs)
    assert operation.output is outputs and operation.input is inputs
    assert operation(X).tolist() == (X * 3).tolist()
    model = Model(inputs, ops.sin(outputs))
    np.testing.assert_allclose(model(X), np.sin(X * 3), rtol=1e-6)
    assert [x.name for x in model.operations][1] == "thrice" and len(model.layers) == 1
    again = Model.from_config(model.get_config(), custom_objects={"Times": Times})
    np.testing.assert_allclose(again(X), model(X))
    assert again.operations[1].get_config() == {"name": "thrice", "factor": 3}


def test_layers_and_functions_in_models_are_operations():
    inputs = Input((3,))
    for operation in (layers.Dense(2), (inputs + 1)._keras_history.operation, Times()):
        assert isinstance(operation, visualnn.Operation)
    with pytest.raises(ValueError, match="a text without '/'"):
        Times(name="a/b")
    with pytest.raises(NotImplementedError, match="give it a method `call"):
        Operation()(X)
    with pytest.raises(AttributeError, match="has not been called"):
        _ = Times().output
