"""Switches of the whole process, and what training makes of them."""

import numpy as np
import pytest

from visualnn import Input, Sequential, config, layers

X = np.ones((64, 2), "float32")


@pytest.fixture
def model():
    model = Sequential([Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    yield model
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)
    config.enable_interactive_logging()


def test_epochs_are_limited(model):
    config.set_max_epochs(2)
    with pytest.warns(UserWarning, match="2 epochs at most"):
        history = model.fit(X, X[:, :1], epochs=5, verbose=0)
    assert history.epoch == [0, 1] and config.max_epochs() == 2


def test_batches_are_limited(model):
    config.set_max_steps_per_epoch(3)
    with pytest.warns(UserWarning, match="3 batches at most"):
        assert model.predict(X, batch_size=4, verbose=0).shape == (12, 1)
    assert model.predict(X, verbose=0).shape == (64, 1)
    assert config.max_steps_per_epoch() == 3


@pytest.mark.parametrize("limit", [0, 1.5, True, "2"])
def test_limits_are_numbers(limit):
    for function in (config.set_max_epochs, config.set_max_steps_per_epoch):
        with pytest.raises(ValueError, match=f"^{function.__name__} takes a whole number"):
            function(limit)


def test_logs_of_programs_have_lines(model, capsys):
    config.disable_interactive_logging()
    assert not config.is_interactive_logging_enabled()
    model.fit(X, X[:, :1], epochs=1)
    assert capsys.readouterr().out.startswith("Epoch 1/1\n2/2 - ")


def test_what_cannot_be_chosen():
    config.set_backend("numpy")
    with pytest.raises(ValueError, match="'jax' cannot compute here"):
        config.set_backend("jax")
    config.disable_flash_attention()
    assert not config.is_flash_attention_enabled() and not config.is_nnx_enabled()


def test_traces_of_errors():
    config.disable_traceback_filtering()
    assert not config.is_traceback_filtering_enabled()
    config.enable_traceback_filtering()
    assert config.is_traceback_filtering_enabled()
