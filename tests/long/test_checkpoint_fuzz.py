"""Many checkpoints changed by chance: they are restored, or give one clear error."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.saving import test_checkpoint_fuzz as usual

LONG = settings(
    max_examples=20_000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@LONG
@given(st.sampled_from(usual.FILES), usual.EDITS)
def test_changed_bytes(end, edits):
    usual.test_changed_bytes.hypothesis.inner_test(end, edits)


@LONG
@given(st.integers(0, len(usual.ENTRIES) - 1), usual.EDITS, st.booleans())
def test_forged_entries_with_sound_checksums(number, edits, of_key):
    test = usual.test_forged_entries_with_sound_checksums
    test.hypothesis.inner_test(number, edits, of_key)


@LONG
@given(usual.EDITS)
def test_forged_graphs_of_objects(edits):
    usual.test_forged_graphs_of_objects.hypothesis.inner_test(edits)
