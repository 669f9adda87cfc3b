"""Recurrent layers: states in and out, stateful batches, both directions, cells of one's own."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(0)

model = keras.Sequential([layers.Embedding(input_dim=100, output_dim=16), layers.LSTM(12)])
model.add(layers.Dense(10))
out = model(rng.integers(0, 100, (2, 7)))

stacked = keras.Sequential(
    [
        layers.Embedding(input_dim=100, output_dim=16),
        layers.GRU(24, return_sequences=True),
        layers.SimpleRNN(12),
        layers.Dense(10),
    ]
)
stacked(rng.integers(0, 100, (2, 7)))

# The encoder's last state is the decoder's first.
encoder_input = layers.Input(shape=(None,))
embedded = layers.Embedding(input_dim=100, output_dim=8)(encoder_input)
output, state_h, state_c = layers.LSTM(8, return_state=True, name="encoder")(embedded)
decoder_input = layers.Input(shape=(None,))
embedded = layers.Embedding(input_dim=200, output_dim=8)(decoder_input)
decoded = layers.LSTM(8, name="decoder")(embedded, initial_state=[state_h, state_c])
translator = keras.Model([encoder_input, decoder_input], layers.Dense(10)(decoded))

# Three parts of one long sequence, with a memory between them, are one sequence.
parts = [rng.random((4, 5, 3)).astype("float32") for _ in range(3)]
lstm = layers.LSTM(6, stateful=True)
for part in parts:
    with_memory = np.asarray(lstm(part))
lstm.reset_state()
at_once = layers.LSTM(6)
at_once.build((4, 15, 3))
at_once.set_weights(lstm.get_weights()[:3])
np.testing.assert_allclose(
    with_memory, np.asarray(at_once(np.concatenate(parts, axis=1))), rtol=1e-4, atol=1e-6
)

both = keras.Sequential(
    [
        keras.Input(shape=(5, 10)),
        layers.Bidirectional(layers.LSTM(6, return_sequences=True)),
        layers.Bidirectional(layers.LSTM(4), merge_mode="ave"),
        layers.Dense(10),
    ]
)


class NestedCell(layers.Layer):
    """A cell whose input and state are pairs."""

    def __init__(self, unit_1, unit_2, **kwargs):
        super().__init__(**kwargs)
        self.unit_1, self.unit_2 = unit_1, unit_2
        self.state_size = [unit_1, unit_2]
        self.output_size = [unit_1, unit_2]

    def build(self, input_shapes):
        """A kernel for each part."""
        self.kernel_1 = self.add_weight(
            shape=(input_shapes[-1], self.unit_1), initializer="uniform", name="kernel_1"
        )
        self.kernel_2 = self.add_weight(
            shape=(input_shapes[-1], self.unit_2), initializer="uniform", name="kernel_2"
        )

    def call(self, inputs, states):
        """One step."""
        state_1, state_2 = states
        new_1 = ops.tanh(ops.matmul(inputs, self.kernel_1)) + 0.5 * state_1
        new_2 = ops.tanh(ops.matmul(inputs, self.kernel_2)) + 0.5 * state_2
        return ops.concatenate([new_1, new_2], axis=-1), [new_1, new_2]

    def get_initial_state(self, batch_size=None):
        """Zeros."""
        return [ops.zeros((batch_size, self.unit_1)), ops.zeros((batch_size, self.unit_2))]


nested = layers.RNN(NestedCell(3, 4), return_sequences=True)
nested_shape = tuple(nested(rng.random((2, 6, 5)).astype("float32")).shape)

cells = layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)], return_state=True)
cell_outputs = cells(rng.random((2, 6, 5)).astype("float32"))

# Which of the two rows of a picture is brighter is seen line by line.
images = rng.random((300, 8, 8)).astype("float32")
labels = (images[:, :4].sum((1, 2)) > images[:, 4:].sum((1, 2))).astype("int32")
keras.utils.set_random_seed(0)
classifier = keras.Sequential(
    [keras.Input((8, 8)), layers.LSTM(12), layers.BatchNormalization(), layers.Dense(2)]
)
classifier.compile(
    keras.optimizers.Adam(0.02),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = classifier.fit(images, labels, epochs=12, batch_size=32, verbose=0)
assert history.history["accuracy"][-1] > 0.75, history.history["accuracy"]

facts = {
    "out": [tuple(out.shape), model.count_params()],
    "stacked": [tuple(w.shape) for w in stacked.weights],
    "translator": [translator.count_params(), [w.path for w in translator.weights][-3:]],
    "both": [both.output_shape, both.count_params(), [w.path for w in both.weights][:2]],
    "nested": [nested_shape, len(nested.weights)],
    "cells": [tuple(ops.shape(part)) for part in cell_outputs[:1]],
}
