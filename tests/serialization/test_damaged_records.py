"""Records that somebody damaged are read, or refused by one kind of error."""

import contextlib
import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from visualnn import losses, metrics, optimizers
from visualnn.serialization import InvalidModelFile, deserialize_keras_object

LOADED = (metrics, optimizers)  # their classes are known once they are imported

SOUND = [
    {
        "optimizer": {
            "module": "keras.optimizers",
            "class_name": "Adam",
            "config": {
                "name": "adam",
                "learning_rate": {
                    "module": "keras.optimizers.schedules",
                    "class_name": "PiecewiseConstantDecay",
                    "config": {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3], "name": "p"},
                    "registered_name": None,
                },
                "clipnorm": 1.0,
            },
            "registered_name": None,
        },
        "loss": {
            "module": "keras.losses",
            "class_name": "Huber",
            "config": {"name": "h", "reduction": "sum", "delta": 0.5},
            "registered_name": None,
        },
        "metrics": [
            "mae",
            {
                "module": "keras.metrics",
                "class_name": "AUC",
                "config": {"name": "auc", "num_thresholds": 9, "thresholds": [0.1, 0.5]},
                "registered_name": None,
            },
            {
                "module": "keras.metrics",
                "class_name": "MeanMetricWrapper",
                "config": {
                    "name": "m",
                    "fn": {
                        "module": "builtins",
                        "class_name": "function",
                        "config": "mean_squared_error",
                        "registered_name": "function",
                    },
                },
                "registered_name": None,
            },
        ],
        "initializer": {
            "module": "keras.initializers",
            "class_name": "VarianceScaling",
            "config": {"scale": 2.0, "mode": "fan_in", "distribution": "uniform", "seed": 3},
            "registered_name": None,
        },
        "values": [
            {"class_name": "__numpy__", "config": {"value": [[1, 2]], "dtype": "int64"}},
            {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": 2}},
        ],
    }
]
JUNK = st.sampled_from(
    [
        *(None, True, -1, 0, 10**30, 0.5, float("nan"), float("inf"), "", "x", "../x", "os"),
        *([], {}, ["a"], [[]]),
        *({"class_name": "L2", "config": {}}, {"class_name": None, "config": None}),
    ]
)


def places(value, here=()):
    """The paths of all values inside a record."""
    if here:
        yield here
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from places(inner, (*here, key))
        else:
            yield (*here, key)


@settings(max_examples=400, deadline=None)
@given(where=st.sampled_from(list(places(SOUND))), junk=JUNK, drop=st.booleans())
def test_damaged_records_are_read_or_refused_by_one_error(where, junk, drop):
    damaged = copy.deepcopy(SOUND)
    inner = damaged
    for key in where[:-1]:
        inner = inner[key]
    if drop:
        del inner[where[-1]]
    else:
        inner[where[-1]] = junk
    with contextlib.suppress(InvalidModelFile):
        deserialize_keras_object(damaged)


def test_the_sound_record_is_read():
    assert type(deserialize_keras_object(SOUND)[0]["loss"]) is losses.Huber
