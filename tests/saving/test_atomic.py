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

    path = sys.argv[1]
    model = Sequential([Input((40,)), Dense(500), Dense(40)])
    version = 0
    while True:
        version += 1
        model.set_weights([np.full(w.shape, version, "float32") for w in model.weights])
        if path.endswith(".weights.json"):
            model.save_weights(path, max_shard_size=90_000 / 2**30)
        elif path.endswith(".weights.h5"):
            model.save_weights(path)
        else:
            model.save(path, zipped=False if path.endswith("folder") else None)
        print(version, flush=True)
""")
NAMES = ["model.keras", "model.h5", "folder", "model.weights.h5", "model.weights.json"]
KILLS = 20  # for all formats together; ``tests/long`` has ten times as many


def version_of(path):
    """Which version a file holds; all its weights must be of that one."""
    if ".weights." in path.name:
        model = Sequential([Input((40,)), Dense(500), Dense(40)])
        model.load_weights(path)
    else:
        model = load_model(path)
    values = {float(x) for w in model.get_weights() for x in np.unique(w)}
    assert len(values) == 1, "a file with weights of two versions"
    return values.pop()


def kill_writers(path, times):
    """Kill processes at any moment of saving again and again; the file is always a whole one."""
    moments = random.Random(path.name)
    for _ in range(times):
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


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_process_leaves_a_whole_file(name, tmp_path):
    kill_writers(tmp_path / name, KILLS // len(NAMES))


def save(model, path):
    if path.name.endswith(".weights.json"):
        model.save_weights(path, max_shard_size=90_000 / 2**30)
    elif path.name.endswith(".weights.h5"):
        model.save_weights(path)
    else:
        model.save(path, zipped=False if path.name == "folder" else None)


FULL = textwrap.dedent("""
    import resource, signal, sys
    from pathlib import Path
    import numpy as np
    from visualnn.layers import Dense, Input
    from visualnn.models import Sequential
    from tests.saving.test_atomic import save

    model = Sequential([Input((40,)), Dense(500), Dense(40)])
    model.set_weights([np.full(w.shape, 7, "float32") for w in model.weights])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        save(model, Path(sys.argv[1]))
    except OSError as problem:
        print(problem)
""")


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_takes_no_more(name, tmp_path):
    """A limit on the size of files stands for a full disk: writing fails in the middle."""
    model = Sequential([Input((40,)), Dense(500), Dense(40)])
    model.set_weights([np.full(w.shape, 3, "float32") for w in model.weights])
    save(model, tmp_path / name)
    before = sorted(os.listdir(tmp_path))
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / name],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{name.split('.')[0]}" in done.stdout and "was not saved" in done.stdout
    assert version_of(tmp_path / name) == 3
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_cannot_be_written_to(name, tmp_path, monkeypatch):
    model = Sequential([Input((40,)), Dense(500), Dense(40)])
    model.set_weights([np.full(w.shape, 3, "float32") for w in model.weights])
    save(model, tmp_path / name)

    def refuse(*args, **kwargs):  # as the system does, also for those who may write anywhere
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(PermissionError, match=r"was not saved: the folder .* cannot be written to"):
        save(model, tmp_path / name)
    assert version_of(tmp_path / name) == 3


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
