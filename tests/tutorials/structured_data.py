"""A table of numbers and categories, prepared inside the model, with classes of unequal size."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(4)
rng = np.random.default_rng(0)
count = 900
table = {
    "age": rng.uniform(20, 80, count).astype("float32"),
    "pressure": rng.normal(130, 15, count).astype("float32"),
    "kind": rng.integers(0, 4, count).astype("int32"),
    "region": rng.integers(0, 3, count).astype("int32"),
}
risk = (table["age"] - 50) / 10 + (table["kind"] == 2) * 2 - 1.5 + 0.3 * rng.normal(size=count)
target = (risk > 1).astype("float32")[:, None]

inputs = {
    "age": keras.Input((1,), name="age"),
    "pressure": keras.Input((1,), name="pressure"),
    "kind": keras.Input((1,), name="kind", dtype="int32"),
    "region": keras.Input((1,), name="region", dtype="int32"),
}
encoded = []
for name in ("age", "pressure"):
    normalization = layers.Normalization(axis=None)
    normalization.adapt(table[name])
    encoded.append(normalization(inputs[name]))
buckets = layers.Discretization(bin_boundaries=[35.0, 50.0, 65.0], output_mode="one_hot")
encoded.append(buckets(inputs["age"]))
encoded.append(layers.CategoryEncoding(num_tokens=4, output_mode="one_hot")(inputs["kind"]))
encoded.append(layers.Flatten()(layers.Embedding(3, 2)(inputs["region"])))
x = layers.Concatenate()(encoded)
wide = x
x = layers.Dense(16, activation="relu")(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(8, activation="relu")(x)
output = layers.Dense(1, activation="sigmoid")(layers.concatenate([x, wide]))
model = keras.Model(inputs, output)

negative, positive = int((target == 0).sum()), int((target == 1).sum())
model.compile(
    optimizer=keras.optimizers.Adam(5e-3),
    loss="binary_crossentropy",
    metrics=[
        keras.metrics.AUC(name="auc"),
        keras.metrics.Precision(name="precision"),
        keras.metrics.Recall(name="recall"),
        keras.metrics.FalseNegatives(name="fn"),
    ],
)
data = {name: column[:, None] for name, column in table.items()}
history = model.fit(
    data,
    target,
    epochs=12,
    batch_size=64,
    validation_split=0.2,
    class_weight={0: 1.0 / negative * 500, 1: 1.0 / positive * 500},
    verbose=0,
)
assert history.history["val_auc"][-1] > 0.85, history.history["val_auc"]

sample = {
    "age": np.array([[61.0]]),
    "pressure": np.array([[140.0]]),
    "kind": np.array([[2]]),
    "region": np.array([[1]]),
}
probability = float(np.asarray(model.predict(sample, verbose=0))[0, 0])
assert probability > 0.5

counts = layers.CategoryEncoding(num_tokens=4, output_mode="count")
facts = {
    "shapes": [tuple(ops.shape(part)) for part in encoded],
    "parameters": model.count_params(),
    "logs": sorted(history.history),
    "buckets": np.asarray(buckets(np.array([[20.0], [50.0], [80.0]]))).tolist(),
    "counts": np.asarray(counts(np.array([[0, 0, 3]]))).tolist(),
    "multi": np.asarray(
        layers.CategoryEncoding(num_tokens=3, output_mode="multi_hot")(np.array([[0, 2]]))
    ).tolist(),
    "trainable": len(model.trainable_weights),
}
