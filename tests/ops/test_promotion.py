"""Dtypes: Keras's table, weak Python numbers, and what becomes a tensor."""

import json
from pathlib import Path

import numpy as np
import pytest

from visualnn import ops
from visualnn.defaults import set_floatx
from visualnn.ops.promotion import dtype_name, result_type

RECORDED = json.loads(
    (Path(__file__).parent.parent / "recorded" / "ops" / "promotion.json").read_text()
)


@pytest.mark.parametrize("dtypes", RECORDED)
def test_is_the_table_of_keras(dtypes):
    names = dtypes.split()
    assert result_type(*names) == RECORDED[dtypes]
    assert result_type(*reversed(names)) == RECORDED[dtypes]


@pytest.mark.parametrize(
    "dtypes, wanted",
    [
        ("int64 int32", "int64"),
        ("int64 float32", "float32"),
        ("float64 float32", "float64"),
        ("float64 int64", "float64"),
        ("uint32 int32", "int64"),
        ("uint64 int8", "float32"),
        ("float64 float", "float64"),
        ("complex64 float32", "complex64"),
        ("complex64 float64", "complex128"),
    ],
)
def test_wide_dtypes_stay_wide(dtypes, wanted):
    """Unlike JAX, which has no 64 bits unless asked."""
    assert result_type(*dtypes.split()) == wanted


def test_names():
    assert [dtype_name(x) for x in (float, int, bool, "float", np.float16, np.dtype("int8"))] == [
        "float32",
        "int32",
        "bool",
        "float32",
        "float16",
        "int8",
    ]
    with pytest.raises(ValueError, match="string"):
        result_type("string", "int32")


def test_python_numbers_are_weak():
    half = np.ones(2, "float16")
    assert (ops.add(half, 1.5)).dtype == "float16"
    assert (1.5 * ops.convert_to_tensor(half)).dtype == "float16"
    assert ops.add(np.ones(2, "uint8"), 1).dtype == "uint8"
    assert ops.add(np.ones(2, "float64"), 1.5).dtype == "float64"
    assert ops.where(np.array([True]), 1.0, half[:1]).dtype == "float16"


def test_floatx_is_what_fractions_become():
    set_floatx("float64")
    try:
        assert ops.exp(np.int32(1)).dtype == "float64"
        assert ops.convert_to_tensor([1.5]).dtype == "float64"
        assert ops.zeros((2,)).dtype == "float64"
    finally:
        set_floatx("float32")
    assert ops.exp(np.int32(1)).dtype == "float32"


def test_what_is_no_tensor_is_refused():
    with pytest.raises(TypeError, match="rows differ"):
        ops.add([[1, 2], [3]], 1)
    with pytest.raises(TypeError, match="tensor was expected, but got"):
        ops.add(object(), 1)
    with pytest.raises(TypeError, match="bits of whole numbers"):
        ops.bitwise_and(1.5, 2)
    with pytest.raises(ValueError, match="sparse"):
        ops.convert_to_tensor([1], sparse=True)


def test_lists_of_tensors_are_stacked():
    rows = [ops.convert_to_tensor([1.0, 2.0]), [3, 4]]
    np.testing.assert_array_equal(ops.sum(rows, axis=0), [4.0, 6.0])
