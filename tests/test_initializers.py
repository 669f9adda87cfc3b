import numpy as np
import pytest

from visualnn import initializers
from visualnn.random import SeedGenerator
from visualnn.serialization import NAMES

CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.initializers" and isinstance(thing, type)
)
SHAPES = {"STFT": (8, 1, 5)}
LARGE = (300, 200)


def inits(drawn):
    return [n for n in CLASSES if issubclass(getattr(initializers, n), RANDOM) == drawn]


RANDOM = initializers.RandomInitializer


@pytest.mark.parametrize("name", CLASSES)
def test_shape_dtype_and_record(name):
    made = getattr(initializers, name)()
    shape = SHAPES.get(name, (4, 3))
    for dtype in ("float32", "float16", None):
        array = made(shape, dtype=dtype)
        assert (array.shape, array.dtype) == (shape, dtype or "float32")
    record = initializers.serialize(made)
    assert (record["module"], record["class_name"]) == ("keras.initializers", name)
    again = initializers.get(record)
    assert initializers.serialize(again) == record
    if not isinstance(made, RANDOM):
        np.testing.assert_array_equal(again(shape), made(shape))


@pytest.mark.parametrize("name", inits(drawn=True))
def test_a_seed_repeats_and_none_is_chosen_once(name):
    kind = getattr(initializers, name)
    np.testing.assert_array_equal(kind(seed=7)((5, 4)), kind(seed=7)((5, 4)))
    assert not np.array_equal(kind(seed=7)((5, 4)), kind(seed=8)((5, 4)))
    free = kind()
    np.testing.assert_array_equal(free((5, 4)), free((5, 4)))
    assert not np.array_equal(free((5, 4)), kind()((5, 4)))
    generator = kind(seed=SeedGenerator(3))
    assert not np.array_equal(generator((5, 4)), generator((5, 4)))


GLOROT, FAN_IN = 2 / (300 + 200), 1 / 300


@pytest.mark.parametrize(
    ("made", "variance", "limit"),
    [
        (initializers.RandomNormal(0.0, 0.1, seed=1), 0.01, None),
        (initializers.RandomUniform(-0.3, 0.3, seed=1), 0.03, 0.3),
        (initializers.TruncatedNormal(0.0, 0.1, seed=1), 0.01 * 0.87962566**2, 0.2),
        (initializers.GlorotUniform(seed=1), GLOROT, np.sqrt(3 * GLOROT)),
        (initializers.GlorotNormal(seed=1), GLOROT, 2 * np.sqrt(GLOROT) / 0.87962566),
        (initializers.HeUniform(seed=1), 2 * FAN_IN, np.sqrt(6 * FAN_IN)),
        (initializers.HeNormal(seed=1), 2 * FAN_IN, 2 * np.sqrt(2 * FAN_IN) / 0.87962566),
        (initializers.LecunUniform(seed=1), FAN_IN, np.sqrt(3 * FAN_IN)),
        (initializers.LecunNormal(seed=1), FAN_IN, 2 * np.sqrt(FAN_IN) / 0.87962566),
        (
            initializers.VarianceScaling(3.0, "fan_out", "untruncated_normal", seed=1),
            3 / 200,
            None,
        ),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, initializers.Initializer) else None,
)
def test_numbers_are_distributed_as_in_keras(made, variance, limit):
    numbers = np.asarray(made(LARGE), "float64")
    deviation = np.sqrt(variance)
    assert abs(numbers.mean()) < 5 * deviation / np.sqrt(numbers.size)
    np.testing.assert_allclose(numbers.std(), deviation, rtol=0.02)
    if limit is not None:
        assert 0.97 * limit < np.abs(numbers).max() <= limit * (1 + 1e-6)


@pytest.mark.parametrize(
    ("shape", "axes", "expected"),
    [
        ((), {}, (1, 1)),
        ((10,), {}, (10, 10)),
        ((20, 30), {}, (20, 30)),
        ((3, 3, 20, 30), {}, (180, 270)),
        ((20, 30, 40), dict(input_axes=(0,), output_axes=(1, 2)), (20, 1200)),
        ((20, 30, 40), dict(input_axes=(0, 1), output_axes=(2,)), (600, 40)),
        ((20, 30, 40), dict(input_axes=(-1,), output_axes=(0,)), (40, 20)),
        ((20, 30, 40), dict(input_axes=(0,)), (600, 800)),
    ],
)
def test_fans_are_those_of_keras(shape, axes, expected):
    assert initializers.fans(shape, **axes) == expected


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (2, 3, 4)])
def test_orthogonal_columns_or_rows_are_at_right_angles(shape):
    matrix = np.asarray(initializers.Orthogonal(gain=2.0, seed=1)(shape)).reshape(-1, shape[-1])
    small = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)


def test_fixed_values():
    np.testing.assert_array_equal(initializers.Zeros()((2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(initializers.Ones()((2,), "int32"), [1, 1])
    np.testing.assert_array_equal(initializers.Constant(3.7)((2,), "int32"), [3, 3])
    np.testing.assert_array_equal(initializers.Constant([1.0, 2.0])((3, 2))[2], [1, 2])
    np.testing.assert_array_equal(initializers.Identity(2.0)((2, 3)), 2 * np.eye(2, 3))


def test_waves_are_those_of_keras():
    real = np.asarray(initializers.STFT()((4, 1, 5)))[1, 0]
    np.testing.assert_allclose(real, [0.7071, 0.5, 0, -0.5, -0.7071], atol=1e-4)
    sines = np.asarray(initializers.STFT("imag", "hamming", "spectrum", True)((4, 1, 5)))[1, 0]
    np.testing.assert_allclose(sines, [0, -0.1768, -0.25, -0.1768, 0], atol=1e-4)


def test_values_are_computed_even_while_a_graph_is_recorded():
    from visualnn import graph
    from visualnn.spec import Spec

    made = []
    graph.trace(lambda x: made.append(initializers.HeNormal(seed=1)((2, 2))) or x, Spec((1,)))
    np.testing.assert_array_equal(made[0], initializers.HeNormal(seed=1)((2, 2)))


def test_strings_classes_functions_and_arrays_stand_for_initializers():
    assert isinstance(initializers.get("glorot_uniform"), initializers.GlorotUniform)
    assert isinstance(initializers.get("zero"), initializers.Zeros)
    assert isinstance(initializers.get(initializers.Ones), initializers.Ones)
    own = lambda shape, dtype=None: np.ones(shape)  # noqa: E731
    assert initializers.get(own) is own
    np.testing.assert_array_equal(initializers.get(np.arange(3))((3,)), [0, 1, 2])
    with pytest.raises(ValueError, match="'glorot' is not an initializer"):
        initializers.get("glorot")


def test_wrong_settings_are_refused():
    with pytest.raises(ValueError, match="`scale` must be positive"):
        initializers.VarianceScaling(-1.0)
    with pytest.raises(ValueError, match="`mode` must be one of 'fan_in'"):
        initializers.VarianceScaling(mode="fan")
    with pytest.raises(ValueError, match="`seed` must be a whole number"):
        initializers.HeNormal(seed="a")
    with pytest.raises(ValueError, match="at least two axes"):
        initializers.Orthogonal()((3,))


def test_a_clone_without_a_seed_draws_other_numbers():
    made = initializers.HeNormal()
    assert not np.array_equal(made((3, 3)), made.clone()((3, 3)))
