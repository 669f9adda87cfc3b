"""A network learns to add numbers that are written as text, digit by digit."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(9)
rng = np.random.default_rng(0)
characters = "0123456789+ "
places = {character: i for i, character in enumerate(characters)}


def encode(texts, length):
    """One row for each character, with a one in its column."""
    result = np.zeros((len(texts), length, len(characters)), "float32")
    for i, text in enumerate(texts):
        for j, character in enumerate(text.ljust(length)):
            result[i, j, places[character]] = 1
    return result


def decode(rows):
    """The characters with the highest probabilities."""
    return "".join(characters[i] for i in np.asarray(rows).argmax(-1))


assert decode(encode(["12+5"], 5)[0]) == "12+5 "

numbers = rng.integers(0, 10, (600, 2))
questions = encode([f"{a}+{b}"[::-1] for a, b in numbers], 3)
answers = encode([str(a + b) for a, b in numbers], 2)

model = keras.Sequential(
    [
        keras.Input((3, len(characters))),
        layers.LSTM(48),
        layers.RepeatVector(2),
        layers.LSTM(48, return_sequences=True),
        layers.Dense(len(characters), activation="softmax"),
    ]
)
model.compile(
    loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"]
)
history = model.fit(questions, answers, batch_size=32, epochs=18, verbose=0)
assert history.history["accuracy"][-1] > 0.8, history.history["accuracy"]

timed = keras.Sequential(
    [
        keras.Input((4, 6, 6, 1)),
        layers.TimeDistributed(layers.Conv2D(2, 3)),
        layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True),
        layers.TimeDistributed(layers.GlobalAveragePooling2D()),
        layers.LSTM(2),
    ]
)

facts = {
    "parameters": [model.count_params(), timed.count_params()],
    "shapes": [tuple(layer.output.shape) for layer in model.layers],
    "timed": [tuple(layer.output.shape) for layer in timed.layers],
    "paths": [w.path for w in timed.weights][:3],
}
