"""The parts of the compiler that only make plans faster.  Each can be left out by its name.

``Plan(graph, without=["products"])`` computes the same without one of them, which is how the tests
find out that none changes a result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PASSES: dict[str, str] = {
    "products": "Sums of products (einsum) are matrix products of views.",
    "pieces": "Products of matrices with a narrow side are computed in pieces.",
    "places": "A product is written where, and in the order in which, its reader wants it.",
    "sums": "Sums along the last axes are products with ones.",
    "range": "The exponentials of a softmax are taken as they are where none can overflow.",
    "slopes": "Softmax and cross-entropy together have a slope that is a difference.",
    "gaussian": "The error function of 32-bit numbers is a ratio of polynomials in 32 bits.",
    "loops": "Of a loop over steps, what no step waits for is done for all steps at once.",
    "inputs": "Short inputs of a loop over steps are projected together with its state.",
    "neighbours": "What is done alike to parts of a matrix that lie side by side is done at once.",
    "gates": "The gates of a cell, sigmoids of such parts, are computed as hyperbolic tangents.",
    "turning": "What a loop has made is multiplied as it lies, before its axes change places.",
    "late": "Large factors of slopes are computed when their step comes, not for all before.",
    "steps": "The steps of a loop are written into the plan, over memory of their own.",
    "chains": "Images times vectors plus vectors are one multiplication and one addition.",
    "masks": "Slopes are multiplied by one mask, not by one after the other.",
    "choices": "Of two arrays, elements are chosen by masks of bits.",
    "pools": "Biases are added, and negative numbers cut off, after the largest were found.",
    "winograd": "Convolutions with many channels see several windows at a time.",
    "strips": "Windows of convolutions are multiplied where they lie.",
    "planes": "What windows see of images with few channels is copied plane by plane.",
    "blocks": "Operations on images go through the batch together, a few images at a time.",
    "parts": "Elementwise operations on large arrays go through them together, part by part.",
    "compiled": "Such operations are one loop of machine code, where numba is installed.",
    "threads": "Long steps run in several threads, each on a part of the examples.",
}
"""What each of them does."""

ROUNDING = frozenset({"winograd", "chains", "pools", "gates", "gaussian"})
"""The passes whose results differ from those of the primitives by more than the order of sums."""

_is_exact = False


def set_exact(exact: bool = True) -> None:
    """Compute as the formulas are written, even where that takes longer.

    By default, convolutions with many channels see several windows at a time, the steps of batch
    normalization are put together, and gates of recurrent layers are hyperbolic tangents, so that
    results differ in the last one or two of seven digits.  With this, they differ by the order of
    sums alone.

    Args:
        exact: Whether to, from the next step on.
    """
    global _is_exact
    _is_exact = bool(exact)


def is_exact() -> bool:
    """Whether everything is computed as the formulas are written."""
    return _is_exact


_left_out: ContextVar[frozenset[str]] = ContextVar("left_out", default=frozenset({"compiled"}))


@contextmanager
def leaving_out(names: Iterable[str]) -> Iterator[None]:
    """Compile without some passes inside.

    Raises:
        ValueError: When there is no pass of such a name.
    """
    names = frozenset(names)
    if unknown := sorted(names - PASSES.keys()):
        raise ValueError(f"There is no pass {unknown[0]!r}; there are {', '.join(PASSES)}.")
    token = _left_out.set(names)
    try:
        yield
    finally:
        _left_out.reset(token)


def left_out() -> frozenset[str]:
    """The names of the passes that are left out here."""
    return _left_out.get()


def uses(name: str) -> bool:
    """Whether a pass is to be used here."""
    return name not in _left_out.get() and not (_is_exact and name in ROUNDING)
