"""The tests of ONNX itself: what a model of each operator gives, here.

Operators that are not read are refused with one error; what is read is right.
"""

import warnings

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

from visualnn.exporting.onnx.reading.file import OPSETS
from visualnn.models import load_model
from visualnn.serialization import InvalidModelFile
from visualnn.structure import flatten

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    TESTS = collect_testcases(None)

PARTS = 12
OTHERWISE = {
    # random numbers
    *("test_bernoulli_expanded", "test_bernoulli_double_expanded", "test_bernoulli_seed_expanded"),
    # runtimes take the size of the result for a whole number, and so do we
    "test_resize_downsample_scales_linear_align_corners",
    "test_resize_downsample_scales_cubic_align_corners",
}
SETTINGS = frozenset(
    {
        *("axes", "axis", "k", "K", "pads", "repeats", "split", "starts", "ends", "steps", "min"),
        *("max", "r", "depth", "sizes", "scales", "shape", "W", "R", "B", "value", "ratio"),
    }
)
"""Inputs that are constants in models, although these tests feed them."""


def array(x):
    return numpy_helper.to_array(x) if isinstance(x, onnx.TensorProto) else np.asarray(x)


def prepared(test):
    """The model with its settings as constants, what is fed, and what shall come out."""
    model = onnx.ModelProto()
    model.CopyFrom(test.model)
    for opset in model.opset_import:
        opset.version = min(opset.version, OPSETS[-1])
    inputs, outputs = test.data_sets[0]
    if any(x is None or isinstance(x, list) for x in (*inputs, *outputs)):
        return None
    fed = []
    for told, x in zip(list(model.graph.input), map(array, inputs), strict=False):
        if told.name in SETTINGS and len(inputs) > 1 and x.dtype.kind in "fiub":
            model.graph.initializer.append(numpy_helper.from_array(x, told.name))
            model.graph.input.remove(told)
        else:
            fed.append(x)
    return model, fed, [array(x) for x in outputs]


def outcome(test, path):
    """``read``, ``refused``, or what is wrong."""
    found = prepared(test)
    if found is None:
        return "refused"
    model, fed, wanted = found
    path.write_bytes(model.SerializeToString())
    try:
        read = load_model(path)
    except InvalidModelFile:
        return "refused"
    made = flatten(read(fed if len(fed) > 1 else fed[0], training=False))
    try:
        for a, b in zip(made, wanted, strict=True):
            a = np.asarray(a)
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            near = 1e-2 if b.dtype.itemsize == 2 else 1e-5
            np.testing.assert_allclose(
                a.astype("float64"), b.astype("float64"), rtol=1e-3, atol=near
            )
    except AssertionError as problem:
        return str(problem)[:200]
    return "read"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", range(PARTS))
def test_operators(part, tmp_path):
    tests = [test for test in TESTS[part::PARTS] if test.name not in OTHERWISE]
    found = {test.name: outcome(test, tmp_path / "x.onnx") for test in tests}
    wrong = {name: how for name, how in found.items() if how not in ("read", "refused")}
    assert wrong == {}
    assert list(found.values()).count("read") > 0.5 * len(tests)
