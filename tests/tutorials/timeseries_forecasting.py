"""Tomorrow's value from the last days': normalization, windows, a baseline, three networks."""

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(5)
rng = np.random.default_rng(0)
time = np.arange(900)
series = np.stack(
    [
        np.sin(time / 8) + 0.05 * rng.normal(size=time.size),
        np.cos(time / 8) * 3 + 20,
        rng.normal(size=time.size),
    ],
    axis=-1,
).astype("float32")

normalize = layers.Normalization(axis=-1)
normalize.adapt(series[:600])
features = np.asarray(normalize(series))
assert abs(features[:600].mean()) < 1e-3 and abs(features[:600].std() - 1) < 1e-2

past, future = 20, 4


def windows(start, stop):
    """All stretches of the past with the value some steps later."""
    starts = np.arange(start, stop - past - future)
    return (
        np.stack([features[i : i + past] for i in starts]),
        np.stack([features[i + past + future - 1, :1] for i in starts]),
    )


x_train, y_train = windows(0, 700)
x_val, y_val = windows(700, 900)
baseline = np.square(x_val[:, -1, :1] - y_val).mean()

histories = {}
networks = {
    "dense": [layers.Flatten(), layers.Dense(16, activation="relu")],
    "conv": [
        layers.Conv1D(8, 5, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(8, 3, activation="relu", padding="causal"),
        layers.GlobalAveragePooling1D(),
    ],
    "lstm": [layers.LSTM(8, recurrent_dropout=0.1), layers.Dropout(0.1)],
}
parameters = {}
for name, body in networks.items():
    model = keras.Sequential([keras.Input((past, 3)), *body, layers.Dense(1)])
    model.compile(keras.optimizers.Adam(1e-2), loss="mse", metrics=["mae"])
    histories[name] = model.fit(
        x_train,
        y_train,
        epochs=6,
        batch_size=64,
        validation_data=(x_val, y_val),
        callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)],
        verbose=0,
    ).history
    parameters[name] = model.count_params()
    assert min(histories[name]["val_loss"]) < baseline, (name, histories[name], baseline)

facts = {
    "parameters": parameters,
    "logs": sorted(histories["lstm"]),
    "windows": [list(x_train.shape), list(y_train.shape)],
}
