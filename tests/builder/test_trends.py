"""Training in words."""

import math

import pytest

from visualnn.builder.trends import trend


@pytest.mark.parametrize(
    "training, validation, said",
    [
        ([], [], "The first epoch is running."),
        ([0.5], [], "After the first epoch the loss is 0.5."),
        ([1.0, 0.5], [], "The loss is falling, 1 to 0.5."),
        ([1.0, 0.5], [1.0, 0.6], "The loss is falling, 1 to 0.5; validation loss falls, too."),
        ([1.0, 0.5], [1.0, 1.1], "validation loss does not fall with it yet."),
        ([1.0, 0.5, 0.3, 0.2], [1.0, 0.8, 0.9, 0.9], "not become better for 2 epochs"),
        ([1.0, 0.5, 0.3, 0.2], [1.0, 0.8, 0.9, 0.9], "the model is overfitting"),
        ([0.5, 0.9], [], "The loss is rising: a smaller learning rate may help."),
        ([0.5, 0.5, 0.5, 0.5], [], "The loss has been flat for 3 epochs"),
        ([0.5, math.nan], [], "not a number any more: try a smaller learning rate"),
        ([0.5, math.inf], [], "not a number any more"),
    ],
)
def test_what_the_losses_say(training, validation, said):
    assert said in trend(training, validation)
