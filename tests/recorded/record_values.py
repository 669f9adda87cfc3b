"""Ask real Keras for the values of all cases and keep them beside this file.

Run with an interpreter that has Keras and JAX: ``KERAS_BACKEND=jax python -m
tests.recorded.record_values`` from the root of the repository.
"""

from __future__ import annotations

import inspect
import json
import operator
from typing import Any

import keras
import numpy as np

from tests.recorded import cases


def _numbers(x: Any) -> Any:
    """Numbers that single precision cannot tell from these, in fewer digits."""
    values = np.asarray(x, "float64")
    short = [float(f"{v:.8g}") for v in values.ravel()]
    return np.reshape(short, values.shape).tolist()


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _keep(family: str, values: dict[str, Any]) -> None:
    lines = ",\n".join(
        f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in values.items()
    )
    (cases.HERE / f"{family}.json").write_text("{\n" + lines + "\n}\n")
    print(family, len(values))


def _activations() -> dict[str, Any]:
    found = {}
    for name, settings in cases.ACTIVATIONS:
        x = cases.ROWS if name in cases.BY_ROW else cases.POINTS
        found[cases.key(name, settings)] = _numbers(getattr(keras.activations, name)(x, **settings))
    return found


def _losses() -> dict[str, Any]:
    found = {}
    for name, settings, pairs in cases.LOSSES:
        for pair in pairs:
            y_true, y_pred = cases.PAIRS[pair]
            for kind in cases.weight_kinds(name, pair):
                loss = getattr(keras.losses, name)(**settings)
                value = loss(y_true, y_pred, sample_weight=cases.weights(y_true, kind))
                found[cases.key(name, settings, pair, kind)] = _numbers(value)
    return found


def _metrics() -> dict[str, Any]:
    found = {}
    for name, settings, pairs in cases.METRICS:
        for pair in pairs:
            y_true, y_pred = cases.PAIRS[pair]
            for kind in cases.weight_kinds(name, pair):
                metric = getattr(keras.metrics, name)(**settings)
                weights = cases.weights(y_true, kind)
                metric.update_state(y_true, y_pred, sample_weight=weights)
                first = _numbers(metric.result())
                metric.update_state(y_true, y_pred[::-1])
                second = _numbers(metric.result())
                found[cases.key(name, settings, pair, kind)] = [first, second]
    return found


def _optimizers() -> dict[str, Any]:
    found = {}
    for name, settings in cases.OPTIMIZERS:
        variables = [keras.Variable(w, name=n) for n, w in cases.WEIGHTS.items()]
        optimizer = getattr(keras.optimizers, name)(**settings)
        optimizer.build(variables)
        for step in range(cases.STEPS):
            optimizer.apply([cases.gradient(n, step) for n in cases.WEIGHTS])
        found[cases.key(name, settings)] = {
            "weights": [_numbers(v) for v in variables],
            "names": [v.name for v in optimizer.variables],
            "variables": [_numbers(v) for v in optimizer.variables],
        }
    return found


def _schedules() -> dict[str, Any]:
    return {
        cases.key(name, settings): [
            float(getattr(keras.optimizers.schedules, name)(**settings)(step)) for step in range(30)
        ]
        for name, settings in cases.SCHEDULES
    }


def _on_matrix(module: Any, table: list) -> dict[str, Any]:
    return {
        cases.key(name, settings): _numbers(
            getattr(module, name)(**settings)(keras.ops.convert_to_tensor(cases.MATRIX))
        )
        for name, settings in table
    }


NAMESPACES = (
    "activations",
    "losses",
    "metrics",
    "initializers",
    "regularizers",
    "constraints",
    "optimizers",
    "optimizers.schedules",
)


def _signatures() -> dict[str, Any]:
    """The parameters of every public class and function, with their defaults."""
    found = {}
    for namespace in NAMESPACES:
        module = operator.attrgetter(namespace)(keras)
        for name in sorted(dir(module)):
            thing = getattr(module, name)
            if callable(thing) and name not in ("get", "serialize", "deserialize"):
                found[f"{namespace}.{name}"] = [
                    [p.name, None if p.default is p.empty else [_plain(p.default)]]
                    for p in inspect.signature(thing).parameters.values()
                    if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
                ]
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


if __name__ == "__main__":
    _keep("signatures", _signatures())
    _keep("activations", _activations())
    _keep("losses", _losses())
    _keep("metrics", _metrics())
    _keep("optimizers", _optimizers())
    _keep("schedules", _schedules())
    _keep("regularizers", _on_matrix(keras.regularizers, cases.REGULARIZERS))
    _keep("constraints", _on_matrix(keras.constraints, cases.CONSTRAINTS))
