"""Choices between two arrays, made by their bits.

Which of two numbers is taken changes from element to element, and the processor guesses wrong half
of the time.  As patterns of bits they need no guess: where a mask has all bits, what both differ in
is taken from one, elsewhere from none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn.engine.image_blocks import there
from visualnn.engine.kernels import kernel
from visualnn.engine.passes import uses
from visualnn.graph.graph import Node

_LEAST = 1 << 10  # elements


def _is_of_bits(node: Node) -> bool:
    """Whether a choice is between many numbers of one kind."""
    condition, a, b = (x.spec.numbers for x in node.inputs)
    made = node.output.spec.numbers
    is_whole = condition == made and a == made and b == made
    kinds = [x.dtype for x in node.inputs]
    if kinds[0] != "bool" or kinds[1] not in ("float32", "float64") or kinds[1] != kinds[2]:
        return False
    return is_whole and math.prod(made) >= _LEAST and uses("choices")


@kernel("where", when=_is_of_bits, any_dtype=True)
def _(writer: Any, node: Node, out: np.ndarray, condition: Any, a: Any, b: Any) -> None:
    condition, a, b = (there(writer, node, x, i) for i, x in enumerate((condition, a, b)))
    bits = np.dtype(f"int{out.itemsize * 8}")
    mask = writer.room(out.shape, bits)
    first, second, made = (x.view(bits) for x in (a, b, out))
    writer.call("negative", condition.view("int8"), out=mask, more=f", dtype='{bits.name}'")
    writer.call("bitwise_xor", first, second, out=made)
    writer.call("bitwise_and", made, mask, out=made)
    writer.call("bitwise_xor", made, second, out=made)
