"""What is written to ONNX files, and what is refused; runtimes read them in tests/interop_tf."""

import numpy as np
import pytest

from tests.exporting.networks import NETWORKS, example_of
from tests.exporting.onnx_mutations import small_network
from visualnn import Input, InputSpec, Model, Sequential, layers, ops
from visualnn.exporting.onnx import export_onnx, writer
from visualnn.exporting.onnx.messages import IR_VERSIONS, MESSAGES
from visualnn.exporting.onnx.reading import ONNXOperation
from visualnn.models import load_model


def written(model, path, **how):
    """The message of the file of a model."""
    export_onnx(model, path, **how)
    return MESSAGES.decode("ModelProto", path.read_bytes())


def kinds(message):
    return [node["op_type"] for node in message["graph"]["node"]]


@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_networks_come_back(make, tmp_path):
    model = make(64) if make.__name__ in ("resnet50", "mobilenet_v2", "efficientnet_b0") else make()
    message = written(model, tmp_path / "x.onnx")
    assert kinds(message).count("Transpose") <= 1
    again = load_model(tmp_path / "x.onnx")
    x = example_of(model, 3)
    wanted = model.predict(x, verbose=0)
    found = again.predict(x, verbose=0)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())
    if len(model.inputs[0].shape) == 4:
        assert not any(isinstance(layer, ONNXOperation) for layer in again.layers)


def test_a_convolution_takes_in_what_follows_it(tmp_path):
    message = written(small_network(), tmp_path / "x.onnx")
    assert kinds(message)[:4] == ["Transpose", "Conv", "Relu", "BatchNormalization"]
    image = Input((8, 8, 3))
    x = layers.BatchNormalization()(layers.Conv2D(4, 3)(image))
    message = written(Model(image, layers.ReLU()(x)), tmp_path / "x.onnx")
    assert kinds(message) == ["Transpose", "Conv", "Relu", "Transpose"]


@pytest.mark.parametrize(
    ("activation", "operators"),
    [
        ("softplus", ["Softplus"]),
        ("elu", ["Elu"]),
        ("hard_sigmoid", ["HardSigmoid"]),
        ("hard_swish", ["HardSwish"]),
        ("relu6", ["Clip"]),
        ("leaky_relu", ["LeakyRelu"]),
        ("gelu", ["Gelu"]),
        ("softmax", ["Softmax"]),
    ],
)
def test_activations_are_one_operator(activation, operators, tmp_path):
    model = Sequential([Input((5,)), layers.Activation(activation)])
    assert kinds(written(model, tmp_path / "x.onnx", opset=20)) == operators
    x = np.random.RandomState(0).normal(size=(4, 5)).astype("float32")
    found = load_model(tmp_path / "x.onnx").predict(x, verbose=0)
    np.testing.assert_allclose(found, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize(
    ("kind", "operator", "how"),
    [
        ("LSTM", "LSTM", {}),
        ("GRU", "GRU", {}),
        ("GRU", "GRU", {"reset_after": False, "use_bias": False}),
        ("SimpleRNN", "RNN", {"activation": "relu"}),
    ],
)
def test_recurrent_layers_are_one_operator(kind, operator, how, go_backwards, tmp_path):
    layer = getattr(layers, kind)
    inputs = Input((None, 3))
    x = layer(4, return_sequences=True, **how)(inputs)
    model = Model(inputs, layer(2, go_backwards=go_backwards, **how)(x))
    found = kinds(written(model, tmp_path / "x.onnx"))
    assert found == ["Transpose", operator, "Squeeze", operator, "Squeeze"]
    again = load_model(tmp_path / "x.onnx")
    assert [type(x).__name__ for x in again.layers] == ["InputLayer", kind, kind]
    x = np.random.RandomState(0).normal(size=(2, 5, 3)).astype("float32")
    np.testing.assert_allclose(again(x), model(x), rtol=1e-5, atol=1e-6)


def test_names_are_those_of_layers(tmp_path):
    words = Input((6, 8), name="words")
    x = layers.LayerNormalization(name="even")(words)
    model = Model(words, layers.Dense(3, activation="tanh", name="classes")(x), name="reader")
    message = written(model, tmp_path / "x.onnx")["graph"]
    assert message["name"] == "reader"
    names = [node["name"] for node in message["node"]]
    assert names == ["even/LayerNormalization", "classes/MatMul", "classes/Add", "classes/Tanh"]
    weights = {tensor["name"] for tensor in message["initializer"]}
    assert weights == {"even/gamma", "even/beta", "classes/kernel", "classes/bias"}
    assert [x["name"] for x in message["input"]] == ["words"]
    assert [x["name"] for x in message["output"]] == ["classes"]
    dims = message["input"][0]["type"]["tensor_type"]["shape"]["dim"]
    assert dims == [{"dim_param": "batch"}, {"dim_value": 6}, {"dim_value": 8}]


def test_inputs_keep_their_names_whatever_their_order(tmp_path):
    b, a = Input((4,), name="b"), Input((4,), name="a")
    model = Model({"b": b, "a": a}, {"sum": a + 2.0 * b, "one": a})
    model.export(tmp_path / "x.onnx", format="onnx", verbose=False)
    again = load_model(tmp_path / "x.onnx")
    given = {"a": np.ones((1, 4), "float32"), "b": np.full((1, 4), 10, "float32")}
    one, total = again(given)
    assert np.all(np.array(total) == 21)
    assert np.all(np.array(one) == 1)


def test_the_same_model_gives_the_same_bytes(tmp_path):
    model = small_network()
    for name in ("a.onnx", "b.onnx"):
        export_onnx(model, tmp_path / name)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


@pytest.mark.parametrize("opset", IR_VERSIONS)
def test_versions_of_operators(opset, tmp_path):
    message = written(small_network(), tmp_path / "x.onnx", opset=opset)
    assert message["opset_import"] == [{"domain": "", "version": opset}]
    assert message["ir_version"] == IR_VERSIONS[opset]
    assert load_model(tmp_path / "x.onnx").count_params()


def test_other_versions_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"opset 3 is not supported; these are: 17, 18"):
        export_onnx(small_network(), tmp_path / "x.onnx", opset=3)
    assert list(tmp_path.iterdir()) == []


def test_an_operation_without_form_is_named(tmp_path):
    x = Input((3, 3))
    inverse = layers.Lambda(lambda x: ops.linalg.inv(x), name="turning_back")
    with pytest.raises(ValueError, match=r"turning_back.*`solve`, which has no form in ONNX"):
        export_onnx(Model(x, inverse(x)), tmp_path / "x.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_does_not_say_what_it_takes(tmp_path):
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, a, b):
            return {"sum": self.dense(a) + b}

    with pytest.raises(ValueError, match=r"does not say what it takes.*input_signature"):
        export_onnx(Own(), tmp_path / "x.onnx")
    signature = [InputSpec(shape=(None, 3)), InputSpec(shape=(None, 2))]
    message = written(Own(), tmp_path / "x.onnx", input_signature=signature)["graph"]
    assert [x["name"] for x in message["input"]] == ["input_0", "input_1"]
    assert [x["name"] for x in message["output"]] == ["sum"]


def test_large_models_keep_their_weights_in_another_file(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "_LARGEST", 1000)
    model = small_network()
    export_onnx(model, tmp_path / "x.onnx")
    assert {path.name for path in tmp_path.iterdir()} == {"x.onnx", "x.onnx.data"}
    x = example_of(model)
    found = load_model(tmp_path / "x.onnx").predict(x, verbose=0)
    np.testing.assert_allclose(found, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


def test_what_was_there_stays_when_nothing_can_be_written(tmp_path):
    path = tmp_path / "x.onnx"
    path.write_bytes(b"old")
    x = Input((3, 3))
    with pytest.raises(ValueError, match="no form"):
        export_onnx(Model(x, ops.linalg.inv(x)), path)
    assert path.read_bytes() == b"old"


def test_what_was_written_is_told(tmp_path, capsys):
    export_onnx(small_network(), tmp_path / "x.onnx", verbose=True)
    assert "nodes of ONNX's opset 18" in capsys.readouterr().out
