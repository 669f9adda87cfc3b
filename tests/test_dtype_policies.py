import numpy as np
import pytest

from visualnn import defaults, dtype_policies
from visualnn.dtype_policies import DTypePolicy, DTypePolicyMap, standardize_dtype


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
        ("int32", "int32", "int32"),
        ("int8_from_float32", "float32", "float32"),
        ("int8_from_mixed_bfloat16", "bfloat16", "float32"),
        ("int4/128_from_float32", "float32", "float32"),
        ("gptq/4/128_from_float32", "float32", "float32"),
        ("awq/4/64_from_float32", "float32", "float32"),
        ("float8_from_bfloat16", "bfloat16", "bfloat16"),
        ("mixed_float16", "float16", "float32"),
        ("mixed_bfloat16", "bfloat16", "float32"),
    ],
)
def test_a_policy_says_two_dtypes(name, compute, variable):
    policy = dtype_policies.get(name)
    assert policy.name == name and name in repr(policy)
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
        dtype_policies.get("mixed_float64")
    with pytest.raises(ValueError, match="say from which one the weights are quantized"):
        dtype_policies.get("int8")
    with pytest.raises(ValueError, match="too small for the sums"):
        dtype_policies.get("int8_from_mixed_float16")
    with pytest.raises(ValueError, match="is not a way to quantize"):
        dtype_policies.QuantizedDTypePolicy("int3", "float32")
    with pytest.raises(ValueError, match="4 bits in AWQ, not 8"):
        dtype_policies.get("awq/8/64_from_float32")
    with pytest.raises(ValueError, match="must be 'gptq/<weight_bits>/<group_size>'"):
        dtype_policies.get("gptq/4_from_float32")
    with pytest.raises(TypeError, match="a whole number, but is 'x'"):
        dtype_policies.QuantizedFloat8DTypePolicy("float8", "float32", "x")
    with pytest.raises(ValueError, match="is not the record of a dtype policy"):
        dtype_policies.get({"name": "float32"})
    with pytest.raises(ValueError, match="floatx must be one of"):
        defaults.set_floatx("int8")
    with pytest.raises(ValueError, match="must be one of"):
        defaults.set_image_data_format("middle")


def test_only_floats_are_converted():
    policy = DTypePolicy("mixed_float16")
    numbers = np.ones(2, "float32")
    assert policy.convert_input(numbers, True, "float16").dtype == "float16"
    assert policy.convert_input(numbers, False, "float16") is numbers
    for left_alone in (np.ones(2, "int32"), "a text", 2.5):
        assert policy.convert_input(left_alone, True, "float16") is left_alone


def test_a_map_has_a_policy_for_every_path():
    half = DTypePolicy("mixed_float16")
    policies = DTypePolicyMap("bfloat16", {"encoder/query": half, "decoder/.*": half})
    assert policies["encoder/query"] == policies["decoder/key"] == half
    assert policies["encoder/query/more"].name == policies.name.removeprefix("map_") == "bfloat16"
    assert list(policies) == ["encoder/query", "decoder/.*"] and len(policies) == 2
    assert (policies.compute_dtype, policies.variable_dtype) == ("bfloat16", "bfloat16")
    again = dtype_policies.get(dtype_policies.serialize(policies))
    assert again.get_config() == policies.get_config() and again["decoder/value"] == half
    with pytest.raises(ValueError, match="already has the policy"):
        policies["encoder/query"] = "float32"
    del policies["encoder/query"]
    policies["encoder/query"] = "float32"
    policies[".*/key"] = "float32"
    with pytest.raises(ValueError, match="matched by 2 keys"):
        policies["decoder/key"]
    with pytest.raises(TypeError, match="must be a dict of policies"):
        DTypePolicyMap(None, 7)


def test_a_map_leaves_the_global_policy_open(usual):
    policies = DTypePolicyMap(None, {"quick": dtype_policies.get("int8_from_float32")})
    config = policies.get_config()
    assert config["default_policy"] is None
    assert config["policy_map"]["quick"]["config"] == {"mode": "int8", "source_name": None}
    dtype_policies.set_dtype_policy("bfloat16")
    again = DTypePolicyMap.from_config(config)
    assert (again["slow"].name, again["quick"].name) == ("bfloat16", "int8_from_bfloat16")
