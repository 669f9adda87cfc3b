"""Which line of the user's code is running: the innermost one outside this package."""

from __future__ import annotations

import inspect
import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MACHINERY = ("contextlib.py", "functools.py", "threading.py")
_DEEPEST = 60  # frames; beyond, no line is better than slow tracing


def user_line() -> str:
    """Such as ``model.py:12``, or nothing if all of the stack is ours."""
    frame = inspect.currentframe()
    for _ in range(_DEEPEST):
        if frame is None:
            return ""
        file = frame.f_code.co_filename
        if not file.startswith(_PACKAGE) and not _is_machinery(file):
            return f"{os.path.basename(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _is_machinery(file: str) -> bool:
    return file.startswith("<frozen") or file.endswith(_MACHINERY)
