"""Nested structures, as ``keras.tree`` has them: what is expected here is what Keras gives."""

from collections import OrderedDict, defaultdict, namedtuple

import pytest

from visualnn import tree

Pair = namedtuple("Pair", "b a")
NESTED = {"b": 1, "a": [2, (None, 3)], "n": Pair(5, 6)}


def test_what_is_nested():
    assert all(map(tree.is_nested, [(1,), {}, (), Pair(1, 2), OrderedDict()]))
    assert not any(map(tree.is_nested, ["a", None, {1, 2}, 3]))


def test_flattening():
    assert tree.flatten(NESTED) == [2, None, 3, 1, 5, 6]
    assert tree.flatten(OrderedDict(b=1, a=2)) == [1, 2]
    assert tree.flatten(defaultdict(list, b=1, a=2)) == [2, 1]
    assert tree.flatten_with_path(3) == [((), 3)]
    assert tree.flatten_with_path(NESTED) == [
        (("a", 0), 2),
        (("a", 1, 0), None),
        (("a", 1, 1), 3),
        (("b",), 1),
        (("n", 0), 5),
        (("n", 1), 6),
    ]


def test_mapping():
    same = tree.map_structure(lambda x: x, NESTED)
    assert same == NESTED and list(same) == ["b", "a", "n"] and type(same["n"]) is Pair
    assert tree.map_structure(lambda x, y: (x, y), [1, None], [2, 3]) == [(1, 2), (None, 3)]
    assert tree.map_structure(str, [1, None], none_is_leaf=False) == ["1", None]
    both = tree.map_structure(lambda x, y: (x, y), {"a": 1}, OrderedDict(a=3))
    assert both == {"a": (1, 3)} and type(both) is dict
    made = tree.map_structure(lambda x: x, defaultdict(list, a=1))
    assert made == {"a": 1} and made["other"] == []


@pytest.mark.parametrize(
    ("structures", "message"),
    [
        (([1, 2], (2, 3)), "a list was expected, but there is"),
        (([1, 2], [2]), "2 parts were expected, but there are 1"),
        (([1, {"a": 2}], [1, {"b": 2}]), r"the keys \['a'\] were expected at \(1,\)"),
        ((Pair(1, 2), (1, 2)), "a Pair was expected"),
        (([1, 2], [1, [2]]), r"2 was expected at \(1,\), but there is \[2\]"),
        (([1], 3), "a list was expected, but there is 3"),
        ((), "at least one structure"),
    ],
)
def test_mapping_what_differs(structures, message):
    with pytest.raises(ValueError, match=message):
        tree.map_structure(lambda *leaves: leaves, *structures)
    if structures:
        with pytest.raises(ValueError, match=message):
            tree.assert_same_structure(*structures)


def test_mapping_none():
    with pytest.raises(ValueError, match=r"None was expected at \(1,\), but there is 2"):
        tree.map_structure(lambda x, y: x, [1, None], [1, 2], none_is_leaf=False)
    with pytest.raises(TypeError, match="`func` is a function, not 3"):
        tree.map_structure(3, [1])


def test_mapping_up_to_a_depth():
    pairs = tree.map_structure_up_to([1, 2], lambda x, y: (x, y), [1, [2]], [3, {"a": 1}])
    assert pairs == [(1, 3), ([2], {"a": 1})]
    shallow, deep = {"a": 0, "b": [0, 0]}, {"a": [1], "b": [2, (3,)]}
    assert tree.map_structure_up_to(shallow, lambda x: x, deep) == deep
    with pytest.raises(ValueError, match=r"a list was expected at \(1,\), but there is 2"):
        tree.map_structure_up_to([1, [2]], lambda x: x, [1, 2])
    with pytest.raises(ValueError, match="at least one"):
        tree.map_structure_up_to([1], lambda x: x)


def test_forms():
    tree.assert_same_structure([1, {"a": None}], [None, OrderedDict(a=2)])
    with pytest.warns(DeprecationWarning, match="`check_types` has no effect"):
        tree.assert_same_structure([1], [2], check_types=False)
    tree.assert_same_paths([1, 2], (3, 4))
    with pytest.raises(ValueError, match=r"only in `a`: \(1,\)\.$"):
        tree.assert_same_paths([1, 2], [3])
    with pytest.raises(ValueError, match=r"only in `a`: \('a',\); only in `b`: \(0,\), \(1,\)"):
        tree.assert_same_paths({"a": 1}, Pair(1, 2))


def test_packing():
    assert tree.pack_sequence_as({"b": 1, "a": [2, 3]}, [10, 20, 30]) == {"b": 30, "a": [10, 20]}
    assert tree.pack_sequence_as(1, (5,)) == 5
    assert tree.pack_sequence_as(Pair(1, [2]), [5, 6]) == Pair(5, [6])
    for leaves in ([1], [1, 2, 3]):
        with pytest.raises(ValueError, match=f"has 2 leaves, but {len(leaves)} were given"):
            tree.pack_sequence_as([1, 2], leaves)
    with pytest.raises(TypeError, match="a list of leaves, not 5"):
        tree.pack_sequence_as([1], 5)


def test_lists_as_tuples():
    assert tree.lists_to_tuples([1, [2, {"a": [3]}], (4, [5])]) == (1, (2, {"a": (3,)}), (4, (5,)))


def test_shapes():
    shapes = {"a": (1, 2), "b": [(None, 3), [4, 5, 6]]}
    assert tree.map_shape_structure(len, shapes) == {"a": 2, "b": [2, 3]}
    assert tree.map_shape_structure(len, [1, None, 3]) == 3
    assert tree.map_shape_structure(len, ()) == 0


@pytest.mark.parametrize(
    ("top_down", "order"),
    [
        (True, [{"b": 1, "a": [2, 3]}, [2, 3], 2, 3, 1]),
        (False, [2, 3, [2, 3], 1, {"b": 1, "a": [2, 3]}]),
    ],
)
def test_what_is_seen_on_the_way(top_down, order):
    seen = []
    assert tree.traverse(seen.append, {"b": 1, "a": [2, 3]}, top_down) == {"b": 1, "a": [2, 3]}
    assert seen == order


def test_putting_something_in_place():
    def tuples(part):
        return tuple(part) if isinstance(part, list) else None

    def nothing(part):
        return tree.MAP_TO_NONE if isinstance(part, int) else None

    assert tree.traverse(tuples, [1, [2]]) == (1, [2])
    assert tree.traverse(tuples, [1, [2]], top_down=False) == (1, (2,))
    assert tree.traverse(nothing, [1, ["a"]]) == [None, ["a"]]
    with pytest.raises(TypeError, match="`func` is a function"):
        tree.traverse(3, [1])
