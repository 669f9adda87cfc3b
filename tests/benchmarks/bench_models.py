"""How long models are trained and asked, to be compared from one version to the next.

    python -m pytest tests/benchmarks/bench_models.py --benchmark-autosave
    python -m pytest tests/benchmarks/bench_models.py --benchmark-compare

The extra ``benchmark`` installs what it takes.
"""

import pytest

import visualnn
from tests.benchmarks.workloads import WORKLOADS, tasks


@pytest.mark.parametrize("what", ["train", "predict", "call"])
@pytest.mark.parametrize("name", WORKLOADS)
def test_model(benchmark, name, what):
    """An epoch, the predictions for one, or one sample."""
    benchmark.group = what
    benchmark(tasks(visualnn, WORKLOADS[name])[what])
