"""How fast models are saved and loaded, beside the real Keras, in one run.

``KERAS_BACKEND=jax python -m tests.benchmarks.saving`` with an interpreter that has both.  Each
library saves and loads the same model in turns; what is told is the median of the ratios.  The
time that the disk takes to confirm (``fsync``) is counted apart: Keras does not wait for it.
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

ROUNDS = 5


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
        self.synced = 0.0
        self._fsync = os.fsync

    def __enter__(self) -> Clock:
        os.fsync = self._timed  # type: ignore[assignment]
        return self

    def __exit__(self, *problem: Any) -> None:
        os.fsync = self._fsync

    def _timed(self, handle: Any) -> None:
        begin = time.perf_counter()
        self._fsync(handle)
        self.synced += time.perf_counter() - begin

    def measure(self, function: Callable[[], Any]) -> tuple[float, float]:
        """Seconds for one call: by the clock, and of the processor."""
        gc.collect()
        self.synced = 0.0
        begin, busy = time.perf_counter(), time.process_time()
        function()
        return time.perf_counter() - begin - self.synced, time.process_time() - busy


def compare(make: Callable[[Any], Any], folder: pathlib.Path) -> dict[str, float]:
    """Median times of both libraries, and the medians of their ratios.

    Each is told by the clock and in time of the processor, which other programs change less.
    """
    import keras

    import visualnn

    times: dict[str, list[tuple[float, float]]] = {}
    kinds = [("keras", keras), ("visualnn", visualnn)]
    models = {name: make(library) for name, library in kinds}
    with Clock() as clock:
        for turn in range(ROUNDS + 1):
            for name, library in kinds:
                path = str(folder / f"{name}.keras")
                saved = clock.measure(lambda n=name, p=path: models[n].save(p))
                loaded = clock.measure(lambda k=library, p=path: k.models.load_model(p))
                if turn:  # the first warms up
                    times.setdefault(f"{name} save", []).append(saved)
                    times.setdefault(f"{name} load", []).append(loaded)
    found = {}
    for i, of in enumerate(("", " (processor)")):
        for key, pairs in times.items():
            found[f"{key}{of}"] = statistics.median(pair[i] for pair in pairs)
        for what in ("save", "load"):
            both = zip(times[f"keras {what}"], times[f"visualnn {what}"], strict=True)
            found[f"{what} ratio{of}"] = statistics.median(a[i] / b[i] for a, b in both)
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
    """Seconds for a chain that the real Keras cannot load at all."""
    import visualnn

    with Clock() as clock:
        model = chain(visualnn, length)
        path = str(folder / "chain.keras")
        saved, _ = clock.measure(lambda: model.save(path))
        loaded, _ = clock.measure(lambda: visualnn.models.load_model(path))
    return {"save": saved, "load": loaded}


def main() -> None:
    """Print all figures as JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        found = {
            "100 MB": compare(large, folder),
            "400 layers": compare(chain, folder),
            "5,000 layers": longest(folder),
            "memory in sizes of the weights": memory(folder),
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
