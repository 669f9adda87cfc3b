"""Noise, gaps and penalties in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import filled, numbers, refusal, scenario


@scenario
def dropouts(k):
    x = np.ones((20, 30, 4), "float32")
    found = []
    for layer in (
        k.layers.Dropout(0.5, seed=3),
        k.layers.Dropout(0),
        k.layers.Dropout(0.5, noise_shape=(None, 1, None)),
        k.layers.Dropout(0.5, noise_shape=(20, 1, 4)),
        k.layers.SpatialDropout1D(0.5),
        k.layers.AlphaDropout(0.3),
        k.layers.GaussianDropout(0.3),
        k.layers.GaussianNoise(0.5),
        k.layers.GaussianNoise(0.0),
        k.layers.AlphaDropout(0.0),
        k.layers.GaussianDropout(0.0),
    ):
        y = np.asarray(layer(x, training=True))
        found.append(layer(x, training=False))
        found.append(layer(x))
        found.append([abs(float(y.mean()) - 1) < 0.25, len(np.unique(y)) < 3])
        found.append([bool(np.all(y == y[:, :1])), bool(np.all(y == x))])
        found.append(
            [len(layer.variables), len(layer.weights), layer.supports_masking, layer.built]
        )
        found.append(sorted(layer.get_config()))
    found += map(
        refusal,
        (
            lambda: k.layers.Dropout(1.5),
            lambda: k.layers.Dropout(-0.5),
            lambda: k.layers.Dropout(0.5, noise_shape=(1, -1))(x),
            lambda: k.layers.GaussianNoise(-1),
            lambda: k.layers.GaussianDropout(2.0),
            lambda: k.layers.AlphaDropout(-1.0),
            lambda: k.layers.SpatialDropout1D(2),
            lambda: k.layers.SpatialDropout1D(0.5)(numbers(2, 3)),
            lambda: k.layers.Dropout(0.5, noise_shape=(20, 1))(x, training=True),
            lambda: k.layers.Dropout(1.0)(x, training=True),
            lambda: k.layers.Dropout(0.5, noise_shape=()),
            lambda: k.layers.Dropout(0.5, noise_shape=(0, 1)),
            lambda: k.layers.Dropout(0.5, noise_shape=(1.5, 1)),
            lambda: k.layers.Dropout(0.5, noise_shape="x"),
        ),
    )
    return found


@scenario
def activity_losses(k):
    x = numbers(4, 5)
    layer = k.layers.ActivityRegularization(l1=0.1, l2=0.2)
    y = layer(x)
    found = [y, [float(a) for a in layer.losses], layer.get_config(), layer.supports_masking]
    dense = k.layers.Dense(3, activity_regularizer="l2", kernel_regularizer="l1")
    dense(x)
    filled(dense)
    dense(x)
    found.append([float(a) for a in dense.losses])
    dense(x * 2)
    found.append([float(a) for a in dense.losses])
    model = k.Sequential([dense, k.layers.Dense(2, activity_regularizer="l1")])
    model(x)
    filled(model)
    model(x)
    found.append([float(a) for a in model.losses])

    class Adds(k.layers.Layer):
        def call(self, inputs):
            self.add_loss(k.ops.sum(inputs))
            self.add_loss([k.ops.mean(inputs), 2.0 * k.ops.max(inputs)])
            return inputs

    layer = Adds()
    layer(x)
    found.append([float(a) for a in layer.losses])
    layer(x)
    found.append(len(layer.losses))
    outer = k.Sequential([layer, layer])
    outer(x)
    found.append(len(outer.losses))
    return found
