"""What is put into attributes, lists, dicts and sets of a layer belongs to it."""

import collections

import numpy as np

from visualnn.layers import Dense, Layer
from visualnn.layers.tracking import TrackedDict, TrackedList, TrackedSet
from visualnn.random import SeedGenerator
from visualnn.variable import Variable

Pair = collections.namedtuple("Pair", ["left", "right"])


def names(layer):
    return [x.name for x in layer._flatten_layers(include_self=False)]


def test_lists():
    layer = Layer()
    layer.parts = [Dense(1, name="a"), [Dense(1, name="b")]]
    assert type(layer.parts) is TrackedList
    layer.parts.append(Dense(1, name="c"))
    layer.parts.extend([Dense(1, name="d")])
    layer.parts += [Dense(1, name="e")]
    layer.parts.insert(0, Dense(1, name="f"))
    layer.parts[1] = Dense(1, name="g")
    layer.parts[1:2] = [Dense(1, name="h")]
    layer.parts.append([Dense(1, name="i")])
    assert names(layer) == list("abcdefghi")
    assert layer.parts == [*layer.parts]


def test_dicts_sets_and_tuples():
    layer = Layer()
    layer.by_name = {"x": Dense(1, name="a")}
    assert type(layer.by_name) is TrackedDict
    layer.by_name["y"] = Dense(1, name="b")
    layer.by_name.update(z=Dense(1, name="c"))
    layer.by_name.setdefault("w", Dense(1, name="d"))
    layer.by_name.setdefault("w", Dense(1, name="never"))
    layer.some = {Dense(1, name="e")}
    assert type(layer.some) is TrackedSet
    layer.some.add(Dense(1, name="f"))
    layer.some.update([Dense(1, name="g")])
    layer.pair = Pair(Dense(1, name="h"), 3)
    layer.numbers = (1, 2)
    assert names(layer) == list("abcdefgh")
    assert type(layer.pair) is Pair
    assert layer.numbers == (1, 2)


def test_a_list_of_another_layer_is_tracked_by_both():
    first, second = Layer(), Layer()
    first.parts = [Dense(1, name="a")]
    second.parts = first.parts
    second.parts.append(Dense(1, name="b"))
    assert names(second) == ["a", "b"]


def test_shared_things_count_once():
    layer, inner = Layer(), Dense(2)
    layer.one, layer.two = inner, [inner]
    inner.build((None, 3))
    assert len(layer.weights) == 2
    assert names(layer) == [inner.name]


def test_deleting():
    layer = Layer()
    layer.inner = Dense(1)
    layer.w = Variable(np.ones(2, "float32"))
    del layer.inner, layer.w
    assert layer.variables == []
    assert names(layer) == []


def test_seeds_and_metrics():
    class Mean:
        variables = ()

        def update_state(self, value):
            pass

        def result(self):
            return 0

    layer = Layer()
    layer.generator = SeedGenerator(1)
    layer.metric = Mean()
    layer.inner = Layer()
    layer.inner.metric = layer.metric
    assert layer.variables == [layer.generator.state]
    assert layer.metrics == [layer.metric]
    assert layer.weights == []


def test_what_is_taken_out_belongs_to_a_layer_no_more():
    layer = Layer()
    layer.parts = [Dense(1, name=name) for name in "abcde"]
    layer.parts.pop()
    layer.parts.remove(layer.parts[0])
    del layer.parts[0]
    assert names(layer) == ["c", "d"]
    layer.twice = [layer.parts[0], layer.parts[0]]
    layer.twice.pop()  # it is held by the same list once more
    assert names(layer) == ["c", "d"]
    layer.by_name = {name: Dense(1, name=name) for name in "fgh"}
    layer.by_name.pop("f")
    layer.by_name.popitem()
    assert layer.by_name.pop("nothing", 3) == 3
    assert names(layer) == ["c", "d", "g"]
    layer.parts.clear()
    layer.by_name.clear()
    layer.some = {Variable(1.0, name="v")}
    layer.some.clear()
    assert names(layer) == [] and layer.variables == []
