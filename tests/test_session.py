"""Switches of the whole process, and what training makes of them."""

import numpy as np
import pytest

import visualnn
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


def test_everything_is_computed_on_the_processor():
    with visualnn.device("cpu:0") as device:
        assert device.device_name == "cpu:0"
    for name in ("gpu:0", 3):
        with pytest.raises(ValueError, match="computed on the processor"):
            visualnn.device(name)


def test_scopes_and_functions_whose_values_are_computed_twice():
    double = visualnn.remat(lambda x: x * 2)
    with visualnn.RematScope("list_of_layers", layer_names=["dense"]) as scope:
        assert scope.layer_names == ["dense"]
        assert visualnn.grad(lambda x: double(x))(np.float32(3)) == 2
    with pytest.raises(ValueError, match="'some' is not a mode"):
        visualnn.RematScope("some")
    with pytest.raises(TypeError, match="takes a function"):
        visualnn.remat(3)


def test_scopes_of_names_are_paths():
    with visualnn.name_scope("outer"), visualnn.name_scope("inner"):
        assert visualnn.Variable(1.0, name="weight").path == "outer/inner/weight"
    for name in ("a/b", None, 3):
        with pytest.raises(ValueError, match="a text without '/'"):
            visualnn.name_scope(name)


def test_what_the_backend_says_of_names_and_dtypes():
    backend = visualnn.backend
    visualnn.utils.clear_session()
    assert [backend.get_uid("a"), backend.get_uid("a"), backend.get_uid()] == [1, 2, 1]
    assert backend.is_float_dtype("bfloat16") and not backend.is_float_dtype("bool")
    assert backend.is_int_dtype(np.uint8) and not backend.is_int_dtype("float32")
    assert backend.result_type() == "float32" and backend.result_type(int, "float16") == "float16"
    for ask in (backend.is_int_dtype, backend.is_float_dtype, backend.result_type):
        with pytest.raises(ValueError, match="'nonsense' is not a dtype"):
            ask("nonsense")
