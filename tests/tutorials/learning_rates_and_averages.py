"""The same regression with many optimizers: schedules, decay, clipping, averages, accumulation."""

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(128, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 1)) + 0.3).astype("float32")
kernel = rng.normal(size=(6, 1)).astype("float32")


def trained(optimizer, epochs=3):
    """The loss after a few epochs from one and the same start, in one and the same order."""
    model = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
    model.set_weights([kernel, np.zeros(1, "float32")])
    model.compile(optimizer, "mse")
    model.fit(x, y, epochs=epochs, batch_size=32, shuffle=False, verbose=0)
    return round(float(model.evaluate(x, y, verbose=0)), 3)


schedules = keras.optimizers.schedules
optimizers = {
    "sgd": keras.optimizers.SGD(0.05),
    "momentum": keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True),
    "rmsprop": keras.optimizers.RMSprop(0.05, centered=True),
    "adam": keras.optimizers.Adam(0.1, amsgrad=True),
    "adamw": keras.optimizers.AdamW(0.1, weight_decay=0.01),
    "adagrad": keras.optimizers.Adagrad(0.5),
    "adadelta": keras.optimizers.Adadelta(5.0),
    "adamax": keras.optimizers.Adamax(0.1),
    "nadam": keras.optimizers.Nadam(0.1),
    "ftrl": keras.optimizers.Ftrl(0.5),
    "lion": keras.optimizers.Lion(0.05),
    "lamb": keras.optimizers.Lamb(0.1),
    "clipped": keras.optimizers.SGD(0.1, clipnorm=0.5),
    "by value": keras.optimizers.SGD(0.1, clipvalue=0.3),
    "together": keras.optimizers.Adam(0.1, global_clipnorm=0.1),
    "averaged": keras.optimizers.Adam(0.1, use_ema=True, ema_momentum=0.5),
    "accumulated": keras.optimizers.SGD(0.1, gradient_accumulation_steps=2),
    "cosine": keras.optimizers.SGD(
        schedules.CosineDecay(0.1, 12, warmup_target=0.2, warmup_steps=2)
    ),
    "pieces": keras.optimizers.SGD(schedules.PiecewiseConstantDecay([4, 8], [0.1, 0.05, 0.01])),
    "polynomial": keras.optimizers.SGD(schedules.PolynomialDecay(0.1, 10, 0.01, power=2.0)),
    "inverse": keras.optimizers.SGD(schedules.InverseTimeDecay(0.1, 4, 0.5)),
    "restarts": keras.optimizers.SGD(schedules.CosineDecayRestarts(0.1, 5)),
}
losses = {name: trained(optimizer) for name, optimizer in optimizers.items()}

# A rate can be set between two calls of fit.
optimizer = keras.optimizers.Adam(0.1)
optimizer.learning_rate = 0.01
halved = keras.optimizers.Adam.from_config(optimizer.get_config())

# Penalties, constraints and noise on the way.
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.GaussianNoise(0.1, seed=1),
        layers.Dense(
            4,
            kernel_regularizer=keras.regularizers.L1L2(1e-3, 1e-3),
            bias_constraint=keras.constraints.NonNeg(),
            kernel_constraint=keras.constraints.MaxNorm(1.0),
            activity_regularizer="l2",
        ),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Dense(1, kernel_initializer=keras.initializers.HeNormal(seed=1)),
    ]
)
model.compile(keras.optimizers.SGD(0.05), "huber")
model.fit(x, y, epochs=2, verbose=0)
first = model.layers[1]
assert (np.asarray(first.bias) >= 0).all()
assert np.linalg.norm(np.asarray(first.kernel), axis=0).max() < 1.001

facts = {
    "losses": losses,
    "rate": round(float(halved.learning_rate), 6),
    "penalties": len(model.losses),
    "slots": {name: len(o.variables) for name, o in optimizers.items()},
}
