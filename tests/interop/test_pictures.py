"""Layers for pictures and sound beside real Keras, with what each drew written down."""

from types import SimpleNamespace

import numpy as np
import pytest

import visualnn
from tests.layers.picture_cases import CASES, SOUNDS, results, spectrogram

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

# JAX warns of numbers of 64 bits that it makes shorter; what comes out counts
pytestmark = pytest.mark.filterwarnings("ignore")

OURS = SimpleNamespace(layers=visualnn.layers)
THEIRS = SimpleNamespace(layers=keras.layers)


@pytest.mark.parametrize("case", CASES)
def test_the_same_comes_out(case):
    found, expected = results(OURS, case), results(THEIRS, case)
    assert found.keys() == expected.keys()
    for key, x in found.items():
        y = expected[key]
        assert (x.dtype, x.shape) == (y.dtype, y.shape), key
        tolerance = 1.01 if "Equalization" in case or "bytes" in key else 0.05
        apart = ~np.isclose(x.astype("float64"), y.astype("float64"), atol=tolerance, rtol=1e-4)
        halfway = "nearest" in case or "masks" in key
        assert apart.mean() <= (0.02 if halfway else 0), f"{key}: {apart.mean():.1%} differ"


@pytest.mark.parametrize("case", SOUNDS)
def test_the_same_is_heard(case):
    found, expected = spectrogram(OURS, case), spectrogram(THEIRS, case)
    apart = ~np.isclose(found, expected, rtol=2e-3, atol=2e-3)
    assert apart.mean() < 1e-3
