"""The order of layers, which decides the paths of weights in files (keras.md section 4.2)."""

import pytest

from visualnn import Input, Model, layers


def names(model):
    return [x.name for x in model.operations]


def test_the_first_argument_comes_first():
    def build(swap):
        x = Input((4,), name="x")
        a = layers.Dense(4, name="A")(x)
        c = layers.Dense(4, name="C")(x)
        b = layers.Dense(4, name="B")(a)
        return Model(x, layers.Add(name="add")([c, b] if swap else [b, c]))

    assert names(build(False)) == ["x", "A", "B", "C", "add"]
    assert names(build(True)) == ["x", "A", "C", "B", "add"]


def test_a_shared_layer_stands_where_it_is_needed_first():
    a = Input((4,), name="a")
    d = layers.Dense(4, name="d")
    h = d(a)
    middle = layers.Dense(4, name="middle")(h)
    again = d(middle)
    model = Model(a, layers.Add(name="add")([h, again]))
    assert names(model) == ["a", "d", "middle", "add"]
    assert [model.graph.place_of(x) for x in model.get_layer("add")._calls[0].tensors] == [
        ("d", 0, 0),
        ("d", 1, 0),
    ]


def test_unconnected_inputs_come_first_among_the_last():
    a, b = Input((4,), name="a"), Input((4,), name="b")
    model = Model([a, b], layers.Dense(1, name="d")(a))
    assert names(model) == ["a", "b", "d"]


def test_only_calls_of_this_model_are_numbered():
    a = Input((4,))
    d = layers.Dense(4, name="d")
    d(a)  # belongs to no model
    used = d(a)
    model = Model(a, used)
    assert model.graph.place_of(used) == ("d", 0, 0)


@pytest.mark.parametrize("width", [1, 7])
def test_wide_models_keep_the_order_of_their_branches(width):
    x = Input((4,), name="x")
    branches = [layers.Dense(4, name=f"b{i}")(x) for i in range(width)]
    merged = layers.Concatenate(name="all")(branches) if width > 1 else branches[0]
    model = Model(x, merged)
    assert names(model)[1 : width + 1] == [f"b{i}" for i in range(width)]
