"""Every loss beside that of real Keras: a sample of the cases; ``tests/long`` has all."""

import pytest

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop.cases_losses import cases  # noqa: E402
from tests.interop.side_by_side import compare, sample  # noqa: E402

SHARE = 0.01


@pytest.mark.parametrize("case", sample(cases(), SHARE), ids=repr)
def test_it_does_what_keras_does(case):
    compare(case, keras)
