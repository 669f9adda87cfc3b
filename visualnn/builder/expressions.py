"""Numbers that are computed: ``2 * width``.

The grammar is our own and has nothing but numbers in it, so that a text from a file can never do
anything but be a number, or be refused.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping

from visualnn.builder.sentences import Sentence, say

Number = int | float

_LONGEST = 500
_DEEPEST = 40
_LARGEST = 1e15
_TOKEN = re.compile(
    r"\s*(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z_]\w*|\*\*|//|[-+*/%(),])", re.ASCII
)
_SUMS: dict[str, Callable[[Number, Number], Number]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: dict[str, Callable[[Number, Number], Number]] = {
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
FUNCTIONS: dict[str, Callable[..., Number]] = {"min": min, "max": max}


class ExpressionError(ValueError):
    """An expression that is no number; the message says why."""


def evaluated(text: str, values: Mapping[str, Number]) -> Number:
    """The number that an expression is.

    Args:
        text: Numbers and names with ``+ - * / // % **``, ``min``, ``max`` and parentheses.
        values: What the names stand for.

    Raises:
        ExpressionError: When it is none; in words.
    """
    return _Reader(text, values).number()


def names_in(text: str) -> list[str]:
    """The names of parameters in an expression, in order.

    Raises:
        ExpressionError: When it has signs that no expression has.
    """
    found = [token for token in _tokens(text) if _is_name(token) and token not in FUNCTIONS]
    return list(dict.fromkeys(found))


def why_no_name(name: str) -> str | None:
    """Why a parameter cannot be called so, in words; nothing if it can."""
    if not _is_name(name) or not name.isascii():
        return say(
            "A parameter has a name of letters, digits and _ such as width, but this is {name}.",
            name=repr(name),
        )
    if name in FUNCTIONS:
        return say("{name} is a function of expressions: choose another name.", name=name)
    return None


def _is_name(token: str) -> bool:
    return token.isidentifier()


def _tokens(text: str) -> Iterator[str]:
    if len(text) > _LONGEST:
        raise ExpressionError(
            say("An expression cannot be longer than {count} characters.", count=_LONGEST)
        )
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            sign = text[place:].lstrip()[0]
            raise _error(text, say("{sign} means nothing here", sign=repr(sign)))
        yield found[0].strip()
        place = found.end()


def _error(text: str, why: Sentence) -> ExpressionError:
    return ExpressionError(say("{text} cannot be computed: {why}.", text=repr(text), why=why))


class _Reader:
    """Reads an expression from left to right, and computes it on the way."""

    def __init__(self, text: str, values: Mapping[str, Number]):
        self.text = text.strip()
        self.values = values
        self.tokens = [*_tokens(text), ""]
        self.place = 0
        self.depth = 0

    def number(self) -> Number:
        if not self.text:
            raise ExpressionError(say("There is nothing to compute."))
        value = self.sum()
        if self.now:
            raise self.unexpected(self.now)
        return value

    @property
    def now(self) -> str:
        return self.tokens[self.place]

    def taken(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def error(self, why: Sentence) -> ExpressionError:
        return _error(self.text, why)

    def unexpected(self, token: str) -> ExpressionError:
        return self.error(say("{token} is not expected there", token=repr(token)))

    def sum(self) -> Number:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error(say("it is nested too deeply"))
        value = self.product()
        while self.now in _SUMS:
            value = self.combined(_SUMS[self.taken()], value, self.product())
        self.depth -= 1
        return value

    def product(self) -> Number:
        value = self.signed()
        while self.now in _PRODUCTS:
            value = self.combined(_PRODUCTS[self.taken()], value, self.signed())
        return value

    def signed(self) -> Number:
        minus = False
        while self.now in ("-", "+"):
            minus ^= self.taken() == "-"
        value = self.power()
        return -value if minus else value

    def power(self) -> Number:
        base = self.leaf()
        if self.now != "**":
            return base
        self.taken()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.error(say("it is nested too deeply"))
        exponent = self.signed()
        self.depth -= 1
        if abs(exponent) > 100:
            raise self.error(say("the power is too large"))
        return self.combined(operator.pow, base, exponent)

    def leaf(self) -> Number:
        token = self.taken()
        if token == "(":
            value = self.sum()
            self.close()
            return value
        if token in FUNCTIONS:
            return self.function(token)
        if _is_name(token):
            return self.named(token)
        if token and (token[0].isdigit() or token[0] == "."):
            return self.checked(int(token) if token.isdigit() else float(token))
        if not token:
            raise self.error(say("a number is missing"))
        raise self.unexpected(token)

    def named(self, name: str) -> Number:
        if name not in self.values:
            known = ", ".join(self.values)
            hint = say("there are no parameters yet")
            if known:
                hint = say("the parameters are {names}", names=known)
            raise self.error(
                say("there is no parameter {name} ({hint})", name=repr(name), hint=hint)
            )
        return self.values[name]

    def function(self, name: str) -> Number:
        if self.now != "(":
            raise self.error(say("{name} is followed by numbers in parentheses", name=name))
        self.taken()
        values = [self.sum()]
        while self.now == ",":
            self.taken()
            values.append(self.sum())
        self.close()
        return FUNCTIONS[name](values)

    def close(self) -> None:
        if self.taken() != ")":
            raise self.error(say("a closing parenthesis is missing"))

    def combined(self, how: Callable[..., Number], a: Number, b: Number) -> Number:
        try:
            value = how(a, b)
        except ZeroDivisionError:
            raise self.error(say("it divides by zero")) from None
        except OverflowError:
            raise self.error(say("it is too large")) from None
        return self.checked(value)

    def checked(self, value: Number) -> Number:
        if isinstance(value, complex) or not math.isfinite(value) or abs(value) > _LARGEST:
            raise self.error(say("it is too large, or no real number"))
        return value
