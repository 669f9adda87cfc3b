"""The builder, driven by messages as a browser sends them, and by Python."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.builder import drawings
from tests.widgets.browser import FakeBrowser, picture_in
from visualnn import Input, Model, Sequential, layers
from visualnn.builder.history import RefusedError
from visualnn.builder.live import NotAModelError
from visualnn.serialization import InvalidModelFile
from visualnn.widgets.builder import Builder


@pytest.fixture
def builder():
    return Builder()


@pytest.fixture
def browser(builder):
    return FakeBrowser(builder)


def drawn(browser):
    """A small classifier, as a user would draw it."""
    browser.do(
        command="Add", kind="Input", x=0, y=0, config={"shape": [8, 8, 1]}, name="", after=""
    )
    browser.do(command="Add", kind="Flatten", x=0, y=120, config={}, name="", after="input")
    browser.do(
        command="Add", kind="Dense", x=0, y=240, config={"units": 3}, name="", after="flatten"
    )


# ---------------------------------------------------------------------- by messages


def test_a_new_builder_shows_an_empty_drawing_and_the_palette(builder):
    assert builder.view["blocks"] == []
    assert {"Input", "Dense", "Conv2D"} <= {layer["name"] for layer in builder.palette["layers"]}
    assert builder.training["status"] == "idle"
    assert builder.kind == "builder"


def test_a_builder_is_given_a_name():
    builder = Builder(name="digits")
    assert (builder.view["name"], builder.view["undo"]) == ("digits", "")
    inputs = Input((3,))
    model = Model(inputs, layers.Dense(2)(inputs), name="old")
    assert Builder(model).view["name"] == "old"
    renamed = Builder(model, name="new")
    assert renamed.view["name"] == renamed.model.name == "new"
    np.testing.assert_array_equal(renamed.model.get_weights()[0], model.get_weights()[0])
    with pytest.raises(RefusedError, match="cannot contain '/'"):
        Builder(name="a/b")


def test_a_model_is_drawn_by_messages(browser):
    drawn(browser)
    assert [block["kind"] for block in browser.widget.view["blocks"]] == [
        "Input", "Flatten", "Dense",
    ]  # fmt: skip
    assert browser.block("dense")["outputs"] == ["(?, 3)"]
    assert browser.block("dense")["parameters"] == 64 * 3 + 3
    assert browser.block("dense")["is_output"]
    browser.do(command="Configure", block="dense", setting="units", value=10)
    assert browser.block("dense")["outputs"] == ["(?, 10)"]
    assert browser.widget.model.count_params() == 650


def test_what_is_refused_is_answered_in_words_and_changes_nothing(browser):
    drawn(browser)
    before = browser.widget.document
    said = browser.refused(
        command="Connect", source="dense", target="flatten", source_port=0, target_port="inputs"
    )
    assert said == "flatten has its only input from input already: take that wire away first."
    assert browser.refused(command="Sing") == "There is no command 'Sing'."
    assert browser.refused(request="sing") == "There is no request 'sing'."
    assert "has no field" in browser.refused(command="Arrange", how="well")
    assert browser.widget.document is before


def test_what_is_no_message_is_ignored(browser):
    browser.widget._handle_custom_msg("hello", [])
    browser.widget._handle_custom_msg({"command": "Arrange"}, [])
    assert browser.heard == []


def test_undo_and_redo_by_request(browser):
    drawn(browser)
    assert browser.widget.view["undo"] == "Add a layer"
    browser.do(request="undo")
    assert browser.widget.view["redo"] == "Add a layer"
    assert len(browser.widget.view["blocks"]) == 2
    browser.do(request="redo")
    assert len(browser.widget.view["blocks"]) == 3
    for _ in range(3):
        browser.do(request="undo")
    assert browser.refused(request="undo") == "There is nothing to undo."


def test_copy_and_paste(browser):
    drawn(browser)
    text = browser.do(request="copy", blocks=["flatten", "dense"])
    browser.do(command="Paste", text=text, x=300, y=0)
    assert browser.block("dense_1")["x"] == 300
    assert "dense_1" in [wire["target"] for wire in browser.widget.view["wires"]]


def test_ports_say_what_would_happen(browser):
    drawn(browser)
    browser.do(command="Add", kind="Conv2D", x=0, y=0, config={}, name="", after="")
    found = browser.do(request="can_connect", source="dense", source_port=0)
    assert found["conv2d|inputs"]["verdict"] == "mismatch"
    assert found["flatten|inputs"]["verdict"] == "impossible"


def test_a_mistake_is_drawn_and_repaired_by_its_button(browser):
    drawn(browser)
    browser.do(command="Add", kind="Conv2D", x=0, y=400, config={}, name="", after="flatten")
    (problem,) = browser.widget.view["problems"]
    assert problem["block"] == "conv2d" and "flatten gives (?, 64)" in problem["sentence"]
    fix = problem["fixes"][0]
    browser.do(command="Batch", label=fix["label"], commands=fix["commands"])
    assert browser.widget.view["problems"] == []
    assert browser.widget.view["undo"] == fix["label"]


def test_code_summary_and_graph(browser):
    drawn(browser)
    assert "layers.Dense(3" in browser.do(request="code")
    assert "<table" in browser.do(request="summary")
    graph = browser.do(request="graph")
    assert {op["phase"] for op in graph["ops"]} == {"input", "variable", "forward"}
    browser.widget.model.compile("adam", "sparse_categorical_crossentropy")
    assert "update" in {op["phase"] for op in browser.do(request="graph")["ops"]}


def test_summary_and_graph_of_what_is_no_model_say_why(browser):
    browser.do(command="Add", kind="Dense", x=0, y=0, config={}, name="", after="")
    for request in ("summary", "graph"):
        assert "dense has no input yet" in browser.refused(request=request)
    assert "# Not a model yet: dense has no input yet" in browser.do(request="code")


def test_files_are_saved_listed_and_opened(browser, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    drawn(browser)
    assert browser.do(request="save", path="digits") == "digits.keras"
    assert browser.do(request="files") == ["digits.keras"]
    browser.do(command="Remove", blocks=["dense"], wires=[])
    browser.do(request="open", path="digits.keras")
    assert browser.block("dense")["parameters"] == 195
    assert browser.widget.view["undo"] == ""
    assert "There is no file" in browser.refused(request="open", path="nothing.keras")
    assert "A file needs a name" in browser.refused(request="save", path=" ")


# ---------------------------------------------------------------------- by Python


def test_python_draws_what_the_canvas_draws(builder):
    images = builder.add("Input", shape=(28, 28, 1), name="images")
    first = builder.add("Conv2D", filters=32, kernel_size=3, padding="same", after=images)
    left = builder.add("Conv2D", filters=32, kernel_size=3, padding="same", after=first)
    right = builder.add("Conv2D", filters=32, kernel_size=1, after=first, name="shortcut")
    both = builder.add("Add", after=[left, right])
    assert builder.model.output_shape == (None, 28, 28, 32)
    assert builder.view["problems"] == []
    builder.undo()
    assert both not in builder.document.calls
    builder.redo()
    assert builder.document.calls[both].references[1][1].call == right


def test_blocks_are_found_by_name_too(builder):
    builder.add("Input", shape=(4,), name="x")
    dense = builder.add("Dense", units=2)
    wire = builder.connect("x", "dense")
    builder.rename(dense, "scores")
    builder.configure("scores", units=3, activation="softmax")
    assert builder.model.output_shape == (None, 3)
    builder.disconnect("x", "scores")
    assert wire not in builder.document.wires
    builder.connect("x", dense)
    builder.disconnect(wire)
    builder.move("scores", 10, 20)
    assert builder.document.canvas.positions[dense] == (10.0, 20.0)
    builder.set_trainable("scores", False)
    builder.remove("scores")
    with pytest.raises(RefusedError, match="There is no block 'scores'"):
        builder.remove("scores")


def test_a_name_that_was_a_block_means_the_layer_that_has_it_now(builder):
    first = builder.add("Dense", name="a")
    builder.rename(first, "b")
    second = builder.add("Dense", name="a")
    assert builder.block("a") == second != first
    assert builder.block(first) == first


def test_a_layer_with_several_calls_is_named_by_one_of_them(builder):
    document = drawings.drawn("shared_layers")
    layer = document.layers["enc"].named("encoder")
    builder.history.document = document.with_layer("enc", layer)
    with pytest.raises(RefusedError, match="encoder is used 3 times: say which, by its id: enc, "):
        builder.remove("encoder")
    assert builder.block("enc/2") == "enc/2"


def test_settings_may_be_objects(builder):
    from visualnn import initializers, regularizers

    builder.add("Input", shape=(4,))
    builder.add(
        "Dense",
        units=2,
        kernel_initializer=initializers.HeNormal(seed=1),
        kernel_regularizer=regularizers.L2(0.01),
        after="input",
    )
    layer = builder.model.get_layer("dense")
    assert type(layer.kernel_initializer).__name__ == "HeNormal"
    assert type(layer.kernel_regularizer).__name__ == "L2"


def test_copies_outputs_and_arrangement_by_python(builder):
    builder.add("Input", shape=(4,), name="x")
    builder.add("Dense", units=2, after="x")
    (copy,) = builder.paste(builder.copy("dense"))
    builder.connect("x", copy)
    builder.arrange()
    assert len(builder.model.outputs) == 2
    builder.set_output(copy, False)
    builder.rename_model("pair")
    assert (len(builder.model.outputs), builder.model.name) == (1, "pair")


def test_a_model_that_is_no_model_yet_says_what_is_missing(builder):
    builder.add("Dense", units=2)
    with pytest.raises(NotAModelError, match="dense has no input yet"):
        _ = builder.model


def test_a_builder_shows_itself_in_words(builder, capsys):
    builder.add("Input", shape=(4,))
    builder.add("Dense", units=2, after="input", name="scores")
    assert repr(builder) == "<Builder model: 2 blocks, 10 parameters>"
    builder.summary()
    assert "scores (Dense)" in capsys.readouterr().out


def test_a_notebook_keeps_a_picture_and_the_live_view(builder):
    builder.add("Input", shape=(4,), name="measurements")
    content, _ = builder._repr_mimebundle_()
    assert "measurements" in picture_in(content)
    assert content["application/vnd.jupyter.widget-view+json"]["model_id"] == builder.model_id
    assert content["text/html"].startswith('<div style="overflow:auto')
    assert len(json.dumps(content)) < 5000


def test_a_model_is_drawn_with_its_weights():
    x = Input((4,), name="x")
    model = Model(x, layers.Dense(2, name="y")(x), name="line")
    builder = Builder(model)
    assert builder.model is model
    assert [block["layer"] for block in builder.view["blocks"]] == ["x", "y"]
    builder.rename("y", "z")
    np.testing.assert_array_equal(builder.model.get_weights()[0], model.get_weights()[0])


def test_a_sequential_model_stays_one_until_it_branches():
    stack = [Input((4,)), layers.Dense(3, name="hidden"), layers.Dense(2, name="scores")]
    builder = Builder(Sequential(stack))
    builder.configure("hidden", units=5)
    assert isinstance(builder.model, Sequential)
    builder.add("Dense", units=1, after="hidden", name="branch")
    assert not isinstance(builder.model, Sequential)
    assert len(builder.model.outputs) == 2


def test_a_model_written_in_python_is_refused_in_words():
    class Own(Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(InvalidModelFile, match="Own cannot be drawn"):
        Builder(Own())


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ("lenet", r"name=\.\.\..*Builder\.open\(path\)"),
        (Path("lenet.keras"), r"'lenet\.keras'.*Builder\.open\(path\)"),
        (layers.Dense(2), r"a visualnn\.layers\.core\.Dense"),
        ([1, 2], r"a builtins\.list.*'model\.keras'"),
    ],
    ids=["name", "path", "layer", "list"],
)
def test_what_is_no_model_is_refused_in_words(thing, words):
    with pytest.raises(TypeError, match=words):
        Builder(thing)


def test_a_layer_that_is_registered_later_comes_into_the_palette(builder):
    from visualnn.saving import get_custom_objects, register_keras_serializable

    @register_keras_serializable("builder_tests")
    class Later(layers.Layer):
        """Gives its inputs back."""

        def call(self, inputs):
            return inputs

    try:
        builder.add("Input", shape=(4,), name="x")
        assert "Later" in [layer["name"] for layer in builder.palette["layers"]]
        builder.add("Later", after="x")
        assert builder.model.output_shape == (None, 4)
    finally:
        del get_custom_objects()["builder_tests>Later"]


# ---------------------------------------------------------------------- files


def classifier():
    builder = Builder()
    builder.add("Input", shape=(4,), name="x")
    builder.add("Dense", units=3, after="x", name="hidden")
    builder.add("Dense", units=2, after="hidden", name="y")
    builder.move("y", 111, 222)
    return builder


def weights_of(builder):
    return builder.model.get_weights()


def same(a, b):
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_a_saved_model_is_opened_as_it_was(tmp_path):
    builder = classifier()
    path = builder.save(tmp_path / "model")
    assert path == tmp_path / "model.keras"
    again = Builder.open(path)
    assert again.document.canvas == builder.document.canvas
    assert again.document.wires == builder.document.wires
    assert again.view["parameters"] == builder.view["parameters"]
    assert same(weights_of(again), weights_of(builder))
    assert again.path == path
    assert again.save() == path


def test_opening_renaming_and_saving_changes_no_weight(tmp_path):
    builder = classifier()
    before = weights_of(builder)
    path = builder.save(tmp_path / "model.keras")
    again = Builder.open(path)
    again.rename("hidden", "thoughts")
    again.save()
    assert same(weights_of(Builder.open(path)), before)


def test_blocks_that_are_not_part_of_the_model_are_saved_too(tmp_path):
    builder = classifier()
    builder.add("Input", shape=(9,), name="spare", at=(500, 0))
    path = builder.save(tmp_path / "model.keras")
    again = Builder.open(path)
    assert "spare" in again.document.calls
    assert again.document.canvas.positions["spare"] == (500.0, 0.0)
    assert same(weights_of(again), weights_of(builder))


def test_a_drawing_that_is_no_model_is_saved_with_its_weights(tmp_path):
    builder = classifier()
    before = weights_of(builder)
    builder.add("Conv2D", after="y", name="wrong")
    path = builder.save(tmp_path / "draft.keras")
    again = Builder.open(path)
    assert again.document == builder.document
    assert [problem["block"] for problem in again.view["problems"]] == ["wrong"]
    again.remove("wrong")
    assert same(weights_of(again), before)


def test_a_model_with_an_optimizer_that_nobody_knows_is_opened_without(tmp_path):
    builder = classifier()
    builder.model.compile("adam", "mse")
    path = builder.save(tmp_path / "model.keras")

    def change(parts):
        config = json.loads(parts["config.json"])
        config["compile_config"]["optimizer"].update(class_name="Unheard", module="elsewhere")
        parts["config.json"] = json.dumps(config).encode()

    rewrite(path, change)
    again = Builder.open(path)
    assert same(weights_of(again), weights_of(builder))
    assert not again.model.compiled


def test_an_empty_drawing_can_be_saved(tmp_path):
    path = Builder().save(tmp_path / "empty.keras")
    assert Builder.open(path).document.calls == {}


def test_saving_without_a_path_asks_for_one():
    with pytest.raises(ValueError, match="Say where to"):
        Builder().save()


def rewrite(path, change):
    """Change the members of a file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_weights_that_could_not_be_read_are_kept_and_not_overwritten(tmp_path):
    path = classifier().save(tmp_path / "model.keras")

    def change(parts):
        config = json.loads(parts["config.json"])
        config["config"]["layers"][1].update(class_name="Unheard", module="elsewhere")
        parts["config.json"] = json.dumps(config).encode()

    rewrite(path, change)
    builder = Builder.open(path)
    assert "Unheard" in builder.view["problems"][0]["sentence"]
    with zipfile.ZipFile(path) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    last = builder.view["blocks"][-1]["id"]
    builder.rename(last, "renamed")
    for target in (path, tmp_path / "copy.keras"):
        builder.save(target)
        with zipfile.ZipFile(target) as archive:
            assert archive.read("model.weights.h5") == before["model.weights.h5"]
            config = json.loads(archive.read("config.json"))
        assert config["config"]["layers"][1]["class_name"] == "Unheard"
        assert config["config"]["layers"][-1]["config"]["name"] == "renamed"
    builder.add("Dense", after="renamed")
    with pytest.raises(ValueError, match="saving would lose them, for dense"):
        builder.save()
    assert builder.save(tmp_path / "other.keras").exists()


@pytest.mark.parametrize(
    "wrong", [{"drawing": {"class_name": 3}}, {"weights": [["x", 1]]}, {"weights": 3}]
)
def test_what_is_beside_a_model_is_not_believed(tmp_path, wrong):
    path = classifier().save(tmp_path / "model.keras")

    def change(parts):
        parts["visualnn.json"] = json.dumps(
            {**json.loads(parts["visualnn.json"]), **wrong}
        ).encode()

    rewrite(path, change)
    with pytest.raises(InvalidModelFile):
        Builder.open(path)


@pytest.mark.parametrize(
    "canvas", [{}, [], 3, {"version": 1, "positions": [["x"]]}, {"version": 2, "drawing": 3},
               {"version": 1, "positions": {"x": [1e300, 0], "y": "here"}, "notes": 3}]
)  # fmt: skip
def test_a_layout_that_is_none_is_made_anew(tmp_path, canvas):
    path = classifier().save(tmp_path / "model.keras")
    rewrite(path, lambda parts: parts.update({"visualnn.json": json.dumps(canvas).encode()}))
    builder = Builder.open(path)
    assert len(set(builder.document.canvas.positions.values())) == 3
