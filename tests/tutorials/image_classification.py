"""A convolutional network for small pictures of digits, from the raw numbers to a saved file."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(812)
rng = np.random.default_rng(0)

GLYPHS = [
    ".##...#.###.###.#..#",
    "#..#.##....#..#.#..#",
    "#..#..#..##....#####",
    ".##..#######.##....#",
]


def drawn(count):
    """Small glyphs at random places in noise, and which one each is."""
    glyphs = np.array([list(row) for row in GLYPHS]).reshape(4, 5, 4) == "#"
    labels = rng.integers(0, 5, count)
    images = rng.integers(0, 60, (count, 10, 10)).astype("uint8")
    for image, label in zip(images, labels, strict=True):
        i, j = rng.integers(0, 6, 2)
        image[i : i + 4, j : j + 4][glyphs[:, label]] += 190
    return images, labels


(x_train, y_train), (x_test, y_test) = drawn(1500), drawn(300)
x_train = np.expand_dims(x_train.astype("float32") / 255, -1)
x_test = np.expand_dims(x_test.astype("float32") / 255, -1)
y_train = keras.utils.to_categorical(y_train, 5)
y_test = keras.utils.to_categorical(y_test, 5)

model = keras.Sequential(
    [
        keras.Input(shape=(10, 10, 1)),
        layers.Conv2D(8, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(16, kernel_size=(3, 3), activation="relu"),
        layers.Flatten(),
        layers.Dropout(0.25),
        layers.Dense(5, activation="softmax"),
    ]
)
model.summary()
model.compile(
    loss="categorical_crossentropy",
    optimizer=keras.optimizers.Adam(3e-3),
    metrics=["accuracy", keras.metrics.TopKCategoricalAccuracy(k=2, name="top2")],
)
history = model.fit(
    x_train, y_train, batch_size=32, epochs=8, validation_split=0.1, shuffle=True, verbose=0
)
score = model.evaluate(x_test, y_test, verbose=0)
assert score[1] > 0.85, score

classes = model.predict(x_test, verbose=0).argmax(-1)
confusion = np.zeros((5, 5), int)
np.add.at(confusion, (y_test.argmax(-1), classes), 1)
assert confusion.trace() > 0.85 * 300

facts = {
    "parameters": model.count_params(),
    "shapes": [tuple(layer.output.shape) for layer in model.layers],
    "logs": sorted(history.history),
    "epochs": history.epoch,
    "metrics": model.metrics_names,
    "layers": [layer.name.rstrip("_0123456789") for layer in model.layers],
}
