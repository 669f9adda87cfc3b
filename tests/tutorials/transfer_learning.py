"""Weights learnt on one task, frozen and used on another, then tuned with care."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(2)
rng = np.random.default_rng(0)


def pictures(count, kinds):
    """Squares of noise with a bright bar: where it lies is the class."""
    labels = rng.integers(0, kinds, count)
    images = rng.normal(0, 0.2, (count, 12, 12, 1)).astype("float32")
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 2] += 1.0
    return images, labels


layer = layers.BatchNormalization()
layer.build((None, 4))
counts = [len(layer.weights), len(layer.trainable_weights), len(layer.non_trainable_weights)]
layer.trainable = False
frozen_counts = [len(layer.trainable_weights), len(layer.non_trainable_weights)]

# The first task.
base = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        layers.Conv2D(6, 3, activation="relu", padding="same"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Conv2D(8, 3, activation="relu", padding="same"),
        layers.Flatten(),
    ],
    name="base",
)
first = keras.Sequential([base, layers.Dense(5, activation="softmax")])
first.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
images, labels = pictures(400, 5)
first.fit(images, labels, epochs=4, verbose=0)

# The second: the base is frozen, and stays in inference mode.
base.trainable = False
inputs = keras.Input((12, 12, 1))
x = layers.Rescaling(scale=1 / 127.5, offset=0.0)(inputs * 127.5)
x = base(x, training=False)
x = layers.Dropout(0.2)(x)
model = keras.Model(inputs, layers.Dense(1)(x))
trainable_when_frozen = len(model.trainable_weights)
model.compile(
    keras.optimizers.Adam(1e-2),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy()],
)
images, labels = pictures(300, 6)
labels = (labels >= 3).astype("float32")[:, None]
statistics = [np.array(w) for w in base.non_trainable_weights]
history = model.fit(images, labels, epochs=6, verbose=0)
assert history.history["binary_accuracy"][-1] > 0.8
for before, weight in zip(statistics, base.non_trainable_weights, strict=True):
    np.testing.assert_array_equal(before, np.array(weight))

# Then everything, slowly.
base.trainable = True
model.compile(
    keras.optimizers.Adam(1e-4),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy()],
)
model.fit(images, labels, epochs=1, verbose=0)

facts = {
    "counts": counts,
    "frozen": frozen_counts,
    "trainable_when_frozen": trainable_when_frozen,
    "trainable_at_last": len(model.trainable_weights),
    "parameters": model.count_params(),
    "nested": [type(layer).__name__ for layer in model.layers],
}
