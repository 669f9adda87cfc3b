"""All cases of losses, metrics, optimizers and what they are made of, beside real Keras.

``KERAS_BACKEND=jax pytest tests/long/test_training_parts.py`` takes some hours on two cores;
``KERAS_BACKEND=numpy`` a few minutes, but that backend has dtypes of its own.
"""

import importlib

import pytest

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop.side_by_side import compare  # noqa: E402

KINDS = ("losses", "metrics", "optimizers", "functions")
CASES = [
    case
    for kind in KINDS
    for case in importlib.import_module(f"tests.interop.cases_{kind}").cases()
]


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_it_does_what_keras_does(case):
    compare(case, keras)
