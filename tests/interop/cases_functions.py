"""Cases for activations, initializers, regularizers and constraints."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.interop.cases_losses import gradient
from tests.interop.side_by_side import Case, arguments, short, without
from tests.interop.spread import spread
from tests.recorded.cases import POINTS, ROWS, normal
from visualnn import activations, constraints, initializers, regularizers
from visualnn.serialization import NAMES

APART = {
    r"record of Identity\(.*gain=": "Keras forgets it",
    r"^Identity\(\)\(.*int32": "Keras gives fractions, whatever dtype it is asked for",
}


def _names(module: str, kind: Any) -> list[str]:
    return sorted(
        thing.__name__ for thing, known in NAMES.items() if known.module == module and kind(thing)
    )


ACTIVATIONS = _names("keras.activations", inspect.isfunction)
INITIALIZERS = _names("keras.initializers", inspect.isclass)
REGULARIZERS = _names("keras.regularizers", inspect.isclass)
CONSTRAINTS = _names("keras.constraints", inspect.isclass)

# ---------------------------------------------------------------------- activations

ACTIVATION_SETTINGS: dict[str, list] = {
    "negative_slope": [0.0, 0.2, 0.5],
    "max_value": [None, 1.0, 0.0, 6.0],
    "threshold": [0.0, 0.5, 1.0],
    "alpha": [0.5, 1.0, 2.0],
    "approximate": [True, False],
    "axis": [-1, 0, 1, 5],
    "b": [1, 4.0],
    "default_value": [0.5, -1.0],
}
INPUTS: dict[str, Any] = {
    "points": POINTS,
    "rows": ROWS,
    "cube": normal(5, 2, 4, 6),
    "nothing": np.zeros((0, 4), "float32"),
    "far": np.array([-1e4, -100.0, 100.0, 1e4], "float32"),
    "list": [[0.5, -1.0], [2.0, 0.0]],
    "half": POINTS.astype("float16"),
}


def activation_cases() -> Iterator[Case]:
    """Every activation with its settings on inputs of all kinds, and its gradient."""
    for name in ACTIVATIONS:
        by_default = arguments(getattr(activations, name))
        options = [{}]
        options += [{key: v} for key in by_default for v in ACTIVATION_SETTINGS.get(key, [])]
        needed = {"threshold": 0.3, "default_value": -1.0} if name == "threshold" else {}
        for option in options:
            settings = {**needed, **option}
            for kind in INPUTS:

                def run(k, name=name, settings=settings, kind=kind):
                    x = INPUTS[kind]
                    x = x if isinstance(x, list) else k.ops.convert_to_tensor(x)
                    found = getattr(k.activations, name)(x, **settings)
                    return k.ops.cast(found, "float32") if kind == "list" else found

                tolerance = 5e-3 if kind == "half" else 1e-5
                yield Case(f"{name}({short(settings)}) of {kind}", run, tolerance)

            def slope(k, name=name, settings=settings):
                function = getattr(k.activations, name)
                return gradient(k, lambda x: k.ops.sum(k.ops.sin(function(x, **settings))), ROWS)

            yield Case(f"gradient of {name}({short(settings)})", slope, 1e-4)
    yield from _strings("activations", [*ACTIVATIONS, "swish", "hard_swish", "nonsense", ""])
    for said in ("None", "3", "len", "k.activations.relu", "k.layers.ReLU(max_value=3)"):

        def found(k, said=said):
            activation = k.activations.get(eval(said))
            return getattr(activation, "__name__", type(activation).__name__)

        yield Case(f"activations.get({said})", found)
    for name in ACTIVATIONS:

        def record(k, name=name):
            return k.activations.serialize(getattr(k.activations, name))

        yield Case(f"record of activation {name}", record)


def _strings(namespace: str, texts: list[str]) -> Iterator[Case]:
    for text in texts:

        def run(k, text=text):
            found = getattr(k, namespace).get(text)
            return getattr(found, "__name__", type(found).__name__)

        yield Case(f"{namespace}.get({text!r})", run)


# ---------------------------------------------------------------------- initializers

INITIALIZER_SETTINGS: dict[str, list] = {
    "seed": [1337, 7],
    "value": [0.0, 3.5, -1],
    "gain": [2.0],
    "scale": [2.0, 0.5, 0.0, -1.0],
    "mode": ["fan_in", "fan_out", "fan_avg", "nonsense"],
    "distribution": [
        "truncated_normal",
        "untruncated_normal",
        "uniform",
        "normal",
        "nonsense",
    ],
    "mean": [0.5],
    "stddev": [0.2, 1.0],
    "minval": [-0.5],
    "maxval": [0.5],
    "input_axes": [],
    "output_axes": [],
}
SHAPES = [(200, 300), (3, 3, 40, 60), (5000,), (40, 50, 30)]


def statistics(x: Any) -> list[float]:
    """What does not depend on which numbers were drawn, to two digits: spread and bounds."""
    x = np.asarray(x, "float64")
    size = max(float(np.std(x)), abs(float(np.mean(x))), 1e-9)
    return [
        float(np.mean(x)) / size + 1,
        float(np.std(x)) / size,
        float(np.max(np.abs(x))) / size,
        size,
    ]


def initializer_cases() -> Iterator[Case]:
    """Every initializer: statistics, seeds, shapes, dtypes, records."""
    for name in INITIALIZERS:
        for settings in spread(getattr(initializers, name), INITIALIZER_SETTINGS, {}, more=8):
            yield _drawn(name, {**settings, **_seed(name)})

            def record(k, name=name, settings=settings):
                initializer = getattr(k.initializers, name)(**settings)
                kept = k.initializers.serialize(initializer)
                return [kept, k.initializers.serialize(k.initializers.get(kept))]

            yield Case(f"record of {name}({short(settings)})", record)
        for shape in ((), (3,), (2, 3), (3, 3), (0, 4), (2, 3, 4)):
            for dtype in (None, "float16", "bfloat16", "float64", "int32"):

                def shaped(k, name=name, shape=shape, dtype=dtype):
                    found = getattr(k.initializers, name)(**_seed(name))(shape, dtype=dtype)
                    return [list(found.shape), str(found.dtype).rpartition(".")[2]]

                if dtype != "int32" or name in ("Zeros", "Ones", "Constant", "Identity"):
                    yield Case(f"{name}()({shape}, {dtype})", shaped)
        if _seed(name):

            def repeated(k, name=name):
                made = getattr(k.initializers, name)(seed=3)
                first, second = (np.asarray(made((4, 5))) for _ in range(2))
                copy = np.asarray(made.clone()((4, 5)))
                other = np.asarray(getattr(k.initializers, name)(seed=4)((4, 5)))
                free = getattr(k.initializers, name)
                unlike = np.asarray(free()((4, 5))), np.asarray(free()((4, 5)))
                pairs = ((first, second), (first, copy), (first, other), unlike)
                return [bool(np.array_equal(*pair)) for pair in pairs]

            yield Case(f"{name}: seeds", repeated)
    texts = [*INITIALIZERS, "glorot_uniform", "he_normal", "zeros", "one", "normal", "uniform"]
    texts += ["orthogonal", "truncated_normal", "lecun_uniform", "nonsense", "", "variance_scaling"]
    yield from _strings("initializers", texts)
    for said in (
        "None", "3", "k.initializers.Zeros", "lambda shape, dtype=None: 3",
        "{'class_name': 'Nonsense', 'config': {}}", "k.initializers.HeNormal(seed=1)",
    ):  # fmt: skip

        def found(k, said=said):
            initializer = k.initializers.get(eval(said))
            return getattr(initializer, "__name__", type(initializer).__name__)

        yield Case(f"initializers.get({said})", found)

    def orthogonal(k):
        found = []
        for shape in ((4, 6), (6, 4), (2, 3, 5)):
            drawn = np.asarray(k.initializers.Orthogonal(gain=2.0, seed=1)(shape))
            flat = drawn.reshape(-1, shape[-1])
            square = flat @ flat.T if flat.shape[0] < flat.shape[1] else flat.T @ flat
            found.append(square)
        return found

    yield Case("Orthogonal: angles", orthogonal, 1e-4)


def _seed(name: str) -> dict[str, int]:
    return {"seed": 11} if "seed" in arguments(getattr(initializers, name)) else {}


def _drawn(name: str, settings: dict[str, Any]) -> Case:
    shape = {"Identity": (30, 30), "STFT": (16, 1, 9)}.get(name) or random.Random(
        name + short(settings)
    ).choice(SHAPES if name != "Orthogonal" else SHAPES[:2])

    def run(k):
        found = getattr(k.initializers, name)(**settings)(shape)
        return statistics(found) if _seed(name) else found

    return Case(f"{name}({short(settings)})({shape})", run, 0.12 if _seed(name) else 1e-5)


# ---------------------------------------------------------------------- regularizers, constraints

NUMBERS: dict[str, list] = {
    "l1": [0.0, 0.1, 0.5, None],
    "l2": [0.0, 0.1, 0.5, None],
    "factor": [0.5, 0.01, -1.0],
    "mode": ["rows", "columns", "nonsense"],
    "max_value": [0.5, 2.0],
    "min_value": [0.1, 1.0],
    "rate": [0.5, 1.0],
    "axis": [0, 1, [0, 1], -1],
}
ARRAYS = {
    "matrix": normal(1, 4, 3),
    "kernel": normal(2, 3, 3, 2, 4),
    "vector": normal(3, 5),
    "zeros": np.zeros((3, 2), "float32"),
    "list": [[1.0, -2.0], [0.5, 3.0]],
}


def array_cases() -> Iterator[Case]:
    """Every regularizer and constraint on arrays of several forms, its gradient and its record."""
    for namespace, module, names in (
        ("regularizers", regularizers, REGULARIZERS),
        ("constraints", constraints, CONSTRAINTS),
    ):
        for name in names:
            for settings in spread(getattr(module, name), NUMBERS, {}, more=6):
                for kind in ARRAYS:

                    def run(k, space=namespace, name=name, settings=settings, kind=kind):
                        x = ARRAYS[kind]
                        x = x if isinstance(x, list) else k.ops.convert_to_tensor(x)
                        found = getattr(getattr(k, space), name)(**settings)(x)
                        return k.ops.cast(found, "float32") if kind == "list" else found

                    yield Case(f"{name}({short(settings)}) of {kind}", run, 2e-5)

                def record(k, space=namespace, name=name, settings=settings):
                    space = getattr(k, space)
                    kept = space.serialize(getattr(space, name)(**settings))
                    return [kept, space.serialize(space.deserialize(kept))]

                yield Case(f"record of {name}({short(settings)})", record)

                def slope(k, space=namespace, name=name, settings=settings):
                    made = getattr(getattr(k, space), name)(**settings)
                    return gradient(k, lambda x: k.ops.sum(k.ops.sin(made(x))), ARRAYS["matrix"])

                yield Case(f"gradient of {name}({short(settings)})", slope, 1e-4)
        texts = [*names, "l1", "l2", "L1L2", "max_norm", "non_neg", "unit_norm", "nonsense"]
        yield from _strings(namespace, [*texts, ""])
        for said in ("None", "3", "len", "{'class_name': 'Nonsense', 'config': {}}"):

            def found(k, space=namespace, said=said):
                thing = getattr(k, space).get(eval(said))
                return getattr(thing, "__name__", type(thing).__name__)

            yield Case(f"{namespace}.get({said})", found)


def cases() -> list[Case]:
    """All cases, each once."""
    every = [*activation_cases(), *initializer_cases(), *array_cases()]
    return without(every, APART)
