"""Programs that go through what was asked for, step by step, each in a process of its own."""

import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent
PROGRAMS = ("modules_layers_models", "older_guide_and_book", "serialization_and_saving")


def held(name, **more):
    """What a program says at its end."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py")],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=FOLDER.parents[1],
        **more,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_holds(name):
    assert f"{name}: all held" in held(name)
