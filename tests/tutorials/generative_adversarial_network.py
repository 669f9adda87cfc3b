"""One network makes samples, another tells them from true ones; both learn from each other."""

import keras
import numpy as np
from keras import layers, ops

try:
    from keras import value_and_grad
except ImportError:  # the Keras project leaves differentiation to its backend
    from jax import value_and_grad

keras.utils.set_random_seed(10)
rng = np.random.default_rng(0)
real = (rng.normal(size=(512, 1)) * 0.3 + 2.0).astype("float32")

generator = keras.Sequential(
    [keras.Input((2,)), layers.Dense(8), layers.LeakyReLU(), layers.Dense(1)]
)
discriminator = keras.Sequential(
    [keras.Input((1,)), layers.Dense(16), layers.LeakyReLU(negative_slope=0.2), layers.Dense(1)]
)
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = keras.optimizers.Adam(0.01, beta_1=0.5)
discriminator_optimizer = keras.optimizers.Adam(0.02, beta_1=0.5)
generator_optimizer.build(generator.trainable_variables)
discriminator_optimizer.build(discriminator.trainable_variables)


def judged(weights, samples):
    """What the discriminator with these weights says."""
    return discriminator.stateless_call(weights, [], samples)[0]


def discriminator_loss(weights, samples, labels):
    """How far it is from the truth."""
    return cross_entropy(labels, judged(weights, samples))


def generator_loss(weights, against, noise):
    """How far it is from deceiving."""
    made = generator.stateless_call(weights, [], noise)[0]
    return cross_entropy(ops.ones((ops.shape(noise)[0], 1)), judged(against, made))


discriminator_gradient = value_and_grad(discriminator_loss)
generator_gradient = value_and_grad(generator_loss)
g = [v.value for v in generator.trainable_variables]
d = [v.value for v in discriminator.trainable_variables]
g_state = [v.value for v in generator_optimizer.variables]
d_state = [v.value for v in discriminator_optimizer.variables]
seed = keras.random.SeedGenerator(3)
labels = np.concatenate([np.zeros((64, 1)), np.ones((64, 1))]).astype("float32")

for step in range(300):
    true = real[(step * 64) % 512 :][:64]
    noise = keras.random.normal((64, 2), seed=seed)
    made = generator.stateless_call(g, [], noise)[0]
    loss, gradients = discriminator_gradient(d, ops.concatenate([made, true]), labels)
    d, d_state = discriminator_optimizer.stateless_apply(d_state, gradients, d)
    loss, gradients = generator_gradient(g, d, keras.random.normal((64, 2), seed=seed))
    g, g_state = generator_optimizer.stateless_apply(g_state, gradients, g)

for variable, value in zip(generator.trainable_variables, g, strict=True):
    variable.assign(value)
made = generator.predict(rng.normal(size=(500, 2)).astype("float32"), verbose=0)
assert 1.2 < made.mean() < 2.8, made.mean()

facts = {
    "parameters": [generator.count_params(), discriminator.count_params()],
    "steps": [int(np.asarray(g_state[0])), int(np.asarray(d_state[0]))],
    "made": list(made.shape),
}
