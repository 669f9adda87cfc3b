"""Windows of time series; the numbers are those of Keras's documentation."""

import numpy as np
import pytest
from visualnn.utils import timeseries_dataset_from_array

from visualnn import Input, Sequential, layers

SERIES = np.arange(10)


def test_places_of_elements():
    data = timeseries_dataset_from_array(
        np.arange(99), None, sequence_length=10, sampling_rate=2, sequence_stride=3
    )
    [windows] = [data[i] for i in range(len(data))]
    assert windows[0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert windows[1].tolist() == [3, 5, 7, 9, 11, 13, 15, 17, 19, 21]
    assert windows[-1].tolist() == [78, 80, 82, 84, 86, 88, 90, 92, 94, 96]


def test_targets_are_those_of_the_first_element():
    data = timeseries_dataset_from_array(SERIES[:-3], SERIES[3:], 3, batch_size=2)
    assert len(data) == 3
    x, y = data[2]
    assert x.tolist() == [[4, 5, 6]] and y.tolist() == [7]


def test_a_part_of_the_series():
    data = timeseries_dataset_from_array(SERIES, SERIES * 10, 2, start_index=2, end_index=6)
    [(x, y)] = [data[0]]
    assert x.tolist() == [[2, 3], [3, 4], [4, 5]] and y.tolist() == [20, 30, 40]


def test_without_batches():
    data = timeseries_dataset_from_array(np.ones((5, 2)), np.arange(9), 2, batch_size=None)
    x, y = data[3]
    assert len(data) == 4 and x.shape == (2, 2) and y == 3
    with pytest.raises(IndexError, match="no batch 4: there are 4"):
        data[4]


def test_a_new_order_for_each_epoch_from_one_seed():
    first, second = (
        timeseries_dataset_from_array(SERIES, SERIES, 1, shuffle=True, seed=3) for _ in "ab"
    )
    before = first[0][1].tolist()
    assert before == second[0][1].tolist() != SERIES.tolist()
    first.on_epoch_end()
    x, y = first[0]
    assert y.tolist() != before and sorted(y) == SERIES.tolist() and x[:, 0].tolist() == y.tolist()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(start_index=-1), "`start_index` must be at least 0, and at most 9"),
        (dict(start_index=10), "`start_index` must be at least 0"),
        (dict(end_index=10), "`end_index` must be at least 1, and at most 9 for these data"),
        (dict(start_index=5, end_index=5), "must be greater than `start_index`, but they are 5"),
        (dict(sampling_rate=0), "`sampling_rate` must be at least 1"),
        (dict(sequence_stride=10), "`sequence_stride` must be at least 1, and at most 9"),
        (dict(sequence_length=0), "`sequence_length` must be at least 1, but is 0"),
        (dict(sequence_length=6, sampling_rate=2), "spans 11 elements, but there are 10"),
        (dict(sequence_length=2.5), "is a whole number, not 2.5"),
    ],
)
def test_numbers_that_do_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        timeseries_dataset_from_array(SERIES, None, **{"sequence_length": 2, **arguments})


def test_models_learn_from_windows():
    series = np.linspace(0, 1, 40, dtype="float32")
    data = timeseries_dataset_from_array(series[:-4], series[4:], 4, batch_size=8, shuffle=True)
    model = Sequential([Input((4,)), layers.Dense(1)])
    model.compile("adam", "mse")
    losses = model.fit(data, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
