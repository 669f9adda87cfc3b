"""Sentences for the user: English here, and in the reader's language in the browser.

A sentence is an ordinary text, which remembers what it was made of.  So everything in Python reads
and compares it as English, while the browser gets the template and the values apart
(:func:`taken_apart`) and puts them together in its own language (``widgets/src/shared/words.ts``).
Two people may look at one drawing in two languages.

**A new sentence** is written where it is said, ``say("{name} has no input yet.", name=...)``, and
its German beside all others in ``widgets/src/shared/german_*.ts``.  ``tests/widgets/test_words.py``
finds texts that go past :func:`say`, and sentences without German.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Value = str | int | float


class Sentence(str):
    """A text that knows its template and the values in it.

    Attributes:
        template: The sentence with names in braces.
        values: What the names stand for: names of the user, numbers, other sentences.
    """

    template: str
    values: Mapping[str, Value]

    def __new__(cls, template: str, values: Mapping[str, Value]) -> Sentence:
        shown = {name: _shown(value) for name, value in values.items()}
        made = super().__new__(cls, template.format_map(shown) if values else template)
        made.template = template
        made.values = values
        return made

    def with_name(self, old: str, new: str) -> Sentence:
        """The sentence with another name wherever one occurs in its values."""
        values = {name: _with_name(value, old, new) for name, value in self.values.items()}
        return Sentence(self.template, values)

    def __getnewargs__(self) -> tuple[str, Mapping[str, Value]]:
        return self.template, self.values


def say(template: str, /, **values: Value) -> Sentence:
    """A sentence: a template, and what stands in the places that it names by braces."""
    return Sentence(template, values)


def _with_name(value: Value, old: str, new: str) -> Value:
    if isinstance(value, Sentence):
        return value.with_name(old, new)
    return value.replace(old, new) if isinstance(value, str) else value


def _shown(value: Value) -> str:
    match value:
        case bool() | str():
            return str(value)
        case int():
            return f"{value:,}"
        case _:
            return f"{value:g}"


def joined(parts: Iterable[str], between: str = " ") -> str:
    """Texts one after the other, as one sentence."""
    first, *others = [*parts] or [""]
    for other in others:
        first = say(f"{{first}}{between}{{other}}", first=first, other=other)
    return first


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *some, last = [*items] or [""]
    return say("{some} and {last}", some=joined(some, ", "), last=last) if some else last


def counted(count: int, noun: str) -> Sentence:
    """``1 block``, ``2 blocks``."""
    return say(f"{{count}} {noun}{'' if count == 1 else 's'}", count=count)


def said_by(problem: BaseException) -> str:
    """What an exception says: the sentence itself if it was raised with one."""
    match problem.args:
        case [Sentence() as sentence]:
            return sentence
        case _:
            return str(problem)


def taken_apart(message: Any) -> Any:
    """A message with each sentence as what it is made of: ``{"said": template, "values": ...}``."""
    match message:
        case Sentence():
            values = {name: taken_apart(value) for name, value in message.values.items()}
            return {"said": message.template, "values": values}
        case dict():
            entries: dict[Any, Any] = message
            return {key: taken_apart(value) for key, value in entries.items()}
        case list() | tuple():
            items: Iterable[Any] = message
            return [taken_apart(item) for item in items]
        case _:
            return message
