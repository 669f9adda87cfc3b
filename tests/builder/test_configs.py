"""Documents hold whatever the files of real Keras hold, and give it back."""

import json

import pytest

from tests.builder import drawings
from visualnn.builder.configs import config_from, document_from, is_sequential
from visualnn.builder.document import Document
from visualnn.builder.trees import Ref
from visualnn.serialization import InvalidModelFile

OLD = ["k2_functional", "k2_sequential"]  # written by Keras 2: read, and written as Keras 3 does


@pytest.mark.parametrize("name", [name for name in drawings.DRAWABLE if name not in OLD])
def test_a_file_of_keras_comes_back_as_it_was(name):
    record = drawings.record(name)
    assert json.dumps(config_from(document_from(record))) == json.dumps(record)


@pytest.mark.parametrize("name", OLD)
def test_a_file_of_keras_2_comes_back_as_the_same_document(name):
    document = drawings.drawn(name)
    again = document_from(config_from(document))
    assert again == document
    assert document.layers and len(document.order) == len(document.calls)


def test_keras_2_counts_calls_and_writes_arguments_in_its_own_way():
    document = drawings.drawn("k2_functional")
    assert document.calls["add"].args == ((Ref("da"), Ref("db")),)
    assert document.calls["o"].args == (Ref("concatenate"),)
    assert document.layers["a"].config["batch_shape"] == (None, 3)
    assert document.output_structure == (Ref("o"), Ref("add"))


def test_a_model_written_in_python_is_refused_in_words():
    with pytest.raises(InvalidModelFile, match="SubModel cannot be drawn"):
        drawings.drawn("subclassed_model")


def test_shared_layers_are_one_layer_with_several_calls():
    document = drawings.drawn("shared_layers")
    assert document.calls_of["enc"] == ["enc", "enc/2", "enc/3"]
    assert document.calls["enc/2"].args == (Ref("enc"),)


def test_nested_models_are_one_layer_whose_outputs_are_counted_from_one():
    document = drawings.drawn("nested_models")
    assert document.layers["inner"].is_model
    assert document.output_structure == (Ref("inner/3"), Ref("seq"))


def test_a_dict_of_inputs_keeps_its_order_and_keys():
    document = drawings.drawn("dict_io")
    assert list(document.inputs) == ["price", "area"]
    assert document.output_calls == {"score", "cls"}


def test_a_list_of_one_stays_a_list_of_one():
    assert drawings.drawn("singleton_lists").inputs == (Ref("a"),)


def test_an_unused_input_stays_an_input():
    assert drawings.drawn("unused_input").input_calls == ["used", "unused"]


def test_constants_and_keyword_tensors_stay_where_they_are():
    document = drawings.drawn("ops_arithmetic")
    assert document.calls["subtract"].args == (1.0, Ref("true_divide"))
    assert document.calls["stack"].args == ((Ref("split", 0), Ref("split", 1)),)
    masked = drawings.drawn("embedding_mask_gru")
    assert masked.calls["gru"].kwargs["mask"] == Ref("not_equal")


def test_a_sequential_model_stays_one_as_long_as_it_is_a_chain():
    assert is_sequential(drawings.drawn("cnn_sequential_bn_sgd"))
    document = drawings.drawn("made_by_jax")
    last = list(document.calls)[-1]
    branch = document.with_call("again", document.calls[last])
    assert config_from(branch)["class_name"] == "Functional"


def test_a_sequential_model_without_input_has_a_free_place():
    document = drawings.drawn("sequential_unbuilt")
    first = next(iter(document.calls.values()))
    assert first.args == (None,)


def broken(change):
    record = drawings.record("mlp_functional_adam")
    change(record["config"])
    return record


def loop(config):
    node = config["layers"][1]["inbound_nodes"][0]
    node["args"][0]["config"]["keras_history"] = ["out", 0, 0]


def twice(config):
    config["layers"][2]["name"] = config["layers"][2]["config"]["name"] = "dense"


def nobody(config):
    config["output_layers"] = ["nobody", 0, 0]


def no_such_call(config):
    config["output_layers"] = ["out", 7, 0]


def no_nodes(config):
    config["layers"][1]["inbound_nodes"] = {"args": 3}


@pytest.mark.parametrize(
    "change, said",
    [
        (loop, "in a loop"),
        (twice, "occurs twice"),
        (nobody, "no tensor"),
        (no_such_call, "no call number 7"),
        (no_nodes, "inbound_nodes is a list"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_place(change, said):
    with pytest.raises(InvalidModelFile, match=said) as caught:
        document_from(broken(change))
    assert str(caught.value).startswith("config")


def test_an_empty_document_is_a_model_without_layers():
    record = config_from(Document())
    assert record["config"]["layers"] == []
    assert document_from(record) == Document()
