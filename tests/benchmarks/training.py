"""How fast models of the size of a course are trained and asked, beside Keras.

``KERAS_BACKEND=jax python -m tests.benchmarks.training`` runs with an interpreter that has Keras
and visualnn; other names for the backend compare with the others.  Both run on one processor, in
turns and in one process; told are medians of the ratios of processor time, which other programs
change least.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
if hasattr(os, "sched_setaffinity"):  # before any library counts the processors
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.workloads import WORKLOADS, tasks

ROUNDS, SECONDS = 7, 0.5


def busy(task: Callable[[], Any], times: int) -> float:
    """The processor time of so many runs, per run."""
    begin = time.process_time()
    for _ in range(times):
        task()
    return (time.process_time() - begin) / times


def compared(ours: Callable[[], Any], theirs: Callable[[], Any]) -> float:
    """How many times as fast the first is: the median of the ratios of turns."""
    repeats = []
    for task in (ours, theirs):
        for _ in range(3):  # compiles, and warms up
            took = busy(task, 1)
        repeats.append(max(1, round(SECONDS / max(took, 1e-6))))
    ratios = []
    for turn in range(ROUNDS):
        pair = [(ours, repeats[0]), (theirs, repeats[1])]
        found = {}
        for task, times in pair if turn % 2 else reversed(pair):
            found[task] = busy(task, times)
        ratios.append(found[theirs] / found[ours])
    return round(statistics.median(ratios), 2)


def main(names: list[str]) -> None:
    """Print how many times as fast visualnn is, as JSON."""
    import keras

    import visualnn

    found: dict[str, dict[str, float]] = {}
    for name in names or WORKLOADS:
        ours, theirs = (tasks(library, WORKLOADS[name]) for library in (visualnn, keras))
        found[name] = {kind: compared(ours[kind], theirs[kind]) for kind in ours}
        print(name, found[name], file=sys.stderr)
    told = {"backend": keras.backend.backend(), "load": os.getloadavg()[0], "ratios": found}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
