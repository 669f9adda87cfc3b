"""Modules hold whatever is assigned to them, at any depth, in a known order."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.module import Module
from visualnn.variable import Variable


class Affine(Module):
    def __init__(self, size, name=None):
        super().__init__(name=name)
        self.w = Variable(np.ones((size, size), "float32"), name="w")
        self.b = Variable(np.zeros(size, "float32"), name="b")

    def __call__(self, x):
        return ops.matmul(x, self.w) + self.b


class Stack(Module):
    def __init__(self):
        super().__init__(name="stack")
        self.second = Affine(2)
        self.first = Affine(2)
        self.more = {"z": [Affine(2)], "a": (Variable(1.0, name="alone"),)}
        self.frozen = Variable(5.0, trainable=False, name="frozen")
        self.again = self.first


def test_variables_are_found_at_any_depth_each_once():
    stack = Stack()
    names = [v.name for v in stack.variables]
    assert sorted(names) == ["alone", "b", "b", "b", "frozen", "w", "w", "w"]
    assert {v.name for v in stack.non_trainable_variables} == {"frozen"}
    assert len(stack.submodules) == 3


def test_own_variables_come_first_sorted_by_attribute():
    affine = Affine(2)
    assert [v.name for v in affine.variables] == ["b", "w"]


def test_modules_compute():
    assert Affine(2)(np.ones((1, 2), "float32")).tolist() == [[2, 2]]


def test_name_scope_names_variables():
    module = Module(name="outer")
    with module.name_scope:
        variable = Variable(1.0, name="v")
    assert variable.path == "outer/v"


def test_a_name_with_a_slash_is_refused():
    with pytest.raises(ValueError, match="not a name for a module"):
        Module(name="a/b")


def test_a_deep_chain_of_modules():
    module = last = Module()
    for _ in range(5000):
        last.inner = Module()
        last = last.inner
    last.v = Variable(1.0, name="v")
    assert len(module.submodules) == 5000
    assert [v.name for v in module.variables] == ["v"]


def test_nothing_is_allocated_before_it_is_read():
    made = []

    def initializer(shape, dtype):
        made.append(shape)
        return np.zeros(shape, dtype)

    variable = Variable(initializer, shape=(3,), name="v")
    assert variable.shape == (3,) and not variable.initialized and not made
    assert variable.numpy().tolist() == [0, 0, 0] and made == [(3,)]
    huge = Variable(initializer, shape=(10**9, 10**9), name="huge")
    assert huge.shape == (10**9, 10**9)


@pytest.mark.parametrize("shape", [(-1,), (2.5,), ("a",)])
def test_impossible_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="every size must be a whole number"):
        Variable(np.zeros, shape=shape)


def test_assigning_another_shape_is_refused():
    variable = Variable(np.zeros((2, 3)), name="v")
    with pytest.raises(ValueError, match=r"'v' has the shape \(2, 3\).*\(3, 2\)"):
        variable.assign(np.zeros((3, 2)))
    assert variable.numpy().shape == (2, 3)


def test_python_numbers_become_single_precision():
    assert Variable(5.0).dtype == "float32"
    assert Variable(5).dtype == "int32"
    assert Variable(np.float64(5)).dtype == "float64"
