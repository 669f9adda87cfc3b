"""compile, fit, evaluate and predict: own losses and metrics, weights for samples and classes."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(1)
x_train = rng.normal(size=(400, 20)).astype("float32")
y_train = np.argmax(x_train[:, :5] + 0.1 * rng.normal(size=(400, 5)), axis=-1)
x_val, y_val = x_train[-100:], y_train[-100:]
x_train, y_train = x_train[:-100], y_train[:-100]


def get_model():
    """An uncompiled classifier."""
    keras.utils.set_random_seed(7)
    inputs = keras.Input(shape=(20,), name="digits")
    x = layers.Dense(32, activation="relu", name="dense_1")(inputs)
    x = layers.Dense(32, activation="relu", name="dense_2")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="predictions")(x))


def custom_mean_squared_error(y_true, y_pred):
    """A loss is a function of targets and predictions."""
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


class CustomMSE(keras.losses.Loss):
    """A loss with a setting."""

    def __init__(self, regularization_factor=0.1, name="custom_mse"):
        super().__init__(name=name)
        self.regularization_factor = regularization_factor

    def call(self, y_true, y_pred):
        """Squared error, and a penalty for certainty."""
        mse = ops.mean(ops.square(y_true - y_pred), axis=-1)
        return mse + ops.mean(ops.square(0.5 - y_pred), axis=-1) * self.regularization_factor


class CategoricalTruePositives(keras.metrics.Metric):
    """How many samples got their class."""

    def __init__(self, name="categorical_true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.true_positives = self.add_variable(shape=(), name="ctp", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count those of one batch."""
        y_pred = ops.reshape(ops.argmax(y_pred, axis=1), (-1, 1))
        values = ops.cast(ops.cast(y_true, "int32") == ops.cast(y_pred, "int32"), "float32")
        if sample_weight is not None:
            values = ops.multiply(values, ops.cast(sample_weight, "float32"))
        self.true_positives.assign_add(ops.sum(values))

    def result(self):
        """The number so far."""
        return self.true_positives.value

    def reset_state(self):
        """Begin again."""
        self.true_positives.assign(0.0)


model = get_model()
model.compile(
    optimizer=keras.optimizers.RMSprop(learning_rate=1e-2),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
)
history = model.fit(
    x_train, y_train, batch_size=32, epochs=15, validation_data=(x_val, y_val), verbose=0
)
assert history.history["val_accuracy"][-1] > 0.7
results = model.evaluate(x_val, y_val, batch_size=128, verbose=0, return_dict=True)
predictions = model.predict(x_val[:3], verbose=0)

one_hot = np.eye(5, dtype="float32")[y_train]
for loss in (custom_mean_squared_error, CustomMSE()):
    model = get_model()
    model.compile(optimizer="adam", loss=loss)
    losses = model.fit(x_train, one_hot, batch_size=64, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]

model = get_model()
model.compile("adam", "sparse_categorical_crossentropy", metrics=[CategoricalTruePositives()])
counted = model.fit(x_train, y_train[:, None], batch_size=64, epochs=2, verbose=0)
assert 0 <= counted.history["categorical_true_positives"][-1] <= 300

# Classes and samples may count more than others; the order is kept, so the numbers repeat.
class_weight = {0: 1.0, 1: 1.0, 2: 2.0, 3: 1.0, 4: 1.0}
model = get_model()
model.compile(
    keras.optimizers.SGD(0.1),
    "sparse_categorical_crossentropy",
    metrics=["accuracy"],
    weighted_metrics=["accuracy"],
)
model.set_weights([np.full(w.shape, 0.01 * i, "float32") for i, w in enumerate(model.weights)])
weighted = model.fit(
    x_train, y_train, class_weight=class_weight, batch_size=64, shuffle=False, verbose=0
)
sample_weight = np.where(y_train == 2, 2.0, 1.0)
sampled = model.fit(
    x_train, y_train, sample_weight=sample_weight, batch_size=64, shuffle=False, verbose=0
)

# A schedule, and a rate that falls when nothing gets better.
schedule = keras.optimizers.schedules.ExponentialDecay(
    0.1, decay_steps=10, decay_rate=0.96, staircase=True
)
model = get_model()
model.compile(keras.optimizers.RMSprop(schedule), "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=1, batch_size=64, verbose=0)

# Inputs and outputs in lists, with one loss that stays away.
image_input = keras.Input((8, 8, 3), name="img_input")
series_input = keras.Input((None, 10), name="ts_input")
x1 = layers.GlobalMaxPooling2D()(layers.Conv2D(3, 3)(image_input))
x2 = layers.GlobalMaxPooling1D()(layers.Conv1D(3, 3)(series_input))
x = layers.concatenate([x1, x2])
score = layers.Dense(1, name="score_output")(x)
kind = layers.Dense(5, name="class_output")(x)
two = keras.Model([image_input, series_input], [score, kind])
two.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss=[keras.losses.MeanSquaredError(), keras.losses.CategoricalCrossentropy()],
    metrics=[["mean_absolute_percentage_error"], [keras.metrics.CategoricalAccuracy()]],
    loss_weights=[2.0, 1.0],
)
two_history = two.fit(
    [rng.random((64, 8, 8, 3)), rng.random((64, 20, 10))],
    [rng.random((64, 1)), np.eye(5)[rng.integers(0, 5, 64)]],
    batch_size=32,
    verbose=0,
)


class Batches(keras.utils.PyDataset):
    """Data that is made batch by batch."""

    def __len__(self):
        return 5

    def __getitem__(self, index):
        return x_train[index * 60 : (index + 1) * 60], y_train[index * 60 : (index + 1) * 60]


model = get_model()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
from_batches = model.fit(Batches(), epochs=2, validation_data=(x_val, y_val), verbose=0)

facts = {
    "logs": sorted(history.history),
    "results": sorted(results),
    "predictions": list(predictions.shape),
    "weighted": {k: round(float(v[0]), 4) for k, v in sorted(weighted.history.items())},
    "sampled": {k: round(float(v[0]), 4) for k, v in sorted(sampled.history.items())},
    "rate": round(float(model.optimizer.learning_rate), 6),
    "scheduled": [round(float(schedule(step)), 6) for step in (0, 9, 10, 25)],
    "two": sorted(two_history.history),
    "from_batches": sorted(from_batches.history),
    "steps": int(model.optimizer.iterations),
}
