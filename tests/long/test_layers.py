"""Every layer beside the one of the real Keras, in all cases; run with an environment for interop.

KERAS_BACKEND=jax python -m pytest tests/long/test_layers.py
"""

import pytest

pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop import test_conformance_layers as sampled

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("case", sampled.all_cases(), ids=lambda case: case.name)
def test_cases(case):
    sampled.check(case)


@pytest.mark.parametrize("case", sampled.with_files(), ids=lambda case: case.name)
def test_files(case, tmp_path):
    sampled.check_files(case, tmp_path)
