"""Whole numbers of few bits; numbers in comments and tables are Keras 3.15's."""

import ml_dtypes
import numpy as np
import pytest

import visualnn
from visualnn import ops, quantizers

X = np.array([[0.12573022, -0.13210486, 0.64042264], [0.10490011, -0.5356694, 0.36159506]], "f4")
PER_ROW = [[25, -26, 127], [25, -127, 86]]
PER_COLUMN = [[127, -31, 127], [106, -127, 72]]


@pytest.mark.parametrize(
    ("options", "whole", "scale"),
    [
        (dict(axis=-1), PER_ROW, [[198.3065], [237.08649]]),
        (dict(axis=0), PER_COLUMN, [[1010.09845, 237.08649, 198.3065]]),
        (dict(axis=0, to_numpy=True), PER_COLUMN, [[1010.09845, 237.08649, 198.3065]]),
        (dict(axis=None), [[25, -26, 127], [21, -106, 72]], [[198.3065]]),
        (
            dict(axis=(0, 1), value_range=(-8, 7), epsilon=1e-3),
            [[1, -1, 7], [1, -6, 4]],
            [[10.913241]],
        ),
    ],
)
def test_the_greatest_number_is_the_end_of_the_range(options, whole, scale):
    made, by = quantizers.abs_max_quantize(X, **options)
    assert made.dtype == "int8" and made.tolist() == whole
    np.testing.assert_allclose(by, scale, rtol=1e-6)


def test_scales_have_the_dtype_of_the_numbers():
    made, scale = quantizers.abs_max_quantize(X.astype("float16"), 0)
    assert made.tolist() == PER_COLUMN and scale.dtype == "float16"
    made, scale = quantizers.abs_max_quantize(visualnn.KerasTensor((None, 3), "bfloat16"), -1)
    assert (made.dtype, scale.dtype, scale.shape) == ("int8", "bfloat16", (None, 1))
    made, scale = quantizers.abs_max_quantize(np.zeros((2, 2), "f4"), 0)
    assert not made.any() and np.isfinite(scale).all()


def test_the_scale_has_a_gradient():
    slope = visualnn.grad(lambda x: ops.sum(quantizers.abs_max_quantize(x, 0)[1]))(X)
    expected = [[-8033.849, 0, -309.64938], [0, 442.59845, 0]]
    np.testing.assert_allclose(slope, expected, rtol=1e-5)


def test_groups_of_rows_have_a_zero_of_their_own():
    numbers = np.arange(-12, 12, dtype="f4").reshape(6, 4)
    whole, step, zero = quantizers.abs_max_quantize_grouped_with_zero_point(numbers, 4)
    assert whole.tolist() == [[-8] * 4, [-3] * 4, [2] * 4, [7, 7, 6, 7], [-1, 0, 1, 2], [7] * 4]
    np.testing.assert_allclose(step, [[0.8] * 4, [8 / 15, 0.6, 10 / 15, 11 / 15]], rtol=1e-6)
    assert zero.tolist() == [[7, 6, 4, 3], [-8] * 4]
    whole, step, zero = quantizers.abs_max_quantize_grouped_with_zero_point(np.full((4, 2), 3.0), 3)
    assert (whole == 7).all() and (zero == -8).all()
    np.testing.assert_allclose(step, [[2 / 15] * 2, [3 / 15] * 2], rtol=1e-6)
    with pytest.raises(ValueError, match="wants a matrix and groups of one row"):
        quantizers.abs_max_quantize_grouped_with_zero_point(numbers, 0)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize(("dtype", "first"), [("int8", -8), ("uint8", 0)])
def test_two_numbers_fit_into_a_byte(axis, dtype, first):
    numbers = (np.arange(15).reshape(5, 3) + first).astype(dtype)
    packed, shape, length = quantizers.pack_int4(numbers, axis, dtype)
    assert packed.dtype == dtype and packed.shape == shape and length == numbers.shape[axis]
    assert shape[axis] == (length + 1) // 2
    assert (quantizers.unpack_int4(packed, length, axis, dtype) == numbers).all()


def test_the_first_of_two_numbers_is_in_the_low_bits():
    packed, _, _ = quantizers.pack_int4(np.array([[1, -8], [7, 3], [-1, 2]], "int8"))
    assert packed.tolist() == [[113, 56], [15, 2]]
    with pytest.raises(TypeError, match="wants whole numbers of int8, but got float32"):
        quantizers.pack_int4(X)
    with pytest.raises(ValueError, match="must be 'int8' or 'uint8'"):
        quantizers.unpack_int4(packed, 3, dtype="int16")
    with pytest.raises(TypeError, match="wants bytes"):
        quantizers.unpack_int4(X, 3)
    with pytest.raises(ValueError, match="no axis 5"):
        quantizers.pack_int4(packed, 5)


@pytest.mark.parametrize(
    ("dtype", "factor", "expected"),
    [
        ("float8_e4m3fn", 1, [[0.125, -0.125, 0.625], [0.1015625, -0.5625, 0.375]]),
        ("float8_e4m3fn", 1000, [[128, -128, 224], [104, -224, 224]]),
        ("float8_e5m2", 1000, [[128, -128, 640], [112, -512, 384]]),
        ("float8_e4m3fn", 1e-3, [[0, -0.0, 0.0009765625], [0, -0.0009765625, 0]]),
    ],
)
def test_fractions_of_eight_bits(dtype, factor, expected):
    made = quantizers.quantize_and_dequantize(X * factor, np.float32(0.5), dtype, "float32")
    assert made.tolist() == expected
    slope = visualnn.grad(
        lambda x: ops.sum(quantizers.quantize_and_dequantize(x, np.float32(0.5), dtype, "float32"))
    )(X)
    assert (slope == 1).all()


@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2"])
def test_fractions_of_eight_bits_are_those_of_ml_dtypes(name):
    x = np.random.default_rng(0).normal(size=4000) * np.exp2(np.arange(4000) % 28 - 18)
    x = np.concatenate([x, np.exp2(np.arange(-20.0, 9.0)), [0.0]]).astype("float32")
    expected = np.clip(x, -448, 448).astype(getattr(ml_dtypes, name)).astype("float32")
    made = quantizers.quantize_and_dequantize(np.clip(x, -448, 448), 1.0, name, "float32")
    assert (made == expected).all()


@pytest.mark.parametrize(
    ("amax", "scale", "margin", "expected"),
    [(3, 1, 0, 0.0066964286), (0, 1, 0, 1), (np.inf, 2, 0, 2), (3, 1, 2, 0.026785715)],
)
def test_units_of_fractions_of_eight_bits(amax, scale, margin, expected):
    found = quantizers.compute_float8_scale(np.float32(amax), np.float32(scale), 448.0, margin)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    history = quantizers.compute_float8_amax_history(X, np.arange(4, dtype="f4"))
    np.testing.assert_allclose(history, [0.64042264, 2, 3, 0])


@pytest.mark.parametrize(
    ("limits", "options", "expected"),
    [
        (
            (-1.0, 1.0),
            {},
            [[0.1254902, -0.13333334, 0.6431373], [0.10196079, -0.5333333, 0.3607843]],
        ),
        (
            (-1.0, 1.0),
            dict(num_bits=4, narrow_range=True),
            [[0.14285715, -0.14285715, 0.5714286], [0.14285715, -0.5714286, 0.42857146]],
        ),
        (
            ([-1.0, -2.0, -0.5], [1.0, 0.5, 0.2]),
            dict(axis=1),
            [[0.1254902, -0.12745099, 0.20039217], [0.10196079, -0.5392157, 0.20039217]],
        ),
        ((0.5, 1.0), {}, [[0.1254902, 0, 0.5], [0.10392158, 0, 0.36078432]]),
    ],
)
def test_rounding_to_the_steps_of_few_bits(limits, options, expected):
    made = quantizers.fake_quant_with_min_max_vars(X, *limits, **options)
    np.testing.assert_allclose(made, expected, atol=1e-6)


def test_gradients_of_rounding_to_few_bits():
    upstream = np.arange(6, dtype="f4").reshape(2, 3)

    def loss(x, least, greatest, axis=None):
        made = quantizers.fake_quant_with_min_max_vars(x, least, greatest, axis=axis)
        return ops.sum(made * upstream)

    x, least, greatest = visualnn.grad(loss, (0, 1, 2))(X * 2, np.float32(-1), np.float32(1))
    assert x.tolist() == [[0, 1, 0], [3, 0, 5]] and (least, greatest) == (4, 2)
    x, least, greatest = visualnn.grad(lambda *given: loss(*given, axis=1), (0, 1, 2))(
        X * 2, np.full(3, -1, "f4"), np.array([1, 0.4, 0.5], "f4")
    )
    assert least.tolist() == [0, 4, 0] and greatest.tolist() == [0, 0, 7]


def test_rounding_is_a_node_of_functional_models():
    inputs = visualnn.Input((3,))
    model = visualnn.Model(inputs, quantizers.fake_quant_with_min_max_vars(inputs, -1.0, 1.0))
    again = visualnn.models.model_from_json(model.to_json())
    expected = quantizers.fake_quant_with_min_max_vars(X, -1.0, 1.0)
    np.testing.assert_array_equal(again.predict(X, verbose=0), expected)


def test_quantizers_are_found_by_name_and_saved():
    quantizer = quantizers.get("abs_max_quantizer", axis=0, value_range=(-8, 7))
    assert quantizer.axis == (0,) and quantizers.get(quantizer) is quantizer
    again = quantizers.deserialize(quantizers.serialize(quantizer))
    assert again.get_config() == quantizer.get_config()
    for which in ("AbsMaxQuantizer", quantizers.AbsMaxQuantizer):
        assert quantizers.get(which)(X)[0].tolist() == PER_ROW
    assert quantizers.get(None) is None and visualnn.Quantizer()(X) is X
    assert "axis" not in quantizers.AbsMaxQuantizer().get_config()
    for nothing in ("absmax", 7):
        with pytest.raises(ValueError, match="is not a quantizer"):
            quantizers.get(nothing)
    with pytest.raises(NotImplementedError, match="give it a method `get_config`"):
        visualnn.Quantizer().get_config()


@pytest.mark.parametrize(
    ("config", "mode"),
    [
        (quantizers.Int8QuantizationConfig(), "int8"),
        (quantizers.Int8QuantizationConfig(quantizers.AbsMaxQuantizer(axis=0), None), "int8"),
        (quantizers.Int4QuantizationConfig(block_size=None), "int4"),
        (quantizers.Float8QuantizationConfig(), "float8"),
        (quantizers.GPTQConfig(["a text"], str.split), "gptq"),
        (quantizers.AWQConfig(["a text"], str.split, group_size=64), "awq"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_configs_are_saved(config, mode):
    record = visualnn.saving.serialize_keras_object(config)
    again = visualnn.saving.deserialize_keras_object(record)
    assert type(again) is type(config) and again.get_config() == config.get_config()
    assert again.mode == mode


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda q: q.Int8QuantizationConfig("absmax"), "must be a quantizer"),
        (lambda q: q.Int8QuantizationConfig(q.AbsMaxQuantizer(output_dtype="int16")), "int16"),
        (lambda q: q.Int4QuantizationConfig(None, None, 0), "greater than zero"),
        (lambda q: q.Int4QuantizationConfig(q.AbsMaxQuantizer()), "block_size=None"),
        (lambda q: q.GPTQConfig([], None, weight_bits=5), "must be 2 or 3 or 4 or 8, but is 5"),
        (lambda q: q.GPTQConfig([], None, hessian_damping=2), "from 0 to 1"),
        (lambda q: q.AWQConfig([], None, num_grid_points=0), "1 or more"),
        (lambda q: q.AWQConfig([], None, group_size=0), "-1 or greater than zero"),
    ],
)
def test_configs_that_make_no_sense_are_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make(quantizers)
