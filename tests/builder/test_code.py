"""The code of a drawing builds the same model, and holds nothing but literals of what files say."""

import ast
import json

import numpy as np
import pytest

from tests.builder import drawings
from visualnn.builder.code import python_of
from visualnn.builder.commands import Add, Configure, Connect, Disconnect, Rename, SetTrainable
from visualnn.builder.configs import document_from
from visualnn.builder.frozen import freeze
from visualnn.builder.literals import comment, identifier, literal
from visualnn.builder.live import model_of
from visualnn.builder.records import LayerRecord
from visualnn.builder.weights import WeightStore
from visualnn.serialization import serialize_keras_object

BUILDABLE = [
    "cnn_sequential_bn_sgd",
    "compiled_not_trained",
    "conv1d_audio",
    "conv_zoo_2d",
    "dict_io",
    "frozen_layers",
    "list_io_losses",
    "made_by_jax",
    "made_by_torch",
    "mixed_precision",
    "mlp_functional_adam",
    "nested_models",
    "none_dims",
    "regularized_constrained",
    "sequential_deferred_build",
    "singleton_lists",
    "unused_input",
]
HOSTILE = [
    "a'b",
    'a"b',
    "a\nimport os",
    "a\u2028import os",
    "'''",
    '"""',
    "\\",
    "a\\",
    "#",
    "\\write18{rm}",
    "\x00",
    "{0}",
    "größe",
    "a b",
    "class",
    "1st",
    "__import__('os')",
]


def built(source):
    """The model that some source builds."""
    names = {}
    exec(compile(source, "generated", "exec"), names)
    return names["model"]


def comparable(model):
    """The record of a model without what Keras writes down only because it happened to be so."""
    record = json.loads(json.dumps(serialize_keras_object(model)))
    record.pop("compile_config", None)
    layers = [record]
    while layers:
        layer = layers.pop()
        for node in layer.get("inbound_nodes", ()):
            node["kwargs"] = {k: v for k, v in node["kwargs"].items() if v is not None}
        layer.pop("compile_config", None)
        layers += layer["config"].get("layers", [])
    return record


@pytest.mark.parametrize("name", BUILDABLE)
def test_the_code_of_a_model_builds_the_same_model(name):
    document = drawings.drawn(name)
    model = model_of(document, WeightStore())
    assert comparable(built(python_of(document))) == comparable(model)


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_the_code_of_every_drawing_is_python(name):
    source = python_of(drawings.drawn(name))
    ast.parse(source)
    assert all(line == line.rstrip() for line in source.splitlines())


def test_code_reads_as_one_would_write_it():
    history = drawings.residual()
    history.do(Configure("shortcut", "filters", 32))
    history.do(SetTrainable("conv2d", False))
    assert python_of(history.document) == (
        "from visualnn import Input, Model, layers\n"
        "\n"
        'images = Input(shape=(28, 28, 1), name="images")\n'
        'conv2d = layers.Conv2D(32, (3, 3), padding="same", activation="relu", trainable=False, '
        'name="conv2d")(images)\n'
        'conv2d_1 = layers.Conv2D(32, (3, 3), padding="same", name="conv2d_1")(conv2d)\n'
        'shortcut = layers.Conv2D(32, (1, 1), name="shortcut")(conv2d)\n'
        'add = layers.Add(name="add")([conv2d_1, shortcut])\n'
        'model = Model(inputs=images, outputs=add, name="model")\n'
    )


def test_what_is_wrong_is_said_above_the_code():
    source = python_of(drawings.residual().document)
    assert source.startswith("# Not a model yet: add cannot combine its inputs")


def test_calls_of_a_shared_layer_stand_in_their_order():
    source = python_of(drawings.drawn("shared_layers"))
    lines = [line for line in source.splitlines() if "enc_layer(" in line]
    assert [line.split(" = ")[0] for line in lines] == ["enc", "enc_2", "enc_3"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_files_are_only_literals(name):
    record = drawings.record("mlp_functional_adam")
    text = (
        json.dumps(record).replace('"dense"', json.dumps(name)).replace('"mlp"', json.dumps(name))
    )
    source = python_of(document_from(json.loads(text)))
    tree = ast.parse(source)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert name in texts
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [node.module for node in imported] == ["visualnn"]
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called <= {"Input", "Model"}


@pytest.mark.parametrize("name", HOSTILE)
def test_classes_and_settings_from_files_are_only_literals(name):
    document = drawings.chain("Dense").document
    config = freeze({"name": "x", name: name, "nested": [{name: [1, name]}]})
    record = LayerRecord(name, config, "keras.layers")
    source = python_of(document.with_layer("dense", record))
    tree = ast.parse(source)
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert all(node.module == "visualnn" for node in imported)


@pytest.mark.parametrize(
    "name, variable",
    [("dense", "dense"), ("a b", "a_b"), ("1st", "x_1st"), ("class", "class_"), ("id", "id_"),
     ("größe", "gr_e"), ("", "x")],
)  # fmt: skip
def test_variables_have_names_that_python_has_no_use_for(name, variable):
    assert identifier(name) == variable


def test_the_code_of_shared_layers_computes_the_same():
    document = drawings.drawn("shared_layers")
    model = model_of(document, WeightStore())
    again = built(python_of(document))
    again.set_weights(model.get_weights())
    inputs = [np.ones((2, 4), "float32"), np.full((2, 4), -1, "float32")]
    np.testing.assert_array_equal(
        again.predict(inputs, verbose=0), model.predict(inputs, verbose=0)
    )


def test_two_layers_never_share_a_variable():
    history = drawings.history(
        Add("Input", name="a b", config={"shape": (3,)}),
        Add("Dense", name="a_b", after="a b"),
        Add("Dense", name="model", after="a_b"),
    )
    model = built(python_of(history.document))
    assert [layer.name for layer in model.layers] == ["a b", "a_b", "model"]


def test_a_renamed_layer_is_built_under_its_name():
    history = drawings.chain("Flatten", "Dense")
    history.do(Rename("flatten", "squash"))
    assert 'squash = layers.Flatten(name="squash")(input_)' in python_of(history.document)


@pytest.mark.parametrize(
    "value, said",
    [
        (None, "None"),
        (float("nan"), 'float("nan")'),
        ((1,), "(1,)"),
        ({"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": None}},
         "slice(1, None, None)"),
        ({"class_name": "__ellipsis__", "config": {}}, "..."),
        ({"class_name": "__numpy__", "config": {"value": [1.0], "dtype": "float32"}},
         'np.array([1.0], "float32")'),
        ({"module": "keras.initializers", "class_name": "HeNormal", "config": {"seed": 3}},
         "initializers.HeNormal(seed=3)"),
        ({"module": "os", "class_name": "system", "config": {"command": "rm"}},
         '{"module": "os", "class_name": "system", "config": {"command": "rm"}}'),
    ],
)  # fmt: skip
def test_values_as_source(value, said):
    assert literal(value) == said


def test_a_comment_is_one_line_whatever_is_in_it():
    assert comment("a\nb\u2028c\x00") == "# a\\nb\\u2028c\\x00"


def test_a_free_place_is_left_out_of_the_code():
    history = drawings.residual()
    history.do(Connect("images", "add"))
    history.do(Disconnect("conv2d_1:0>add:0"))
    assert "([shortcut, images])" in python_of(history.document)
