"""Random numbers, written block by block into memory that is there."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.kernels import kernel
from visualnn.graph.graph import Node
from visualnn.primitives.random import random_bits

_BITS = 24  # of a random number in 32 bits; the others of a word are left out
_BLOCK = 1 << 15  # numbers, which stay in the cache; even, since words are drawn in pairs


def _is_short(node: Node) -> bool:
    return node.output.dtype == "float32" and len(node.inputs) == 1


@kernel("random_uniform", when=_is_short, any_dtype=True)
def _(writer: Any, node: Node, out: np.ndarray, key: Any, **settings: Any) -> None:
    writer.globals["draw_numbers"] = draw_numbers
    writer.call("draw_numbers", key, out=out)


def draw_numbers(key: np.ndarray, out: np.ndarray) -> None:
    """Draw evenly from [0, 1): the same numbers as ``random_uniform``."""
    flat = out.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        there = flat[start : start + _BLOCK]
        words = random_bits(key, start, there.size)
        np.right_shift(words, 32 - _BITS, out=words)
        np.copyto(there, words.view(np.int32), casting="unsafe")  # which is faster than unsigned
        np.multiply(there, np.float32(2.0**-_BITS), out=there)
