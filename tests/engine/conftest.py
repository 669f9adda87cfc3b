"""Loops that numba would compile, run by Python: what they compute does not depend on numba."""

import re

import numpy as np
import pytest

from visualnn.engine import accelerator, compiled_runs


def run_by_python(source, signature):
    """The function that numba would compile; its numbers keep the dtypes that numba gives them."""
    names = {"np": np}
    exec(source.replace("@numba.njit\n", ""), names)
    return names[re.findall(r"^def (\w+)", source, re.MULTILINE)[-1]]


@pytest.fixture
def compiled(monkeypatch):
    """Whatever can be is one loop."""
    monkeypatch.setattr(accelerator, "_compile", run_by_python)
    monkeypatch.setattr(accelerator, "_is_installed", lambda: True)
    monkeypatch.setattr(accelerator, "_made", {})
    monkeypatch.setattr(compiled_runs, "_MANY", 0)
    accelerator.set_accelerated(True)
    yield
    accelerator.set_accelerated(None)
