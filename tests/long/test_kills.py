"""Processes killed while they save, 200 times: the file is always one of the versions saved."""

import pytest

from tests.saving.test_atomic import NAMES, kill_writers


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_leaves_a_whole_file(name, tmp_path):
    kill_writers(tmp_path / name, 200 // len(NAMES))
