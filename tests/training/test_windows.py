"""Windows over a series are those of Keras, in its order, with its refusals."""

import numpy as np
import pytest
from visualnn.utils import timeseries_dataset_from_array

from visualnn import layers, models

TIMES = np.arange(20)
# (settings, number of windows, the first, the last), as Keras 3.15 gives them for 20 times
RECORDED = [
    (dict(sequence_length=5), 16, [0, 1, 2, 3, 4], [15, 16, 17, 18, 19]),
    (dict(sequence_length=5, sequence_stride=3), 6, [0, 1, 2, 3, 4], [15, 16, 17, 18, 19]),
    (dict(sequence_length=3, sampling_rate=3), 14, [0, 3, 6], [13, 16, 19]),
    (dict(sequence_length=3, sampling_rate=3, sequence_stride=2), 7, [0, 3, 6], [12, 15, 18]),
    (dict(sequence_length=3, start_index=5), 13, [5, 6, 7], [17, 18, 19]),
    (dict(sequence_length=3, end_index=10), 8, [0, 1, 2], [7, 8, 9]),
    (dict(sequence_length=3, start_index=4, end_index=10), 4, [4, 5, 6], [7, 8, 9]),
    (
        dict(sequence_length=3, start_index=4, end_index=12, sampling_rate=2, sequence_stride=2),
        2,
        [4, 6, 8],
        [6, 8, 10],
    ),
    (dict(sequence_length=20), 1, list(range(20)), list(range(20))),
    (dict(sequence_length=3, sequence_stride=19), 1, [0, 1, 2], [0, 1, 2]),
]


@pytest.mark.parametrize(("settings", "count", "first", "last"), RECORDED, ids=str)
def test_windows_are_those_of_keras(settings, count, first, last):
    one_by_one = list(timeseries_dataset_from_array(TIMES, None, batch_size=None, **settings))
    assert len(one_by_one) == count
    assert one_by_one[0].tolist() == first and one_by_one[-1].tolist() == last
    (batch,) = timeseries_dataset_from_array(TIMES, None, **settings)
    np.testing.assert_array_equal(batch, one_by_one)
    pairs = timeseries_dataset_from_array(TIMES, TIMES * 10, batch_size=None, **settings)
    for window, target in pairs:
        assert target == 10 * window[0]


def test_the_example_of_the_documentation():
    settings = dict(sequence_length=10, sampling_rate=2, sequence_stride=3, batch_size=None)
    windows = [w.tolist() for w in timeseries_dataset_from_array(np.arange(99), None, **settings)]
    assert windows[2] == [6, 8, 10, 12, 14, 16, 18, 20, 22, 24]
    assert windows[-1] == [78, 80, 82, 84, 86, 88, 90, 92, 94, 96]


def test_batches_and_dtypes():
    data = np.arange(40, dtype="float64").reshape(20, 2)
    dataset = timeseries_dataset_from_array(data, data[:, :1], 3, batch_size=4)
    assert [len(x) for x, _ in dataset] == [4, 4, 4, 4, 2] and len(dataset) == 5
    x, y = dataset[-1]
    assert x.shape == (2, 3, 2) and y.shape == (2, 1) and x.dtype == y.dtype == "float64"
    with pytest.raises(IndexError, match="no batch 5"):
        dataset[5]


def test_windows_without_a_target_are_left_out():
    (batch,) = timeseries_dataset_from_array(TIMES, TIMES[:7] * 10, 5)
    assert batch[1].tolist() == [0, 10, 20, 30, 40, 50, 60]
    assert len(timeseries_dataset_from_array(TIMES, TIMES[:0], 5)) == 0
    assert len(timeseries_dataset_from_array(TIMES, None, 25)) == 0
    (late,) = timeseries_dataset_from_array(TIMES, TIMES[:6], 3, start_index=4, end_index=12)
    assert late[1].tolist() == [4, 5]


def test_the_order_is_repeatable_and_new_in_each_epoch():
    def epochs(seed):
        dataset = timeseries_dataset_from_array(TIMES, TIMES, 3, shuffle=True, seed=seed)
        return [[target for _, y in dataset for target in y.tolist()] for _ in range(2)]

    first, second = epochs(3)
    assert [first, second] == epochs(3) != epochs(4)
    assert first != second and sorted(first) == sorted(second) == list(range(18))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (dict(start_index=-1), "start_index"),
        (dict(start_index=20), "start_index"),
        (dict(end_index=-1), "end_index"),
        (dict(end_index=20), "end_index"),
        (dict(start_index=5, end_index=5), "where the start is 5"),
        (dict(sampling_rate=0), "sampling_rate"),
        (dict(sampling_rate=20), "sampling_rate"),
        (dict(sequence_stride=0), "sequence_stride"),
        (dict(sequence_stride=20), "sequence_stride"),
        (dict(sequence_length=0), "sequence_length"),
        (dict(batch_size=0), "batch_size"),
        (dict(format="torch"), "format"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        timeseries_dataset_from_array(TIMES, None, **{"sequence_length": 3, **settings})


def test_a_model_learns_from_windows():
    series = np.sin(np.arange(200) / 5).astype("float32")
    dataset = timeseries_dataset_from_array(series[:-4], series[4:], 4, batch_size=16, shuffle=True)
    model = models.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    losses = model.fit(dataset, epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[0]
    assert model.predict(dataset, verbose=0).shape == (193, 1)
