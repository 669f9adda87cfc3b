"""The loops of plans, compiled by numba."""

import pytest

from visualnn.engine import accelerator, compiled_runs


@pytest.fixture(scope="session", autouse=True)
def kernels(tmp_path_factory):
    """A folder for machine code that all tests share, and no other run."""
    folder = tmp_path_factory.getbasetemp().parent / "machine_code"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISUALNN_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture
def compiled(monkeypatch):
    """Whatever can be is one loop."""
    monkeypatch.setattr(compiled_runs, "_MANY", 0)
    accelerator.set_accelerated(True)
    yield
    assert accelerator.is_accelerated()  # or numba could not compile something
    accelerator.set_accelerated(None)
