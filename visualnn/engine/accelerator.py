"""The optional accelerator: numba, which makes machine code of loops (``visualnn[fast]``).

Nothing needs it.  Where it is installed, plans that have run for a while are written anew, with
loops of their own where numpy would go through large arrays again and again.  Machine code is kept
in a folder of the user, so that the next process finds it.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

_accelerated: bool | None = None
_broken = False
_numba: ModuleType | None = None
_made: dict[tuple[str, str], Callable] = {}

_CHECKS = "-runtime-memory-check-threshold=256"
"""How many comparisons of addresses are worth to find out that arrays lie apart: by default so few
that a loop over more than four arrays would not use the vector unit."""


def set_accelerated(accelerated: bool | None = None) -> None:
    """Let loops be compiled to machine code, by numba (``pip install visualnn[fast]``).

    Results differ by the order of sums, and by the last digit of exponentials; not even by that of
    these with ``set_exact()``.

    Args:
        accelerated: ``None`` to compile what has run for a while, which is the default; ``True``
            to compile everything before it runs; ``False`` to leave all to numpy.

    Raises:
        ImportError: When it is ``True``, and numba is not installed.
    """
    global _accelerated
    if accelerated and not _is_installed():
        raise ImportError(
            "Loops are compiled by numba, which is not installed: `pip install visualnn[fast]`."
        )
    _accelerated = None if accelerated is None else bool(accelerated)


def is_accelerated() -> bool:
    """Whether loops are compiled to machine code: those of plans that have run for a while."""
    return _accelerated is not False and not _broken and _is_installed()


def compiles_at_once() -> bool:
    """Whether plans are compiled before they run for the first time."""
    return _accelerated is True and not _broken


def _is_installed() -> bool:
    return _numba is not None or importlib.util.find_spec("numba") is not None


# --------------------------------------------------------------------------- compiling


class Kernels:
    """The compiled functions of a plan, by their names.

    Its source shows them with a decorator, ``@compiled("...")``, which is this: it takes the
    compiled function instead of the one that is written there.
    """

    def __init__(self) -> None:
        self._functions: dict[str, Callable] = {}

    def add(self, name: str, source: str, signature: str, calls: Sequence[str] = ()) -> None:
        """Compile a function.

        Args:
            name: What it is called in the plan.
            source: The source.
            signature: The dtypes of its arguments, such as ``"float32[::1], float32"``.
            calls: The sources of the functions that it calls.
        """
        inner = "".join(f"@numba.njit\n{text}\n\n\n" for text in calls)
        self._functions[name] = compiled(f"{inner}{source}", signature)

    def __call__(self, signature: str) -> Callable[[Callable], Callable]:
        return lambda function: self._functions[function.__name__]


def compiled(source: str, signature: str) -> Callable:
    """The machine code of a function, from this process, from the disk, or made now.

    Args:
        source: The function, which comes last, and what it calls.
        signature: The dtypes of its arguments.

    Raises:
        NotCompiledError: When numba does not make machine code of it.
    """
    key = source, signature
    if key not in _made:
        try:
            _made[key] = _compile(source, signature)
        except Exception as problem:  # of numba's many kinds
            raise NotCompiledError(f"{type(problem).__name__}: {problem}") from problem
    return _made[key]


def _compile(source: str, signature: str) -> Callable:
    numba = _loaded()
    name = re.findall(r"^def (\w+)", source, re.MULTILINE)[-1]
    text = f"import numba\nimport numpy as np\n\n\n{source}\n"
    how = dict(nogil=True, error_model="numpy")
    types = f"void({signature})"
    path = _kept(name, text, f"{signature} {numba.__version__}")
    if path is not None:
        try:
            return numba.njit(types, cache=True, **how)(_function(name, text, str(path)))
        except Exception:  # the folder cannot be used, or what is in it is damaged in some way
            _forget(path)
    return numba.njit(types, **how)(_function(name, text, f"<{name}>"))


def _function(name: str, text: str, file: str) -> Callable:
    """A function of a module of its own, by whose name numba finds it again."""
    module = ModuleType(f"visualnn_{Path(file).stem.strip('<>')}")
    sys.modules[module.__name__] = module
    exec(compile(text, file, "exec"), vars(module))
    return vars(module)[name]


def _loaded() -> ModuleType:
    global _numba
    if _numba is None:
        numba = importlib.import_module("numba")
        importlib.import_module("llvmlite.binding").set_option("visualnn", _CHECKS)
        _numba = numba
    return _numba


class NotCompiledError(Exception):
    """A function could not be compiled."""


def gave_up(problem: NotCompiledError) -> None:
    """Compute with numpy alone from now on, and say why."""
    global _broken
    _broken = True
    text = (str(problem).splitlines() or [""])[0]
    warnings.warn(f"numba cannot compile a loop, so numpy computes it: {text}", stacklevel=2)


# --------------------------------------------------------------------------- the disk


def folder() -> Path:
    """Where machine code is kept: ``VISUALNN_CACHE_DIR``, or a folder in the user's cache."""
    if chosen := os.environ.get("VISUALNN_CACHE_DIR"):
        return Path(chosen) / "kernels"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "visualnn" / "kernels"


def _kept(name: str, text: str, key: str) -> Path | None:
    """A file with the source, which numba looks beside for machine code; none if it cannot be."""
    digest = hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()
    path = folder() / f"{name}_{digest[:20]}.py"
    try:
        if not path.exists():  # its time is part of what numba goes by, so it is written once
            _write(path, text)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        return None
    return path


def _forget(path: Path) -> None:
    """Remove what is kept of a function, so that the next process keeps it anew."""
    try:
        for file in (path, *path.parent.glob(f"__pycache__/{path.stem}.*")):
            file.unlink(missing_ok=True)
    except OSError:
        pass


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


# --------------------------------------------------------------------------- when

_LEAST = 2e-4  # seconds: shorter runs have too little in them
_SOON, _LATER = 1.5, 8.0
"""Seconds: about what it takes to write a plan anew, with machine code from the disk and without.
Who waits as long as that before, loses half of the time at most; who trains for a moment, none."""


class Pace:
    """Finds out when a plan has run for so long that it is worth to compile it.

    Attributes:
        is_over: Whether it has.
    """

    def __init__(self) -> None:
        self._seconds, self._runs = 0.0, 0
        self._mark: Path | None = None
        self._price = _SOON
        self.is_over = False

    def ran(self, seconds: float, program: Any) -> None:
        """Count a run.

        Args:
            seconds: How long it took.
            program: What ran, by whose source its machine code is found again.
        """
        self._seconds += seconds
        self._runs += 1
        if self._seconds < self._price or self.is_over:
            return
        if self._seconds < _LEAST * self._runs or not is_accelerated():
            self._price = 2 * self._seconds  # perhaps longer runs follow, or it is asked for
            return
        if self._mark is None:
            text = f"{program.source}{np.__version__}"
            self._mark = folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.plan"
            if not _exists(self._mark):
                self._price = _LATER
                return
        self.is_over = True
        try:  # the next process need not wait so long
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.touch()
        except OSError:
            pass


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
