"""Normalization in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import filled, numbers, refusal, scenario


@scenario
def batch_normalization(k):
    found = []
    x = numbers(4, 3, 5) * 3 + 2
    for settings in (
        {},
        {"momentum": 0.0},
        {"axis": 1},
        {"center": False, "scale": False},
        {"epsilon": 0.1},
        {"synchronized": False},
        {"renorm": True},
    ):
        layer = k.layers.BatchNormalization(**settings)
        found += [layer(x, training=True), layer.get_weights(), layer(x), layer(x, training=True)]
        found.append([w.path for w in layer.weights])
    masked = k.layers.BatchNormalization()
    mask = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 0], [1, 1, 1]], bool)
    found += [masked(x, training=True, mask=mask), masked.get_weights()]
    frozen = k.layers.BatchNormalization(trainable=False)
    found += [frozen(x, training=True), frozen.get_weights(), len(frozen.trainable_weights)]
    late = k.layers.BatchNormalization()
    late(x)
    late.trainable = False
    found += [late(x, training=True), late.get_weights()]
    found.append(refusal(lambda: k.layers.BatchNormalization(axis=7)(x)))
    found.append(refusal(lambda: k.layers.BatchNormalization(mean=[1])))
    found.append(refusal(lambda: k.layers.BatchNormalization()(k.Input((None,)))))
    return found


@scenario
def batch_normalization_trains(k):
    model = k.Sequential([k.Input((5,)), k.layers.BatchNormalization(momentum=0.8)])
    model.compile(loss="mse", optimizer=k.optimizers.SGD(0.01))
    x = (numbers(40, 5) * 10 + 5).astype("float32")
    model.fit(x, x, epochs=3, batch_size=10, shuffle=False, verbose=0)
    return [model.get_weights(), model.predict(x[:4], verbose=0)]


@scenario
def layer_normalizations(k):
    found = []
    x = numbers(2, 3, 4, 6) * 3 + 2
    for layer in (
        k.layers.LayerNormalization(),
        k.layers.LayerNormalization(axis=(1, 2)),
        k.layers.LayerNormalization(axis=[1]),
        k.layers.LayerNormalization(rms_scaling=True),
        k.layers.LayerNormalization(center=False),
        k.layers.LayerNormalization(scale=False),
        k.layers.GroupNormalization(1),
        k.layers.GroupNormalization(2),
        k.layers.GroupNormalization(-1),
        k.layers.GroupNormalization(3, axis=1),
        k.layers.GroupNormalization(2, axis=-2),
        k.layers.GroupNormalization(2, scale=False),
        k.layers.RMSNormalization(),
        k.layers.UnitNormalization(),
        k.layers.UnitNormalization(axis=(1, 2)),
    ):
        layer(x)
        filled(layer)
        found += [layer(x), [[w.path, tuple(w.shape)] for w in layer.weights]]
        found.append(layer.supports_masking)
    found += map(
        refusal,
        (
            lambda: k.layers.GroupNormalization(4)(x),
            lambda: k.layers.GroupNormalization(9)(x),
            lambda: k.layers.LayerNormalization(axis="x"),
            lambda: k.layers.LayerNormalization(axis=1.5),
            lambda: k.layers.UnitNormalization(axis={}),
            lambda: k.layers.UnitNormalization(axis={"axis": -1}),
            lambda: k.layers.GroupNormalization(2)(k.Input((3, None))),
            lambda: k.layers.GroupNormalization(0)(x),
        ),
    )
    big = np.full((2, 4), 1e30, "float32")
    found.append(k.layers.UnitNormalization()(numbers(2, 4) * 0))
    found.append(k.layers.LayerNormalization()(big * 0))
    half = k.layers.LayerNormalization(dtype="float16")
    found.append(half(np.array([[100.0, 200.0, 300.0, 60000.0]], "float16")))
    return found
