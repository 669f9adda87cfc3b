"""What follows when the named numbers of a document change: every setting computed from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visualnn.builder.document import Document
from visualnn.builder.expressions import ExpressionError, Number
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.instances import repeats, restacked
from visualnn.builder.nested import opened, opens
from visualnn.builder.parameters import Parameter, computed_again, values_of
from visualnn.builder.records import LayerRecord
from visualnn.builder.submodels import with_opened

Parameters = FrozenDict[str, Parameter]


def with_parameters(document: Document, parameters: Parameters) -> Document:
    """The document with other parameters, and with all that is computed from them.

    Raises:
        ValueError: When one is no number, or a setting does not take what it gives; in words.
    """
    values = values_of(parameters)
    return _recomputed(replace(document, parameters=parameters), values)


def _recomputed(document: Document, values: Mapping[str, Number]) -> Document:
    for layer, record in document.layers.items():
        if record.expressions:
            now = computed_again(record, values)
            if now is not record:
                document = document.with_layer(layer, now)
        if record.inside is not None and opens(record):
            inner = opened(record)
            after = _recomputed(inner, values)
            if after is not inner:
                document = with_opened(document, layer, after)
        if record.repeat:
            try:
                count = repeats(record.repeat, dict(values))
            except ExpressionError as problem:
                raise ValueError(f"{record.name}: {problem}") from None
            document = restacked(document, layer, count, record.repeat)
    return document


def used_by(document: Document, name: str) -> list[str]:
    """The names of parameters and layers that are computed from a parameter."""
    users = [
        other
        for other, parameter in document.parameters.items()
        if other != name and name in _names(parameter.expression)
    ]
    return users + _layers_using(document, name)


def _layers_using(document: Document, name: str) -> list[str]:
    found: list[str] = []
    for record in document.layers.values():
        texts = [*record.expressions.values(), *([record.repeat] if record.repeat else [])]
        if any(name in _names(text) for text in texts):
            found.append(record.name)
        if record.inside is not None:
            found += _layers_using(record.inside, name)
    return found


def _names(text: str) -> list[str]:
    return re.findall(r"[A-Za-z_]\w*", text)


def with_renamed(document: Document, parameters: Parameters, name: str, to: str) -> Document:
    """The document in which a parameter has another name, also in every expression."""
    pattern = re.compile(rf"\b{re.escape(name)}\b")

    def written(text: str) -> str:
        return pattern.sub(to, text)

    renamed = {
        key: replace(parameter, expression=written(parameter.expression))
        for key, parameter in parameters.items()
    }
    return _rewritten(replace(document, parameters=FrozenDict(renamed)), written)


def _rewritten(document: Document, written: Callable[[str], str]) -> Document:
    layers: dict[str, LayerRecord] = {}
    for layer, record in document.layers.items():
        texts = {key: written(text) for key, text in record.expressions.items()}
        changes: dict[str, Any] = {}
        if texts != record.expressions:
            changes["expressions"] = FrozenDict(texts)
        if record.repeat and written(record.repeat) != record.repeat:
            changes["repeat"] = written(record.repeat)
        if record.inside is not None:
            inner = _rewritten(record.inside, written)
            if inner is not record.inside:
                changes["inside"] = inner
        if changes:
            layers[layer] = replace(record, **changes)
    if not layers:
        return document
    return replace(document, layers=FrozenDict({**document.layers, **layers}))
