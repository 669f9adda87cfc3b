"""Training in words."""

import math

import pytest

from visualnn.builder.trends import ending, trend


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
        ([1.0, 0.02, 0.008, 0.01], [], "The loss hardly changes, 0.008 to 0.01."),  # noise
        ([0.5, 0.5, 0.5, 0.5], [], "The loss has been flat for 3 epochs"),
        ([0.5, math.nan], [], "not a number any more: try a smaller learning rate"),
        ([0.5, math.inf], [], "not a number any more"),
    ],
)
def test_what_the_losses_say(training, validation, said):
    assert said in trend(training, validation)


@pytest.mark.parametrize(
    "training, validation, stopped_in, said",
    [
        ([], [], 1, "Stopped in epoch 1."),
        ([1.0, 0.5], [], 0, "The loss is falling, 1 to 0.5."),
        ([1.0, 0.5], [], 3, "Stopped in epoch 3. The loss is falling, 1 to 0.5."),
        ([1.0, 0.5], [1.0, 1.1], 0, "Validation loss was lowest after epoch 1: 1."),
    ],
)
def test_what_is_said_at_the_end(training, validation, stopped_in, said):
    found = ending(training, validation, stopped_in)
    assert found.startswith(said) or found.endswith(said)
    assert ("Stopped" in found) == bool(stopped_in)
