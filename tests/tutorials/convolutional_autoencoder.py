"""Noise taken out of pictures by a network that has to squeeze them through a narrow place."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
rng = np.random.default_rng(0)
centres = rng.uniform(3, 13, (240, 2))
grid = np.stack(np.meshgrid(np.arange(16), np.arange(16), indexing="ij"), -1)
distance = np.square(grid[None] - centres[:, None, None]).sum(-1)
clean = np.exp(-distance / 6).astype("float32")[..., None]
noisy = np.clip(clean + 0.4 * rng.normal(size=clean.shape), 0, 1).astype("float32")

inputs = layers.Input(shape=(16, 16, 1))
x = layers.Conv2D(8, (3, 3), activation="relu", padding="same")(inputs)
x = layers.MaxPooling2D((2, 2), padding="same")(x)
x = layers.Conv2D(8, (3, 3), activation="relu", padding="same")(x)
encoded = layers.MaxPooling2D((2, 2), padding="same")(x)
x = layers.Conv2DTranspose(8, (3, 3), strides=2, activation="relu", padding="same")(encoded)
x = layers.Conv2DTranspose(8, (3, 3), strides=2, activation="relu", padding="same")(x)
outputs = layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(x)

autoencoder = keras.Model(inputs, outputs)
autoencoder.compile(optimizer=keras.optimizers.Adam(5e-3), loss="binary_crossentropy")
history = autoencoder.fit(
    x=noisy, y=clean, epochs=6, batch_size=32, validation_data=(noisy, clean), verbose=0
)
better = np.square(autoencoder.predict(noisy, verbose=0) - clean).mean()
worse = np.square(noisy - clean).mean()
assert better < worse / 2, (better, worse)

encoder = keras.Model(inputs, encoded)
facts = {
    "code": encoder.output_shape,
    "parameters": autoencoder.count_params(),
    "shapes": [tuple(layer.output.shape) for layer in autoencoder.layers],
    "logs": sorted(history.history),
}
