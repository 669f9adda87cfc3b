"""Random numbers: distributions, seeds, and draws that depend on nothing but key and place."""

import numpy as np
import pytest

from visualnn import ops, random
from visualnn import primitives as p
from visualnn.graph import trace
from visualnn.primitives.random import normal_numbers, random_bits, unit_numbers
from visualnn.random import SeedGenerator
from visualnn.spec import Spec

KEY = np.array([3, 5], "uint32")
COUNT = 200_000


def test_draws_are_indexed_by_place():
    whole = random_bits(KEY, 0, 100)
    for start, count in ((0, 7), (8, 8), (13, 40), (99, 1)):
        np.testing.assert_array_equal(random_bits(KEY, start, count), whole[start : start + count])
    for dtype in ("float16", "float32", "float64"):
        numbers = unit_numbers(KEY, 0, 50, dtype)
        np.testing.assert_array_equal(unit_numbers(KEY, 11, 20, dtype), numbers[11:31])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_longer_batch_begins_like_a_shorter_one(dtype):
    for draw in (p.random_uniform, p.random_normal):
        short, long = (draw(KEY, shape=(n, 3), dtype=dtype) for n in (4, 9))
        np.testing.assert_array_equal(short, long[:4])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_even_numbers(dtype):
    numbers = np.asarray(random.uniform((COUNT,), dtype=dtype, seed=1)).astype("float64")
    assert numbers.min() >= 0 and numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.003 and abs(numbers.var() - 1 / 12) < 0.001
    shares, _ = np.histogram(numbers, 10, (0, 1))
    assert np.abs(shares / COUNT - 0.1).max() < 0.003


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal_numbers(dtype):
    numbers = normal_numbers(KEY, COUNT, dtype).astype("float64")
    assert abs(numbers.mean()) < 0.01 and abs(numbers.std() - 1) < 0.01
    assert abs((numbers**3).mean()) < 0.03 and abs((numbers**4).mean() - 3) < 0.1
    assert abs(np.corrcoef(numbers[::2], numbers[1::2])[0, 1]) < 0.01
    assert np.isfinite(numbers).all()


def test_other_distributions():
    numbers = np.asarray(random.truncated_normal((COUNT,), 1.0, 2.0, seed=1))
    assert numbers.min() >= -3 and numbers.max() <= 5 and abs(numbers.mean() - 1) < 0.02
    assert abs(numbers.std() / 2 - 0.8796) < 0.01
    numbers = np.asarray(random.randint((COUNT,), -2, 3, seed=1))
    assert numbers.dtype == "int32"
    np.testing.assert_allclose(np.bincount(numbers + 2) / COUNT, 0.2, atol=0.005)
    for alpha in (0.3, 1.0, 4.0):
        numbers = np.asarray(random.gamma((COUNT,), alpha, seed=1))
        assert abs(numbers.mean() / alpha - 1) < 0.02 and abs(numbers.var() / alpha - 1) < 0.05
    numbers = np.asarray(random.beta((COUNT,), 2.0, 3.0, seed=1))
    assert abs(numbers.mean() - 0.4) < 0.01 and abs(numbers.var() - 0.04) < 0.002
    numbers = np.asarray(random.binomial((COUNT, 2), np.array([4.0, 10.0]), 0.3, seed=1))
    np.testing.assert_allclose(numbers.mean(0), [1.2, 3.0], rtol=0.02)
    np.testing.assert_allclose(numbers.var(0), [0.84, 2.1], rtol=0.03)
    logits = np.log(np.array([[0.2, 0.5, 0.3]], "float32"))
    numbers = np.asarray(random.categorical(logits, COUNT, seed=1))
    assert numbers.shape == (1, COUNT)
    np.testing.assert_allclose(np.bincount(numbers[0]) / COUNT, [0.2, 0.5, 0.3], atol=0.005)


def test_shuffle_and_dropout():
    x = np.arange(40, dtype="float32").reshape(20, 2)
    mixed = np.asarray(random.shuffle(x, seed=1))
    assert not np.array_equal(mixed, x)
    np.testing.assert_array_equal(np.sort(mixed[:, 0]), x[:, 0])
    ones = np.ones((1000, 50), "float32")
    dropped = np.asarray(random.dropout(ones, 0.2, seed=1))
    np.testing.assert_allclose(np.unique(dropped), [0, 1.25])
    assert abs(dropped.mean() - 1) < 0.02
    rows = np.asarray(random.dropout(ones, 0.5, noise_shape=(1000, 1), seed=1))
    assert (rows == rows[:, :1]).all()


def test_an_integer_seed_gives_the_same_numbers_always():
    first, second = (np.asarray(random.normal((5,), seed=7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, random.normal((5,), seed=8))
    assert not np.array_equal(random.normal((5,)), random.normal((5,)))


def test_a_generator_counts_its_draws():
    generator = SeedGenerator(7, name="noise")
    first, second = (np.asarray(random.normal((5,), seed=generator)) for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(generator.state.numpy(), [7, 2])
    assert generator.state.path.endswith("seed_generator_state")
    assert not generator.state.trainable and generator.state.dtype == "uint32"
    again = SeedGenerator.from_config(generator.get_config())
    np.testing.assert_array_equal(random.normal((5,), seed=again), first)


def test_a_generator_is_threaded_through_a_trace():
    generator = SeedGenerator(7)

    def twice(x):
        noise = random.normal((ops.shape(x)[0], 3), seed=generator)
        return [x + noise, random.normal((2,), seed=generator)]

    graph = trace(twice, Spec((None, 3)))
    assert generator.state in graph.updates
    zeros = np.zeros((4, 3), "float32")
    first, second = graph.run(zeros)
    np.testing.assert_array_equal(first, random.normal((4, 3), seed=np.array([7, 0], "uint32")))
    np.testing.assert_array_equal(second, random.normal((2,), seed=np.array([7, 1], "uint32")))
    assert graph.outputs[0].spec.sizes[0] is graph.inputs[0].spec.sizes[0]


def test_what_is_no_seed_is_refused():
    with pytest.raises(ValueError, match="seed"):
        random.normal((2,), seed="seven")
    with pytest.raises(ValueError, match="randint"):
        random.uniform((2,), dtype="int32")
