"""When numba is loaded, where it keeps machine code, and what happens where it cannot."""

import os
import subprocess
import sys
import time

import numpy as np

import visualnn as keras
from visualnn.engine import Plan, accelerator
from visualnn.graph import trace
from visualnn.spec import Spec

STEP = """
import sys, time
import numpy as np
from visualnn import ops
from visualnn.engine import Plan, accelerator
from visualnn.graph import trace
from visualnn.spec import Spec

graph = trace(lambda x: ops.sum(ops.relu(-x) * 2.0 + ops.sqrt(ops.absolute(x))), Spec((400, 400)))
plan = Plan(graph)
x = np.ones((400, 400), "float32")
assert "numba" not in sys.modules
accelerator.set_accelerated(True)
[result] = plan(x)
assert result == 160000, result
assert "numba" in sys.modules and "@compiled" in plan.source()
"""


def run(code, folder, **more):
    """Run code in a process of its own."""
    environment = {**os.environ, "VISUALNN_CACHE_DIR": str(folder), **more}
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, env=environment)


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_machine_code_is_made_once(tmp_path):
    run(STEP, tmp_path)
    before = times(tmp_path)
    assert any(name.endswith(".nbc") for name in before)
    run(STEP, tmp_path)
    assert times(tmp_path) == before


def test_a_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "kernels").write_text("a file where the folder should be")
    run(STEP, tmp_path)


def test_damaged_machine_code_is_made_anew(tmp_path):
    run(STEP, tmp_path)
    for path in tmp_path.rglob("*.nbi"):
        path.write_bytes(b"damaged")
    run(STEP, tmp_path)


def wide(size=1200):
    inputs = keras.Input((size,))
    x = keras.layers.Dense(size, "relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    model.compile("adam", "mse")
    return model


def test_what_runs_for_a_while_is_compiled(monkeypatch):
    """Not at once; the same numbers come out, and the old plan's memory is free by then."""
    graph = trace(lambda x: -(keras.ops.relu(-x) * 2.0) + 1.0, Spec((300, 300)))
    plan = Plan(graph)
    x = np.random.default_rng(0).normal(size=(300, 300)).astype("float32")
    monkeypatch.setattr(accelerator, "_SOON", 0.05)
    monkeypatch.setattr(accelerator, "_LATER", 0.2)
    monkeypatch.setattr(accelerator, "_LEAST", 0.0)
    plan._pace = accelerator.Pace()
    [first] = plan(x)
    assert "@compiled" not in plan.source()
    begun = time.monotonic()
    while "@compiled" not in plan.source():
        plan(x)
        assert time.monotonic() - begun < 60
    assert len(plan._programs) == 1
    np.testing.assert_array_equal(plan(x)[0], first)
    keras.config.set_accelerated(False)
    try:
        np.testing.assert_array_equal(plan(x)[0], first)
        assert "@compiled" not in plan.source()
    finally:
        keras.config.set_accelerated(None)


def test_training_that_goes_over_to_machine_code(monkeypatch):
    """The curve goes on as it would have."""
    random = np.random.default_rng(0)
    x = random.normal(size=(256, 300)).astype("float32")
    y = x[:, :1] ** 2
    curves = []
    for accelerated in (False, None):
        keras.config.set_accelerated(accelerated)
        keras.utils.set_random_seed(0)
        monkeypatch.setattr(accelerator, "_SOON", 0.01)
        monkeypatch.setattr(accelerator, "_LATER", 0.02)
        monkeypatch.setattr(accelerator, "_LEAST", 0.0)
        history = wide(300).fit(x, y, epochs=12, verbose=0)
        curves.append(history.history["loss"])
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-3)
