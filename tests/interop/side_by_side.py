"""The same thing done with both libraries, and what came of it compared.

A case is a name and a function of a library: the real Keras, or this one.  It gives numbers,
texts, dtypes, nested as it likes.  Where real Keras refuses something, so must this library, by an
exception of the same type that says why; where JAX or Python tripped instead, any clear refusal
will do, and so will an answer.
"""

from __future__ import annotations

import contextlib
import inspect
import re
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

import visualnn


class Case(NamedTuple):
    """One thing to do with both libraries.

    Attributes:
        name: What it is called; it says all settings, so that a failure can be made again.
        run: Does it with a library.
        tolerance: How far numbers may differ, relative to their size.
    """

    name: str
    run: Callable[[Any], Any]
    tolerance: float = 1e-5

    def __repr__(self) -> str:
        return self.name


class Refusal(NamedTuple):
    """An exception that came instead of a result."""

    problem: Exception
    deliberate: bool


def sample(cases: Iterable[Case], share: float) -> list[Case]:
    """Some of the cases; always the same ones."""
    return [c for c in cases if zlib.crc32(c.name.encode()) < share * 2**32]


def without(cases: Iterable[Case], apart: dict[str, str]) -> list[Case]:
    """The cases, each once, but those whose names match a pattern of what is otherwise on purpose.

    Args:
        cases: The cases.
        apart: Regular expressions for names, and why things are otherwise here.
    """
    known = {case.name: case for case in cases}
    return [c for name, c in known.items() if not any(re.search(p, name) for p in apart)]


def short(settings: dict[str, Any]) -> str:
    """Settings, as they stand in the name of a case."""
    return ", ".join(f"{key}={value!r}" for key, value in settings.items())


def done(case: Case, library: Any) -> Any:
    """What comes of a case in a library; JAX has 64 bits only when asked."""
    library.utils.clear_session(free_memory=False)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), _with_64_bits(library):
            warnings.simplefilter("ignore")
            return plain(case.run(library))
    except Exception as problem:
        return Refusal(problem, _is_deliberate(problem))


def _with_64_bits(library: Any) -> Any:
    if library is visualnn or library.backend.backend() != "jax":
        return contextlib.nullcontext()
    import jax

    return jax.enable_x64()


def _is_deliberate(problem: Exception) -> bool:
    """Whether a ``raise`` statement of a Keras did it, and not something below."""
    frames = traceback.extract_tb(problem.__traceback__)
    last = frames[-1]
    is_its_own = "/keras/src/" in last.filename or "/visualnn/" in last.filename
    return is_its_own and (last.line or "").startswith("raise") and str(problem) != ""


def plain(x: Any) -> Any:
    """Results of either library as Python's and numpy's own."""
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [plain(value) for value in x]
    if x is None or isinstance(x, str | bool | int | float | np.ndarray):
        return np.asarray(x) if isinstance(x, np.ndarray) else x
    if hasattr(x, "__array__"):
        return np.asarray(x)
    raise TypeError(f"A case gives {x!r}, which cannot be compared.")


def compare(case: Case, keras: Any) -> None:
    """Do a case with both libraries.

    Raises:
        AssertionError: When something else came of it here.
    """
    theirs, ours = done(case, keras), done(case, visualnn)
    if isinstance(ours, Refusal):
        assert str(ours.problem), f"refused without a word: {ours.problem!r}"
    if isinstance(theirs, Refusal):
        _compare_refusals(theirs, ours)
        return
    if isinstance(ours, Refusal):
        raise AssertionError(f"real Keras answers {theirs!r}, but here: {ours.problem!r}") from (
            ours.problem
        )
    differences = list(_differences(theirs, ours, case.tolerance, ""))
    assert not differences, "\n".join(differences)


def _compare_refusals(theirs: Refusal, ours: Any) -> None:
    """An error of JAX or Python is no decision of Keras's: answers are as good as refusals then."""
    if not theirs.deliberate:
        return
    assert isinstance(ours, Refusal), f"real Keras refuses by {theirs.problem!r}, here: {ours!r}"
    same_type = isinstance(ours.problem, type(theirs.problem))
    assert same_type, f"{ours.problem!r} instead of {theirs.problem!r}"


def _differences(theirs: Any, ours: Any, tolerance: float, where: str) -> Iterable[str]:
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or list(theirs) != list(ours):
            yield f"{where}: keys {_keys(theirs)} but {_keys(ours)}"
            return
        for key in theirs:
            yield from _differences(theirs[key], ours[key], tolerance, f"{where}.{key}")
    elif isinstance(theirs, list):
        if not isinstance(ours, list) or len(theirs) != len(ours):
            yield f"{where}: {theirs!r} but {ours!r}"
            return
        for i, (a, b) in enumerate(zip(theirs, ours, strict=True)):
            yield from _differences(a, b, tolerance, f"{where}[{i}]")
    elif isinstance(theirs, str | bool) or theirs is None:
        if theirs != ours:
            yield f"{where}: {theirs!r} but {ours!r}"
    else:
        yield from _differences_of_numbers(theirs, ours, tolerance, where)


def _keys(x: Any) -> Any:
    return list(x) if isinstance(x, dict) else x


def _differences_of_numbers(theirs: Any, ours: Any, tolerance: float, where: str) -> Iterable[str]:
    a, b = np.asarray(theirs), np.asarray(ours)
    if a.shape != b.shape:
        yield f"{where}: the shape {a.shape} but {b.shape}"
    elif not _close(a, b, tolerance):
        yield f"{where}: {a!r} but {b!r}"
    elif isinstance(theirs, np.ndarray) and a.dtype != b.dtype:
        yield f"{where}: the dtype {a.dtype} but {b.dtype}"


def _close(a: np.ndarray, b: np.ndarray, tolerance: float) -> bool:
    a, b = (np.asarray(x, "float64") for x in (a, b))
    if not a.size:
        return True
    size = float(np.max(np.abs(np.where(np.isfinite(a), a, 0)), initial=0.0))
    return np.allclose(a, b, rtol=tolerance, atol=tolerance * max(size, 1e-2), equal_nan=True)


def arguments(function: Any) -> dict[str, Any]:
    """The parameters of a function or class with their defaults."""
    return {
        name: p.default
        for name, p in inspect.signature(function).parameters.items()
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL) and name != "self"
    }
