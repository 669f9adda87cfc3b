"""Two pictures through one network: a distance, small for the same kind, and a loss for it."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(8)
rng = np.random.default_rng(0)
kinds = rng.normal(size=(4, 12)).astype("float32")
labels = rng.integers(0, 4, 400)
samples = kinds[labels] + 0.3 * rng.normal(size=(400, 12)).astype("float32")


def make_pairs(x, labels):
    """Each sample with one of its kind and one of another, and 0 or 1 for them."""
    pairs, same = [], []
    for i, label in enumerate(labels):
        pairs += [[x[i], x[rng.choice(np.flatnonzero(labels == label))]]]
        pairs += [[x[i], x[rng.choice(np.flatnonzero(labels != label))]]]
        same += [0, 1]
    return np.array(pairs), np.array(same, "float32")


def euclidean_distance(vectors):
    """How far two vectors are from each other."""
    x, y = vectors
    total = ops.sum(ops.square(x - y), axis=1, keepdims=True)
    return ops.sqrt(ops.maximum(total, keras.backend.epsilon()))


def loss(margin=1):
    """The contrastive loss for a margin."""

    def contrastive_loss(y_true, y_pred):
        near = ops.square(y_pred)
        far = ops.square(ops.maximum(margin - y_pred, 0))
        return ops.mean((1 - y_true) * near + y_true * far)

    return contrastive_loss


pairs, same = make_pairs(samples, labels)
inputs = keras.Input((12,))
x = layers.Dense(16, activation="tanh")(inputs)
embedding_network = keras.Model(inputs, layers.Dense(4, activation="tanh")(x), name="embedding")

input_1, input_2 = keras.Input((12,)), keras.Input((12,))
tower_1, tower_2 = embedding_network(input_1), embedding_network(input_2)
merged = layers.Lambda(euclidean_distance, output_shape=(1,))([tower_1, tower_2])
normal = layers.BatchNormalization()(merged)
siamese = keras.Model(
    [input_1, input_2], layers.Dense(1, "sigmoid", kernel_initializer="ones")(normal)
)
siamese.compile(loss=loss(margin=1), optimizer=keras.optimizers.Adam(1e-2), metrics=["accuracy"])
history = siamese.fit(
    [pairs[:, 0], pairs[:, 1]], same, batch_size=32, epochs=10, validation_split=0.2, verbose=0
)
assert history.history["val_accuracy"][-1] > 0.85, history.history["val_accuracy"]

facts = {
    "parameters": siamese.count_params(),
    "layers": len(siamese.layers),
    "shared": len(siamese.trainable_weights),
    "logs": sorted(history.history),
    "two": [tuple(tensor.shape) for tensor in siamese.inputs],
}
