"""Layers around layers in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import STEPS, filled, mask_of, numbers, refusal, scenario


@scenario
def bidirectional(k):
    found = []
    x = numbers(3, 4, 5)
    for mode in ("concat", "sum", "ave", "mul", None):
        for settings in (
            {},
            {"return_sequences": True},
            {"return_state": True},
            {"return_sequences": True, "return_state": True},
        ):
            layer = k.layers.Bidirectional(k.layers.LSTM(2, **settings), merge_mode=mode)
            layer(x)
            filled(layer)
            found.append(layer(x))
            found.append(layer(x, mask=STEPS))
            found.append(str(layer.compute_output_shape((None, 4, 5))))
            found.append([w.path for w in layer.weights])
            found.append([layer.forward_layer.name, layer.backward_layer.name])
            found.append([tuple(y.shape) for y in k.tree.flatten(layer(k.Input((None, 5))))])
    return found


@scenario
def bidirectional_states(k):
    layer = k.layers.Bidirectional(k.layers.GRU(3, return_state=True), name="both")
    x = numbers(2, 4, 5)
    layer(x)
    filled(layer)
    found = [layer(x, initial_state=[numbers(2, 3), numbers(2, 3, seed=4)])]
    stateful = k.layers.Bidirectional(k.layers.LSTM(3, stateful=True))
    stateful(x)
    filled(stateful)
    stateful.reset_state()
    found += [stateful(x), stateful(x)]
    stateful.reset_states()
    found.append(stateful(x))
    return found


@scenario
def bidirectional_settings(k):
    layer = k.layers.Bidirectional(
        k.layers.GRU(2, name="there"),
        backward_layer=k.layers.LSTM(3, go_backwards=True, name="back"),
    )
    x = numbers(2, 4, 5)
    layer(x)
    config = layer.get_config()
    again = k.layers.Bidirectional.from_config(config)
    return [
        sorted(config),
        [w.path for w in layer.weights],
        again.backward_layer.name,
        layer.return_sequences,
        layer.return_state,
        layer.stateful,
        layer.supports_masking,
        layer.merge_mode,
        refusal(lambda: k.layers.Bidirectional("nothing")),
        refusal(lambda: k.layers.Bidirectional(k.layers.GRU(2), merge_mode="nothing")),
        refusal(lambda: k.layers.Bidirectional(k.layers.GRU(2), backward_layer=k.layers.GRU(2))),
        refusal(
            lambda: k.layers.Bidirectional(
                k.layers.GRU(2),
                backward_layer=k.layers.GRU(2, go_backwards=True, return_sequences=True),
            )
        ),
    ]


@scenario
def bidirectional_trainable(k):
    layer = k.layers.Bidirectional(k.layers.GRU(2), trainable=False)
    layer.build((None, 4, 5))
    counts = [len(layer.trainable_weights), len(layer.non_trainable_weights)]
    layer.trainable = True
    return [*counts, len(layer.trainable_weights), layer.forward_layer.trainable]


@scenario
def time_distributed(k):
    found = []
    x = numbers(3, 4, 5)
    layer = k.layers.TimeDistributed(k.layers.Dense(2))
    layer(x)
    filled(layer)
    found += [layer(x), layer(x, mask=STEPS), str(layer.compute_output_shape((None, 4, 5)))]
    found.append([w.path for w in layer.weights])
    nested = k.layers.TimeDistributed(k.layers.TimeDistributed(k.layers.Dense(2)))
    nested(numbers(2, 3, 4, 5))
    filled(nested)
    found += [nested(numbers(2, 3, 4, 5)), [w.path for w in nested.weights]]
    model = k.Sequential([k.layers.Dense(3), k.layers.Dense(2)])
    outer = k.layers.TimeDistributed(model)
    outer(x)
    filled(outer)
    found += [outer(x), len(outer.weights)]
    masked = k.layers.TimeDistributed(k.layers.Masking())
    y = masked(numbers(2, 3, 4, 5))
    found.append(mask_of(y) is None)
    found.append(refusal(lambda: k.layers.TimeDistributed(2)))
    found.append(refusal(lambda: k.layers.TimeDistributed(k.layers.Dense(3))(numbers(3))))
    found.append(layer.supports_masking)
    dropout = k.layers.TimeDistributed(k.layers.Dropout(0.5))
    found.append(bool(np.all(np.asarray(dropout(x, training=True)) == x)))
    found.append(tuple(layer(k.Input((None, 5))).shape))
    found.append(tuple(layer(k.Input(batch_shape=(2, None, 5))).shape))
    return found


@scenario
def time_distributed_masks_inside(k):
    class Masks(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs, mask=None):
            return inputs if mask is None else inputs * k.ops.cast(mask, "float32")[:, None]

    x = numbers(3, 4, 5)
    layer = k.layers.TimeDistributed(Masks())
    return [layer(x), layer(x, mask=STEPS), layer(k.layers.Masking()(x * STEPS[..., None]))]


@scenario
def wrapper(k):
    class Twice(k.layers.Wrapper):
        def call(self, inputs):
            return 2 * self.layer(inputs)

    layer = Twice(k.layers.Dense(3, name="inner"), name="outer")
    x = numbers(2, 5)
    layer(x)
    filled(layer)
    return [
        layer(x),
        [w.path for w in layer.weights],
        sorted(layer.get_config()),
        refusal(lambda: k.layers.Wrapper("nothing")),
        len(layer.trainable_weights),
    ]


@scenario
def spectral_normalization(k):
    layer = k.layers.SpectralNormalization(k.layers.Conv2D(3, 2), power_iterations=2)
    x = numbers(2, 4, 4, 2)
    layer(x)
    filled(layer)
    found = [layer(x), layer(x, training=True), layer.get_weights(), layer(x)]
    found.append([w.path for w in layer.weights])
    dense = k.layers.SpectralNormalization(k.layers.Dense(3))
    dense(numbers(2, 5))
    filled(dense)
    found += [dense(numbers(2, 5), training=True), dense.get_weights()]
    found.append(refusal(lambda: k.layers.SpectralNormalization(k.layers.Dense(3), 0)))
    found.append(refusal(lambda: k.layers.SpectralNormalization(k.layers.ReLU())(x)))
    embedding = k.layers.SpectralNormalization(k.layers.Embedding(5, 3))
    embedding(np.array([[1, 2]]))
    found.append([tuple(w.shape) for w in embedding.weights])
    found.append(str(layer.compute_output_shape((2, 4, 4, 2))))
    return found
