"""The README holds: its example runs, and its commands are those that are run elsewhere."""

import re
import subprocess

from tests.front_end import REPOSITORY

README = (REPOSITORY / "README.md").read_text()


def commands():
    """The lines that the README asks to be typed."""
    return [line.strip() for line in README.splitlines() if line.startswith("    python3 ")]


def test_the_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names = {}
    exec(example, names)
    assert (tmp_path / "digits.keras").stat().st_size > 1000
    assert names["builder"].model.count_params() == names["model"].count_params()


def test_there_are_two_commands_and_ci_runs_the_second():
    start, test = commands()
    assert start.endswith("visualnn")
    script = (REPOSITORY / ".ci/run").read_text()
    [extract] = re.findall(r"^command=\$\((.*)\)$", script, flags=re.MULTILINE)
    run = subprocess.run(extract, shell=True, cwd=REPOSITORY, capture_output=True, text=True)
    assert run.stdout.strip() == test
    assert "pytest" in test
