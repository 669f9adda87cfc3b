"""Layers and models of one's own: deferred weights, nested layers, losses, a variational one."""

import keras
import numpy as np
from keras import layers, ops


class Linear(layers.Layer):
    """``inputs @ w + b``."""

    def __init__(self, units=32):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        """Make the weights."""
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs):
        """Apply the map."""
        return ops.matmul(inputs, self.w) + self.b


class ComputeSum(layers.Layer):
    """A total that grows with each call and is not trained."""

    def __init__(self, input_dim):
        super().__init__()
        self.total = self.add_weight(initializer="zeros", shape=(input_dim,), trainable=False)

    def call(self, inputs):
        """Add the sum over the batch to the total."""
        self.total.assign_add(ops.sum(inputs, axis=0))
        return self.total


my_sum = ComputeSum(2)
totals = [np.asarray(my_sum(np.ones((2, 2)))).tolist() for _ in range(2)]


class MLPBlock(layers.Layer):
    """Layers in a layer."""

    def __init__(self):
        super().__init__()
        self.linear_1 = Linear(32)
        self.linear_2 = Linear(32)
        self.linear_3 = Linear(1)

    def call(self, inputs):
        """Apply the three maps with a ReLU between them."""
        x = keras.activations.relu(self.linear_1(inputs))
        x = keras.activations.relu(self.linear_2(x))
        return self.linear_3(x)


mlp = MLPBlock()
mlp(np.ones((3, 64)))


class ActivityRegularization(layers.Layer):
    """Adds a loss that grows with its input."""

    def __init__(self, rate=1e-2):
        super().__init__()
        self.rate = rate

    def call(self, inputs):
        """Pass the input on."""
        self.add_loss(self.rate * ops.mean(inputs))
        return inputs


class OuterLayer(layers.Layer):
    """Losses of inner layers belong to the outer one."""

    def __init__(self):
        super().__init__()
        self.regularizer = ActivityRegularization(1e-2)
        self.dense = layers.Dense(32, kernel_regularizer=keras.regularizers.L2(1e-3))

    def call(self, inputs):
        """Apply both."""
        return self.dense(self.regularizer(inputs))


outer = OuterLayer()
assert len(outer.losses) == 0
outer(np.zeros((1, 1)))
losses_once = len(outer.losses)
outer(np.zeros((1, 1)))
assert len(outer.losses) == losses_once  # forgotten at the start of each call


class CustomDropout(layers.Layer):
    """Noise in training, nothing otherwise."""

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs, training=None):
        """Drop a share of the input."""
        if training:
            return keras.random.dropout(inputs, rate=self.rate, seed=self.seed_generator)
        return inputs


dropped = np.asarray(CustomDropout(0.5)(np.ones((4, 100)), training=True))
assert 0.3 < (dropped == 0).mean() < 0.7


class Sampling(layers.Layer):
    """A random point of the code's distribution."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        """Draw ``mean + exp(log_variance / 2) * noise``."""
        z_mean, z_log_var = inputs
        batch, dim = ops.shape(z_mean)[0], ops.shape(z_mean)[1]
        epsilon = keras.random.normal(shape=(batch, dim), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


class Encoder(layers.Layer):
    """From a picture to a code."""

    def __init__(self, latent_dim=4, intermediate_dim=16, name="encoder", **kwargs):
        super().__init__(name=name, **kwargs)
        self.dense_proj = layers.Dense(intermediate_dim, activation="relu")
        self.dense_mean = layers.Dense(latent_dim)
        self.dense_log_var = layers.Dense(latent_dim)
        self.sampling = Sampling()

    def call(self, inputs):
        """Return mean, logarithm of the variance, and a draw."""
        x = self.dense_proj(inputs)
        z_mean, z_log_var = self.dense_mean(x), self.dense_log_var(x)
        return z_mean, z_log_var, self.sampling((z_mean, z_log_var))


class VariationalAutoEncoder(keras.Model):
    """The divergence from the normal distribution is a loss the model adds by itself."""

    def __init__(self, original_dim, name="autoencoder", **kwargs):
        super().__init__(name=name, **kwargs)
        self.encoder = Encoder()
        self.decoder = keras.Sequential(
            [layers.Dense(16, activation="relu"), layers.Dense(original_dim, activation="sigmoid")]
        )

    def call(self, inputs):
        """Encode, draw, decode."""
        z_mean, z_log_var, z = self.encoder(inputs)
        divergence = -0.5 * ops.mean(z_log_var - ops.square(z_mean) - ops.exp(z_log_var) + 1)
        self.add_loss(divergence)
        return self.decoder(z)


rng = np.random.default_rng(0)
data = (rng.random((256, 1)) > np.linspace(0, 1, 20)).astype("float32")
vae = VariationalAutoEncoder(20)
vae.compile(keras.optimizers.Adam(1e-2), loss=keras.losses.MeanSquaredError())
history = vae.fit(data, data, epochs=5, batch_size=32, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0]

facts = {
    "totals": totals,
    "sum_weights": [len(my_sum.weights), len(my_sum.non_trainable_weights)],
    "mlp": [len(mlp.weights), len(mlp.trainable_weights), mlp.count_params()],
    "losses": [losses_once, len(outer.losses)],
    "vae": [len(vae.weights), vae.count_params(), sorted(history.history)],
    "paths": [w.path for w in vae.trainable_variables][:2],
}
