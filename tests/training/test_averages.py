"""Swapping weights with their moving averages, with the numbers that real Keras gives."""

import numpy as np
import pytest

from visualnn import Input, Sequential, callbacks, layers, optimizers

X, Y = np.ones((4, 2), "float32"), np.zeros((4, 1), "float32")
WEIGHTS = [0.44, 0.3504, 0.336064]
AVERAGES = [0.52, 0.3992, 0.352872]


def fitted(use_ema=True, **arguments):
    model = Sequential([Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizers.SGD(0.1, use_ema=use_ema, ema_momentum=0.5), "mse")
    seen = {"test": [], "epoch": []}

    def note(moment):
        return lambda *_: seen[moment].append(float(model.get_weights()[0][0, 0]))

    swap = callbacks.SwapEMAWeights(**arguments)
    later = callbacks.LambdaCallback(on_test_begin=note("test"), on_epoch_end=note("epoch"))
    model.fit(
        X, Y, epochs=3, batch_size=2, verbose=0, validation_data=(X, Y), callbacks=[swap, later]
    )
    return model, seen


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_tests_see_the_averages_and_training_goes_on_with_the_weights(swap_on_epoch):
    model, seen = fitted(swap_on_epoch=swap_on_epoch)
    np.testing.assert_allclose(seen["test"], AVERAGES, rtol=1e-5)
    np.testing.assert_allclose(seen["epoch"], AVERAGES if swap_on_epoch else WEIGHTS, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], AVERAGES[-1], rtol=1e-5)
    outside = model.predict(X, verbose=0, callbacks=[callbacks.SwapEMAWeights()])
    np.testing.assert_allclose(outside, model.predict(X, verbose=0))


def test_an_optimizer_without_averages_is_refused():
    with pytest.raises(ValueError, match="make it with `use_ema=True`"):
        fitted(use_ema=False)
