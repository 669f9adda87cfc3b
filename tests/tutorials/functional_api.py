"""Models as graphs: shared layers, several inputs and outputs, shortcuts, models in models."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(0)

# An encoder and a decoder, each a model, put one behind the other.
encoder_input = keras.Input(shape=(28, 28, 1), name="img")
x = layers.Conv2D(4, 3, activation="relu")(encoder_input)
x = layers.Conv2D(6, 3, activation="relu")(x)
x = layers.MaxPooling2D(3)(x)
x = layers.Conv2D(6, 3, activation="relu")(x)
encoder_output = layers.GlobalMaxPooling2D()(x)
encoder = keras.Model(encoder_input, encoder_output, name="encoder")

decoder_input = keras.Input(shape=(6,), name="encoded_img")
x = layers.Reshape((1, 6, 1))(decoder_input)
x = layers.Conv2DTranspose(4, 3, activation="relu")(x)
x = layers.UpSampling2D((2, 1))(x)
decoder_output = layers.Conv2DTranspose(1, 3, activation="relu")(x)
decoder = keras.Model(decoder_input, decoder_output, name="decoder")
autoencoder = keras.Model(encoder_input, decoder(encoder(encoder_input)), name="autoencoder")

# An ensemble of three models.
members = [keras.Model(i := keras.Input((16,)), layers.Dense(1)(i)) for _ in range(3)]
ensemble_input = keras.Input(shape=(16,))
ensemble = keras.Model(
    ensemble_input, layers.average([member(ensemble_input) for member in members])
)

# Support tickets: three inputs, two outputs, a loss for each.
title = keras.Input(shape=(None,), name="title")
body = keras.Input(shape=(None,), name="body")
tags = keras.Input(shape=(12,), name="tags")
title_features = layers.LSTM(8)(layers.Embedding(100, 8)(title))
body_features = layers.LSTM(4)(layers.Embedding(100, 8)(body))
x = layers.concatenate([title_features, body_features, tags])
priority = layers.Dense(1, name="priority")(x)
department = layers.Dense(4, name="department")(x)
tickets = keras.Model(
    inputs=[title, body, tags], outputs={"priority": priority, "department": department}
)
tickets.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
)
history = tickets.fit(
    {
        "title": rng.integers(0, 100, (64, 10)),
        "body": rng.integers(0, 100, (64, 20)),
        "tags": rng.integers(0, 2, (64, 12)).astype("float32"),
    },
    {
        "priority": rng.integers(0, 2, (64, 1)).astype("float32"),
        "department": np.eye(4, dtype="float32")[rng.integers(0, 4, 64)],
    },
    epochs=2,
    batch_size=32,
    verbose=0,
)

# A residual network.
inputs = keras.Input(shape=(32, 32, 3), name="img")
x = layers.Conv2D(8, 3, activation="relu")(inputs)
block_1 = layers.MaxPooling2D(3)(x)
x = layers.Conv2D(8, 3, activation="relu", padding="same")(block_1)
block_2 = layers.add([x, block_1])
x = layers.GlobalAveragePooling2D()(block_2)
x = layers.Dropout(0.5)(x)
residual = keras.Model(inputs, layers.Dense(10)(x), name="toy_resnet")
residual.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["acc"],
)
residual_history = residual.fit(
    rng.random((40, 32, 32, 3)), rng.integers(0, 10, 40), validation_split=0.2, verbose=0
)

# One embedding used for two texts.
shared = layers.Embedding(100, 16)
text_a, text_b = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
pair = keras.Model([text_a, text_b], [shared(text_a), shared(text_b)])

# Plain operations are nodes of the graph, too.
x = keras.Input((4,))
squared = keras.Model(x, ops.sqrt(ops.sum(ops.square(x) + 1.0, axis=-1, keepdims=True)) / 2)


class Linear(layers.Layer):
    """A layer of one's own inside a functional model, with its config."""

    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        """Make the weights, now that the number of features is known."""
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        """Apply the linear map."""
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        """The arguments of the constructor."""
        return {**super().get_config(), "units": self.units}


inputs = keras.Input((4,))
own = keras.Model(inputs, Linear(10)(inputs))
again = keras.Model.from_config(own.get_config(), custom_objects={"Linear": Linear})
again.set_weights(own.get_weights())
np.testing.assert_allclose(
    np.asarray(again(np.ones((1, 4)))), np.asarray(own(np.ones((1, 4)))), rtol=1e-5
)

facts = {
    "autoencoder": [autoencoder.output_shape, autoencoder.count_params()],
    "ensemble": [ensemble.output_shape, len(ensemble.layers), ensemble.count_params()],
    "tickets": {name: tuple(tensor.shape) for name, tensor in tickets.output.items()},
    "ticket_logs": sorted(history.history),
    "residual": [residual.count_params(), residual.layers[0].name],
    "residual_logs": sorted(residual_history.history),
    "pair": [len(pair.weights), [tuple(y.shape) for y in pair.outputs]],
    "squared": np.asarray(squared(np.arange(8.0).reshape(2, 4))).round(5).tolist(),
    "own": own.count_params(),
}
