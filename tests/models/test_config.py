"""Models as records: written in Keras's form, read again, and refused where they make no sense."""

import copy
import json

import numpy as np
import pytest

from visualnn import Functional, Input, Model, Sequential, layers, models, ops
from visualnn.serialization import InvalidModelFile, serialize_keras_object
from visualnn.structure import flatten

A = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def shared():
    a = Input((3,), name="a")
    d = layers.Dense(3, name="d")
    return Model(a, layers.Add(name="sum")([d(a), d(layers.Dense(3, name="e")(d(a)))]))


def nested():
    x = Input((3,), name="x")
    inner = Model(x, layers.Dense(3, name="in")(x), name="inner")
    a = Input((3,), name="a")
    stack = Sequential([layers.Dense(2, name="s")], name="stack")
    return Model(a, [inner(inner(a)), stack(a)], name="outer")


def operators():
    a = Input((3,), name="a")
    h = (1 - a) * 2.0 + ops.sum(a, axis=-1, keepdims=True)
    h = ops.concatenate([h[:, ::2], ops.reshape(h, (-1, 3))], axis=1)
    return Model(a, ops.matmul(h, np.ones((5, 2), "float32")) / h[:, :1, None][:, 0])


def dicts():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    return Model({"b": b, "a": a}, {"y": layers.Dense(1, name="y")(a), "x": [a + b]})


def training():
    a = Input((3,), name="a")
    return Model(a, layers.Dropout(0.5)(layers.BatchNormalization()(a), training=True))


def masked():
    a = Input((3,), name="a", dtype="int32")
    return Model(a, layers.LSTM(2)(layers.Embedding(5, 4, mask_zero=True)(a)))


@pytest.mark.parametrize("build", [shared, nested, operators, dicts, training, masked])
class TestRoundTrip:
    def test_config(self, build):
        model = build()
        config = model.get_config()
        again = Functional.from_config(copy.deepcopy(config))
        assert json.dumps(again.get_config()) == json.dumps(config)

    def test_numbers(self, build):
        model = build()
        x = np.array([[1, 2, 0], [3, 0, 0]]) if build is masked else A
        given = dict.fromkeys(model.input_names, x) if len(model.inputs) > 1 else x
        again = models.model_from_json(model.to_json())
        again.set_weights(model.get_weights())
        expected, got = model(given, training=False), again(given, training=False)
        for want, have in zip(flatten(expected), flatten(got), strict=True):
            np.testing.assert_array_equal(want, have)

    def test_clone(self, build):
        model = build()
        clone = models.clone_model(model)
        assert [type(x) for x in clone.layers] == [type(x) for x in model.layers]
        assert [w.shape for w in clone.weights] == [w.shape for w in model.weights]
        assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
        assert clone.get_config()["layers"] == model.get_config()["layers"]


class TestKerasForm:
    """What real Keras writes for the same models (keras.md section 4)."""

    def test_a_call(self):
        config = shared().get_config()
        record = next(x for x in config["layers"] if x["name"] == "d")
        assert [node["kwargs"] for node in record["inbound_nodes"]] == [{}, {}, {}]
        [tensor] = record["inbound_nodes"][0]["args"]
        assert tensor == {
            "class_name": "__keras_tensor__",
            "config": {"shape": [None, 3], "dtype": "float32", "keras_history": ["a", 0, 0]},
        }

    def test_models_inside_are_counted_from_one_where_outputs_are_listed(self):
        config = nested().get_config()
        assert config["output_layers"] == [["inner", 2, 0], ["stack", 0, 0]]
        inner = next(x for x in config["layers"] if x["name"] == "inner")
        history = inner["inbound_nodes"][1]["args"][0]["config"]["keras_history"]
        assert history == ["inner", 0, 0]

    def test_inputs_and_outputs_keep_their_nesting(self):
        config = dicts().get_config()
        assert config["input_layers"] == {"b": ["b", 0, 0], "a": ["a", 0, 0]}
        assert config["output_layers"] == {"y": ["y", 0, 0], "x": [[config_add(config), 0, 0]]}
        assert shared().get_config()["input_layers"] == ["a", 0, 0]

    def test_operators(self):
        a = Input((3,), name="a")
        config = Model(a, 1.0 - a[:, 0]).get_config()
        record = config["layers"][-1]
        assert (record["module"], record["class_name"]) == ("keras.src.ops.numpy", "Subtract")
        assert record["registered_name"] == "Subtract"
        assert record["inbound_nodes"][0]["args"][0] == 1.0
        key = config["layers"][-2]["inbound_nodes"][0]["args"][1]
        assert key[0]["class_name"] == "__slice__" and key[1] == 0

    def test_the_record_of_a_model(self):
        record = serialize_keras_object(shared())
        assert record["module"] == "keras.src.models.functional"
        assert (record["class_name"], record["registered_name"]) == ("Functional",) * 2
        assert record["build_config"] == {"input_shape": None} and record["compile_config"] == {}
        stack = serialize_keras_object(Sequential([Input((3,)), layers.Dense(1)]))
        assert (stack["module"], stack["registered_name"]) == ("keras", None)
        assert list(stack["build_config"]["input_shape"]) == [None, 3]


def config_add(config):
    return next(x["name"] for x in config["layers"] if x["class_name"] == "Add")


def spoil(change):
    config = json.loads(json.dumps(nested().get_config()))
    change(config)
    return config


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(layers=3), "layers: It must be a list"),
        (lambda c: c["layers"].append(4), r"layers\[3\]: It must be the record of a layer"),
        (lambda c: c["layers"][0].update(name=1), r"layers\[0\].name: The layer has no name"),
        (lambda c: c["layers"].append(c["layers"][0]), "two layers named 'a'"),
        (lambda c: c.update(output_layers=[["z", 0, 0]]), "output_layers: There is no layer named"),
        (lambda c: c.update(output_layers=[["inner", 7, 0]]), "no output 0 of call 6 of 'inner'"),
        (lambda c: c.update(output_layers=["inner", "0", 0]), "must name a layer, a call"),
        (lambda c: c.update(output_layers=None), "must name a layer"),
        (lambda c: c["layers"][2].update(class_name="Nothing"), "Nothing"),
        (lambda c: c["layers"][1].update(inbound_nodes=3), "must be a list of calls"),
        (lambda c: c["layers"][1].update(inbound_nodes=[[["a", 0, 0, {}]]]), "older forms"),
        (
            lambda c: c["layers"][1]["inbound_nodes"][0]["args"][0]["config"].update(
                keras_history=["a", 0]
            ),
            "must name a layer",
        ),
        (
            lambda c: c["layers"][1]["inbound_nodes"][0]["args"][0]["config"].update(
                keras_history=["zz", 0, 0]
            ),
            "There is no layer named 'zz'",
        ),
        (
            lambda c: c["layers"][1]["inbound_nodes"][0]["args"][0]["config"].update(
                keras_history=["inner", 1, 0]
            ),
            "form a loop",
        ),
        (
            lambda c: c["layers"][1]["inbound_nodes"][0]["args"][0]["config"].update(
                keras_history=["inner", 5, 0]
            ),
            "'inner' has no call number 5",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place(change, said):
    with pytest.raises(InvalidModelFile, match=said):
        Functional.from_config(spoil(change))


class Scaled(Model):
    def __init__(self, units, scale=2.0, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Dense(units)
        self.scale = scale

    def call(self, x):
        return self.scale * self.inner(x)


class TestSubclassed:
    def test_the_constructors_arguments_are_the_config(self):
        config = Scaled(5, name="s").get_config()
        assert (config["units"], config["scale"], config["name"]) == (5, 2.0, "s")
        assert Scaled.from_config(config)(A).shape == (4, 5)

    def test_from_json(self):
        model = Scaled(5)
        model(A)
        again = models.model_from_json(model.to_json(), custom_objects={"Scaled": Scaled})
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again(A), model(A))

    def test_cloning_takes_the_config_only(self):
        assert models.clone_model(Scaled(3)).inner.units == 3
        with pytest.raises(ValueError, match="cloned by its config only"):
            models.clone_model(Scaled(3), clone_function=lambda layer: layer)


class TestCloning:
    def test_with_a_function_for_layers(self):
        def wider(layer):
            config = layer.get_config()
            if "units" in config:
                config["units"] *= 2
            return type(layer).from_config(config)

        model = Sequential([Input((3,)), layers.Dense(2), layers.Dense(1)])
        assert models.clone_model(model, clone_function=wider).output_shape == (None, 2)

    def test_on_another_input(self):
        a = Input((3,))
        model = Model(a, layers.Dense(2)(a))
        clone = models.clone_model(model, input_tensors=Input((7,)))
        assert clone.input_shape == (None, 7)
        with pytest.raises(ValueError, match="has 1 inputs, but 2 tensors"):
            models.clone_model(model, input_tensors=[Input((7,)), Input((7,))])

    def test_recursively(self):
        clone = models.clone_model(nested(), recursive=True)
        assert clone.get_layer("inner").get_layer("in") is not None
        calls = []

        def noted(layer, *args, **kwargs):
            calls.append(layer.name)
            return layer(*args, **kwargs)

        models.clone_model(shared(), call_function=noted)
        assert calls.count("d") == 3


def test_layers_as_records_and_back():
    layer = layers.Dense(3, activation="relu", name="d")
    again = layers.deserialize(layers.serialize(layer))
    assert again.get_config() == layer.get_config()
    with pytest.raises(InvalidModelFile, match="not the record of a layer"):
        layers.deserialize({"a": 1})


def test_what_a_layer_was_called_on_is_told():
    a = Input((3,))
    model = Model(a, layers.Dense(2, name="d")(a))
    with pytest.raises(ValueError, match=r"Dense 'd'.*\(2, 4\)"):
        model.get_layer("d")(np.ones((2, 4)))
