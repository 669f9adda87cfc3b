"""The metrics of a model that is compiled, output by output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from visualnn.metrics import resolve
from visualnn.spec import Spec
from visualnn.structure import flatten
from visualnn.training.compiled_loss import is_tensor
from visualnn.training.outputs import Assignment, Output, outputs_of

_ANYTHING = Spec((1, 1))


class CompiledMetrics:
    """All metrics of a model as one, whose result is a dict.

    Args:
        metrics: A list of metrics, or for several outputs metrics nested like them, or a dict by
            the names of outputs.
        weighted_metrics: Likewise; these take the weights of examples into account.
        output_names: The names of the layers that make the outputs, if they are known.

    Raises:
        ValueError: When one of them is not known.
    """

    name = "compile_metrics"

    def __init__(
        self,
        metrics: Any,
        weighted_metrics: Any = None,
        output_names: Sequence[str] | None = None,
    ):
        for what, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given is not None and not isinstance(given, list | tuple | dict):
                raise ValueError(f"`{what}` must be a list or a dict: write [{given!r}].")
            for identifier in flatten(given):
                if isinstance(identifier, str):
                    resolve(identifier, _ANYTHING, _ANYTHING)  # what does not exist is said now
        self._given = (metrics, weighted_metrics)
        self._output_names = output_names
        self._outputs: list[Output] | None = None
        self._plain: list[tuple[int, str, Any]] = []
        self._weighted: list[tuple[int, str, Any]] = []

    @property
    def built(self) -> bool:
        return self._outputs is not None

    @property
    def metrics(self) -> list[Any]:
        """The metrics one by one."""
        return [metric for _, _, metric in self._all]

    @property
    def _all(self) -> list[tuple[int, str, Any]]:
        """Output by output, the weighted ones last."""
        return sorted((*self._plain, *self._weighted), key=lambda entry: entry[0])

    @property
    def variables(self) -> list[Any]:
        """The variables of all metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Find out which metrics belong to which output, and what ``accuracy`` means there."""
        self._outputs = outputs_of(y_pred, self._output_names)
        targets = self._assigned("y", y_true, y_pred, whole=True)
        predictions = flatten(y_pred)
        used: set[str] = set()
        for given, what, kept in zip(
            self._given, ("metrics", "weighted_metrics"), (self._plain, self._weighted), strict=True
        ):
            assign = Assignment(what, _is_metric_list)
            found = assign(_lists(given, y_pred), y_pred, self._outputs)
            for i, identifiers in enumerate(found):
                prefix = f"{self._outputs[i].prefix}_" if len(predictions) > 1 else ""
                prefix = prefix.lstrip("_")
                for identifier in flatten(identifiers):
                    metric = resolve(identifier, targets[i], predictions[i])
                    if metric is None:
                        continue
                    own = "lambda" if metric.name == "<lambda>" else metric.name
                    name = _unused(prefix, own, used, what.startswith("weighted"))
                    used.add(name)
                    kept.append((i, name, metric))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account."""
        if not self.built:
            self.build(y_true, y_pred)
        targets = self._assigned("y", y_true, y_pred, whole=True)
        weights = self._assigned("sample_weight", sample_weight, y_pred, shared=True)
        predictions = flatten(y_pred)
        for i, _, metric in self._plain:
            metric.update_state(targets[i], predictions[i])
        for i, _, metric in self._weighted:
            metric.update_state(targets[i], predictions[i], sample_weight=weights[i])

    def result(self) -> dict[str, Any]:
        """The results by name."""
        found: dict[str, Any] = {}
        for _, name, metric in self._all:
            value = metric.result()
            if isinstance(value, dict):
                found.update(value)
            else:
                found[name] = value
        return found

    @property
    def result_names(self) -> list[str]:
        """The names of the results, in order."""
        return [name for _, name, _ in self._all]

    def reset_state(self) -> None:
        """Begin anew."""
        for metric in self.metrics:
            metric.reset_state()

    def _assigned(self, what: str, given: Any, y_pred: Any, **rules: Any) -> list[Any]:
        assert self._outputs is not None
        if given is None:
            return [None] * len(self._outputs)
        return Assignment(what, is_tensor, **rules)(given, y_pred, self._outputs)


def _is_metric_list(x: Any) -> bool:
    """Whether something is the metrics of one output."""
    return isinstance(x, _Metrics)


class _Metrics(list):
    """The metrics of one output."""


def _lists(given: Any, y_pred: Any) -> Any:
    """The same with the metrics of each output as one thing, so that nesting can be compared."""
    if given is None:
        return None
    if not isinstance(y_pred, dict | list | tuple):
        if isinstance(given, dict):
            return {key: _lists(x, y_pred) for key, x in given.items()}
        return _Metrics(flatten(given))
    if isinstance(given, dict):
        inner = y_pred if isinstance(y_pred, dict) else {}
        return {key: _lists(x, inner.get(key)) for key, x in given.items()}
    if not isinstance(given, list | tuple):
        return _Metrics([given])
    items = [y_pred[key] for key in sorted(y_pred)] if isinstance(y_pred, dict) else list(y_pred)
    if len(items) == 1 and not (len(given) == 1 and isinstance(given[0], list | tuple | dict)):
        return [_lists(list(given), items[0])]
    if len(items) != len(given):
        return list(given)
    return [_lists(x, item) for x, item in zip(given, items, strict=True)]


def _unused(prefix: str, name: str, used: set[str], weighted: bool) -> str:
    """A name that no other metric has."""
    if prefix + name not in used:
        return prefix + name
    if weighted and f"{prefix}weighted_{name}" not in used:
        return f"{prefix}weighted_{name}"
    count = next(i for i in range(1, len(used) + 2) if f"{prefix}{name}_{i}" not in used)
    return f"{prefix}{name}_{count}"
