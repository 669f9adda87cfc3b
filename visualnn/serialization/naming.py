"""Names that nobody chose: ``dense``, then ``dense_1``, then ``dense_2``, as Keras counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from visualnn.module import snake_case as to_snake_case

_counts: Counter[str] = Counter()
_lock = threading.Lock()
_forget: list[Callable[[], None]] = []


def auto_name(prefix: str) -> str:
    """The next free automatic name with this prefix.  Names that users choose do not count."""
    prefix = to_snake_case(prefix)
    with _lock:
        count = _counts[prefix]
        _counts[prefix] += 1
    return f"{prefix}_{count}" if count else prefix


def get_uid(prefix: str = "") -> int:
    """How often this prefix has been counted, this time included; automatic names count, too."""
    with _lock:
        _counts[prefix] += 1
        return _counts[prefix]


def on_clear_session(forget: Callable[[], None]) -> Callable[[], None]:
    """Also call this function when the session is cleared."""
    _forget.append(forget)
    return forget


def clear_session(free_memory: bool = True) -> None:
    """Start counting automatic names anew, and forget all else that is kept between models.

    Args:
        free_memory: Accepted for Keras's sake; memory is freed when nothing refers to it.
    """
    with _lock:
        _counts.clear()
    for forget in _forget:
        forget()
