"""The checks that read the Python code without running it: ruff, pyright and import-linter."""

import subprocess
import sys

import pytest

from tests.front_end import REPOSITORY

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
CHECKS = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "pyright", "--pythonpath", sys.executable],
    "imports": ["-c", LINT_IMPORTS],
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_code_passes(name):
    command = [sys.executable, *CHECKS[name]]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
