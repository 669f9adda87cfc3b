"""Modules hold whatever is assigned to them, at any depth, in a known order."""

import inspect

import numpy as np
import pytest

from visualnn import Model, function, layers, name_scope, ops, optimizers, trace
from visualnn.engine import Plan
from visualnn.module import Module
from visualnn.spec import Spec
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


class Lazy(Module):
    def __call__(self, x):
        if not hasattr(self, "w"):
            self.w = Variable(np.ones(x.shape[-1], "float32"), name="w")
        return ops.multiply(x, self.w)


class Tree(Module):
    """Holds modules in every way, and calls them all."""

    def __init__(self):
        super().__init__()
        self.plain = Lazy()
        self._private = Lazy()
        self.rows = [Lazy(), {"deep": Lazy()}]
        self.inner = Stem()
        self.top = layers.Dense(2, name="top")
        self.given = Lazy(name="given_name")

    def __call__(self, x, other=None):
        for module in (self.plain, self._private, self.rows[0], self.rows[1]["deep"], self.inner):
            x = module(x)
        with name_scope("within"):
            x = self.plain(x)
        x = self.top(self.inner.leaf(x))
        return x if other is None else other(x)


class Stem(Module):
    def __init__(self):
        super().__init__()
        self.leaf = Lazy()

    def __call__(self, x):
        return self.leaf(x)


class Holding(layers.Layer):
    def __init__(self):
        super().__init__(name="holding")
        self.tree = Stem()

    def call(self, x):
        return self.tree(x)


@pytest.mark.parametrize(
    "traced", [trace, lambda f, spec: function(f).get_concrete_function(spec).graph]
)
def test_calls_are_named_after_the_attributes_that_hold_modules(traced):
    tree, outside = Tree(), Lazy(name="outside")
    graph = traced(lambda x: tree(x, outside), Spec((1, 2)))
    assert [node.name for node in graph.nodes] == [
        *("plain/multiply", "private/multiply", "rows/0/multiply", "rows/1/deep/multiply"),
        *("inner/leaf/multiply", "within/plain/multiply", "inner/leaf/multiply_1"),
        *("top/matmul", "top/add", "outside/multiply"),
    ]
    assert tree.plain.w.path == "plain/w" and tree.rows[1]["deep"].w.path == "rows/1/deep/w"
    x = np.ones((1, 2), "float32")
    np.testing.assert_array_equal(Plan(graph)(x)[0], tree(x, outside))


def test_calls_inside_layers_are_named_too():
    graph = trace(Holding(), Spec((1, 2)))
    assert [node.name for node in graph.nodes] == ["holding/tree/leaf/multiply"]


def test_methods_in_the_scope_of_the_name():
    class Named(Module):
        @Module.with_name_scope
        def scaled(self, x):
            """Say what it does."""
            self.w = Variable(2.0, name="w")
            return ops.multiply(x, self.w)

    named = Named(name="scope")
    assert trace(named.scaled, Spec((1,))).nodes[0].name == "scope/multiply"
    assert named.w.path == "scope/w" and named.scaled.__doc__ == "Say what it does."


def test_calling_keeps_signature_and_class():
    assert list(inspect.signature(Tree.__call__).parameters) == ["self", "x", "other"]

    class Doubled(Stem):
        def __call__(self, x):
            return super().__call__(x) * 2

    holder = Module()
    holder.part = Doubled()
    graph = trace(lambda x: Holder(holder.part)(x), Spec((1, 2)))
    assert [node.name for node in graph.nodes] == ["part/leaf/multiply", "part/multiply"]


class Holder(Module):
    def __init__(self, part):
        super().__init__()
        self.part = part

    def __call__(self, x):
        return self.part(x)


def test_frozen_modules_are_not_trained():
    stack = Stack()
    assert len(stack.trainable_variables) == 7
    stack.first.trainable = False
    assert len(stack.trainable_variables) == 5 and len(stack.non_trainable_variables) == 3
    assert len(stack.variables) == 8
    stack.first.later = Variable(1.0, name="later")
    assert "later" not in [v.name for v in stack.trainable_variables]
    stack.trainable = False
    assert stack.trainable_variables == () and not stack.second.trainable
    stack.trainable = True
    assert len(stack.trainable_variables) == 8  # what was made not trainable stays so
    tree = Tree()
    tree(np.ones((1, 2), "float32"))
    tree.trainable = False
    assert tree.top.trainable_variables == []


class Net(Model):
    def __init__(self):
        super().__init__()
        self.affine = Affine(2)
        self.several = [Stem(), layers.Dense(1)]

    def call(self, x):
        x = self.several[0](self.affine(x))
        return self.several[1](x)


def test_layers_hold_modules(tmp_path):
    x, y = np.ones((4, 2), "float32"), np.zeros((4, 1), "float32")
    net = Net()
    net.compile(optimizers.SGD(0.1), "mse")
    net.fit(x, y, verbose=0)
    assert [v.path.rpartition("/")[2] for v in net.trainable_variables] == [
        *("b", "w", "w", "kernel", "bias")
    ]
    assert not np.array_equal(net.affine.w.numpy(), np.ones((2, 2)))
    expected = net.predict(x, verbose=0)
    other = Net()
    other(x)
    for path in (tmp_path / "net.weights.h5", tmp_path / "net"):
        net.save_weights(path)
        other.set_weights([w * 0 for w in other.get_weights()])
        other.load_weights(path)
        np.testing.assert_array_equal(other.predict(x, verbose=0), expected)
    net.affine.trainable = False
    assert len(net.trainable_weights) == 3 and len(net.non_trainable_weights) == 2
    net.trainable = False
    assert not net.trainable_variables and not net.several[0].trainable
    del net.affine
    assert len(net.weights) == 3
