"""The source of one loop for several elementwise operations, which numba makes machine code of.

numpy goes through whole arrays once for each operation.  Here one loop goes through them once, and
what only the operations themselves need is never stored:

    for i in range(matmul.size):
        matmul_i = matmul[i]
        add_i = matmul_i + bias_i
        add[i] = add_i

Every operation is computed as numpy does it, so results are the same bit for bit, but for
exponentials, which are exact to one unit of the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualnn.graph.graph import Node, Value

_NUMBERS = (0.0, 1.0, -1.0, 2.0, 0.5)
"""Constants that are written into a loop; all others are given to it, so that many share it."""

_LARGER = "{0} if ({0} >= {1}) | ({0} != {0}) else {1}"
_SMALLER = "{0} if ({0} <= {1}) | ({0} != {0}) else {1}"
EXPRESSIONS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    "absolute": "abs({0})",
    "sqrt": "np.sqrt({0})",
    "maximum": _LARGER,
    "minimum": _SMALLER,
    "relu": _LARGER.replace("{1}", "{zero}"),
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "equal": "{0} == {1}",
    "bitwise_and": "{0} & {1}",
    "bitwise_or": "{0} | {1}",
    "bitwise_not": "not {0}",
    "cast": "{0}",
}
"""What each operation does to single elements.  What is no number stays none, as in numpy."""

EXPONENTIALS = {
    "exp": "exp_of({0})",
    "sigmoid": "{one} / ({one} + exp_of(-{0}))",
    "tanh": "tanh_of({0})",
}
"""Operations that are computed by functions of their own, for float32.

The coefficients of their polynomials are those of S. L. Moshier's Cephes library (1989).
"""

_LOGICAL = {"less", "less_equal", "equal", "bitwise_and", "bitwise_or", "bitwise_not"}

EXP = '''
def exp_of(x):
    """e to the power of x: 2 to a whole number, times a polynomial for what is left."""
    x = np.float32(-104) if x < np.float32(-104) else x
    x = np.float32(89) if x > np.float32(89) else x
    whole = np.rint(x * np.float32(1.44269504))
    rest = x - whole * np.float32(0.693359375)
    rest = rest - whole * np.float32(-2.12194440e-4)
    power = np.float32(1.9875691500e-4)
    power = power * rest + np.float32(1.3981999507e-3)
    power = power * rest + np.float32(8.3334519073e-3)
    power = power * rest + np.float32(4.1665795894e-2)
    power = power * rest + np.float32(1.6666665459e-1)
    power = power * rest + np.float32(5.0000001201e-1)
    power = power * rest * rest + rest + np.float32(1)
    # in two steps, so that neither is too large or too small for the exponent of a float32
    half = np.int32(np.int32(whole) >> np.int32(1))
    other = np.int32(np.int32(whole) - half)
    first = np.int32((half + np.int32(127)) << np.int32(23)).view(np.float32)
    second = np.int32((other + np.int32(127)) << np.int32(23)).view(np.float32)
    return power * first * second
'''.strip()

TANH = '''
def tanh_of(x):
    """A polynomial near zero, and what follows from e to the power of 2 x elsewhere."""
    square = x * x
    near = np.float32(-5.70498872745e-3)
    near = near * square + np.float32(2.06390887954e-2)
    near = near * square + np.float32(-5.37397155531e-2)
    near = near * square + np.float32(1.33314422036e-1)
    near = near * square + np.float32(-3.33332819422e-1)
    near = near * square * x + x
    far = np.float32(1) - np.float32(2) / (exp_of(abs(x) + abs(x)) + np.float32(1))
    far = -far if x < np.float32(0) else far
    return near if abs(x) < np.float32(0.625) else far
'''.strip()


@dataclass
class Fields:
    """What operations work on, by the way in which a loop goes through it.

    Attributes:
        fields: Arrays with an element for each turn; of the same memory, one.
        rows: Vectors with an element for each channel.
        numbers: What is the same for all elements.
        literals: Constants that are written as they are.
        kept: What has to be stored, in the array of ``fields`` that is its own.
        masks: Numbers that are there as truth values.
        totals: Sums over all places, one for each channel.
        words: What some of them are called.
        spread: Constants that are repeated for all elements.
    """

    fields: dict[Value, Value] = field(default_factory=dict)
    rows: dict[Value, None] = field(default_factory=dict)
    numbers: dict[Value, None] = field(default_factory=dict)
    literals: dict[Value, float] = field(default_factory=dict)
    kept: dict[Value, None] = field(default_factory=dict)
    masks: set[Value] = field(default_factory=set)
    totals: dict[Value, None] = field(default_factory=dict)
    words: dict[Value, str] = field(default_factory=dict)
    spread: dict[Value, np.ndarray] = field(default_factory=dict)


def literal(number: Any) -> float | None:
    """A constant that is written into a loop as it is."""
    return float(number) if float(number) in _NUMBERS else None


class LoopSource:
    """Writes the loop for some operations.

    Args:
        nodes: The operations, in running order.
        given: What they work on.
        dtype: That of all numbers that are no truth values.
        channels: Whether elements belong to channels: there are rows, or totals.

    Attributes:
        name: What the function is called: after its operations.
        parameters: The values that stand for its arguments, in order.
        signature: Their dtypes.
        source: The function.
        shown: The same, with the scopes of the operations.
        calls: The sources of the functions that it calls.
    """

    def __init__(self, nodes: Sequence[Node], given: Fields, dtype: str, channels: bool):
        self._nodes, self._given, self._dtype = nodes, given, dtype
        self._names: dict[Value, str] = {}
        self._used = {"np", "i", "k", "c", "start", "stop", "size", "width", "channels", "zero"}
        self._used |= {"one", "range", "min", "max", "abs", "exp_of", "tanh_of"}
        shared = dict.fromkeys(given.fields.values())
        self.parameters = [*shared, *given.rows, *given.numbers, *given.totals]
        for x in self.parameters:
            self._names[x] = self._new(given.words.get(x) or _word(x))
        kinds = [f"{self._kind(x)}[::1]" for x in (*shared, *given.rows)]
        kinds += [dtype] * len(given.numbers) + [f"{dtype}[::1]"] * len(given.totals)
        self.signature = ", ".join(kinds)
        self.name = _called(nodes)
        self._fields = list(shared)
        lines = self._with_rows() if channels else self._plain()
        self.source = "\n".join(text for text, is_code in lines if is_code)
        self.shown = "\n".join(text for text, _ in lines)
        self.calls = called_by(self.source)

    # ------------------------------------------------------------------ the function

    def _plain(self) -> list[tuple[str, bool]]:
        first = self._names[self._fields[0]]
        lines = [f"for i in range({first}.size):"]
        lines += [f"    {x}_i = {x}[i]" for x in self._read()]
        steps = self._steps("    ")
        stores = [f"    {to}[i] = {x}" for to, x in self._stored()]
        return self._function([*_code(lines), *steps, *_code(stores)])

    def _with_rows(self) -> list[tuple[str, bool]]:
        """Elements lie in rows of channels: vectors are repeated, so that rows become long."""
        first = self._names[self._fields[0]]
        vectors = [*self._given.rows, *self._given.totals]
        lines = [
            f"size, channels = {first}.size, {self._names[vectors[0]]}.size",
            "width = max(1, 1024 // channels) * channels",
        ]
        kind = f"np.{self._dtype}"
        rows = [self._names[x] for x in self._given.rows]
        totals = [self._names[x] for x in self._given.totals]
        lines += [f"{x}_row = np.empty(width, {kind})" for x in rows]
        lines += [f"{x}_row = np.zeros(width, {kind})" for x in totals]
        if rows:
            lines += ["for k in range(0, width, channels):", "    for c in range(channels):"]
            lines += [f"        {x}_row[k + c] = {x}[c]" for x in rows]
        lines += ["for start in range(0, size, width):", "    stop = min(start + width, size)"]
        fields = [self._names[x] for x in self._fields]
        lines += [f"    {x}_part = {x}[start:stop]" for x in fields]
        lines += ["    for i in range(stop - start):"]
        lines += [f"        {x}_i = {x}_part[i]" for x in self._read()]
        lines += [f"        {x}_i = {x}_row[i]" for x in rows]
        steps = self._steps("        ")
        stores = [f"        {to}_part[i] = {x}" for to, x in self._stored()]
        if totals:
            stores += ["for k in range(0, width, channels):", "    for c in range(channels):"]
            stores += [f"        {x}[c] += {x}_row[k + c]" for x in totals]
        return self._function([*_code(lines), *steps, *_code(stores)])

    def _function(self, body: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        given = ", ".join(self._names[x] for x in self.parameters)
        what = ", ".join(dict.fromkeys(n.primitive.name for n in self._nodes))
        lines = [f"def {self.name}({given}):", f'    """At once: {what}."""']
        whole = "\n".join(text for text, _ in body)
        kind = f"np.{self._dtype}"
        lines += [f"    {x} = {kind}({i})" for i, x in enumerate(("zero", "one")) if _has(whole, x)]
        return [*_code(lines), *((f"    {text}", is_code) for text, is_code in body)]

    def _read(self) -> list[str]:
        """The arrays whose elements are looked at, not only written."""
        read = {x for node in self._nodes for x in node.inputs}
        made = {node.output for node in self._nodes}
        found = [there for x, there in self._given.fields.items() if x in read and x not in made]
        return [self._names[x] for x in dict.fromkeys(found)]

    def _steps(self, indent: str) -> list[tuple[str, bool]]:
        lines: list[tuple[str, bool]] = []
        elements: dict[Value, str] = {}
        place = None
        for node in self._nodes:
            here = node.name.rpartition("/")[0]
            if here != place:
                lines.append((f"{indent}# {here}", False))
                place = here
            name = node.primitive.name
            if node.output in self._given.masks:
                elements[node.output] = self._element(node.inputs[0], elements)
                continue
            is_total = node.output in self._given.totals
            given = [self._element(x, elements) for x in node.inputs[: 1 if is_total else None]]
            if name not in _LOGICAL:
                given = [
                    f"(one if {text} else zero)" if self._is_truth(x) else text
                    for x, text in zip(node.inputs, given, strict=False)
                ]
            if is_total:
                lines.append((f"{indent}{self._names[node.output]}_row[i] += {given[0]}", True))
                continue
            text = {**EXPRESSIONS, **EXPONENTIALS}[name].format(*given, zero="zero", one="one")
            elements[node.output] = made = self._new(f"{_word(node.output)}_i")
            lines.append((f"{indent}{made} = {text}", True))
        self._elements = elements
        return lines

    def _element(self, x: Value, elements: dict[Value, str]) -> str:
        if x in elements:
            return elements[x]
        if x in self._given.literals:
            number = self._given.literals[x]
            return {0.0: "zero", 1.0: "one"}.get(number, f"np.{self._dtype}({number!r})")
        if x in self._given.numbers:
            return self._names[x]
        return f"{self._names[self._given.fields.get(x, x)]}_i"

    def _is_truth(self, x: Value) -> bool:
        return x.dtype == "bool" or x in self._given.masks

    def _kind(self, x: Value) -> str:
        return "boolean" if self._is_truth(x) else self._dtype

    def _stored(self) -> list[tuple[str, str]]:
        return [(self._names[self._given.fields[x]], self._elements[x]) for x in self._given.kept]

    def _new(self, name: str) -> str:
        unique, count = name, 1
        while unique in self._used:
            count += 1
            unique = f"{name}_{count}"
        # what is called after it is taken, too
        self._used |= {unique, f"{unique}_i", f"{unique}_row", f"{unique}_part"}
        return unique


def called_by(source: str) -> list[str]:
    """The sources of the functions that a loop calls."""
    tanh = "tanh_of(" in source
    return ([EXP] if tanh or "exp_of(" in source else []) + ([TANH] if tanh else [])


def _code(lines: Sequence[str]) -> list[tuple[str, bool]]:
    return [(line, True) for line in lines]


def _has(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}", text) is not None


def _word(x: Value) -> str:
    """What a value is called in a loop: as what made it, so that like loops have one source."""
    if x.node is not None:
        return x.node.primitive.name
    word = re.sub(r"\W|\d+$", "_", x.name.rpartition("/")[2]).strip("_")
    return word if word.isidentifier() else "given"


def _called(nodes: Sequence[Node]) -> str:
    """A name after the first and last operations."""
    words = [n.primitive.name for n in nodes if n.primitive.name != "cast"]
    words = [w for i, w in enumerate(words) if i == 0 or w != words[i - 1]]
    if len(words) > 4:
        words = [*words[:2], "to", *words[-2:]]
    return f"loop_{'_'.join(words)}"
