"""What holds for every test: it begins with the same random numbers, whatever ran before it."""

import pytest

from visualnn.random import set_random_seed


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Seeds Python, numpy and visualnn; a hook, because hypothesis refuses fixtures for this."""
    del item
    set_random_seed(0)
