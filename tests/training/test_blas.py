"""Matrix products use one thread while a model runs, and as many as before afterwards."""

import warnings

import pytest
import threadpoolctl

from visualnn.training import blas


def threads() -> list[int]:
    """How many threads each library for matrix products may use now."""
    libraries = threadpoolctl.threadpool_info()
    return [x["num_threads"] for x in libraries if x["user_api"] == "blas"]


def test_one_thread_inside_and_as_before_afterwards(monkeypatch):
    monkeypatch.setattr(blas, "_controller", None)  # the libraries that are loaded by now
    before = threads()
    with blas.one_thread():
        with blas.one_thread():
            assert set(threads()) <= {1}
        assert set(threads()) <= {1}
    assert threads() == before


def test_they_are_given_back_after_an_interrupt():
    before = threads()
    with pytest.raises(KeyboardInterrupt), blas.one_thread():
        raise KeyboardInterrupt
    assert threads() == before


def test_a_missing_package_is_said_once(monkeypatch):
    monkeypatch.setattr(blas, "_controller", None)
    monkeypatch.setattr(blas.importlib.util, "find_spec", lambda name: None)
    with pytest.warns(UserWarning, match="pip install threadpoolctl"), blas.one_thread():
        pass
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with blas.one_thread():
            pass
