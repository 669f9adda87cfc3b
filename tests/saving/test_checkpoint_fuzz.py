"""Checkpoints changed by chance are restored, or give one clear error and change nothing."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.saving.test_checkpoint import FILES, RECORDED, Net, changed
from visualnn import train
from visualnn.saving import InvalidModelFile
from visualnn.saving.checkpoint import KEY, BundleWriter
from visualnn.saving.checkpoint.sstable import read_table, table

USUAL = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
INDEX = (RECORDED / f"module{FILES[0]}").read_bytes()
ENTRIES = list(read_table(INDEX))
GRAPH = train.load_variable(RECORDED / "module", KEY)

EDITS = st.lists(
    st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=12), st.booleans()),
    min_size=1,
    max_size=4,
)


def edited(data, edits):
    """Bytes with others written over them, or put between them."""
    for place, new, between in edits:
        place %= len(data) + 1
        data = data[:place] + new + data[place + (0 if between else len(new)) :]
    return data


def restored(folder):
    """Restore what is there, which works, or is refused and changes nothing."""
    net = changed(Net())
    before = [v.numpy() for v in net.variables]
    try:
        train.Checkpoint(model=net).read(folder / "module")
        reader = train.load_checkpoint(folder / "module")
        for name in reader:
            reader.get_tensor(name)
    except (InvalidModelFile, FileNotFoundError) as problem:
        assert str(problem)
    except ValueError as problem:
        assert "the checkpoint" in str(problem)
        assert all(np.array_equal(v.numpy(), x) for v, x in zip(net.variables, before, strict=True))


@USUAL
@given(st.sampled_from(FILES), EDITS)
def test_changed_bytes(end, edits):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            shutil.copy(f"{RECORDED / 'module'}{file}", folder)
        path = folder / f"module{end}"
        path.write_bytes(edited(path.read_bytes(), edits))
        restored(folder)


@USUAL
@given(st.integers(0, len(ENTRIES) - 1), EDITS, st.booleans())
def test_forged_entries_with_sound_checksums(number, edits, of_key):
    entries = list(ENTRIES)
    key, value = entries[number]
    entries[number] = (edited(key, edits), value) if of_key else (key, edited(value, edits))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(f"{RECORDED / 'module'}{FILES[1]}", folder)
        (folder / f"module{FILES[0]}").write_bytes(table(sorted(entries)))
        restored(folder)


@USUAL
@given(EDITS)
def test_forged_graphs_of_objects(edits):
    reader = train.load_checkpoint(RECORDED / "module")
    with tempfile.TemporaryDirectory() as name:
        with BundleWriter(Path(name) / "module") as writer:
            for key in reader:
                writer.add(key, edited(GRAPH, edits) if key == KEY else reader.get_tensor(key))
        restored(Path(name))


@USUAL
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_any_bytes(index, data):
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / f"module{FILES[0]}").write_bytes(index + INDEX[-48:])
        (Path(name) / f"module{FILES[1]}").write_bytes(data)
        restored(Path(name))
