"""How fast models of the size of a course are trained and asked, beside Keras.

``KERAS_BACKEND=jax python -m tests.benchmarks.training`` runs with an interpreter that has Keras
and visualnn; other names for the backend compare with the others.  Both run on one processor, in
turns and in one process; told are medians of the ratios of processor time, which other programs
change least.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
if hasattr(os, "sched_setaffinity"):  # before any library counts the processors
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

ROUNDS, SECONDS = 7, 0.5


class Workload(NamedTuple):
    """A model to train.

    Attributes:
        shape: Of one example.
        batch: How many are in a batch.
        batches: How many batches are in an epoch.
        layers: The layers behind the input, given a library.
    """

    shape: tuple[int, ...]
    batch: int
    batches: int
    layers: Callable[[Any, Any], Any]


def dense(layers: Any, x: Any) -> Any:
    """A small network of dense layers."""
    return layers.Dense(32, activation="relu")(x)


def wide(layers: Any, x: Any) -> Any:
    """Wide dense layers, as for small pictures of digits."""
    x = layers.Dense(400, activation="relu")(x)
    return layers.Dense(200, activation="relu")(x)


def convolutions(layers: Any, x: Any) -> Any:
    """Convolutions and pools, as in LeNet."""
    for filters in (24, 48):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return layers.Dense(96, activation="relu")(layers.Flatten()(x))


def residual(layers: Any, x: Any) -> Any:
    """Residual blocks with batch normalization."""
    x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
    for filters in (16, 32):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(
            layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
        )
        if filters != x.shape[-1]:
            x = layers.Conv2D(filters, 1, use_bias=False)(x)
        x = layers.MaxPooling2D(2)(layers.ReLU()(layers.Add()([x, y])))
    return layers.GlobalAveragePooling2D()(x)


def recurrent(layers: Any, x: Any) -> Any:
    """A recurrent layer over a sequence."""
    return layers.LSTM(48)(x)


def attention(layers: Any, x: Any) -> Any:
    """One block of a transformer."""
    x = layers.LayerNormalization()(
        layers.Add()([x, layers.MultiHeadAttention(num_heads=4, key_dim=12)(x, x)])
    )
    y = layers.Dense(48)(layers.Dense(192, activation="relu")(x))
    return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(layers.Add()([x, y])))


def separable(layers: Any, x: Any) -> Any:
    """Depthwise convolutions with batch normalization."""
    x = layers.Conv2D(24, 3, padding="same", use_bias=False)(x)
    for filters in (48, 96):
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.GlobalAveragePooling2D()(x)


WORKLOADS = {
    "dense": Workload((48,), 32, 48, dense),
    "wide": Workload((784,), 128, 12, wide),
    "convolutions": Workload((28, 28, 1), 64, 6, convolutions),
    "residual": Workload((24, 24, 3), 48, 3, residual),
    "recurrent": Workload((60, 24), 32, 8, recurrent),
    "attention": Workload((48, 48), 32, 8, attention),
    "separable": Workload((24, 24, 3), 48, 2, separable),
}


def tasks(library: Any, workload: Workload) -> dict[str, Callable[[], Any]]:
    """What is measured of a model in a library: an epoch, predictions, one call."""
    numbers = np.random.default_rng(0)
    count = workload.batch * workload.batches
    x = numbers.standard_normal((count, *workload.shape)).astype("float32")
    y = numbers.integers(0, 10, count)
    inputs = library.Input(workload.shape)
    outputs = library.layers.Dense(10, activation="softmax")(
        workload.layers(library.layers, inputs)
    )
    model = library.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy")
    size, one = workload.batch, x[:1]
    return {
        "train": lambda: model.fit(x, y, batch_size=size, epochs=1, verbose=0),
        "predict": lambda: model.predict(x, batch_size=size, verbose=0),
        "call": lambda: np.asarray(model(one)),
    }


def busy(task: Callable[[], Any], times: int) -> float:
    """The processor time of so many runs, per run."""
    begin = time.process_time()
    for _ in range(times):
        task()
    return (time.process_time() - begin) / times


def compared(ours: Callable[[], Any], theirs: Callable[[], Any]) -> float:
    """How many times as fast the first is: the median of the ratios of turns."""
    repeats = []
    for task in (ours, theirs):
        for _ in range(3):  # compiles, and warms up
            took = busy(task, 1)
        repeats.append(max(1, round(SECONDS / max(took, 1e-6))))
    ratios = []
    for turn in range(ROUNDS):
        pair = [(ours, repeats[0]), (theirs, repeats[1])]
        found = {}
        for task, times in pair if turn % 2 else reversed(pair):
            found[task] = busy(task, times)
        ratios.append(found[theirs] / found[ours])
    return round(statistics.median(ratios), 2)


def main(names: list[str]) -> None:
    """Print how many times as fast visualnn is, as JSON."""
    import keras

    import visualnn

    found: dict[str, dict[str, float]] = {}
    for name in names or WORKLOADS:
        ours, theirs = (tasks(library, WORKLOADS[name]) for library in (visualnn, keras))
        found[name] = {kind: compared(ours[kind], theirs[kind]) for kind in ours}
        print(name, found[name], file=sys.stderr)
    told = {"backend": keras.backend.backend(), "load": os.getloadavg()[0], "ratios": found}
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
