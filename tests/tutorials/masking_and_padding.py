"""Sequences of different lengths: padded, masked, and masks handed from layer to layer."""

import keras
import numpy as np
from keras import layers, ops

raw = [[711, 632, 71], [73, 8, 3215, 55, 927], [83, 91, 1, 645, 1253, 927]]
padded = keras.utils.pad_sequences(raw, padding="post")
cut = keras.utils.pad_sequences(raw, maxlen=4, truncating="post", value=-1)

embedding = layers.Embedding(input_dim=5000, output_dim=16, mask_zero=True)
masked_output = embedding(padded)
from_embedding = np.asarray(masked_output._keras_mask).tolist()

masking = layers.Masking()
unmasked = np.tile(np.expand_dims(padded, -1), [1, 1, 10]).astype("float32")
from_masking = np.asarray(masking(unmasked)._keras_mask).tolist()

# What is masked does not count: padding more changes nothing.
model = keras.Sequential(
    [layers.Embedding(input_dim=5000, output_dim=16, mask_zero=True), layers.LSTM(8)]
)
short = np.asarray(model(padded))
longer = np.asarray(model(np.pad(padded, ((0, 0), (0, 5)))))
np.testing.assert_allclose(short, longer, rtol=1e-4, atol=1e-6)
np.testing.assert_allclose(
    short, np.asarray(model.layers[1](model.layers[0](padded), mask=np.array(padded != 0))), 1e-5
)


class TemporalSplit(layers.Layer):
    """Cuts sequences and their masks in two."""

    def call(self, inputs):
        """The two halves."""
        return ops.split(inputs, 2, axis=1)

    def compute_mask(self, inputs, mask=None):
        """The halves of the mask."""
        if mask is None:
            return None
        return ops.split(mask, 2, axis=1)


first_half, second_half = TemporalSplit()(masked_output)
halves = [np.asarray(half._keras_mask).tolist() for half in (first_half, second_half)]


class CustomEmbedding(layers.Layer):
    """An embedding that makes a mask."""

    def __init__(self, input_dim, output_dim, mask_zero=False, **kwargs):
        super().__init__(**kwargs)
        self.input_dim, self.output_dim, self.mask_zero = input_dim, output_dim, mask_zero

    def build(self, input_shape):
        """A row for each number."""
        self.embeddings = self.add_weight(
            shape=(self.input_dim, self.output_dim), initializer="random_normal", dtype="float32"
        )

    def call(self, inputs):
        """Look the rows up."""
        return ops.take(self.embeddings, ops.cast(inputs, "int32"), axis=0)

    def compute_mask(self, inputs, mask=None):
        """Zeros are padding."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None


custom = np.asarray(CustomEmbedding(10, 4, mask_zero=True)(np.array([[1, 2, 0]]))._keras_mask)


class MyActivation(layers.Layer):
    """Lets masks pass."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs):
        """A ReLU."""
        return ops.relu(inputs)


inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(input_dim=100, output_dim=8, mask_zero=True)(inputs)
x = MyActivation()(x)
passes = x._keras_mask is not None
whole = keras.Model(inputs, layers.Dense(1)(layers.LSTM(6)(x)))
whole.compile("adam", "mse")
whole.fit(np.array([[1, 2, 0], [3, 0, 0]]), np.array([[0.0], [1.0]]), verbose=0)


class TemporalSoftmax(layers.Layer):
    """A softmax over the steps that count."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        """Weights that add up to one over time."""
        broadcast = ops.expand_dims(ops.cast(mask, "float32"), -1)
        exponents = ops.exp(inputs) * broadcast
        return exponents / ops.sum(exponents, axis=1, keepdims=True)


inputs = keras.Input(shape=(None,), dtype="int32")
x = layers.Embedding(input_dim=10, output_dim=4, mask_zero=True)(inputs)
soft = keras.Model(inputs, TemporalSoftmax()(layers.Dense(1)(x)))
weights = np.asarray(soft(np.array([[1, 2, 3, 0, 0]])))
np.testing.assert_allclose(weights.sum(1), 1.0, rtol=1e-5)
assert (weights[0, 3:] == 0).all()

facts = {
    "padded": padded.tolist(),
    "cut": cut.tolist(),
    "from_embedding": from_embedding,
    "from_masking": from_masking,
    "halves": halves,
    "custom": custom.tolist(),
    "passes": passes,
    "soft": list(weights.shape),
}
