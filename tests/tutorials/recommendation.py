"""Users and films in one space: the nearer, the better liked.  Embeddings and a dot product."""

import keras
import numpy as np
from keras import layers, ops

keras.utils.set_random_seed(6)
rng = np.random.default_rng(0)
num_users, num_films = 40, 30
taste, style = rng.normal(size=(num_users, 2)), rng.normal(size=(num_films, 2))
pairs = np.stack([rng.integers(0, num_users, 1500), rng.integers(0, num_films, 1500)], -1)
ratings = 1 / (1 + np.exp(-2 * (taste[pairs[:, 0]] * style[pairs[:, 1]]).sum(-1)))


class RecommenderNet(keras.Model):
    """A vector and a bias for every user and every film."""

    def __init__(self, num_users, num_films, embedding_size, **kwargs):
        super().__init__(**kwargs)
        settings = dict(
            embeddings_initializer="he_normal",
            embeddings_regularizer=keras.regularizers.l2(1e-6),
        )
        self.user_embedding = layers.Embedding(num_users, embedding_size, **settings)
        self.user_bias = layers.Embedding(num_users, 1)
        self.film_embedding = layers.Embedding(num_films, embedding_size, **settings)
        self.film_bias = layers.Embedding(num_films, 1)

    def call(self, inputs):
        """The probability that a user likes a film."""
        users, films = inputs[:, 0], inputs[:, 1]
        dot = ops.sum(
            self.user_embedding(users) * self.film_embedding(films), axis=1, keepdims=True
        )
        return ops.sigmoid(dot + self.user_bias(users) + self.film_bias(films))


model = RecommenderNet(num_users, num_films, 4)
model.compile(
    loss=keras.losses.BinaryCrossentropy(), optimizer=keras.optimizers.Adam(0.02), metrics=["mse"]
)
history = model.fit(
    pairs[:1300], ratings[:1300], batch_size=64, epochs=12,
    validation_data=(pairs[1300:], ratings[1300:]), verbose=0,
)  # fmt: skip
assert history.history["val_mse"][-1] < 0.06, history.history["val_mse"]

# The same with the layer for dot products.
user, film = keras.Input((1,), name="user"), keras.Input((1,), name="film")
dot = layers.Dot(axes=2, normalize=True)(
    [layers.Embedding(num_users, 4)(user), layers.Embedding(num_films, 4)(film)]
)
functional = keras.Model([user, film], layers.Flatten()(dot))
functional.compile("adam", "mse")
functional.fit([pairs[:, :1], pairs[:, 1:]], ratings, verbose=0)

films = np.arange(num_films)
for_user = model.predict(np.stack([np.full(num_films, 3), films], -1), verbose=0).ravel()
best = films[for_user.argsort()[::-1][:5]]

facts = {
    "parameters": [model.count_params(), functional.count_params()],
    "losses": len(model.losses),
    "best": len(best),
    "output": functional.output_shape,
}
