"""Many files changed by chance: they load, or give one clear error.

``pytest tests/long/test_fuzz.py --hypothesis-show-statistics`` tells how many were tried.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.saving.mutations import changed_files, changed_records, load_bytes, load_record

LONG = settings(
    max_examples=12_000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@LONG
@given(changed_records)
def test_changed_records(changed):
    load_record(*changed)


@LONG
@given(changed_files)
def test_changed_bytes(changed):
    with tempfile.TemporaryDirectory() as folder:
        load_bytes(*changed, Path(folder))
