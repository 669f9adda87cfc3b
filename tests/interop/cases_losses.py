"""Cases for every loss: settings, inputs of all kinds, weights, masks, gradients, records."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.interop.side_by_side import Case, arguments, short, without
from tests.interop.spread import spread
from tests.recorded.cases import LOSSES, PAIRS, classes, normal, probabilities
from visualnn import losses
from visualnn.serialization import NAMES

CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.losses" and isinstance(thing, type) and thing is not losses.Loss
)
FUNCTIONS = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.losses" and inspect.isfunction(thing)
)
OTHER_PAIRS: dict[str, tuple[Any, Any]] = {
    "lists": ([[0.0, 1.0], [1.0, 0.0]], [[0.4, 0.6], [0.7, 0.3]]),
    "vectors of one axis": (normal(1, 5), normal(2, 5)),
    "single numbers": (np.float32(0.5), np.float32(0.25)),
    "no examples": (np.zeros((0, 3), "float32"), np.zeros((0, 3), "float32")),
    "other sizes": (normal(1, 6, 4), normal(2, 6, 3)),
    "other ranks": (normal(1, 6, 4, 2), normal(2, 6, 4)),
    "nothing right": (np.ones((3, 4), "float32"), np.zeros((3, 4), "float32")),
    "channels second": (
        np.moveaxis(np.eye(3, dtype="float32")[classes(1, 3, 2, 5)], -1, 1),
        np.moveaxis(probabilities(2, 2, 5, 3), -1, 1),
    ),
    "class picture": (classes(1, 4, 2, 3, 3), probabilities(2, 2, 3, 3, 4)),
    "labels at the border": (np.array([-1, 0, 3, 1]), probabilities(2, 4, 4)),
}
ALL_PAIRS = {**PAIRS, **OTHER_PAIRS}
KNOWN: dict[str, list] = {
    "axis": [-1, 0, 1, 2, 7],
    "reduction": ["sum", "mean", "mean_with_sample_weight", "none", None, "nonsense"],
    "alpha": [0.0, 0.25, 0.8],
    "gamma": [0.0, 2.0, 5.0],
    "delta": [0.1, 2.0],
    "ignore_class": [None, 0, 2, -1],
    "label_smoothing": [0.0, 0.2, 1.0],
    "q": [0.1, 0.7, 1.0, 0.0, 1.5],
}
AREAS = {"axis": [None, (1, 2, 3), -1, [1, 2], 0]}
NEEDED: dict[str, dict[str, Any]] = {"LossFunctionWrapper": {}}


def pairs_of(name: str) -> list[str]:
    """The inputs that a loss is made for."""
    return list(dict.fromkeys(p for n, _, pairs in LOSSES if n == name for p in pairs))


def settings_of(name: str) -> Iterator[dict[str, Any]]:
    """Settings to try for a loss."""
    known = {**KNOWN, **(AREAS if name in ("Dice", "Tversky") else {})}
    yield from spread(getattr(losses, name), known, {})


def weights_for(draw: random.Random, y_true: Any) -> tuple[str, Any]:
    """Weights of one of several shapes, some of which do not fit."""
    shape = np.shape(y_true)
    numbers = np.random.default_rng(5)
    kinds: dict[str, tuple | None] = {
        "none": None,
        "number": (),
        "examples": shape[:1],
        "column": (*shape[:1], 1),
        "steps": shape[:-1] or shape,
        "elements": shape,
        "too many": (*shape[:1], 7),
        "other examples": (11,),
    }
    kind = draw.choice(list(kinds))
    found = kinds[kind]
    return kind, None if found is None else numbers.random(found).astype("float32")


def masked(k: Any, y_pred: Any, mask: np.ndarray | None) -> Any:
    """Predictions as a tensor of a library, with a mask."""
    if mask is None:
        return y_pred
    tensor = k.ops.convert_to_tensor(y_pred)
    tensor._keras_mask = k.ops.convert_to_tensor(mask)
    return tensor


def mask_for(draw: random.Random, y_pred: Any) -> np.ndarray | None:
    shape = np.shape(y_pred)
    if draw.random() < 0.7 or not shape:
        return None
    return np.random.default_rng(3).random(shape[: draw.choice([1, max(1, len(shape) - 1)])]) < 0.6


APART = {
    r"categorical_generalized_cross_entropy\(.*on class column": (
        "Keras pairs every class with every example there"
    ),
    r"^sparse_categorical_crossentropy\(.* as (bool|float|uint8)": (
        "classes are whole numbers; what Keras makes of others depends on its backend"
    ),
    r"record of CategoricalGeneralizedCrossEntropy": "Keras cannot read its own record of it",
    r"get\('(CategoricalGeneral|categorical_general)": "Keras forgot these names",
    r"record of (CosineSimilarity|SparseCategor.*)\(.*axis=[^-]": "Keras forgets the axis",
    r"record of Huber\(.*delta=": "Keras forgets it",
}


def value_cases() -> Iterator[Case]:
    """The loss of every class with every setting on inputs of all kinds."""
    for name in CLASSES:
        if name == "LossFunctionWrapper":
            continue
        draw = random.Random(name)
        for settings in settings_of(name):
            for pair in (
                *pairs_of(name),
                draw.choice(list(ALL_PAIRS)),
                draw.choice(list(ALL_PAIRS)),
            ):
                y_true, y_pred = ALL_PAIRS[pair]
                kind, weight = weights_for(draw, y_true)
                mask = mask_for(draw, y_pred)
                dtype = draw.choice([None, None, "float32", "float16", "bfloat16", "float64"])
                given = {**settings, **({} if dtype is None else {"dtype": dtype})}
                half = dtype in ("float16", "bfloat16")

                def run(k, name=name, given=given, pair=(y_true, y_pred), weight=weight, mask=mask):
                    loss = getattr(k.losses, name)(**given)
                    y_pred = masked(k, pair[1], mask)
                    return loss(pair[0], y_pred, sample_weight=weight)

                tail = f"{kind} weights" + (", mask" if mask is not None else "")
                yield Case(f"{name}({short(given)}) on {pair}, {tail}", run, 2e-2 if half else 2e-5)


def function_cases() -> Iterator[Case]:
    """Every function, in dtypes of all kinds and with its arguments."""
    values = {**KNOWN, "from_logits": [True], "apply_class_balancing": [True], "beta": [0.7]}
    for name in FUNCTIONS:
        draw = random.Random(name)
        by_default = arguments(getattr(losses, name))
        options = [{}, *({key: v} for key in by_default for v in values.get(key, []))]
        for settings in options:
            for pair in draw.sample(list(ALL_PAIRS), 6):
                dtypes = [
                    draw.choice(["float32", "int32", "bool", "float16", "uint8"]),
                    draw.choice(["float32", "float64", "float16", "bfloat16"]),
                ]

                def run(k, name=name, settings=settings, pair=pair, dtypes=dtypes):
                    pair = [_as(k, x, d) for x, d in zip(ALL_PAIRS[pair], dtypes, strict=True)]
                    return getattr(k.losses, name)(*pair, **settings)

                half = any(d.endswith("16") for d in dtypes)
                said = f"{name}({short(settings)}) on {pair} as {' and '.join(dtypes)}"
                yield Case(said, run, 3e-2 if half else 2e-5)


def _as(k: Any, x: Any, dtype: str) -> Any:
    x = np.abs(np.asarray(x)) if dtype == "uint8" else np.asarray(x)
    return k.ops.cast(k.ops.convert_to_tensor(np.nan_to_num(x)), dtype)


def gradient_cases() -> Iterator[Case]:
    """How every loss changes with the predictions."""
    for name in CLASSES:
        if name == "LossFunctionWrapper":
            continue
        draw = random.Random(name)
        for settings in settings_of(name):
            for pair in pairs_of(name):
                y_true, y_pred = PAIRS[pair]
                _, weight = weights_for(draw, y_true)
                given = {**settings, "reduction": draw.choice(["sum", "sum_over_batch_size"])}

                def run(k, name=name, given=given, pair=(y_true, y_pred), weight=weight):
                    loss = getattr(k.losses, name)(**given)
                    true = k.ops.convert_to_tensor(pair[0])
                    return gradient(k, lambda y: loss(true, y, sample_weight=weight), pair[1])

                yield Case(f"gradient of {name}({short(given)}) on {pair}", run, 1e-4)


def gradient(k: Any, function: Any, x: Any) -> Any:
    """The gradient of a function of one array in either library."""
    x = np.asarray(x, "float32")
    if hasattr(k, "grad"):
        return k.grad(function)(x)
    import jax

    return jax.grad(function)(x)


def record_cases() -> Iterator[Case]:
    """What is saved of a loss, what comes back, and what stands for it."""
    for name in CLASSES:
        if name == "LossFunctionWrapper":
            continue
        for settings in settings_of(name):

            def run(k, name=name, settings=settings):
                loss = getattr(k.losses, name)(**settings)
                record = k.losses.serialize(loss)
                again = k.losses.deserialize(record)
                return [record, k.losses.serialize(again), loss.name, str(loss.dtype)]

            yield Case(f"record of {name}({short(settings)})", run)
    strings = [*CLASSES, *FUNCTIONS, "mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE"]
    strings += ["bce", "BCE", "kld", "KLD", "cosine", "logcosh", "huber_loss", "nonsense", ""]
    for text in strings:

        def run(k, text=text):
            found = k.losses.get(text)
            return [getattr(found, "__name__", type(found).__name__), k.losses.serialize(found)]

        yield Case(f"losses.get({text!r})", run)
    for said in ("None", "3", "{'class_name': 'Nonsense', 'config': {}}", "k.losses.Huber", "len"):

        def run(k, said=said):
            found = k.losses.get(eval(said))
            return None if found is None else getattr(found, "__name__", type(found).__name__)

        yield Case(f"losses.get({said})", run)


def odd_cases() -> Iterator[Case]:
    """What Keras's own guides do with losses: subclasses, wrappers, nested values."""

    def own(k):
        class Own(k.losses.Loss):
            def call(self, y_true, y_pred):
                return k.ops.mean(k.ops.square(y_true - y_pred), axis=-1)

        y = normal(1, 4, 3)
        return [Own()(y, y * 2), Own(name="mine").name, Own().name, Own(reduction="sum")(y, y * 2)]

    def abstract(k):
        return k.losses.Loss()(np.ones(3), np.ones(3))

    def wrapper(k):
        wrapped = k.losses.LossFunctionWrapper(k.losses.binary_crossentropy, label_smoothing=0.1)
        y_true, y_pred = PAIRS["labels"]
        return [wrapped(y_true, y_pred), wrapped.name, wrapped.get_config()]

    def nested(k):
        class Pair(k.losses.Loss):
            def call(self, y_true, y_pred):
                return k.ops.mean(y_true["a"] * y_pred["a"] + y_true["b"] * y_pred["b"], axis=-1)

        y = {"a": normal(1, 4, 3), "b": normal(2, 4, 3)}
        return Pair()(y, y)

    def policy(k):
        loss = k.losses.MeanSquaredError(dtype=k.dtype_policies.DTypePolicy("mixed_float16"))
        return [str(loss.dtype), loss(normal(1, 4, 3), normal(2, 4, 3))]

    def positional(k):
        return k.losses.Huber(0.5, "sum", "named")(normal(1, 4, 3), normal(2, 4, 3))

    for function in (own, abstract, wrapper, nested, policy, positional):
        yield Case(f"losses: {function.__name__}", function, 1e-3)


def cases() -> list[Case]:
    """All cases, each once."""
    every = [*value_cases(), *function_cases(), *gradient_cases(), *record_cases(), *odd_cases()]
    return without(every, APART)
