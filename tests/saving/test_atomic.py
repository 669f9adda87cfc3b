"""A reader sees the old file or the new one, whatever happens to the writer."""

import os
import random
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from visualnn.layers import Dense, Input
from visualnn.models import Sequential
from visualnn.saving import load_model
from visualnn.saving.atomic import replacing

WRITER = textwrap.dedent("""
    import sys
    import numpy as np
    from visualnn.layers import Dense, Input
    from visualnn.models import Sequential

    model = Sequential([Input((40,)), Dense(500), Dense(40)])
    version = 0
    while True:
        version += 1
        model.set_weights([np.full(w.shape, version, "float32") for w in model.weights])
        model.save(sys.argv[1])
        print(version, flush=True)
""")
KILLS = int(os.environ.get("VISUALNN_KILLS", "20"))


def version_of(path):
    """Which version a file holds; all its weights must be of that one."""
    values = {float(x) for w in load_model(path).get_weights() for x in np.unique(w)}
    assert len(values) == 1, "a file with weights of two versions"
    return values.pop()


def test_a_killed_process_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model.keras"
    moments = random.Random(0)
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        seen = int(writer.stdout.readline())
        for _ in range(moments.randrange(6)):
            seen = int(writer.stdout.readline())
        spin = moments.randrange(200_000)  # a moment within the next version, without sleeping
        while spin:
            spin -= 1
        writer.send_signal(signal.SIGKILL)
        rest = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        last = max([seen, *rest])
        assert version_of(path) in (last, last + 1)


def test_a_problem_while_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model.keras"]


def test_a_missing_folder_is_told(tmp_path):
    model = Sequential([Input((2,)), Dense(1)])
    with pytest.raises(OSError, match=r"model\.keras was not saved: the folder .* does not exist"):
        model.save(tmp_path / "nowhere" / "model.keras")


def test_permissions_are_kept(tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(b"")
    path.chmod(0o640)
    Sequential([Input((2,)), Dense(1)]).save(path)
    assert path.stat().st_mode & 0o777 == 0o640
    load_model(path)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"ends in `\.keras`"):
        Sequential([Input((2,)), Dense(1)]).save(tmp_path / "model.zip")


def test_an_existing_file_is_kept_on_request(tmp_path):
    model = Sequential([Input((2,)), Dense(1)])
    model.save(tmp_path / "model.keras")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save(tmp_path / "model.keras", overwrite=False)
