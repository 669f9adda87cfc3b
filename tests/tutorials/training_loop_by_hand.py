"""A loop written by hand: state is passed in and comes back, nothing changes on the way."""

import keras
import numpy as np
from keras import layers

try:
    from keras import value_and_grad
except ImportError:  # the Keras project leaves differentiation to its backend
    from jax import value_and_grad

rng = np.random.default_rng(0)
x = rng.normal(size=(512, 8)).astype("float32")
y = np.argmax(x @ rng.normal(size=(8, 3)), axis=-1)

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(32, activation="relu"),
        layers.BatchNormalization(),
        layers.Dropout(0.1, seed=3),
        layers.Dense(3),
    ]
)
optimizer = keras.optimizers.Adam(5e-3)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
accuracy = keras.metrics.SparseCategoricalAccuracy()
optimizer.build(model.trainable_variables)


def compute_loss_and_updates(trainable, non_trainable, metric_variables, x, y):
    """The loss, and beside it what else came out."""
    logits, non_trainable = model.stateless_call(trainable, non_trainable, x, training=True)
    loss = loss_fn(y, logits)
    metric_variables = accuracy.stateless_update_state(metric_variables, y, logits)
    return loss, (non_trainable, metric_variables)


grad_fn = value_and_grad(compute_loss_and_updates, has_aux=True)


def train_step(state, data):
    """One step, from state to state."""
    trainable, non_trainable, optimizer_variables, metric_variables = state
    (loss, (non_trainable, metric_variables)), gradients = grad_fn(
        trainable, non_trainable, metric_variables, *data
    )
    trainable, optimizer_variables = optimizer.stateless_apply(
        optimizer_variables, gradients, trainable
    )
    return loss, (trainable, non_trainable, optimizer_variables, metric_variables)


state = (
    [v.value for v in model.trainable_variables],
    [v.value for v in model.non_trainable_variables],
    [v.value for v in optimizer.variables],
    [v.value for v in accuracy.variables],
)
losses, scores = [], []
for _epoch in range(6):
    for start in range(0, 512, 64):
        loss, state = train_step(state, (x[start : start + 64], y[start : start + 64]))
    losses.append(float(loss))
    trainable, non_trainable, optimizer_variables, metric_variables = state
    scores.append(float(accuracy.stateless_result(metric_variables)))
    metric_variables = accuracy.stateless_reset_state()
    state = trainable, non_trainable, optimizer_variables, metric_variables
assert losses[-1] < losses[0] and scores[-1] > 0.8, (losses, scores)
assert int(optimizer.iterations) == 0  # nothing was changed behind our back

# What was learnt is put into the model at the end.
for variable, value in zip(model.trainable_variables, state[0], strict=True):
    variable.assign(value)
for variable, value in zip(model.non_trainable_variables, state[1], strict=True):
    variable.assign(value)
right = np.asarray(model(x)).argmax(-1) == y
assert right.mean() > 0.8

facts = {
    "counts": [len(part) for part in state],
    "steps": int(np.asarray(state[2][0])),
    "iteration_name": optimizer.variables[0].name,
    "shapes": [tuple(v.shape) for v in model.non_trainable_variables],
}
