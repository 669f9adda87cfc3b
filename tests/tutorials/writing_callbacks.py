"""Callbacks: what they are told and when, how they stop training, and those that come along."""

import csv
import pathlib
import tempfile

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.random((100, 6)).astype("float32")
y = x.sum(-1, keepdims=True)


def get_model():
    """A compiled linear model, always the same."""
    model = keras.Sequential(
        [keras.Input((6,)), layers.Dense(1, kernel_initializer="zeros", name="linear")]
    )
    model.compile(keras.optimizers.RMSprop(0.1), loss="mean_squared_error", metrics=["mae"])
    return model


class Diary(keras.callbacks.Callback):
    """Writes down every call."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def on_train_begin(self, logs=None):
        """All of them are alike."""
        self.lines.append(["train begins", sorted(logs or {})])

    def on_train_end(self, logs=None):
        """The last logs come along."""
        self.lines.append(["train ends", sorted(logs or {})])

    def on_epoch_begin(self, epoch, logs=None):
        """Epochs count from zero."""
        self.lines.append(["epoch begins", epoch])

    def on_epoch_end(self, epoch, logs=None):
        """With the means of the epoch."""
        self.lines.append(["epoch ends", epoch, sorted(logs or {})])

    def on_test_begin(self, logs=None):
        """Also for validation inside fit."""
        self.lines.append(["test begins"])

    def on_test_end(self, logs=None):
        """With what was found."""
        self.lines.append(["test ends", sorted(logs or {})])

    def on_train_batch_end(self, batch, logs=None):
        """Batches count from zero."""
        self.lines.append(["batch", batch, sorted(logs or {})])

    def on_predict_batch_end(self, batch, logs=None):
        """With the outputs."""
        self.lines.append(["predicted", batch, sorted(logs or {})])


diary = Diary()
model = get_model()
model.fit(x, y, batch_size=50, epochs=2, validation_split=0.2, verbose=0, callbacks=[diary])
model.evaluate(x, y, batch_size=50, verbose=0, callbacks=[diary])
model.predict(x, batch_size=50, verbose=0, callbacks=[diary])


class EarlyStoppingAtMinLoss(keras.callbacks.Callback):
    """Stops when the loss has not fallen for some epochs, and takes the best weights back."""

    def __init__(self, patience=0):
        super().__init__()
        self.patience = patience
        self.best_weights = None

    def on_train_begin(self, logs=None):
        """Nothing has been seen yet."""
        self.wait, self.stopped_epoch, self.best = 0, 0, np.inf

    def on_epoch_end(self, epoch, logs=None):
        """Compare."""
        if np.less(logs["loss"], self.best):
            self.best, self.wait = logs["loss"], 0
            self.best_weights = self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            self.model.set_weights(self.best_weights)


stopper = EarlyStoppingAtMinLoss(patience=2)
get_model().fit(x, y, batch_size=64, epochs=200, verbose=0, callbacks=[stopper])
assert 0 < stopper.stopped_epoch < 199


class LearningRates(keras.callbacks.Callback):
    """Sets the rate from a table."""

    table = {0: 0.05, 2: 0.01, 3: 0.005}

    def on_epoch_begin(self, epoch, logs=None):
        """Change the optimizer's variable."""
        rate = self.table.get(epoch, float(self.model.optimizer.learning_rate))
        self.model.optimizer.learning_rate = rate

    def on_epoch_end(self, epoch, logs=None):
        """Tell the history."""
        logs["rate"] = float(self.model.optimizer.learning_rate)


rates = get_model().fit(x, y, epochs=5, verbose=0, callbacks=[LearningRates()])

folder = pathlib.Path(tempfile.mkdtemp())
model = get_model()
model.fit(
    x,
    y,
    epochs=4,
    validation_split=0.2,
    verbose=0,
    callbacks=[
        keras.callbacks.ModelCheckpoint(str(folder / "model-{epoch:02d}.keras")),
        keras.callbacks.ModelCheckpoint(
            str(folder / "best.weights.h5"),
            monitor="val_loss",
            save_best_only=True,
            save_weights_only=True,
        ),
        keras.callbacks.CSVLogger(str(folder / "log.csv")),
        keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=1),
        keras.callbacks.EarlyStopping(monitor="val_mae", patience=50, restore_best_weights=True),
        keras.callbacks.TerminateOnNaN(),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=epoch)),
    ],
)
best = get_model()
best.load_weights(folder / "best.weights.h5")
with open(folder / "log.csv", newline="") as log:
    rows = list(csv.reader(log))

facts = {
    "diary": diary.lines,
    "rates": [round(rate, 4) for rate in rates.history["rate"]],
    "files": sorted(path.name for path in folder.iterdir()),
    "log": [sorted(rows[0]), [row[0] for row in rows[1:]]],
}
