"""Who is told before a plan runs: profiles, and traces that are being noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

watchers: list[Callable[[Any, list], None]] = []
"""Each is called with the plan and the arrays that it is about to run on."""
