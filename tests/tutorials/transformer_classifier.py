"""A transformer block and an embedding of places, made as layers, sort sequences into two kinds."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(3)


class TransformerBlock(layers.Layer):
    """Attention, then a small network, each with a residual connection."""

    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential(
            [layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)]
        )
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs):
        """From sequences to sequences of the same size."""
        attention = self.dropout1(self.att(inputs, inputs))
        out = self.layernorm1(inputs + attention)
        return self.layernorm2(out + self.dropout2(self.ffn(out)))


class TokenAndPositionEmbedding(layers.Layer):
    """A vector for the word and one for its place."""

    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        """Their sum."""
        positions = ops.arange(start=0, stop=ops.shape(x)[-1], step=1)
        return self.token_emb(x) + self.pos_emb(positions)


inputs = layers.Input(shape=(12,))
x = TokenAndPositionEmbedding(12, 20, 16)(inputs)
x = TransformerBlock(16, 2, 16)(x)
x = layers.GlobalAveragePooling1D()(x)
x = layers.Dropout(0.1)(x)
x = layers.Dense(8, activation="relu")(x)
outputs = layers.Dense(2, activation="softmax")(x)
model = keras.Model(inputs=inputs, outputs=outputs)

rng = np.random.default_rng(0)
words = rng.integers(1, 20, (500, 12))
labels = ((words == 7).sum(-1) + (words == 3).sum(-1) > 0).astype("int32")
model.compile(
    keras.optimizers.Adam(5e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(words, labels, batch_size=32, epochs=8, validation_split=0.2, verbose=0)
assert history.history["val_accuracy"][-1] > 0.85, history.history["val_accuracy"]

attended, scores = layers.MultiHeadAttention(2, 4)(
    rng.random((1, 3, 8)), rng.random((1, 5, 8)), return_attention_scores=True
)
np.testing.assert_allclose(np.asarray(scores).sum(-1), 1.0, rtol=1e-5)

facts = {
    "parameters": model.count_params(),
    "weights": [tuple(w.shape) for w in model.weights],
    "paths": [w.path.split("/", 1)[1] for w in model.weights][:6],
    "attention": [tuple(attended.shape), tuple(scores.shape)],
}
