"""How fast models are saved and loaded, beside the real Keras, in one run.

``KERAS_BACKEND=jax python -m tests.benchmarks.saving`` with an interpreter that has both.  Each
library saves and loads the same model in turns; what is told is the median of the ratios.  Beside
them, in the same turns, plain h5py writes and reads the same arrays, and plain Python the same
bytes: no file can be written faster than that.

Everybody begins alike: with an old file of its own that is on the disk already, and with memory
that the system has handed out before.  The time that the disk takes to confirm (``fsync``), by the
clock and of the processor, is counted apart: only visualnn waits for it.
"""

from __future__ import annotations

import gc
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

WARM_UP = 2
ROUNDS = 7


def large(keras: Any) -> Any:
    """A model with 100 MB of weights."""
    layers = [keras.layers.Dense(2048) for _ in range(6)]
    return keras.Sequential([keras.Input((2048,)), *layers])


def chain(keras: Any, length: int = 400) -> Any:
    """Many small layers, one after the other."""
    x = inputs = keras.Input((8,))
    for _ in range(length):
        x = keras.layers.Dense(8)(x)
    return keras.Model(inputs, x)


class Clock:
    """Measures, without the time that passes in ``fsync``."""

    def __init__(self) -> None:
        self.synced = np.zeros(2)
        self._fsync = os.fsync

    def __enter__(self) -> Clock:
        os.fsync = self._timed  # type: ignore[assignment]
        return self

    def __exit__(self, *problem: Any) -> None:
        os.fsync = self._fsync

    def _timed(self, handle: Any) -> None:
        begin = now()
        self._fsync(handle)
        self.synced += now() - begin

    def measure(self, function: Callable[[], Any]) -> np.ndarray:
        """Seconds for one call: by the clock, and of the processor."""
        gc.collect()
        self.synced[:] = 0
        begin = now()
        function()
        return now() - begin - self.synced


def now() -> np.ndarray:
    """The time by the clock, and that of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def touch_memory(folder: pathlib.Path) -> None:
    """Let the system hand out memory for files once; the first time takes ten times as long."""
    path = folder / "memory"
    for _ in range(4):
        path.write_bytes(bytes(2**28))
    path.unlink()


def settle(path: str) -> None:
    """Wait until a file is on the disk, as visualnn does; nobody then finds a file half there."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())


class Plain:
    """The same arrays, saved and loaded by nothing but h5py, or the same bytes by nothing at all.

    Args:
        arrays: The arrays.
    """

    def __init__(self, arrays: list[np.ndarray]):
        self.arrays = arrays

    def save_h5py(self, path: str) -> None:
        with h5py.File(path, "w") as file:
            for i, array in enumerate(self.arrays):
                file.create_dataset(f"layers/{i}/vars/0", data=array)

    def load_h5py(self, path: str) -> list[np.ndarray]:
        with h5py.File(path) as file:
            return [file[f"layers/{i}/vars/0"][()] for i in range(len(self.arrays))]

    def save_bytes(self, path: str) -> None:
        with open(path, "wb") as file:
            for array in self.arrays:
                file.write(array.data)

    def load_bytes(self, path: str) -> list[np.ndarray]:
        found = [np.empty_like(array) for array in self.arrays]
        with open(path, "rb") as file:
            for array in found:
                file.readinto(array.data)  # type: ignore[attr-defined]
        return found


def compare(make: Callable[[Any], Any], folder: pathlib.Path) -> dict[str, Any]:
    """Median times of all, and the medians of the ratios of both libraries.

    Each is told by the clock, and in time of the processor, which other programs change less.
    """
    import keras

    import visualnn

    models = {name: make(library) for name, library in (("keras", keras), ("visualnn", visualnn))}
    plain = Plain([np.array(w) for w in models["visualnn"].get_weights()])
    actions: dict[str, tuple[Callable[[str], Any], Callable[[str], Any]]] = {
        "keras": (models["keras"].save, keras.models.load_model),
        "visualnn": (models["visualnn"].save, visualnn.models.load_model),
        "h5py": (plain.save_h5py, plain.load_h5py),
        "bytes": (plain.save_bytes, plain.load_bytes),
    }
    times: dict[str, list[np.ndarray]] = {}
    with Clock() as clock:
        for turn in range(WARM_UP + ROUNDS):
            for name, (save, load) in actions.items():
                path = str(folder / f"{name}.keras")
                saved = clock.measure(lambda s=save, p=path: s(p))
                settle(path)
                loaded = clock.measure(lambda r=load, p=path: r(p))
                if turn >= WARM_UP:
                    times.setdefault(f"{name} save", []).append(saved)
                    times.setdefault(f"{name} load", []).append(loaded)
    found: dict[str, Any] = {}
    for i, by in enumerate(("clock", "processor")):
        found[by] = {
            f"{key} (ms)": round(1e3 * statistics.median(pair[i] for pair in pairs), 1)
            for key, pairs in times.items()
        }
        for what in ("save", "load"):
            both = zip(times[f"keras {what}"], times[f"visualnn {what}"], strict=True)
            found[by][f"{what} ratio"] = round(statistics.median(a[i] / b[i] for a, b in both), 2)
    return found


MEMORY = """
import pathlib, sys
import visualnn as keras
from tests.benchmarks.saving import large

def of(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

def grown(function):
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # forget the peak
    before = of("VmRSS")
    kept = function()
    print(of("VmHWM") - before)

what, path = sys.argv[1:]
if what == "save":
    model = large(keras)
    model.set_weights(model.get_weights())
    grown(lambda: model.save(path))
else:
    grown(lambda: keras.models.load_model(path))
"""


def memory(folder: pathlib.Path) -> dict[str, float]:
    """How much memory saving and loading take at most, in sizes of the weights (on Linux).

    Loading makes the weights, so one of it is what the model has afterwards.
    """
    found = {}
    path = str(folder / "memory.keras")
    for what in ("save", "load"):
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, what, path], capture_output=True, text=True, check=True
        )
        found[what] = int(done.stdout) * 1024 / os.path.getsize(path)
    return found


def longest(folder: pathlib.Path, length: int = 5_000) -> dict[str, float]:
    """Seconds of the processor for a chain that the real Keras cannot load at all."""
    import visualnn

    with Clock() as clock:
        model = chain(visualnn, length)
        path = str(folder / "chain.keras")
        saved = clock.measure(lambda: model.save(path))
        loaded = clock.measure(lambda: visualnn.models.load_model(path))
    return {"save": round(saved[1], 2), "load": round(loaded[1], 2)}


def main() -> None:
    """Print all figures as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        touch_memory(folder)
        found = {
            "100 MB": compare(large, folder),
            "400 layers": compare(chain, folder),
            "5,000 layers": longest(folder),
            "memory in sizes of the weights": memory(folder),
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
