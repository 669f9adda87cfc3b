"""Whether and when loops are compiled, without numba."""

import importlib.util

import numpy as np
import pytest

import visualnn as keras
from tests.engine.conftest import run_by_python
from visualnn import ops
from visualnn.engine import Plan, accelerator, compiled_runs
from visualnn.graph import trace
from visualnn.spec import Spec


@pytest.fixture
def nothing_made(monkeypatch):
    monkeypatch.setattr(accelerator, "_made", {})
    monkeypatch.setattr(accelerator, "_broken", False)
    yield
    accelerator.set_accelerated(None)


def test_without_numba(monkeypatch, nothing_made):
    monkeypatch.setattr(accelerator, "_numba", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not keras.config.is_accelerated()
    with pytest.raises(ImportError, match=r"pip install visualnn\[fast\]"):
        keras.config.set_accelerated(True)
    keras.config.set_accelerated(False)
    assert not keras.config.is_accelerated()


def test_what_cannot_be_compiled_is_left_to_numpy(monkeypatch, nothing_made):
    def fail(source, signature):
        raise ZeroDivisionError("no machine here\nand more")

    monkeypatch.setattr(accelerator, "_compile", fail)
    monkeypatch.setattr(accelerator, "_is_installed", lambda: True)
    monkeypatch.setattr(compiled_runs, "_MANY", 0)
    accelerator.set_accelerated(True)
    graph = trace(lambda x: -(ops.relu(-x) * 2.0), Spec((3,)))
    plan = Plan(graph)
    with pytest.warns(UserWarning, match="numpy computes it: ZeroDivisionError: no machine here$"):
        [found] = plan(np.array([1, -2, 3], "float32"))
    np.testing.assert_array_equal(found, [0, -4, 0])
    assert not keras.config.is_accelerated()
    assert "@compiled" not in plan.source()


def test_a_plan_waits_as_long_as_compiling_takes(monkeypatch, nothing_made, tmp_path):
    """Less, where machine code is on the disk; not at all, where each run is short."""
    monkeypatch.setenv("VISUALNN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(accelerator, "_is_installed", lambda: True)
    program = type("Program", (), {"source": "def run(): ..."})
    pace = accelerator.Pace()
    for _ in range(7):
        pace.ran(1.0, program)
        assert not pace.is_over
    pace.ran(1.5, program)
    assert pace.is_over
    pace = accelerator.Pace()
    pace.ran(1.0, program)
    assert not pace.is_over
    pace.ran(1.0, program)
    assert pace.is_over
    pace = accelerator.Pace()
    for _ in range(100_000):
        pace.ran(3e-5, program)
    assert not pace.is_over


def test_a_plan_is_written_anew(monkeypatch, nothing_made, tmp_path):
    monkeypatch.setenv("VISUALNN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(accelerator, "_compile", run_by_python)
    monkeypatch.setattr(accelerator, "_is_installed", lambda: True)
    monkeypatch.setattr(compiled_runs, "_MANY", 0)
    plan = Plan(trace(lambda x: -(ops.relu(-x) * 2.0), Spec((3,))))
    x = np.array([1, -2, 3], "float32")
    [first] = plan(x)
    assert "@compiled" not in plan.source()
    plan._pace.is_over = True
    np.testing.assert_array_equal(plan(x)[0], first)
    assert "@compiled" in plan.source()
    assert len(plan._programs) == 1
