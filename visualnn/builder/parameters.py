"""Named numbers of a document, and the settings that are computed from them."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from visualnn.builder.expressions import ExpressionError, Number, evaluated, names_in
from visualnn.builder.forms import SettingForm, settings_of, with_setting
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import listed, said_by, say

COMPUTED = ("integer", "number", "integers", "shape")
"""The kinds of entries that may hold expressions."""
_BETWEEN = re.compile(r"×|,(?![^()]*\))")


@dataclass(frozen=True)
class Parameter:
    """A named number.

    Attributes:
        expression: What it is, such as ``64`` or ``2 * depth``.
        variable: The variable of the notebook that it follows; empty if none.
    """

    expression: str
    variable: str = ""


def values_of(parameters: Mapping[str, Parameter]) -> dict[str, Number]:
    """The numbers that parameters are.

    Raises:
        ExpressionError: When one of them is none, or is computed from itself.
    """
    values: dict[str, Number] = {}
    waiting = dict(parameters)
    while waiting:
        ready = [
            name
            for name, parameter in waiting.items()
            if not any(other in waiting for other in names_in(parameter.expression))
        ]
        if not ready:
            said = listed(waiting)
            raise ExpressionError(
                say("{names} cannot be computed: each needs the other's value first.", names=said)
            )
        for name in ready:
            try:
                values[name] = evaluated(waiting.pop(name).expression, values)
            except ExpressionError as problem:
                raise ExpressionError(
                    say("{name}: {problem}", name=name, problem=said_by(problem))
                ) from None
    return values


def with_value(
    record: LayerRecord, name: str, value: Any, parameters: Mapping[str, Parameter]
) -> LayerRecord:
    """The layer with another value for a setting, or another expression that gives it.

    Raises:
        ValueError: When there is no such setting, or the value does not fit; in words.
    """
    form = next((s.form for s in settings_of(record) if s.form.name == name), None)
    if form is None or form.kind not in COMPUTED or not isinstance(value, str):
        plain = with_setting(record, name, value)
        return _without_expression(plain, name)
    names = _names_in(form, value)
    changed = with_setting(record, name, _computed(form, value, values_of(parameters)))
    if not names:
        return _without_expression(changed, name)
    return replace(changed, expressions=record.expressions.having(name, value.strip()))


def computed_again(record: LayerRecord, values: Mapping[str, Number]) -> LayerRecord:
    """The layer with what its expressions are now.

    Raises:
        ValueError: When one of them is nothing that the layer takes; in words.
    """
    found = record
    for setting in settings_of(record):
        text = record.expressions.get(setting.form.name)
        if text is not None:
            try:
                value = _computed(setting.form, text, values)
                found = with_setting(found, setting.form.name, value)
            except ValueError as problem:
                raise ValueError(f"{record.name}: {problem}") from None
    return record if found.config == record.config else found


def with_expressions(
    record: LayerRecord, expressions: Mapping[str, Any], values: Mapping[str, Number]
) -> LayerRecord:
    """The layer with those of these expressions that give what it has already.

    Of a file nothing is believed that it does not bear out.
    """
    kept = {key: x for key, x in expressions.items() if isinstance(x, str)}
    try:
        claimed = replace(record, expressions=FrozenDict(kept))
        return claimed if computed_again(claimed, values).config == record.config else record
    except ValueError:
        return record


def expression_source(form: SettingForm, text: str) -> str:
    """An expression as Python: the same, as its grammar is a part of Python's."""
    if form.kind in ("integer", "number"):
        return text
    parts = ["None" if part == "?" else part for part in _parts(form, text)]
    if form.length and len(parts) == 1:
        parts *= form.length
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def _without_expression(record: LayerRecord, name: str) -> LayerRecord:
    if name not in record.expressions:
        return record
    return replace(record, expressions=record.expressions.without({name}))


def _names_in(form: SettingForm, text: str) -> list[str]:
    names: list[str] = []
    for part in _parts(form, text):
        if part not in ("?", "None"):
            try:
                names += names_in(part)
            except ExpressionError as problem:
                raise ValueError(_expected(form, said_by(problem))) from None
    return names


def _computed(form: SettingForm, text: str, values: Mapping[str, Number]) -> Any:
    """What an entry is: a number, or several."""
    try:
        if form.kind == "number":
            return evaluated(text, values)
        if form.kind == "integer":
            return _whole(text, values)
        sizes = [None if x in ("?", "None") else _whole(x, values) for x in _parts(form, text)]
    except ExpressionError as problem:
        raise ValueError(_expected(form, said_by(problem))) from None
    if form.length and len(sizes) == 1:
        sizes *= form.length
    return sizes


def _parts(form: SettingForm, text: str) -> list[str]:
    if form.kind in ("integer", "number"):
        return [text]
    inner = text.strip()
    if inner.startswith("(") and inner.endswith(")") and "," in inner:
        inner = inner[1:-1]
    return [part.strip() for part in _BETWEEN.split(inner) if part.strip()]


def _whole(text: str, values: Mapping[str, Number]) -> int:
    value = evaluated(text, values)
    if isinstance(value, float):
        if not value.is_integer():
            raise ExpressionError(
                say(
                    "{text} is {value}, which is no whole number: // rounds down.",
                    text=repr(text.strip()),
                    value=value,
                )
            )
        return int(value)
    return value


def _expected(form: SettingForm, problem: str) -> str:
    words = {"integer": say("a whole number"), "number": say("a number"), "shape": say("a shape")}
    said = words.get(form.kind, say("whole numbers"))
    return say(
        "`{name}` must be {said}, or computed from parameters: {problem}",
        name=form.name,
        said=said,
        problem=problem,
    )
