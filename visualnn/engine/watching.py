"""Who is told before a plan runs: profiles, and traces that are being noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

watchers: list[Callable[[Any, list], None]] = []
"""Each is called with the plan and the arrays that it is about to run on."""


@contextmanager
def watching(watcher: Callable[[Any, list], None]) -> Iterator[None]:
    """Tell a watcher of every plan that runs inside ``with``."""
    watchers.append(watcher)
    try:
        yield
    finally:
        watchers.remove(watcher)
