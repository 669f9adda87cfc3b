"""Data are split in two, whatever they come in."""

import numpy as np
import pytest
from visualnn.utils import split_dataset

from visualnn import layers, models

TEN = np.arange(10)


@pytest.mark.parametrize(
    ("sizes", "left", "right"),
    [
        (dict(left_size=0.8), 8, 2),
        (dict(right_size=0.3), 7, 3),
        (dict(left_size=3), 3, 7),
        (dict(left_size=4, right_size=4), 4, 4),
        (dict(left_size=0.5, right_size=2), 5, 2),
    ],
    ids=str,
)
def test_sizes(sizes, left, right):
    first, second = split_dataset(TEN, **sizes)
    assert list(first) == TEN[:left].tolist() and list(second) == TEN[10 - right :].tolist()
    assert (len(first), len(second)) == (left, right)


class Indexed:
    def __len__(self):
        return 4

    def __getitem__(self, i):
        return np.full(2, i), i


@pytest.mark.parametrize(
    "data",
    [(np.stack([np.arange(4)] * 2, 1), np.arange(4)), Indexed(), [Indexed()[i] for i in range(4)]],
    ids=["arrays", "data set", "examples"],
)
def test_pairs(data):
    first, second = split_dataset(data, left_size=0.5)
    assert [(x.tolist(), int(y)) for x, y in first] == [([0, 0], 0), ([1, 1], 1)]
    (batch,) = second.batch(32)
    assert batch[0].tolist() == [[2, 2], [3, 3]] and batch[1].tolist() == [2, 3]
    np.testing.assert_array_equal(second.arrays[0], batch[0])


def test_dicts_and_orders():
    first, second = split_dataset({"a": TEN, "b": TEN * 2}, 0.5, shuffle=True, seed=3)
    again, _ = split_dataset({"a": TEN, "b": TEN * 2}, 0.5, shuffle=True, seed=3)
    order = [x["a"] for x in (*first, *second)]
    assert [x["a"] for x in again] == order[:5] and sorted(order) == TEN.tolist() != order
    assert all(x["b"] == 2 * x["a"] for x in second)


def test_a_model_learns_from_a_part():
    x = np.random.default_rng(0).random((20, 3))
    train, test = split_dataset((x, x.sum(axis=1)), left_size=0.75)
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(train.batch(5), validation_data=test.batch(5), epochs=1, verbose=0)


@pytest.mark.parametrize(
    ("data", "sizes", "kind", "said"),
    [
        (TEN, {}, ValueError, "give `left_size`"),
        (TEN, dict(left_size=0.5, right_size=0.6), ValueError, "more than all"),
        (TEN, dict(left_size=6, right_size=5), ValueError, "more than the 10"),
        (TEN, dict(left_size=20), ValueError, "up to 10"),
        (TEN, dict(left_size=-1), ValueError, "up to 10"),
        (TEN, dict(left_size=1.5), ValueError, "between 0 and 1"),
        (TEN, dict(left_size=0.0), ValueError, "between 0 and 1"),
        (TEN, dict(left_size=1.0), ValueError, "neither may be empty"),
        (TEN, dict(left_size="a"), TypeError, "must be a number"),
        ("abc", dict(left_size=1), TypeError, "a text came"),
        (3, dict(left_size=1), TypeError, "a int came"),
        ([TEN, TEN[:3]], dict(left_size=1), ValueError, "3 and 10"),
        (iter([]), dict(left_size=1), ValueError, "no examples"),
    ],
)
def test_what_does_not_fit_is_refused(data, sizes, kind, said):
    with pytest.raises(kind, match=said):
        split_dataset(data, **sizes)
