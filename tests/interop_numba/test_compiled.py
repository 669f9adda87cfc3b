"""The tests of ``tests/engine/test_compiled.py``, with machine code."""

from tests.engine.test_compiled import *  # noqa: F403 - each of them
