"""How many threads the matrix products of numpy use while a model runs: one.

The products of one batch are small, and several threads of the linear-algebra library wait for
each other more than they compute: with something else running on the machine, steps have been seen
to take twenty times as long.
"""

from __future__ import annotations

import importlib.util
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_users = 0
_limits: Any = None
_controller: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for matrix products inside, in the whole process; as before afterwards.

    Without threadpoolctl, which is a dependency, nothing is changed, and that is said once.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _users, _limits
    with _lock:
        if _users == 0:
            controller = _found_controller()
            _limits = controller and controller.limit(limits=1, user_api="blas").__enter__()
        _users += 1


def _leave() -> None:
    global _users, _limits
    with _lock:
        _users -= 1
        if _users == 0 and _limits is not None:
            _limits.restore_original_limits()
            _limits = None


def _found_controller() -> Any:
    """What controls the libraries that are loaded; looked for once, which takes a while."""
    global _controller
    if _controller is None and importlib.util.find_spec("threadpoolctl") is not None:
        import threadpoolctl

        _controller = threadpoolctl.ThreadpoolController()
    elif _controller is None:
        _controller = False
        warnings.warn(
            "The package threadpoolctl is not installed, so the threads of numpy's matrix products "
            "are left as they are, and training may be slower: pip install threadpoolctl",
            stacklevel=2,
        )
    return _controller or None
