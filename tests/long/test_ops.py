"""All calls of ``ops``, ``random`` and ``tree`` in all ways, beside real Keras.

Run it in an environment with the extra ``interop``; it takes about an hour on two cores:

    KERAS_BACKEND=jax python -m pytest tests/long/test_ops.py
"""

import pytest

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

import visualnn  # noqa: E402
from tests.interop import cases_ops as cases  # noqa: E402
from tests.interop.test_conformance_ops import check  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")

WAYS = {
    "numbers": cases.other_variants,
    "foretold": cases.symbolic_variants,
    "promotion": cases.promotion_variants,
    "dtypes": cases.dtype_variants,
}


@pytest.mark.parametrize("call", cases.CALLS)
@pytest.mark.parametrize("way", WAYS)
def test_calls(way, call):
    check(call, WAYS[way](call))


@pytest.mark.parametrize("call", cases.DIFFERENTIABLE)
def test_gradients(call):
    assert cases.slopes_differ(call, visualnn, keras) is None


@pytest.mark.parametrize("call", cases.DIFFERENTIABLE)
def test_nodes_of_models(call, tmp_path):
    assert cases.models_differ(call, visualnn, keras, tmp_path) is None
