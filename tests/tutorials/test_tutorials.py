"""Programs in the manner of Keras's guides run unchanged, with visualnn under Keras's name."""

import json
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).parent
NOT_TUTORIALS = {pathlib.Path(__file__).stem, "run"}
TUTORIALS = sorted({path.stem for path in FOLDER.glob("*.py")} - NOT_TUTORIALS)


def facts_of(name: str, *flags: str) -> dict:
    """What a program finds when it runs in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / "run.py"), str(FOLDER / f"{name}.py"), *flags],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=FOLDER.parents[1],
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_are_twenty():
    assert len(TUTORIALS) >= 20


@pytest.mark.parametrize("name", TUTORIALS)
def test_tutorial(name):
    assert facts_of(name, "--visualnn")
