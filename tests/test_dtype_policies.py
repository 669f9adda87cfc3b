import numpy as np
import pytest

from visualnn import defaults, dtype_policies
from visualnn.dtype_policies import DTypePolicy, standardize_dtype


@pytest.fixture
def usual():
    yield
    dtype_policies.set_dtype_policy(None)
    defaults.set_floatx("float32")


@pytest.mark.parametrize(
    ("name", "compute", "variable"),
    [
        ("float32", "float32", "float32"),
        ("float16", "float16", "float16"),
        ("int8", "int8", "int8"),
        ("mixed_float16", "float16", "float32"),
        ("mixed_bfloat16", "bfloat16", "float32"),
    ],
)
def test_a_policy_says_two_dtypes(name, compute, variable):
    policy = DTypePolicy(name)
    assert (policy.compute_dtype, policy.variable_dtype) == (compute, variable)
    assert policy == dtype_policies.get(name)
    assert dtype_policies.get(dtype_policies.serialize(policy)) == policy
    assert dtype_policies.get(policy) is policy


def test_the_global_policy_is_used_where_nothing_is_said(usual):
    assert dtype_policies.get(None).name == "float32"
    dtype_policies.set_dtype_policy("mixed_float16")
    assert DTypePolicy().name == "mixed_float16"
    dtype_policies.set_dtype_policy(None)
    defaults.set_floatx("float64")
    assert dtype_policies.get(None).name == "float64"


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (None, "float32"),
        (np.float16, "float16"),
        (np.dtype("int64"), "int64"),
        (float, "float32"),
        (int, "int32"),
        (bool, "bool"),
        ("half", "float16"),
    ],
)
def test_dtypes_have_one_name(dtype, name):
    assert standardize_dtype(dtype) == name


def test_what_is_no_dtype_is_refused():
    with pytest.raises(ValueError, match="'float3' is not a dtype"):
        standardize_dtype("float3")
    with pytest.raises(ValueError, match="is not a dtype policy"):
        dtype_policies.get("int8_from_float32")
    with pytest.raises(ValueError, match="is not the record of a dtype policy"):
        dtype_policies.get({"name": "float32"})
    with pytest.raises(ValueError, match="floatx must be one of"):
        defaults.set_floatx("int8")
    with pytest.raises(ValueError, match="must be one of"):
        defaults.set_image_data_format("middle")
