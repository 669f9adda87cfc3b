"""Files changed by chance load, or give one clear error; ``tests/long`` tries many more."""

import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.saving.mutations import changed_files, changed_records, load_bytes, load_record

USUAL = settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# what does not fit is told as a warning in some of these files, and that is right
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


SYMBOLIC = {"class_name": "__keras_tensor__", "config": {}}


@USUAL
@example(("k2_functional", [("replace", 7483, 0, SYMBOLIC)]))
@given(changed_records)
def test_changed_records(changed):
    load_record(*changed)


@USUAL
@example(("cnn_sequential_bn_sgd.h5", [("repeat", 40, 8, b"-")] * 2))
@given(changed_files)
def test_changed_bytes(changed):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        load_bytes(*changed, Path(folder))
