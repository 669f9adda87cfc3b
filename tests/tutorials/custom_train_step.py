"""What happens in a step of fit, changed: the loss, the metrics, and who may add to them."""

import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(0)
x = rng.random((320, 16)).astype("float32")
y = x.sum(-1, keepdims=True)


class WithOwnLoss(keras.Model):
    """``compute_loss`` says what is minimized, and keeps its own mean of it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loss_tracker = keras.metrics.Mean(name="own_loss")
        self.error = keras.metrics.MeanAbsoluteError(name="mae")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The mean squared error, and a little of the greatest one."""
        squares = ops.square(y - y_pred)
        loss = ops.mean(squares) + 0.01 * ops.max(squares)
        self.loss_tracker.update_state(loss)
        self.error.update_state(y, y_pred)
        return loss

    @property
    def metrics(self):
        """What is reset at the start of an epoch, and shown."""
        return [self.loss_tracker, self.error]


inputs = keras.Input((16,))
model = WithOwnLoss(inputs, layers.Dense(1)(layers.Dense(8, activation="relu")(inputs)))
model.compile(optimizer=keras.optimizers.Adam(1e-2))
history = model.fit(x, y, epochs=6, verbose=0)
assert history.history["own_loss"][-1] < history.history["own_loss"][0]


class Counting(keras.Model):
    """A step that calls the usual one, and a test step of its own."""

    def compile(self, *args, scale, **kwargs):
        """An argument more than usual."""
        super().compile(*args, **kwargs)
        self.scale = scale

    def test_step(self, *args):
        """The usual step."""
        return super().test_step(*args)

    def call(self, inputs):
        """Halve the input first."""
        return super().call(inputs * 0.5)


inputs = keras.Input((16,))
counting = Counting(inputs, layers.Dense(1, kernel_initializer="ones")(inputs))
counting.compile("sgd", "mse", scale=3)
halved = counting.evaluate(x, y, verbose=0)

# Frozen layers, and the gradient through chosen weights only.
frozen = keras.Sequential(
    [keras.Input((16,)), layers.Dense(4, name="a"), layers.Dense(1, name="b")]
)
frozen.get_layer("a").trainable = False
frozen.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse")
before = [w.copy() for w in frozen.get_weights()]
frozen.fit(x, y, verbose=0)
moved = [
    not np.array_equal(old, new) for old, new in zip(before, frozen.get_weights(), strict=True)
]

facts = {
    "logs": sorted(history.history),
    "metric_names": [m.name for m in model.metrics],
    "halved": round(float(halved), 3),
    "scale": counting.scale,
    "moved": moved,
    "slots": [tuple(v.shape) for v in frozen.optimizer.variables],
}
