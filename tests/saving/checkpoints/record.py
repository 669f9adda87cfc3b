"""Writes the checkpoints in this folder with TensorFlow, Keras 3 and Keras 2.

    python tests/saving/checkpoints/record.py

Needs tensorflow, keras and tf_keras; written with 2.21.0, 3.15.1 and 2.21.0.
"""

import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).parent


class Dense(tf.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.w = tf.Variable(np.arange(rows * columns, dtype="f4").reshape(rows, columns), name="w")
        self.b = tf.Variable(np.zeros(columns, "f4"), name="b")


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.dense_2, self.dense_1 = Dense(3, 2), Dense(2, 1)
        self.in_list = [tf.Variable(1.5, name="one"), Dense(1, 1), [tf.Variable(2, name="two")]]
        self.in_dict = {"x": tf.Variable(True, name="x"), "y/z.q": Dense(1, 2)}
        self.in_tuple = (tf.Variable(np.float64(0.1), name="tenth"), 7)
        self.empty, self.numbers, self.settings, self.pair = [], [1, 2], {"a": 1}, (1, 2)
        self.shared = self.dense_1
        self.size, self.array = 5, np.ones(3)


def tensors():
    every = [tf.float32, tf.float64, tf.float16, tf.bfloat16, tf.int8, tf.int16, tf.int32, tf.int64]
    every += [tf.uint8, tf.uint16, tf.uint32, tf.uint64, tf.bool, tf.complex64, tf.complex128]
    found = {x.name: tf.Variable(tf.cast([[0, 1, 2], [3, 4, 5]], x), name=x.name) for x in every}
    found["texts"] = tf.Variable([b"", b"a", b"longer" * 40], name="texts")
    found["empty"] = tf.Variable(np.zeros((0, 3), "f4"), name="empty")
    return found


def filled(model, optimizer):
    """Numbers that a test can tell: each weight, and each variable of the optimizer, its own."""
    model.set_weights(
        [
            np.arange(w.size, dtype="f4").reshape(w.shape) + i
            for i, w in enumerate(model.get_weights())
        ]
    )
    for i, v in enumerate(optimizer.variables if hasattr(optimizer.variables, "__len__") else ()):
        if len(v.shape):
            v.assign(np.full(v.shape, 100 + i, "f4"))


def stack(library):
    layers = library.layers
    return library.Sequential(
        [
            library.Input((4,)),
            layers.Dense(3, name="first"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(2),
        ]
    )


def words(library):
    layers = library.layers
    x = inputs = library.Input((5,), dtype="int32")
    x = layers.Embedding(7, 4)(x)
    x = layers.LSTM(3, return_sequences=True)(x)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(2))(x)
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 2)(x, x))
    return library.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))


if __name__ == "__main__":
    import tf_keras  # Keras 2

    tf.train.Checkpoint(model=Net()).write(str(HERE / "module"))
    tf.train.Checkpoint(**tensors()).write(str(HERE / "dtypes"))
    model = stack(keras)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    filled(model, model.optimizer)
    tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(str(HERE / "keras3"))
    model = stack(tf_keras)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    filled(model, model.optimizer)
    model.save_weights(str(HERE / "keras2"))
    model = stack(tf_keras)
    model.compile(tf_keras.optimizers.legacy.Adam(), "mse")
    model.optimizer._create_all_weights(model.trainable_variables)
    filled(model, tf.Module())
    for i, weight in enumerate(model.trainable_variables):
        for slot, number in (("m", 200 + i), ("v", 300 + i)):
            model.optimizer.get_slot(weight, slot).assign(np.full(weight.shape, number, "f4"))
    model.save_weights(str(HERE / "keras2_slots"))
    model = words(tf_keras)
    filled(model, tf.Module())
    model.save_weights(str(HERE / "keras2_words"))
    (HERE / "checkpoint").unlink()
