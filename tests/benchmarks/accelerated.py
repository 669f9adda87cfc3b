"""How fast models of the size of a course are trained and asked with numba, beside numpy alone.

``python -m tests.benchmarks.accelerated`` runs with an interpreter that has visualnn and numba; see
``tests/benchmarks/training.py`` for how it is measured.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from tests.benchmarks.training import compared  # it chooses the processor, before numpy is there
from tests.benchmarks.workloads import WORKLOADS, tasks


def main(names: list[str]) -> None:
    """Print how many times as fast it is with numba, as JSON."""
    import visualnn

    def under(accelerated: bool, task: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            visualnn.config.set_accelerated(accelerated)
            task()

        return run

    found: dict[str, dict[str, float]] = {}
    for name in names or WORKLOADS:
        fast, plain = (tasks(visualnn, WORKLOADS[name]) for _ in range(2))
        found[name] = {
            kind: compared(under(True, fast[kind]), under(False, plain[kind])) for kind in fast
        }
        print(name, found[name], file=sys.stderr)
    print(json.dumps({"load": os.getloadavg()[0], "ratios": found}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
