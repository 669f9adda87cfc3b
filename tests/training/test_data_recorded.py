"""Data of every kind train as with Keras: the same histories, from the same weights and order."""

import json
import pathlib

import numpy as np
import pandas as pd
import pytest

import visualnn
from tests.recorded import record_data

RECORDED = json.loads((pathlib.Path(record_data.__file__).parent / "data.json").read_text())


@pytest.mark.parametrize("name", record_data.NAMES)
def test_histories_are_those_of_keras(name):
    assert set(RECORDED) == set(record_data.NAMES)
    found = getattr(record_data.Cases(visualnn, pd), name)()
    assert set(found) == set(RECORDED[name])
    for key, values in RECORDED[name].items():
        np.testing.assert_allclose(found[key], values, rtol=2e-5, err_msg=key)
