"""Data as they come, cut into batches."""

import numpy as np
import pytest
from visualnn.utils import set_random_seed

from visualnn.training.array_like import as_array
from visualnn.training.arrays import weights_of_classes
from visualnn.training.batch import Batch, pack_x_y_sample_weight, unpack_x_y_sample_weight
from visualnn.training.data import Epochs, batches_of
from visualnn.training.iterables import PyDataset

X = np.arange(10.0)[:, None] * np.ones(3)
Y = np.arange(10)


class TestArrays:
    def test_the_last_batch_may_be_smaller(self):
        batches = batches_of(X, Y, batch_size=4)
        found = [batch.data for batch in batches.epoch()]
        assert batches.size == 3 and [len(x) for x, _ in found] == [4, 4, 2]
        np.testing.assert_array_equal(np.concatenate([y for _, y in found]), Y)

    def test_fractions_get_the_usual_dtype_and_whole_numbers_stay(self):
        [batch] = batches_of(X.astype("float16"), Y.astype("uint8")).epoch()
        x, y = batch.data
        assert (x.dtype, y.dtype) == ("float32", "uint8")

    @pytest.mark.parametrize("shuffle", [True, "batch"])
    def test_shuffling_keeps_examples_together(self, shuffle):
        batches = batches_of(X, Y, batch_size=4, shuffle=shuffle)
        epochs = []
        for _ in range(3):
            found = [batch.data for batch in batches.epoch()]
            order = np.concatenate([y for _, y in found])
            np.testing.assert_array_equal(np.concatenate([x for x, _ in found])[:, 0], order)
            assert sorted(order) == list(Y)
            epochs.append(tuple(order))
        assert len(set(epochs)) > 1

    def test_a_seed_repeats_the_order(self):
        def order():
            set_random_seed(3)
            batches = batches_of(X, Y, batch_size=4, shuffle=True)
            return [batch.data[1].tolist() for _ in range(2) for batch in batches.epoch()]

        assert order() == order()

    def test_large_data_are_put_together_bit_by_bit(self):
        many = np.arange(5000, dtype="float32")[:, None] * np.ones(300, "float32")
        batches = batches_of(many, batch_size=7, shuffle=True)
        first = np.concatenate([batch.data[:, 0] for batch in batches.epoch()])
        assert sorted(first) == list(range(5000)) and list(first) != sorted(first)

    def test_nested_arrays_keep_their_nesting(self):
        [batch] = batches_of({"b": X, "a": [X, X[:, :1]]}, (Y, None)).epoch()
        x, y = batch.data
        assert list(x) == ["b", "a"] and x["a"][1].shape == (10, 1)
        assert y[1] is None and len(batch.arrays) == 4

    def test_arrays_of_other_libraries(self):
        class Frame:
            def to_numpy(self):
                return X

        class Series:
            def to_numpy(self):
                return Y

        class Torch:
            def detach(self):
                return self

            cpu = detach

            def numpy(self):
                return X

        class Sparse:
            def toarray(self):
                return X

        for x in (Frame(), Torch(), Sparse(), X.tolist()):
            [batch] = batches_of(x, Series()).epoch()
            np.testing.assert_array_equal(batch.data[0], X.astype("float32"))
            assert batch.data[1].shape == (10, 1)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (dict(x=X, y=Y[:4]), "same number of examples, but they have x: 10; y: 4"),
            (dict(x=X, batch_size=0), "`batch_size` must be a whole number above zero"),
            (dict(x="text"), "`x` is a str, which cannot be used as data"),
            (dict(x=None), "There are no data"),
            (dict(x=np.array(3.0)), "holds a single number"),
            (dict(x=np.array(["a", object()], dtype=object)), "objects that are not numbers"),
            (dict(x=(x for x in ()), y=Y), "`y` cannot be given beside a generator"),
            (dict(x=X, y=Y, sample_weight=Y, class_weight={0: 1}), "not both"),
        ],
    )
    def test_what_is_no_data_is_refused_in_words(self, arguments, said):
        with pytest.raises(ValueError, match=said):
            list(batches_of(**arguments).epoch())


class TestClasses:
    @pytest.mark.parametrize("y", [Y % 3, (Y % 3)[:, None], np.eye(3)[Y % 3], (Y % 3) * 1.0])
    def test_weights(self, y):
        weights = weights_of_classes(y, {0: 2.0, 2: 0.5})
        np.testing.assert_array_equal(weights, np.array([2.0, 1.0, 0.5])[Y % 3])

    def test_several_outputs_have_none(self):
        with pytest.raises(ValueError, match="targets of a single output"):
            weights_of_classes([Y, Y], {0: 1})


class Numbered(PyDataset):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.ends = 0

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return np.full((2, 3), i), np.full(2, i)

    def on_epoch_end(self):
        self.ends += 1


class TestIterables:
    @pytest.mark.parametrize("workers", [1, 3])
    def test_data_sets_in_order(self, workers):
        dataset = Numbered(workers=workers)
        batches = batches_of(dataset)
        assert batches.size == 4 and batches.restarts
        for _ in range(2):
            assert [batch.data[1][0] for batch in batches.epoch()] == [0, 1, 2, 3]
        assert dataset.ends == 2

    def test_data_sets_shuffled(self):
        batches = batches_of(Numbered(), shuffle=True)
        orders = {tuple(batch.data[1][0] for batch in batches.epoch()) for _ in range(9)}
        assert len(orders) > 1 and all(sorted(order) == [0, 1, 2, 3] for order in orders)

    def test_generators_once(self):
        batches = batches_of((X[i : i + 2], Y[i : i + 2]) for i in range(0, 10, 2))
        assert not batches.restarts and batches.size is None
        assert len(list(batches.epoch())) == 5 and list(batches.epoch()) == []

    def test_lists_of_batches_again_and_again(self):
        class Loader:
            def __iter__(self):
                return iter([[X, Y], [X[:3], Y[:3]]])  # lists, as PyTorch's loaders give them

            def __len__(self):
                return 2

        batches = batches_of(Loader())
        assert batches.size == 2
        for _ in range(2):
            assert [len(batch.data[1]) for batch in batches.epoch()] == [10, 3]

    def test_class_weights(self):
        batches = batches_of(((X, Y % 2) for _ in range(1)), class_weight={1: 3.0})
        [batch] = batches.epoch()
        np.testing.assert_array_equal(batch.data[2], 1 + 2 * (Y % 2))

    def test_batches_are_up_to_three_things(self):
        with pytest.raises(ValueError, match="this one has 4 parts"):
            list(batches_of((X, Y, Y, Y) for _ in range(1)).epoch())


class TestEpochs:
    def test_steps_go_on_in_the_middle_of_the_data(self):
        epochs = Epochs(batches_of(X, Y, batch_size=4), steps_per_epoch=2)
        assert [batch.data[1][0] for batch in epochs.steps()] == [0, 4]
        with pytest.warns(UserWarning, match="ended after 1 of 2 batches"):
            assert [batch.data[1][0] for batch in epochs.steps()] == [8]
        assert [batch.data[1][0] for batch in epochs.steps()] == [0, 4]

    def test_data_that_end_with_the_epoch_begin_anew(self, recwarn):
        epochs = Epochs(batches_of(X, Y, batch_size=5), steps_per_epoch=2)
        for _ in range(3):
            assert [batch.data[1][0] for batch in epochs.steps()] == [0, 5]
        assert not recwarn

    def test_a_generator_is_used_up(self):
        epochs = Epochs(batches_of((X, Y) for _ in range(2)))
        assert len(list(epochs.steps())) == 2 and epochs.is_used_up


def test_batches_are_taken_apart_and_put_together():
    assert unpack_x_y_sample_weight(X)[1:] == (None, None)
    assert unpack_x_y_sample_weight([X, Y])[2] is None
    assert unpack_x_y_sample_weight((X,))[0] is X
    assert pack_x_y_sample_weight(X) is X and pack_x_y_sample_weight([X]) == ([X],)
    assert pack_x_y_sample_weight(X, Y) == (X, Y)
    assert pack_x_y_sample_weight(X, Y, X) == (X, Y, X)


def test_arrays_of_one_length_share_the_unknown_size():
    form = Batch.of((X, [Y, X[:4]])).form
    x, y, other = form.specs()
    assert x.sizes[0] is y.sizes[0] and other.sizes[0] is not x.sizes[0]
    assert x.shape == (None, 3) and form.names() == ["x", "y_0", "y_1"]


class Endless(PyDataset):
    """Batches without an end; notes which were asked for."""

    num_batches = None

    def __init__(self, **settings):
        super().__init__(**settings)
        self.asked = []

    def __getitem__(self, i):
        self.asked.append(i)
        return X[:4], Y[:4]


@pytest.mark.parametrize("workers", [1, 2])
def test_data_without_an_end(workers):
    dataset = Endless(workers=workers, max_queue_size=2)
    batches = batches_of(dataset)
    assert batches.size is None
    epochs = Epochs(batches, steps_per_epoch=3)
    assert epochs.size == 3 and [len(list(epochs.steps())) for _ in range(2)] == [3, 3]
    assert sorted(dataset.asked)[:6] == list(range(6))


def test_data_that_are_tested_with_begin_anew():
    for data, starts in (((X, Y), [0, 0]), (iter([(X[:4], Y[:4]), (X[4:8], Y[4:8])]), [0, 4])):
        data = data if isinstance(data, tuple) else (data, None)
        epochs = Epochs(batches_of(*data, batch_size=4 if data[1] is not None else None), 1)
        found = []
        for _ in range(2):
            epochs.restart()
            found += [batch.data[1][0] for batch in epochs.steps()]
        assert found == starts


def test_texts_of_tensorflow_are_texts():
    array = as_array(np.array([["Grüße".encode(), b"b"]], object), "x")
    assert array.tolist() == [["Grüße", "b"]]
