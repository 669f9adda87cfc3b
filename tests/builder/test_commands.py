"""Every command: what it does, and what it refuses in which words."""

import re

import pytest

from tests.builder import drawings
from visualnn.builder.clipboard import copy
from visualnn.builder.commands import (
    COMMANDS,
    Add,
    Arrange,
    Batch,
    Configure,
    Connect,
    Disconnect,
    Insert,
    Move,
    Paste,
    Remove,
    Rename,
    RenameModel,
    SetOutput,
    SetTrainable,
    command_from,
)
from visualnn.builder.history import RefusedError
from visualnn.builder.parsing import MessageError
from visualnn.builder.trees import Ref


@pytest.mark.parametrize("command", COMMANDS.values())
def test_every_command_says_what_it_does_in_one_sentence(command):
    assert re.fullmatch(r"[A-Z][^.]*\.", command.__doc__)


# ---------------------------------------------------------------------- what they do


def test_add_gives_a_layer_a_name_and_what_it_must_be_told():
    document = drawings.history(Add("Dense", 3.0, 4.0)).document
    assert document.layers["dense"].config == {"name": "dense", "units": 64}
    assert document.canvas.positions["dense"] == (3.0, 4.0)


def test_add_after_a_block_connects_them():
    document = drawings.chain("Flatten", "Dense").document
    assert document.calls["dense"].args == (Ref("flatten"),)


def test_add_takes_settings_as_the_constructor_does():
    config = {"filters": 8, "kernel_size": 5, "activation": "relu"}
    document = drawings.history(Add("Conv2D", config=config)).document
    assert document.layers["conv2d"].config["kernel_size"] == (5, 5)


def test_names_are_never_used_again():
    history = drawings.history(Add("Dense"), Remove(("dense",)), Add("Dense"))
    assert list(history.document.layers) == ["dense_1"]


def test_connect_fills_a_port_of_many_in_order():
    document = drawings.residual().document
    assert document.calls["add"].args == ((Ref("conv2d_1"), Ref("shortcut")),)


def test_the_same_tensor_may_come_in_twice():
    history = drawings.residual()
    history.do(Connect("shortcut", "add"))
    assert [wire for wire in history.document.wires if wire.startswith("shortcut")] == [
        "shortcut:0>add:0",
        "shortcut:0>add:0#2",
    ]


def test_a_place_that_becomes_free_is_the_next_one_taken():
    history = drawings.residual()
    history.do(Disconnect("conv2d_1:0>add:0"))
    assert history.document.calls["add"].args == ((None, Ref("shortcut")),)
    history.do(Connect("images", "add"))
    assert history.document.calls["add"].args == ((Ref("images"), Ref("shortcut")),)


def test_remove_takes_wires_and_unused_layers_along():
    history = drawings.residual()
    history.do(Remove(("conv2d",), ("shortcut:0>add:0",)))
    document = history.document
    assert "conv2d" not in document.layers
    assert list(document.wires) == ["conv2d_1:0>add:0"]


def test_removing_one_call_of_a_shared_layer_keeps_the_layer():
    history = drawings.history()
    history.document = drawings.drawn("shared_layers")
    history.do(Remove(("enc/3",)))
    assert "enc" in history.document.layers


def test_configure_changes_the_layer_of_every_call():
    history = drawings.history()
    history.document = drawings.drawn("shared_layers")
    history.do(Configure("enc/2", "units", 9))
    assert history.document.record("enc").config["units"] == 9


@pytest.mark.parametrize(
    "setting, value, shape",
    [("shape", (5, None), (None, 5, None)), ("batch_size", 4, (4, 8, 8, 1))],
)
def test_an_input_keeps_shape_and_batch_size_in_one(setting, value, shape):
    history = drawings.chain()
    history.do(Configure("input", setting, value))
    assert history.document.layers["input"].config["batch_shape"] == shape


def test_rename_keeps_the_block_and_its_wires():
    history = drawings.chain("Flatten", "Dense")
    history.do(Rename("flatten", "squash"))
    document = history.document
    assert document.name_of("flatten") == "squash"
    assert document.calls["dense"].args == (Ref("flatten"),)


def test_paste_makes_new_layers_with_the_wires_among_them():
    history = drawings.chain("Flatten", "Dense")
    text = copy(history.document, ["flatten", "dense"])
    history.do(Paste(text, 1000.0, 50.0))
    document = history.document
    assert document.calls["flatten_1"].args == (None,)
    assert document.calls["dense_1"].args == (Ref("flatten_1"),)
    assert document.canvas.positions["flatten_1"] == (1000.0, 50.0)
    assert document.canvas.positions["dense_1"] == (1000.0, 150.0)


def test_pasted_blocks_that_shared_a_layer_share_the_new_one():
    document = drawings.drawn("shared_layers")
    pasted = Paste(copy(document, ["enc", "enc/2"])).apply(document)
    assert pasted.calls_of["enc_1"] == ["enc_1", "enc_1/2"]
    assert pasted.calls["enc_1/2"].args == (Ref("enc_1"),)


def test_arrange_puts_every_block_below_what_it_needs():
    history = drawings.residual()
    history.do(Arrange())
    places = history.document.canvas.positions
    assert all(
        places[wire.source.call][1] < places[wire.target][1]
        for wire in history.document.wires.values()
    )


def test_set_trainable_freezes_a_layer():
    history = drawings.chain("Dense")
    history.do(SetTrainable("dense", False))
    assert history.document.layers["dense"].trainable is False


def test_outputs_are_the_loose_ends_until_they_are_said():
    history = drawings.chain("Flatten", "Dense")
    assert history.document.output_structure == Ref("dense")
    history.do(SetOutput("flatten"))
    assert history.document.output_structure == (Ref("dense"), Ref("flatten"))
    history.do(SetOutput("dense", False))
    assert history.document.output_structure == (Ref("flatten"),)


def test_an_output_that_leads_on_hands_its_place_to_what_follows():
    history = drawings.chain("Flatten", "Dense")
    history.do(SetOutput("flatten"))
    history.do(Add("Softmax", after="dense"))
    assert history.document.output_structure == (Ref("softmax"), Ref("flatten"))


def test_a_new_input_is_an_input_where_inputs_are_said():
    history = drawings.history()
    history.document = drawings.drawn("dict_io")
    history.do(Add("Input", name="rooms"))
    assert list(history.document.inputs) == ["price", "area", "rooms"]


def test_rename_model():
    history = drawings.history(RenameModel("digits"))
    assert history.document.name == "digits"


def test_a_batch_is_one_step_with_a_title_of_its_own():
    history = drawings.chain("Dense")
    history.do(
        Batch(
            "Insert Flatten",
            (
                {"command": "Add", "kind": "Flatten", "after": "dense"},
                {"command": "Rename", "block": "flatten", "name": "squash"},
            ),
        )
    )
    assert history.undo_title == "Insert Flatten"
    assert "flatten" not in history.undo().calls


def test_insert_into_a_wire_is_one_step_and_keeps_the_place_among_the_inputs():
    history = drawings.residual()
    before = history.document
    first = before.calls["add"].references[0][1]
    assert first == Ref("conv2d_1")
    after = history.do(Insert("ReLU", wire="conv2d_1:0>add:0", x=3.0))
    assert [ref for _, ref in after.calls["add"].references] == [Ref("re_lu"), Ref("shortcut")]
    assert after.calls["re_lu"].args == (Ref("conv2d_1"),)
    assert history.undo_title == "Insert a layer between others"
    assert history.undo() == before


def test_insert_merges_several_blocks():
    history = drawings.residual()
    sources = (("conv2d_1", 0), ("shortcut", 0), ("images", 0))
    after = history.do(Insert("Concatenate", sources=sources))
    given = [ref for _, ref in after.calls["concatenate"].references]
    assert given == [Ref("conv2d_1"), Ref("shortcut"), Ref("images")]


def test_insert_before_a_block_leads_to_it():
    history = drawings.history(Add("Dense"), Insert("Flatten", target="dense"))
    assert history.document.calls["dense"].args == (Ref("flatten"),)


# ---------------------------------------------------------------------- what they refuse


def refused(history, command):
    before = history.document
    with pytest.raises(RefusedError) as caught:
        history.do(command)
    assert history.document is before
    return str(caught.value)


REFUSALS = [
    (Add("Dence"), "There is no layer 'Dence' in the palette. Is Dense meant?"),
    (Add("Linear"), "There is no layer 'Linear' in the palette. Is Dense meant?"),
    (Add("Dense", config={"unit": 3}), "has no setting `unit`. Its settings are: units,"),
    (Add("Dense", config={"units": -3}), "`units` must be a whole number, 1 or more, but is -3"),
    (Add("Dense", name="dense"), "There is a layer named dense already"),
    (Add("Dense", name="a/b"), "A name cannot contain '/'"),
    (Add("Dense", after="nobody"), "There is no block 'nobody' any more"),
    (Add("Input", after="dense"), "input_1 is an input of the model"),
    (Insert("Dence"), "There is no layer 'Dence' in the palette"),
    (Insert("Dense", wire="no wire"), "There is no wire"),
    (Insert("Input", wire="input:0>flatten:0"), "input_1 is an input of the model"),
    (Insert("Dense", sources=(("nobody", 0),)), "There is no block 'nobody' any more"),
    (Insert("Dense", sources=(("input", 0), ("dense", 0))), "has its only input from input"),
    (Insert("Add", target="dense"), "dense has its only input from flatten already"),
    (Connect("nobody", "dense"), "There is no block 'nobody' any more"),
    (Connect("dense", "dense"), "dense cannot be connected to itself"),
    (Connect("dense", "flatten"), "flatten has its only input from input already"),
    (Connect("dense", "input"), "input is an input of the model: it takes data from outside"),
    (
        Connect("input", "dense", 0, "outputs"),
        "dense has no input 'outputs': its inputs are inputs",
    ),
    (Connect("input", "free", 3), "input has no output number 3; it has 1"),
    (Disconnect("input:0>free:0"), "There is no wire"),
    (Configure("nobody", "units", 3), "There is no block 'nobody'"),
    (Configure("dense", "unitz", 3), "has no setting `unitz`"),
    (Configure("dense", "units", None), "needs a value for `units`"),
    (Configure("dense", "units", "many"), "must be a whole number"),
    (Configure("dense", "activation", "tahn"), "tahn"),
    (Configure("input", "shape", "wide"), "must be a shape"),
    (Configure("input", "shape", (-3,)), "a size cannot be negative"),
    (Configure("input", "batch_size", 0), "the batch size is 1 or more"),
    (Configure("input", "dtype", "complex"), "must be one of float32,"),
    (Rename("dense", "flatten"), "There is a layer named flatten already"),
    (Rename("dense", " "), "A name cannot be empty"),
    (Rename("dense", "x" * 201), "longer than 200"),
    (Rename("dense", "a\nb"), "A name cannot contain"),
    (Rename("nobody", "x"), "There is no block"),
    (Move({"nobody": (0.0, 0.0)}), "There is no block"),
    (Remove(("nobody",)), "There is no block"),
    (Remove((), ("no wire",)), "There is no wire"),
    (Paste("hello"), "What is on the clipboard is not blocks"),
    (Paste('{"format": "visualnn blocks 1", "layers": {}, "calls": {}}'), "is not blocks"),
    (SetTrainable("nobody", False), "There is no block"),
    (SetTrainable("input", False), "it has no weights to freeze"),
    (SetOutput("nobody"), "There is no block"),
    (RenameModel(""), "A name cannot be empty"),
    (Batch("Two", ({"command": "Add", "kind": "Dense"}, {"command": "Sing"})), "no command 'Sing'"),
    (Batch("Two", ({"command": "Connect", "source": "dense", "target": "dense"},)), "itself"),
]


@pytest.mark.parametrize("command, said", REFUSALS, ids=lambda x: str(x)[:40])
def test_what_cannot_be_is_refused_in_words(command, said):
    history = drawings.chain("Flatten", "Dense")
    history.do(Add("Dense", name="free"))
    assert said in refused(history, command)


def test_a_loop_is_refused():
    history = drawings.residual()
    history.do(Add("Add", name="sum", after="add"))
    said = refused(history, Connect("sum", "add"))
    assert said == "add already leads to sum: a model cannot contain a loop."


def test_the_only_output_stays_one():
    history = drawings.chain("Dense")
    assert "the only output" in refused(history, SetOutput("dense", False))


# ---------------------------------------------------------------------- messages


def test_a_message_is_a_command():
    message = {"command": "Connect", "source": "a", "target": "b"}
    assert command_from(message) == Connect("a", "b")


@pytest.mark.parametrize(
    "message, said",
    [
        ({}, "There is no command None."),
        ({"command": ["Add"]}, "There is no command"),
        ({"command": "__class__"}, "There is no command"),
        ({"command": "Connect", "source": "a"}, "Connect needs the field target."),
        ({"command": "Rename", "block": "a", "name": 3}, "Rename.name must be a text, but is 3."),
        ({"command": "Rename", "block": "a", "name": "b", "colour": 1}, "has no field colour."),
        ({"command": "Add", "kind": "Dense", "x": float("nan")}, "Add.x must be a number"),
        ({"command": "Add", "kind": "Dense", "x": True}, "Add.x must be a number"),
        ({"command": "Move", "positions": {"a": [1]}}, "Move.positions['a'] cannot be [1]."),
        ({"command": "Move", "positions": [1]}, "Move.positions cannot be [1]."),
        ({"command": "Remove", "blocks": "all"}, "Remove.blocks cannot be 'all'."),
        ({"command": "SetTrainable", "block": "a", "trainable": 1}, "must be true or false"),
    ],
)
def test_a_message_that_is_none_is_refused_in_words(message, said):
    with pytest.raises(MessageError, match=re.escape(said)):
        command_from(message)


def test_what_a_message_holds_cannot_be_changed_later():
    message = {"command": "Add", "kind": "Dense", "config": {"units": 3}}
    command = command_from(message)
    message["config"]["units"] = 5
    assert command.config == {"units": 3}
    with pytest.raises(TypeError, match="never changes"):
        command.config["units"] = 5
