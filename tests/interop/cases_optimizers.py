"""Cases for every optimizer and schedule: settings, steps, variables, records, refusals."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.interop.side_by_side import Case, short, without
from tests.interop.spread import spread
from visualnn import optimizers, schedules
from visualnn.serialization import NAMES

CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.optimizers" and isinstance(thing, type)
)
OF_OTHERS = ("LossScaleOptimizer", "MultiOptimizer", "OptimizerMap")
PLAIN = [name for name in CLASSES if name not in OF_OTHERS]
SCHEDULES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.optimizers.schedules"
    and isinstance(thing, type)
    and thing is not schedules.LearningRateSchedule
)
APART = {
    r"record of Lamb": "Keras cannot read its own record of it",
    r"^(Adafactor|Nadam): scaled": "Keras forgets some variables when they are scaled",
}
# settings that every optimizer has, alone and together
COMMON: list[dict[str, Any]] = [
    {"weight_decay": 0.05},
    {"weight_decay": 0.0},
    {"clipnorm": 0.5},
    {"clipvalue": 0.2},
    {"global_clipnorm": 0.5},
    {"use_ema": True},
    {"use_ema": True, "ema_momentum": 0.5},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
    {"loss_scale_factor": 4.0},
    {"gradient_accumulation_steps": 2},
    {"gradient_accumulation_steps": 3, "clipnorm": 0.5},
    {"gradient_accumulation_steps": 2, "use_ema": True, "weight_decay": 0.01},
    {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 2},
    {"name": "mine"},
    {"clipnorm": 0.5, "weight_decay": 0.1, "loss_scale_factor": 2.0},
    # refusals
    {"clipnorm": 1.0, "clipvalue": 1.0},
    {"clipnorm": 1.0, "global_clipnorm": 1.0},
    {"clipvalue": 0.0},
    {"use_ema": True, "ema_momentum": 1.5},
    {"use_ema": True, "ema_overwrite_frequency": 0},
    {"use_ema": True, "ema_overwrite_frequency": 1.5},
    {"gradient_accumulation_steps": 1},
    {"gradient_accumulation_steps": 0},
    {"learning_rate": "nonsense"},
    {"learning_rate": None},
    {"nonsense": 3},
    {"decay": 0.1},
    {"lr": 0.1},
]
KNOWN: dict[str, list] = {
    **{key: [] for settings in COMMON for key in settings},
    "learning_rate": [0.1, 0.02],
    "momentum": [0.0, 0.9, 1.0],
    "nesterov": [True, False],
    "amsgrad": [True],
    "centered": [True],
    "rho": [0.0, 0.5, 0.95],
    "epsilon": [1e-3],
    "beta_1": [0.0, 0.5],
    "beta_2": [0.0, 0.9],
    "beta_2_decay": [-0.5],
    "epsilon_1": [1e-10],
    "epsilon_2": [0.1],
    "clip_threshold": [0.5],
    "relative_step": [False],
    "initial_accumulator_value": [0.0, 0.3],
    "learning_rate_power": [-0.5, -0.3, 0.0, 0.5],
    "l1_regularization_strength": [0.0, 0.1, -0.1],
    "l2_regularization_strength": [0.0, 0.1, -0.1],
    "l2_shrinkage_regularization_strength": [0.0, 0.1, -0.1],
    "beta": [0.0, 0.5],
    "exclude_layers": [],
    "exclude_embeddings": [True, False],
    "muon_a": [],
    "muon_b": [],
    "muon_c": [],
    "adam_lr_ratio": [0.5],
    "ns_steps": [3],
    "warmup_steps": [0, 3],
    "adam_beta_1": [0.5],
    "adam_beta_2": [0.9],
    "rms_rate": [0.5],
    "caution": [True, False],
}
SHAPES = {"kernel": (3, 4), "bias": (4,), "embeddings": (5, 2), "scale": (), "window": (2, 2, 3, 2)}


def weights_of(k: Any, shapes: dict[str, tuple] | None = None) -> list:
    """Variables with the same numbers in either library."""
    numbers = np.random.default_rng(1)
    return [
        k.Variable(numbers.normal(size=shape).astype("float32"), name=name)
        for name, shape in (shapes or SHAPES).items()
    ]


def gradients_of(k: Any, weights: list, step: int) -> list:
    numbers = np.random.default_rng(100 + step)
    return [
        k.ops.convert_to_tensor(numbers.normal(size=tuple(w.shape)).astype("float32"))
        for w in weights
    ]


def settings_of(name: str) -> Iterator[dict[str, Any]]:
    """Settings to try for an optimizer."""
    cls = getattr(optimizers, name)
    own = list(spread(cls, KNOWN, {}, more=12))
    yield from own
    yield from COMMON
    draw = random.Random(name)
    for _ in range(12):
        yield {**draw.choice(own), **draw.choice(COMMON[:15])}


def name_of(variable: Any) -> str:
    """The name of a variable; Keras gives one of Nadam's none, and the scope of some is chance."""
    name = variable.path.rpartition("/")[2]
    return "u_product" if name.startswith("variable") else name


def told(optimizer: Any, weights: list) -> list:
    """The weights, and the variables of the optimizer with their names and shapes."""
    return [
        [w.numpy() for w in weights],
        [[name_of(v), list(v.shape), v.numpy()] for v in optimizer.variables],
        int(np.asarray(optimizer.iterations)),
    ]


def step_cases() -> Iterator[Case]:
    """Several steps of every optimizer with every setting."""
    for name in PLAIN:
        for settings in settings_of(name):

            def run(k, name=name, settings=settings):
                optimizer = getattr(k.optimizers, name)(**settings)
                weights = weights_of(k)
                optimizer.build(weights)
                seen = [told(optimizer, weights)]
                for step in range(5):
                    optimizer.apply(gradients_of(k, weights, step))
                    if step in (0, 4):
                        seen.append(told(optimizer, weights))
                optimizer.finalize_variable_values(weights)
                return [*seen, [w.numpy() for w in weights], float(optimizer.learning_rate)]

            yield Case(f"{name}({short(settings)})", run, 1e-4)


def record_cases() -> Iterator[Case]:
    """What is saved of an optimizer, what comes back, and what stands for it."""
    for name in PLAIN:
        for settings in settings_of(name):

            def run(k, name=name, settings=settings):
                optimizer = getattr(k.optimizers, name)(**settings)
                record = copy.deepcopy(k.optimizers.serialize(optimizer))
                again = k.optimizers.serialize(k.optimizers.deserialize(copy.deepcopy(record)))
                return [record, again, optimizer.name]

            yield Case(f"record of {name}({short(settings)})", run, 1e-6)
    known = [name for name in PLAIN if name != "Lamb"]  # Keras forgot that string
    for text in (*known, *map(str.lower, known), "nonsense", "", "rms_prop"):

        def run(k, text=text):
            found = k.optimizers.get(text)
            return [type(found).__name__, found.name]

        yield Case(f"optimizers.get({text!r})", run)
    for said in ("None", "3", "{'class_name': 'Nonsense', 'config': {}}"):

        def run(k, said=said):
            return type(k.optimizers.get(eval(said))).__name__

        yield Case(f"optimizers.get({said})", run)


def life_cases() -> Iterator[Case]:
    """What scripts do with an optimizer beside its steps."""

    def schedule(k, name):
        rate = k.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
        optimizer = getattr(k.optimizers, name)(rate)
        weights = weights_of(k)
        optimizer.build(weights)
        rates = []
        for step in range(4):
            optimizer.apply(gradients_of(k, weights, step))
            rates.append(float(optimizer.learning_rate))
        return [rates, told(optimizer, weights), optimizer.get_config()]

    def function(k, name):
        optimizer = getattr(k.optimizers, name)(lambda: 0.05)
        weights = weights_of(k)
        optimizer.apply(gradients_of(k, weights, 0), weights)
        return [float(optimizer.learning_rate), told(optimizer, weights)]

    def assigned(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        optimizer.learning_rate = 0.01
        optimizer.apply(gradients_of(k, weights, 0))
        optimizer.learning_rate.assign(0.5)
        optimizer.apply(gradients_of(k, weights, 1))
        return told(optimizer, weights)

    def set_on_schedule(k, name):
        optimizer = getattr(k.optimizers, name)(k.optimizers.schedules.CosineDecay(0.1, 10))
        optimizer.learning_rate = 0.3
        return float(optimizer.learning_rate)

    def missing(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        gradients = gradients_of(k, weights, 0)
        optimizer.apply([gradients[0], None, *gradients[2:]])
        return told(optimizer, weights)

    def none_at_all(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        return optimizer.apply([None] * len(weights), weights)

    def nothing(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        optimizer.apply([], [])
        return int(np.asarray(optimizer.iterations))

    def not_built(k, name):
        return getattr(k.optimizers, name)(0.1).apply([np.ones(3, "float32")])

    def unknown(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        first, second = weights_of(k), weights_of(k)
        optimizer.build(first)
        return optimizer.apply(gradients_of(k, second, 0), second)

    def too_few(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        return optimizer.apply(gradients_of(k, weights, 0)[:2])

    def some(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        optimizer.apply(gradients_of(k, weights, 0)[1:3], weights[1:3])
        return told(optimizer, weights)

    def pairs(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.apply_gradients(zip(gradients_of(k, weights, 0), weights, strict=True))
        return told(optimizer, weights)

    def excluded(k, name):
        optimizer = getattr(k.optimizers, name)(0.1, weight_decay=0.2)
        weights = weights_of(k)
        optimizer.exclude_from_weight_decay(var_list=[weights[0]], var_names=["bias"])
        optimizer.apply(gradients_of(k, weights, 0), weights)
        return told(optimizer, weights)

    def excluded_late(k, name):
        optimizer = getattr(k.optimizers, name)(0.1, weight_decay=0.2)
        weights = weights_of(k)
        optimizer.build(weights)
        return optimizer.exclude_from_weight_decay(var_names=["bias"])

    def constrained(k, name):
        optimizer = getattr(k.optimizers, name)(0.5)
        weights = weights_of(k)
        for weight in weights:
            weight.constraint = k.constraints.NonNeg()
        optimizer.apply(gradients_of(k, weights, 0), weights)
        return told(optimizer, weights)

    def stateless(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        own = [v.numpy() for v in optimizer.variables]
        found = optimizer.stateless_apply(
            own, gradients_of(k, weights, 0), [w.numpy() for w in weights]
        )
        return [list(map(list, found)), told(optimizer, weights)]

    def reloaded(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        weights = weights_of(k)
        optimizer.build(weights)
        optimizer.apply(gradients_of(k, weights, 0))
        store = {}
        optimizer.save_own_variables(store)
        other = getattr(k.optimizers, name)(0.3)
        other.build(weights)
        other.load_own_variables(store)
        return [sorted(store), told(other, weights)]

    def scaled(k, name):
        optimizer = k.optimizers.LossScaleOptimizer(
            getattr(k.optimizers, name)(0.1), initial_scale=8.0, dynamic_growth_steps=2
        )
        weights = weights_of(k)
        optimizer.build(weights)
        seen = [float(optimizer.scale_loss(2.0))]
        for step in range(4):
            gradients = [8.0 * g for g in gradients_of(k, weights, step)]
            if step == 1:
                gradients[0] = gradients[0] * float("nan")
            optimizer.apply(gradients)
            seen.append(told(optimizer, weights))
        return [seen, optimizer.get_config()]

    def set_weights(k, name):
        optimizer = getattr(k.optimizers, name)(0.1)
        optimizer.build(weights_of(k))
        return optimizer.set_weights([np.ones((7, 7))])

    every = (
        schedule, function, assigned, set_on_schedule, missing, none_at_all, nothing, not_built,
        unknown, too_few, some, pairs, excluded, excluded_late, constrained, stateless, reloaded,
        scaled, set_weights,
    )  # fmt: skip
    for name in PLAIN:
        for life in every:
            yield Case(f"{name}: {life.__name__}", lambda k, f=life, n=name: f(k, n), 1e-4)


SCHEDULE_SETTINGS: dict[str, list[dict[str, Any]]] = {
    "ExponentialDecay": [
        dict(decay_steps=10, decay_rate=0.5),
        dict(decay_steps=4, decay_rate=0.9, staircase=True),
        dict(decay_steps=0, decay_rate=0.9),
    ],
    "InverseTimeDecay": [
        dict(decay_steps=10, decay_rate=0.5),
        dict(decay_steps=4, decay_rate=0.9, staircase=True),
    ],
    "PolynomialDecay": [
        dict(decay_steps=10),
        dict(decay_steps=10, end_learning_rate=0.01, power=2.0),
        dict(decay_steps=4, cycle=True),
        dict(decay_steps=4, cycle=True, power=0.5, end_learning_rate=0.0),
    ],
    "CosineDecay": [
        dict(decay_steps=10),
        dict(decay_steps=10, alpha=0.2),
        dict(decay_steps=10, warmup_target=1.0, warmup_steps=5),
        dict(decay_steps=10, warmup_target=0.05, warmup_steps=5),
        dict(decay_steps=10, warmup_steps=5),
    ],
    "CosineDecayRestarts": [
        dict(first_decay_steps=5),
        dict(first_decay_steps=5, t_mul=1.0),
        dict(first_decay_steps=5, t_mul=1.5, m_mul=0.9, alpha=0.1),
    ],
    "PiecewiseConstantDecay": [
        dict(boundaries=[3, 9], values=[1.0, 0.5, 0.1]),
        dict(boundaries=[3.5], values=[1.0, 2.0]),
        dict(boundaries=[3], values=[1.0]),
        dict(boundaries=[], values=[1.0]),
    ],
}


def schedule_cases() -> Iterator[Case]:
    """Every schedule at many steps, its record, and its refusals."""
    for name in SCHEDULES:
        for settings in SCHEDULE_SETTINGS[name]:
            first = {} if name == "PiecewiseConstantDecay" else {"initial_learning_rate": 0.3}

            def run(k, name=name, given={**first, **settings}):  # noqa: B006 - it is not changed
                schedule = getattr(k.optimizers.schedules, name)(**given)
                values = [schedule(step) for step in (0, 1, 3, 4, 5, 9, 10, 11, 20, 41)]
                whole = schedule(k.ops.convert_to_tensor(7, dtype="int32"))
                record = k.optimizers.schedules.serialize(schedule)
                again = k.optimizers.schedules.deserialize(record)
                return [
                    [float(v) for v in (*values, whole)],
                    record,
                    float(again(3)),
                    schedule.name,
                ]

            yield Case(f"{name}({short({**first, **settings})})", run)

    def abstract(k):
        return k.optimizers.schedules.LearningRateSchedule()(3)

    def no_config(k):
        class Own(k.optimizers.schedules.LearningRateSchedule):
            def __call__(self, step):
                return 0.1 / (step + 1)

        return Own().get_config()

    yield Case("LearningRateSchedule: called", abstract)
    yield Case("LearningRateSchedule: without a config", no_config)


def cases() -> list[Case]:
    """All cases, each once."""
    every = [*step_cases(), *record_cases(), *life_cases(), *schedule_cases()]
    return without(every, APART)
